"""`linli audit`: kept numbers held against the records, in a process of its own."""

from __future__ import annotations

import argparse
import logging

from django.utils import timezone

from linli.figures.rollups.auditing import audit_by_parts
from linli.project.commands.office import office_named
from linli.project.lifeline import follow_parent
from linli.project.progress import say, worded

log = logging.getLogger("linli.audit")


def hold(options: argparse.Namespace) -> int:
    """Hold a seventh of an office's roll-ups against the records, mend what differs, and say how much; 1 where anything did."""
    follow_parent()
    office = office_named(options.office)
    found = audit_by_parts(office=office.id, at=timezone.now())
    say(
        worded(
            f"核对 {found.cells} 格，{found.differing} 格不符",
            f"{found.cells} cells held against the records, {found.differing} differ",
        )
    )
    if found.differing:
        log.error("roll-ups of office %s differed in %s cells", office.id, found.differing)
    return 1 if found.differing else 0
