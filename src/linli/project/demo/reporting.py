"""The demo's reports: past months signed and issued, this year's being drafted."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from linli.figures.periods import ZONE
from linli.project.demo.settling import Settled
from linli.registry.isolation import office_transaction
from linli.reports.rounds.actions import (
    confirm_section,
    freeze,
    issue,
    open_round,
    sign,
    waive,
    write_section,
)
from linli.reports.rounds.permits import EDITOR
from linli.reports.rounds.queries import SectionRow, round_view
from linli.rulebook.casefile import Actor
from linli.rulebook.ownbook import at_hand

MONTHLY, YEARLY = "monthly-report", "gumei-annual"
PAST_MONTHS = 2
ANSWERING = {"order": "enforcement", "livelihood": "service"}
READY = timedelta(days=5)
DRAFTED_FROM = timedelta(days=45)  # so long before its year ends a yearly report is begun
REASONS = {"subset": "整改的含上月结转的隐患"}
OTHER_REASON = "已与原始记录核对，照此印发"
YEAR_ON_YEAR = re.compile(
    r"[^。\n]*\|change\}[^。\n]*。"
)  # the demo has no records of the year before


def report(settled: Settled, *, until: datetime) -> int:
    """Issue the monthly reports that are due by a moment and begin the year's; give how many reports there are."""
    editor, director = (settled.with_duty(duty)[0].actor for duty in (EDITOR, "director"))
    months = [month for month in _months(until) if month + READY < until]
    for nth, month in enumerate(months, start=1):
        _issued(month, f"古办〔{month.year}〕{nth}号", editor, director)
    year = (until - DRAFTED_FROM).astimezone(ZONE).year
    open_round(
        template=YEARLY, period=str(year), by=editor, at=until - timedelta(days=1),
        bodies={section: settled.bodies[body] for section, body in ANSWERING.items()},
    )  # fmt: skip
    return len(months) + 1


def _months(until: datetime) -> list[datetime]:
    """Give the first moments of the months after which a report is written, this one's last."""
    first = until.astimezone(ZONE).replace(day=1, hour=9, minute=30, second=0, microsecond=0)
    found = [first]
    while len(found) < PAST_MONTHS:
        found.insert(0, (found[0] - timedelta(days=1)).replace(day=1))
    return found


def _issued(month: datetime, number: str, editor: Actor, director: Actor) -> None:
    """Write, freeze, sign and issue the report on the month that has just ended."""
    ended = month - timedelta(days=1)
    made = open_round(template=MONTHLY, period=f"{ended:%Y-%m}", by=editor, at=month)
    at = month + timedelta(days=1)
    for one in _sections(made, editor):
        text = YEAR_ON_YEAR.sub("", one.text)
        if text != one.text:
            write_section(
                report=made, section=one.key, text=text, revision=one.revision, by=editor, at=at
            )
    for one in _sections(made, editor):
        confirm_section(report=made, section=one.key, revision=one.revision, by=editor, at=at)
    freeze(report=made, by=editor, at=at, book=at_hand())
    with office_transaction(editor.office):
        found = [one for one in round_view(made).findings if not one.reason]
    for remark in found:
        waive(
            report=made,
            finding=remark.key,
            reason=REASONS.get(remark.finding.rule, OTHER_REASON),
            by=editor,
            at=at,
        )
    sign(report=made, by=director, at=at + timedelta(days=1))
    issue(report=made, number=number, by=editor, at=at + timedelta(days=2))


def _sections(made: int, by: Actor) -> tuple[SectionRow, ...]:
    with office_transaction(by.office):
        return round_view(made).sections
