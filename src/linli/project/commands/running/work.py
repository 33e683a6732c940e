"""`linli worker`: deadlines and positions, one of the two processes that `linli up` keeps alive."""

from __future__ import annotations

import argparse

from linli.project.lifeline import follow_parent
from linli.project.worker import run


def work(options: argparse.Namespace) -> int:  # noqa: ARG001
    """Fire timers and sequence steps until told to stop."""
    follow_parent()
    run()
    return 0
