"""Preparing a vote: its roll frozen, rules and roll published, objections to the roll, opening, forms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from linli.deliberation.counting.electorate import Roll, RollRefused
from linli.deliberation.counting.projects import Slate
from linli.deliberation.counting.rules import RuleSet, RulesRefused
from linli.deliberation.models import SECRECY, Concern, PaperForm, RollUnit, Vote
from linli.deliberation.voting.following import check_ready, follow
from linli.deliberation.voting.rolls import CO_OWNERS
from linli.deliberation.voting.slates import plain_slate
from linli.deliberation.voting.standing import VoteRefused, case_of, chaired, leads, left
from linli.deliberation.voting.tallying import numbers_at_opening
from linli.rulebook.casefile import Actor


@dataclass(frozen=True)
class NewVote:
    """What a vote begins with. `secrecy`: signed, household, or secret (paper alone, no row for any ballot).

    `case`: the case whose next step rests on it. `seats`: how many are elected; without it one question is put.
    `slate`: the projects on the ballot, and the fund they share.
    """

    title: str
    question: str
    rules: RuleSet
    roll: Roll
    roll_on: date
    secrecy: str = "signed"
    case: int | None = None
    seats: int | None = None
    candidates: tuple[str, ...] = ()
    slate: Slate | None = None


@transaction.atomic
def prepare_vote(*, new: NewVote, by: Actor, at: datetime) -> int:
    """Freeze a roll and give the vote's id. Raises VoteRefused."""
    if not leads(by, new.case):
        raise VoteRefused("此事由主持人办理", "this is for the chair")
    if new.case is not None:
        check_ready(new.case)
    _check_secrecy(new)
    _check_slate(new)
    try:
        new.rules.check_in_force(new.roll_on)
        if new.rules.asks_area:
            new.roll.check_areas()
    except (RulesRefused, RollRefused) as refused:
        raise VoteRefused(refused.message.zh, refused.message.en) from refused
    vote = Vote.objects.create(
        office_id=by.office, title=new.title, question=new.question,
        rules=new.rules.model_dump(mode="json", by_alias=True), secrecy=new.secrecy,
        state="draft", roll_on=new.roll_on, by=by.id, at=at,
    )  # fmt: skip
    projects, fund = plain_slate(new.slate)
    Concern.objects.create(
        office_id=by.office, vote=vote, case_id=new.case, seats=new.seats,
        candidates=list(new.candidates), projects=projects, fund=fund,
    )  # fmt: skip
    RollUnit.objects.bulk_create(
        RollUnit(
            office_id=by.office, vote=vote, place=place, unit=one.key, owner=one.owner,
            area=None if one.area is None else Decimal(one.area.numerator) / one.area.denominator,
            source=one.source, owners=max(len(one.owners), 1),
        )
        for place, one in enumerate(new.roll.dwellings, 1)
    )  # fmt: skip
    left(vote, "prepare", by, at)
    return vote.pk


def _check_secrecy(new: NewVote) -> None:
    """Refuse what cannot be voted on in this way: areas and owner groups in secret, seats otherwise."""
    if new.secrecy not in SECRECY:
        raise VoteRefused("没有这种票", "there is no such kind of ballot")
    heads = all(one.owner == one.key for one in new.roll.dwellings)
    if new.secrecy == "secret" and (new.rules.asks_area or not heads):
        raise VoteRefused(
            "无记名的表决只能一人一票，不能按面积或产权组",
            "a secret vote goes by heads alone, not by area or owner groups",
        )
    if new.seats is not None and new.secrecy != "secret":
        raise VoteRefused("选举要无记名", "an election is secret")


def _check_slate(new: NewVote) -> None:
    """Refuse a vote on projects that is not by household, or whose rule is for another kind of vote."""
    if (new.slate is None) != (new.rules.picks is None):
        raise VoteRefused(
            "对项目投票要用项目投票的规则，别的表决不用",
            "a vote on projects, and no other, takes a rule for votes on projects",
        )
    if new.slate is None:
        return
    by_household = all(one.owner == one.key for one in new.roll.dwellings)
    if new.secrecy != "household" or not by_household:
        raise VoteRefused(
            "对项目投票是一户一码一票，不能按产权组",
            "a vote on projects goes by household code, one ballot each, not by owner groups",
        )


