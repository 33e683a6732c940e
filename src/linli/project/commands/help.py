"""`linli help`."""

from __future__ import annotations

import argparse

from linli.project.commands.line import parser


def show(options: argparse.Namespace) -> int:  # noqa: ARG001
    """List all commands."""
    parser().print_help()
    return 0
