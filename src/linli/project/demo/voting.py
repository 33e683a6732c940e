"""The demo's votes: one in force, one on notice, one that goes on; on paper keyed twice, and by phone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from fractions import Fraction
from typing import Literal

import yaml

from linli.deliberation.counting.electorate import Dwelling, Roll
from linli.deliberation.counting.rules import rule_set
from linli.deliberation.voting.casting import cast_by_phone, code_of, key_form
from linli.deliberation.voting.concluding import (
    Stated,
    close_vote,
    count_vote,
    post_notice,
    reconcile,
    settle_vote,
)
from linli.deliberation.voting.preparing import NewVote, open_vote, prepare_vote, publish_roll
from linli.figures.periods import ZONE
from linli.project.demo.script import FOLDER
from linli.project.demo.settling import Settled, Spot
from linli.registry.isolation import office_transaction
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Rule

FILE = FOLDER / "votes.yaml"
ROLL_SHOWN = timedelta(days=7)
HOUR = timedelta(hours=1)
A_DAY = 6  # so many ballots come in of a day
MORNING = time(9, tzinfo=ZONE)


class VoteScript(Rule):
    """How one vote of the demo goes. `began`: days ago; `paper` and `phone`: how many ballots say what."""

    title: str
    question: str
    rules: str
    floors: int
    flats: int
    areas: list[str]
    began: int
    open_days: int
    notice_days: int
    paper: dict[str, int]
    phone: dict[str, int]
    until: Literal["open", "notice", "effective"]

    @property
    def roll(self) -> Roll:
        """Give every dwelling of the building with its area."""
        units = [f"{floor}0{flat}" for floor in range(1, self.floors + 1) for flat in range(1, self.flats + 1)]  # fmt: skip
        return Roll(
            tuple(
                Dwelling(unit, unit, Fraction(self.areas[nth % len(self.areas)]), (), "产证")
                for nth, unit in enumerate(units)
            )
        )


@dataclass(frozen=True)
class _Hands:
    chair: Actor
    tellers: tuple[Actor, Actor]


def vote(settled: Settled, *, until: datetime) -> int:
    """Hold the votes of the demo up to a moment; give how many there are."""
    given = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    scripts = [VoteScript.model_validate(one) for one in given]
    tellers = (settled.with_duty("operator")[0].actor, settled.with_duty("verifier")[0].actor)
    for nth, script in enumerate(scripts):
        spot = settled.spots[nth]
        chair = settled.with_duty("chair", area=spot.area)[-1].actor
        with office_transaction(settled.office):
            _held(script, spot, _Hands(chair, tellers), until)
    return len(scripts)


def _held(script: VoteScript, spot: Spot, hands: _Hands, until: datetime) -> None:
    day = (until - timedelta(days=script.began)).astimezone(ZONE).date()
    opens = datetime.combine(day, MORNING)
    closes = opens + timedelta(days=script.open_days)
    shown, chair = opens - ROLL_SHOWN, hands.chair
    new = NewVote(
        script.title.format(estate=spot.estate), script.question, rule_set(script.rules), script.roll,
        shown.date(),
    )  # fmt: skip
    made = prepare_vote(new=new, by=chair, at=shown)
    publish_roll(vote=made, by=chair, at=shown + HOUR)
    open_vote(vote=made, closes_at=closes, by=chair, at=opens)
    returned = _cast(script, made, hands, opens)
    if script.until == "open":
        return
    at = closes + HOUR
    close_vote(vote=made, by=chair, at=at)
    stated = Stated(returned, 0, len(script.roll.dwellings) - returned)
    reconcile(vote=made, stated=stated, by=chair, at=at)
    count_vote(vote=made, by=chair, at=at + HOUR)
    notice = at + timedelta(days=script.notice_days)
    post_notice(vote=made, until=notice, by=chair, at=at + HOUR)
    if script.until == "effective":
        settle_vote(vote=made, by=chair, at=notice + HOUR)


def _cast(script: VoteScript, made: int, hands: _Hands, opens: datetime) -> int:
    """Let forms come back and phones answer, a few a day; give how many forms came back."""
    paper, phone = _marks(script.paper), _marks(script.phone)
    for nth, mark in enumerate(paper, start=1):
        at = _received(opens, nth)
        for teller in hands.tellers:
            key_form(
                vote=made, number=f"{nth:04d}", mark=mark, received_at=at, by=teller, at=at + HOUR
            )
    for nth, mark in enumerate(phone, start=len(paper) + 1):
        number = f"{nth:04d}"
        code = code_of(made, number)
        cast_by_phone(vote=made, number=number, code=code, mark=mark, at=_received(opens, nth))
    return len(paper)


def _received(opens: datetime, nth: int) -> datetime:
    days, hours = divmod(nth, A_DAY)
    return opens + timedelta(days=days, hours=hours)


def _marks(said: Mapping[str, int]) -> list[str]:
    return [mark for mark, times in said.items() for _ in range(times)]
