"""Concluding a vote: closed, reconciled, counted, put on notice, objected to, reopened or settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from linli.deliberation.counting.seats import Elected, ElectionRefused
from linli.deliberation.models import Annulment, Objection, Vote
from linli.deliberation.voting.boxes import aliases_of, seats_of
from linli.deliberation.voting.following import follow
from linli.deliberation.voting.proving import root_of
from linli.deliberation.voting.slates import slate_of
from linli.deliberation.voting.standing import VoteRefused, chaired, left, standing
from linli.deliberation.voting.tallying import (
    Reconciled,
    Result,
    approved,
    counted,
    elected,
    forms_told,
    numbers_of,
    reconciled,
    said_of,
    uncounted_of,
)
from linli.rulebook.casefile import Actor
from linli.rulebook.lasting.voting import VoteMove


@dataclass(frozen=True)
class Stated:
    """What the tellers counted on the table: forms returned, spoiled and outstanding."""

    returned: int
    spoiled: int
    outstanding: int


@transaction.atomic
def close_vote(*, vote: int, by: Actor, at: datetime) -> None:
    """Close a vote whose time is over. Raises VoteRefused."""
    found = chaired(vote, by, "open")
    if found.closes_at is None or at < found.closes_at:
        raise VoteRefused("还没有到截止时间", "its time is not over")
    left(found, "close", by, at, state="closed")


@transaction.atomic
def reconcile(*, vote: int, stated: Stated, by: Actor, at: datetime) -> Reconciled:
    """Hold the forms on the table against those on record; nothing is counted before they agree. Raises VoteRefused."""
    found = chaired(vote, by, "closed", "reopened")
    known = reconciled(found)
    if known.unsettled:
        numbers = "、".join(known.unsettled)
        raise VoteRefused(
            f"还没有录完的表：{numbers}",
            f"forms not keyed to the end: {', '.join(known.unsettled)}",
        )
    if (stated.returned, stated.spoiled, stated.outstanding) != (
        known.returned,
        known.spoiled,
        known.outstanding,
    ):
        raise VoteRefused(
            f"票数不符：发出 {known.issued}，记录为收回 {known.returned}、作废 {known.spoiled}、"
            f"未收回 {known.outstanding}",
            f"it does not add up: {known.issued} issued, on record {known.returned} returned, "
            f"{known.spoiled} spoiled, {known.outstanding} outstanding",
        )
    left(found, "reconcile", by, at, state="reconciled", said=vars(stated))
    return known


@transaction.atomic
def reconcile_by_number(
    *, vote: int, ticked: frozenset[str], by: Actor, at: datetime
) -> Reconciled:
    """Hold the papers on the table against the record, number by number. Raises VoteRefused with the numbers that differ.

    `ticked`: the forms that lie on the table. A spoiled one may lie there or be lost.
    """
    found = chaired(vote, by, "closed", "reopened")
    known = {one.number: one.fate for one in forms_told(found)}
    on_record = {number for number, fate in known.items() if fate in {"returned", "unsettled"}}
    spoiled = {number for number, fate in known.items() if fate == "spoiled"}
    missing, extra = sorted(on_record - ticked), sorted(ticked - on_record - spoiled)
    if missing or extra:
        none = "无"
        zh = f"记录收回而桌上没有：{'、'.join(missing) or none}；桌上有而记录没有：{'、'.join(extra) or none}"
        en = f"on record but not on the table: {', '.join(missing)}; on the table but not on record: {', '.join(extra)}"
        raise VoteRefused(zh, en)
    told = reconciled(found)
    stated = Stated(told.returned, told.spoiled, told.outstanding)
    return reconcile(vote=vote, stated=stated, by=by, at=at)


@transaction.atomic
def count_vote(*, vote: int, by: Actor, at: datetime, aliases: str = "") -> Result:
    """Count a reconciled vote and keep the sheet with the root over its ballots. Raises VoteRefused.

    `aliases`: of an election, which spellings mean one person, as `张伟 = 张炜、小张`.
    """
    found = chaired(vote, by, "reconciled")
    try:
        result = _result(found, aliases)
    except ElectionRefused as refused:
        raise VoteRefused(refused.message.zh, refused.message.en) from refused
    root = root_of(found).hex()
    found.result = {
        "passed": result.is_passed,
        "valid": result.is_valid if isinstance(result, Elected) else result.is_quorate,
        "lines": [{"zh": line.zh, "en": line.en} for line in said_of(result)],
        "ballots": found.ballots.count(),
        "uncounted": [{"zh": line.zh, "en": line.en} for line in uncounted_of(found, result)],
        "root": root,
        "numbers": numbers_of(found, result, root),
    }
    left(found, "count", by, at, state="counted", said=found.result)
    return result


def _result(vote: Vote, aliases: str) -> Result:
    slate = slate_of(vote)
    if slate is not None:
        return approved(vote, slate)
    return elected(vote, aliases_of(aliases)) if seats_of(vote) else counted(vote)


@transaction.atomic
def post_notice(*, vote: int, until: datetime, by: Actor, at: datetime) -> None:
    """Put a result on public notice until a moment. Raises VoteRefused."""
    found = chaired(vote, by, "counted")
    if until <= at:
        raise VoteRefused("公示截止应在现在之后", "the notice must end later than now")
    found.notice_until = until
    left(found, "post", by, at, state="notice", said={"until": until.isoformat()})


@transaction.atomic
def object_to(*, vote: int, text: str, by: Actor, at: datetime) -> int:
    """Take an objection to a published roll or to a result on notice. Raises VoteRefused."""
    found = standing(vote, "roll", "notice")
    if not text.strip():
        raise VoteRefused("请写明异议", "say what is objected to")
    if found.state == "notice" and found.notice_until is not None and at >= found.notice_until:
        raise VoteRefused("公示已经结束", "the notice is over")
    row = Objection.objects.create(
        office_id=by.office, vote=found, text=text.strip(), by=by.id, at=at, state=found.state
    )
    left(found, "object", by, at, said={"objection": row.pk})
    return row.pk


@transaction.atomic
def rule_on(
    *, vote: int, objection: int, is_upheld: bool, ruling: str, by: Actor, at: datetime
) -> None:
    """Rule on an objection; one to the result that is upheld reopens it. Raises VoteRefused."""
    found = chaired(vote, by, "roll", "notice", "reopened")
    row = found.objections.filter(pk=objection, is_upheld=None).first()
    if row is None or not ruling.strip():
        raise VoteRefused(
            "没有待处理的异议，或没有写理由", "no objection waits, or no reason given"
        )
    row.is_upheld, row.ruling, row.ruled_by, row.ruled_at = is_upheld, ruling.strip(), by.id, at
    row.save()
    reopens = is_upheld and row.state == "notice"
    left(
        found, "rule", by, at, state="reopened" if reopens else "",
        said={"objection": objection, "upheld": is_upheld},
    )  # fmt: skip


@transaction.atomic
def annul(*, vote: int, seq: int, reason: str, by: Actor, at: datetime) -> None:
    """Annul a ballot with a reason; it stays on record and counts no more. Raises VoteRefused."""
    found = chaired(vote, by, "closed", "reopened")
    ballot = found.ballots.filter(seq=seq, annulment=None).first()
    if ballot is None or not reason.strip():
        raise VoteRefused("没有这张有效的票，或没有写理由", "no such ballot, or no reason given")
    Annulment.objects.create(
        office_id=by.office, ballot=ballot, reason=reason.strip(), by=by.id, at=at
    )
    left(found, "annul", by, at, said={"ballot": seq})


@transaction.atomic
def settle_vote(*, vote: int, by: Actor, at: datetime) -> bool:
    """Make a result final once its notice is over and no objection waits. Says whether it is carried."""
    found = chaired(vote, by, "notice")
    if found.notice_until is None or at < found.notice_until:
        raise VoteRefused("公示还没有结束", "the notice is not over")
    if found.objections.filter(is_upheld=None).exists():
        raise VoteRefused("还有异议没有处理", "an objection waits for a ruling")
    assert isinstance(found.result, dict)
    is_passed = bool(found.result["passed"])
    left(found, "settle", by, at, state="effective" if is_passed else "failed")
    move: VoteMove = (
        "carried" if is_passed else "lost" if found.result.get("valid", True) else "void"
    )
    follow(found, move, found.result.get("numbers", {}), by=by, at=at)
    return is_passed
