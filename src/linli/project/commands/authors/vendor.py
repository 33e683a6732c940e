"""`linli vendor`: the assets of others fetched anew and checked against the record."""

from __future__ import annotations

import argparse

from linli.project.authoring.vendoring import VendorRefused, vendor
from linli.project.progress import Refused, say


def run(options: argparse.Namespace) -> int:  # noqa: ARG001
    """Fetch every recorded package and write its files. Raises Refused when one is not as recorded."""
    try:
        for folder in vendor():
            say(f"✓ {folder}")
    except VendorRefused as refused:
        raise Refused(str(refused), str(refused)) from refused
    return 0