@transaction.atomic
def publish_roll(*, vote: int, by: Actor, at: datetime) -> None:
    """Publish rules and roll; from now on the roll can be objected to. Raises VoteRefused."""
    left(chaired(vote, by, "draft"), "publish", by, at, state="roll")


@transaction.atomic
def open_vote(*, vote: int, closes_at: datetime, by: Actor, at: datetime) -> None:
    """Open a vote and issue one numbered form for each unit. Raises VoteRefused while an objection waits."""
    found = chaired(vote, by, "roll")
    if found.objections.filter(is_upheld=None).exists():
        raise VoteRefused("名册还有异议没有处理", "an objection to the roll waits for a ruling")
    if found.objections.filter(is_upheld=True).exists():
        raise VoteRefused(
            "名册异议成立：请按更正后的名册另立一次表决",
            "an objection to the roll was upheld: prepare the vote anew with the roll put right",
        )
    if closes_at <= at:
        raise VoteRefused("截止时间应在现在之后", "it must close later than now")
    found.opens_at, found.closes_at = at, closes_at
    if found.secrecy != "secret":
        PaperForm.objects.bulk_create(
            PaperForm(office_id=by.office, vote=found, unit=unit, number=f"{unit.place:04d}")
            for unit in found.units.order_by("place")
        )
    left(found, "open", by, at, state="open", said={"closes_at": closes_at.isoformat()})
    case = case_of(found)
    if case is not None:
        check_ready(case)
    follow(found, "opened", numbers_at_opening(found), by=by, at=at)


@transaction.atomic
def spoil_form(*, vote: int, number: str, reason: str, by: Actor, at: datetime) -> str:
    """Void a form with a reason and give the number of the one that replaces it. Raises VoteRefused."""
    found = chaired(vote, by, "open")
    form = found.forms.select_related("unit").filter(number=number, spoiled_at=None).first()
    if form is None or not reason.strip():
        raise VoteRefused(
            "没有这张有效的表格，或没有写理由", "no such form in use, or no reason given"
        )
    if form.keyings.exists():
        raise VoteRefused("这张表已经录入", "this form has been keyed")
    form.spoiled_at, form.spoiled_why = at, reason.strip()
    form.save()
    fresh = f"{found.forms.count() + 1:04d}"
    PaperForm.objects.create(
        office_id=by.office, vote=found, unit=form.unit, number=fresh, signer=form.signer
    )
    left(found, "spoil", by, at, said={"form": number, "replaced_by": fresh})
    return fresh


@transaction.atomic
def issue_form(*, vote: int, unit: str, signer: str, by: Actor, at: datetime) -> str:
    """Issue a form of her own for a co-owner, by the mark that stands for her; give its number. Raises VoteRefused."""
    found = chaired(vote, by, "open")
    if found.secrecy != "signed":
        raise VoteRefused(
            "只有记名的表决，共有人可以各填一张",
            "co-owners have forms of their own in signed votes only",
        )
    row = found.units.filter(unit=unit).first()
    marks = CO_OWNERS[: row.owners] if row is not None and row.owners > 1 else ""
    if row is None or signer not in set(marks):
        raise VoteRefused(
            f"名册上 {unit} 没有这位共有人", f"the roll names no such co-owner of {unit}"
        )
    if row.forms.filter(signer=signer, spoiled_at=None).exists():
        raise VoteRefused("这位共有人已经有一张表格", "this co-owner has a form")
    fresh = f"{found.forms.count() + 1:04d}"
    PaperForm.objects.create(office_id=by.office, vote=found, unit=row, number=fresh, signer=signer)
    left(found, "issue", by, at, said={"form": fresh, "unit": unit, "signer": signer})
    return fresh
