"""The verbs of a round: draw the lot, bring the ballots, count. Who may take its closing action may do these."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db import transaction

from linli.budget.actions import perform
from linli.budget.allocating.outcomes import Line, Outcome
from linli.budget.locking import lock_fund
from linli.budget.models import BallotBox, Lot, RoundCount
from linli.budget.rounds.counting import (
    amount_text,
    approvals_text,
    counted_text,
    drawn_order,
    election,
    fitting,
    outcome_by,
    totals_text,
    voters_of,
)
from linli.budget.rounds.standing import Round, may_count, round_numbered
from linli.registry.isolation import current_office, office_transaction
from linli.registry.queries import this_office
from linli.rulebook.casefile import Actor
from linli.rulebook.labels import Label


class RoundRefused(Exception):
    """The round is not where this can be done; nothing has changed."""

    def __init__(self, zh: str, en: str) -> None:
        self.message = Label(zh=zh, en=en)
        super().__init__(en)


def draw_lot(*, number: str, words: str, by: Actor, at: datetime) -> None:
    """Keep the lot drawn from words spoken in public. Raises RoundRefused: once, and before any ballot came."""
    with office_transaction(by.office):
        round_ = _countable(number, by, at)
        if round_.lot is not None:
            raise RoundRefused("已经抽过签，不能再抽", "The lot has been drawn and stays")
        if not words.strip():
            raise RoundRefused("请写下现场说出的词句", "Write down the words spoken in public")
        if not round_.ready:
            raise RoundRefused("选票上还没有项目", "There is no project on the ballot yet")
        order = drawn_order(words.strip(), [one.number for one in round_.ready])
        Lot.objects.create(
            office_id=current_office(), round_id=round_.entry.case, words=words.strip(),
            order=list(order), by=by.id, at=at,
        )  # fmt: skip


def bring_ballots(*, number: str, text: str, file_name: str, by: Actor, at: datetime) -> None:
    """Keep ballots brought as a `.pb` text. Raises RoundRefused, PbRefused and BallotsRefused."""
    with office_transaction(by.office):
        round_ = _drawn(number, by, at)
        fitting(text, round_.projects)
        _keep(round_, "pb", file_name, text, by, at)


def key_totals(
    *, number: str, voters: int, totals: Mapping[str, int], by: Actor, at: datetime
) -> None:
    """Keep totals keyed from a count by hand. Raises RoundRefused: no project has more votes than there are voters."""
    with office_transaction(by.office):
        round_ = _drawn(number, by, at)
        if totals.keys() != {one.number for one in round_.ready}:
            raise RoundRefused("请填写每个项目的票数", "Give the votes of every project")
        if any(not 0 <= votes <= voters for votes in totals.values()):
            raise RoundRefused(
                "项目的票数不能多于投票户数",
                "No project can have more votes than there are ballots",
            )
        meta = {**_meta(round_), "num_votes": str(voters), "budget": amount_text(round_.budget)}
        _keep(round_, "totals", "", totals_text(meta, round_.projects, totals), by, at)


def take_votes(
    *, number: str, vote: str, ballots: Sequence[Sequence[str]], by: Actor, at: datetime
) -> None:
    """Keep the ballots of a vote whose result is final; `vote` names it. Raises RoundRefused and BallotsRefused."""
    with office_transaction(by.office):
        round_ = _drawn(number, by, at)
        meta = {
            **_meta(round_),
            "budget": amount_text(round_.budget),
            "num_votes": str(len(ballots)),
        }
        text = approvals_text(meta, round_.projects, ballots)
        fitting(text, round_.projects)
        _keep(round_, "votes", vote, text, by, at)


def count_round(*, number: str, by: Actor, at: datetime) -> None:
    """Count the last ballots by the round's rule, and take what follows for every project and the round.

    All of it or nothing. Raises RoundRefused, BallotsNeeded and StepRefused.
    """
    with office_transaction(by.office), transaction.atomic():
        round_ = _drawn(number, by, at)
        lock_fund(round_.entry.case)
        if round_.box is None:
            raise RoundRefused("还没有选票", "There are no ballots yet")
        file = fitting(round_.box.text, round_.projects)
        counted = election(
            file, budget=round_.budget, projects=round_.projects, lot=_lot(round_).order
        )
        outcome = outcome_by(round_.rule, counted, least=round_.least)
        text = counted_text(file, outcome, rule=round_.rule, least=round_.least, meta=_meta(round_))
        RoundCount.objects.create(
            office_id=current_office(), round_id=round_.entry.case, box=round_.box,
            rule=round_.rule, text=text, lines=[_plain(outcome, line) for line in outcome.lines],
            by=by.id, at=at,
        )  # fmt: skip
        _follow(round_, outcome, voters_of(file, counted), by, at)


def _follow(round_: Round, outcome: Outcome, voters: int, by: Actor, at: datetime) -> None:
    rule, won = round_.allocates, set(outcome.keys)
    votes = {one.key: int(one.score) for one in outcome.election.projects}
    for one in round_.ready:
        perform(
            case=one.case, action=rule.won if one.number in won else rule.lost, by=by, at=at,
            form={rule.votes: votes[one.number]}, key=f"round-{round_.entry.case}-{one.case}",
            revision=None,
        )  # fmt: skip
    result = {rule.voters: voters, rule.chosen: len(won), rule.spent: f"{float(outcome.cost):.2f}"}
    perform(
        case=round_.entry.case, action=rule.closing, by=by, at=at, form=result,
        key=f"round-{round_.entry.case}", revision=None,
    )  # fmt: skip


def _countable(number: str, by: Actor, at: datetime) -> Round:
    round_ = round_numbered(number)
    if not round_.can_be_counted or round_.count is not None:
        raise RoundRefused("本轮现在不在投票阶段", "The round is not being voted on now")
    if not may_count(round_, by, at):
        raise RoundRefused("您的岗位不能计这一轮的票", "Your post may not count this round")
    return round_


def _drawn(number: str, by: Actor, at: datetime) -> Round:
    round_ = _countable(number, by, at)
    if round_.lot is None:
        raise RoundRefused(
            "请先公开抽签，再收选票", "Draw the lot in public before the ballots come"
        )
    if set(round_.lot.order) != {one.number for one in round_.ready}:
        raise RoundRefused(
            "抽签之后选票上的项目有了变化",
            "The projects on the ballot changed after the lot was drawn",
        )
    return round_


def _lot(round_: Round) -> Lot:
    assert round_.lot is not None
    return round_.lot


def _keep(round_: Round, source: str, file_name: str, text: str, by: Actor, at: datetime) -> None:
    BallotBox.objects.create(
        office_id=current_office(), round_id=round_.entry.case, source=source, file_name=file_name,
        text=text, sha256=hashlib.sha256(text.encode()).hexdigest(), by=by.id, at=at,
    )  # fmt: skip


def _meta(round_: Round) -> dict[str, str]:
    office = this_office()
    return {
        "description": round_.title, "country": "China", "unit": office.short.zh,
        "instance": round_.entry.number, "currency": "CNY",
    }  # fmt: skip


def _plain(outcome: Outcome, line: Line) -> dict[str, Any]:
    project = outcome.election.projects[line.place]
    return {
        "project": project.key, "name": project.name, "cost": amount_text(project.cost),
        "votes": int(project.score), "fate": line.fate, "turn": line.turn,
        "counted": _fraction(line.counted), "money": _fraction(line.money), "by_lot": line.by_lot,
    }  # fmt: skip


def _fraction(value: Fraction | None) -> str | None:
    return None if value is None else str(value)
