"""`linli hints`: what cases became learned anew, in a process of its own."""

from __future__ import annotations

import argparse

from django.utils import timezone

from linli.hints.actions import learn_anew
from linli.project.commands.office import office_named
from linli.project.lifeline import follow_parent
from linli.project.progress import say, worded


def learn(options: argparse.Namespace) -> int:
    """Learn every field with enough closed cases, and say how well held-out cases were told."""
    follow_parent()
    office = office_named(options.office)
    done = learn_anew(office=office.id, at=timezone.now())
    for one in done:
        score = one.score
        told = f"{score.first}/{score.cases} = {score.accuracy:.1%}, 3: {score.three}, F1 {score.macro_f1:.3f}"
        say(f"{one.mechanism}.{one.field}: {told}")
    if not done:
        say(
            worded(
                "没有可学的：办结案件不足或没有新增",
                "nothing to learn: too few closed cases, or no new ones",
            )
        )
    return 0
