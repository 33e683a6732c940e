"""`linli verify`: the journal proved whole, or its first broken step named."""

from __future__ import annotations

import argparse

from linli.casework.proof.verifying import verify as prove
from linli.project.commands.office import inside, office_named, said
from linli.project.progress import say


def verify(options: argparse.Namespace) -> int:
    """Prove the office's journal. Gives 1 when something is broken."""
    office = office_named(options.office)
    with inside(office):
        verdict = prove(office=office.id)
    say(f"{'✓' if verdict.is_sound else '✗'} {said(verdict.sentence)}")
    return 0 if verdict.is_sound else 1
