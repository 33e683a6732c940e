"""A vote's rows made into roll and ballots for the pure count, and its forms added up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Literal
from zoneinfo import ZoneInfo

from linli.deliberation.counting import ballots as pure
from linli.deliberation.counting.counts import Count, count
from linli.deliberation.counting.electorate import Dwelling, Roll
from linli.deliberation.counting.explaining import lines, shown, uncounted
from linli.deliberation.counting.projects import (
    Approvals,
    Slate,
    count_projects,
    project_lines,
)
from linli.deliberation.counting.rules import RuleSet
from linli.deliberation.counting.seat_lines import seat_lines
from linli.deliberation.counting.seats import Aliases, Contest, Elected, elect
from linli.deliberation.models import PaperForm, Vote
from linli.deliberation.voting.boxes import agreed_papers, seats_of
from linli.deliberation.voting.mandates import mandates_of
from linli.deliberation.voting.rolls import CO_OWNERS
from linli.rulebook.labels import Label

SHANGHAI = ZoneInfo("Asia/Shanghai")
Result = Count | Elected | Approvals
FormFate = Literal["returned", "spoiled", "outstanding", "unsettled"]
FORM_FATE: dict[FormFate, Label] = {
    "returned": Label(zh="收回", en="returned"),
    "spoiled": Label(zh="作废", en="spoiled"),
    "outstanding": Label(zh="未收回", en="outstanding"),
    "unsettled": Label(zh="还没有录完", en="not keyed to the end"),
}
BOX = Label(zh="票箱", en="the box")


@dataclass(frozen=True)
class Reconciled:
    """Forms issued = returned + spoiled + outstanding; `unsettled` were keyed once, or twice with a difference.

    Of a secret vote: papers handed out, papers in the box; a box that holds more has nothing outstanding.
    """

    issued: int
    returned: int
    spoiled: int
    outstanding: int
    unsettled: tuple[str, ...]


@dataclass(frozen=True)
class FormTold:
    """A numbered form with what became of it; `attempts`: how often somebody tried to bring it."""

    number: str
    unit: str
    signer: str
    fate: FormFate
    attempts: int
    why: str

    @property
    def fate_label(self) -> Label:
        """Give what became of it in words."""
        return FORM_FATE[self.fate]


def rules_of(vote: Vote) -> RuleSet:
    """Give the rule set as it was when the vote was prepared."""
    return RuleSet.model_validate(vote.rules)


def roll_of(vote: Vote) -> Roll:
    """Give a vote's frozen roll."""
    return Roll(
        tuple(
            Dwelling(
                one.unit, one.owner, None if one.area is None else Fraction(one.area),
                tuple(CO_OWNERS[: one.owners]) if one.owners > 1 else (), one.source,
            )
            for one in vote.units.order_by("place")
        )
    )  # fmt: skip


def counted(vote: Vote) -> Count:
    """Count a question from its rows, without those annulled; a secret one from the sums of its box."""
    if vote.secrecy == "secret":
        return count(roll_of(vote), rules_of(vote), pure.Handed(tuple(_out_of_the_box(vote))))
    return count(roll_of(vote), rules_of(vote), _handed(vote))


def _handed(vote: Vote) -> pure.Handed:
    standing = vote.ballots.filter(annulment=None).select_related("unit", "mandate").order_by("seq")
    cast = tuple(
        pure.Ballot(
            one.unit.unit, _mark(one.mark), one.received_at, one.channel, one.form, one.signer,
            one.mandate.holder if one.mandate else "", tuple(one.picks), one.seq,
        )
        for one in standing
    )  # fmt: skip
    return pure.Handed(cast, mandates_of(vote), vote.opens_at, vote.closes_at)


def elected(vote: Vote, aliases: Aliases) -> Elected:
    """Count an election from the sums of its box."""
    seats = seats_of(vote)
    assert seats is not None
    contest = Contest(
        seats, vote.units.count(), agreed_papers(vote) or (), {"": vote.handings.count()}, {},
        tuple(vote.concern.candidates), aliases,
    )  # fmt: skip
    return elect(contest, rules_of(vote))


def approved(vote: Vote, slate: Slate) -> Approvals:
    """Count a vote on projects from its rows, without those annulled."""
    return count_projects(roll_of(vote), rules_of(vote), slate, _handed(vote))


