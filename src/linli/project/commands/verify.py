"""`linli verify`: the journal proved whole, or its first broken step named."""

from __future__ import annotations

import argparse
import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from linli.casework.proof.verdict import Verdict, together
from linli.casework.proof.verifying import Share, shares, verify_log, verify_steps
from linli.project.commands.office import inside, office_named, said
from linli.project.lifeline import begin_beside
from linli.project.progress import say
from linli.registry.isolation import office_transaction

CASES_A_SHARE = 2_500


def verify(options: argparse.Namespace) -> int:
    """Prove the office's journal on all processors. Gives 1 when something is broken."""
    office = office_named(options.office)
    with inside(office):
        parts = shares(office=office.id, size=CASES_A_SHARE)
        verdict = _at_once(office.id, parts) if len(parts) > 1 else _in_turn(office.id, parts)
    say(f"{'✓' if verdict.is_sound else '✗'} {said(verdict.sentence)}")
    return 0 if verdict.is_sound else 1


def _in_turn(office: int, parts: list[Share]) -> Verdict:
    steps = [verify_steps(office=office, cases=cases) for cases in parts]
    return together([*steps, verify_log(office=office)])


def _at_once(office: int, parts: list[Share]) -> Verdict:
    begun = get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=begun, initializer=begin_beside) as pool:
        log = pool.submit(log_proved, office)
        steps = [pool.submit(share_proved, office, cases) for cases in parts]
        return together([*(one.result() for one in steps), log.result()])


def share_proved(office: int, cases: Share) -> Verdict:
    """Prove the steps of a share of the cases, in a process of its own."""
    with office_transaction(office):
        return verify_steps(office=office, cases=cases)


def log_proved(office: int) -> Verdict:
    """Prove the log, in a process of its own."""
    with office_transaction(office):
        return verify_log(office=office)