def said_of(result: Result) -> tuple[Label, ...]:
    """Give the lines of the result sheet."""
    if isinstance(result, Approvals):
        return project_lines(result)
    return seat_lines(result) if isinstance(result, Elected) else lines(result)


def uncounted_of(vote: Vote, result: Result) -> tuple[Label, ...]:
    """Give each ballot of a signed vote that does not count, with its reason; by code or in secret none is told."""
    if vote.secrecy != "signed" or not isinstance(result, Count):
        return ()
    return uncounted(result)


def numbers_at_opening(vote: Vote) -> dict[str, Any]:
    """Give the numbers known when a vote is opened, as steps of its case take them."""
    roll = roll_of(vote)
    return {
        "roll": roll.heads,
        "opened_on": _day(vote.opens_at),
        "closed_on": _day(vote.closes_at),
    }


def numbers_of(vote: Vote, result: Result, root: str) -> dict[str, Any]:
    """Give every number of a counted vote, as steps of its case take them; areas as text, exact."""
    forms = reconciled(vote)
    found = {
        **numbers_at_opening(vote), "issued": forms.issued, "returned": forms.returned,
        "spoiled": forms.spoiled, "sheet": f"{vote.pk}-{root[:32]}", "verdict": said_of(result)[-1].zh,
    }  # fmt: skip
    if isinstance(result, Approvals):
        return {**found, "taking_part": result.voting, "abstain": result.blank}
    if isinstance(result, Elected):
        elected_ = len(result.people("elected")) if result.is_valid else 0
        return {
            **found,
            "taking_part": result.returned,
            "spoiled": result.void,
            "elected": elected_,
        }
    areas = {"area_taking_part": result.voting.area, "area_yes": result.said["yes"].area}
    if result.rules.asks_area:
        areas["area"] = result.roll.area
    heads = {str(choice): weight.heads for choice, weight in result.said.items()}
    exact = {name: shown(area, area=True) for name, area in areas.items()}
    return {**found, "taking_part": result.voting.heads, **heads, **exact}


def _day(moment: datetime | None) -> str | None:
    return moment.astimezone(SHANGHAI).date().isoformat() if moment else None


def _mark(text: str) -> pure.Mark:
    return next(mark for mark in pure.SAID if mark == text)


def _out_of_the_box(vote: Vote) -> Iterator[pure.Ballot]:
    """Give the papers of a box as ballots of any heads on the roll: by heads alone it does not matter whose."""
    heads = iter(vote.units.order_by("place").values_list("unit", flat=True))
    for papers in agreed_papers(vote) or ():
        mark = "void" if papers.void or not papers.marks else papers.marks[0]
        for _ in range(papers.times):
            unit = next(heads, None)
            if unit is not None:
                yield pure.Ballot(unit, _mark(mark))


def forms_told(vote: Vote) -> tuple[FormTold, ...]:
    """Give every form of a vote by its number, with what became of it on record."""
    on_paper = set(vote.ballots.exclude(channel="phone").values_list("form", flat=True))
    rows = vote.forms.select_related("unit").prefetch_related("keyings", "attempts")
    return tuple(
        FormTold(
            one.number, one.unit.unit, one.signer, _fate(one, on_paper), len(one.attempts.all()), one.spoiled_why
        )
        for one in rows.order_by("number")
    )  # fmt: skip


def _fate(form: PaperForm, on_paper: set[str]) -> FormFate:
    if form.spoiled_at:
        return "spoiled"
    if form.number in on_paper:
        return "returned"
    return "unsettled" if form.keyings.all() else "outstanding"


def reconciled(vote: Vote) -> Reconciled:
    """Add up a vote's forms by what became of each."""
    if vote.secrecy == "secret":
        return _box_reconciled(vote)
    forms = forms_told(vote)
    times = Counter(one.fate for one in forms)
    unsettled = tuple(one.number for one in forms if one.fate == "unsettled")
    return Reconciled(
        len(forms), times["returned"], times["spoiled"], times["outstanding"], unsettled
    )


def _box_reconciled(vote: Vote) -> Reconciled:
    issued, papers = vote.handings.count(), agreed_papers(vote)
    returned = sum(one.times for one in papers or ())
    unsettled = (BOX.zh,) if papers is None and vote.state not in {"draft", "roll", "open"} else ()
    return Reconciled(issued, returned, 0, max(issued - returned, 0), unsettled)
