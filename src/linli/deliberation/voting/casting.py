"""Casting: by phone with the code of a form, or from returned paper keyed by two people."""

from __future__ import annotations

import base64
import hmac
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction

from linli.casework import keys
from linli.deliberation.models import CHANNELS, Attempt, Ballot, Keying, PaperForm, Vote
from linli.deliberation.voting.slates import Said, check_picks, said_by, slate_of
from linli.deliberation.voting.standing import VoteRefused, standing, told
from linli.registry.isolation import current_office
from linli.rulebook.casefile import Actor

CODE_LETTERS = 12
SALT_BYTES = 16
SETTLING = 3
OUTCOMES = ("handed", "nobody_home", "declined")
MINUTE, ALIKE = timedelta(minutes=1), timedelta(minutes=5)


@dataclass(frozen=True)
class Keyed:
    """What became of a keying: first, agreed (the ballot is in), or differs (a third look settles it)."""

    outcome: str
    seq: int | None = None


def code_of(vote: int, number: str) -> str:
    """Give the code printed on a form. It is made from the office's key: the database alone cannot tell it."""
    digest = keys.keyed_hash(current_office(), "ballot form", f"{vote}/{number}")
    return base64.b32encode(digest).decode()[:CODE_LETTERS]


def form_held(*, vote: int, number: str, code: str) -> PaperForm:
    """Give the form that somebody holds, number and code being right. Raises VoteRefused."""
    given = "".join(code.split()).replace("-", "").upper()
    right = hmac.compare_digest(given.encode(), code_of(vote, number).encode())
    form = PaperForm.objects.select_related("unit").filter(
        vote_id=vote, number=number, spoiled_at=None
    )
    found = form.first() if right else None
    if found is None:
        raise VoteRefused(
            "表格编号或查询码不对，请照表格再核对一遍",
            "number or code is wrong: look at the form again",
        )
    return found


@transaction.atomic
def cast_by_phone(
    *, vote: int, number: str, code: str, mark: str = "", picks: tuple[int, ...] = (), at: datetime
) -> Ballot:
    """Cast a household's ballot with the code of its form; a later one replaces it. Raises VoteRefused.

    In a vote on projects `picks` are the numbers of those it names, and there is no mark.
    """
    found = standing(vote, "open")
    form = form_held(vote=vote, number=number, code=code)
    if found.closes_at is not None and at >= found.closes_at:
        raise VoteRefused("表决已经截止", "the vote has closed")
    said = said_by(found, "yes" if slate_of(found) else mark, picks)
    if said.mark in {"void", "split"}:
        raise VoteRefused("请选择同意、反对或弃权", "choose yes, no or abstain")
    check_picks(found, said.picks)
    return _added(found, form, said, "phone", at, by="household", at=at)


@transaction.atomic
def note_attempt(*, vote: int, number: str, outcome: str, by: Actor, at: datetime) -> None:
    """Note a try to bring a form to its household. Raises VoteRefused."""
    found = told(vote, by, "open")
    form = found.forms.filter(number=number, spoiled_at=None).first()
    if form is None or outcome not in OUTCOMES:
        raise VoteRefused("没有这张有效的表格", "no such form in use")
    Attempt.objects.create(office_id=by.office, form=form, outcome=outcome, by=by.id, at=at)


@transaction.atomic
def key_form(  # noqa: PLR0913 - a keying says all that a paper shows
    *,
    vote: int,
    number: str,
    mark: str,
    picks: tuple[int, ...] = (),
    received_at: datetime,
    by: Actor,
    at: datetime,
    channel: str = "paper",
    mandate: int | None = None,
    reason: str = "",
) -> Keyed:
    """Key a returned form. Two people who agree make it a ballot; a difference waits for a third keying with a reason.

    What is keyed is what the paper says: a ballot that names too many projects is void when it is counted.
    `mandate`: the number of the written mandate by which a proxy filled it in. Of two moments that are alike the
    earlier counts, see `_moment_agreed`.
    Raises VoteRefused: a form that is not in use, one person keying twice, a moment outside the vote.
    """
    found = told(vote, by, "open", "closed")
    form = found.forms.select_related("unit").filter(number=number, spoiled_at=None).first()
    if form is None or channel not in CHANNELS or channel == "phone":
        raise VoteRefused("没有这张有效的表格", "no such form in use")
    said = _said(found, mark, picks, mandate)
    _check_received(found, received_at, at)
    before = list(form.keyings.order_by("turn"))
    turn = _turn(before, form, by, reason)
    Keying.objects.create(
        office_id=by.office, form=form, turn=turn, mark=said.mark, picks=list(said.picks),
        mandate_id=said.mandate, received_at=received_at,
        reason=reason.strip() if turn == SETTLING else "", by=by.id, at=at,
    )  # fmt: skip
    if turn == 1:
        return Keyed("first")
    moment = received_at if turn == SETTLING else _moment_agreed(before[0], form, said, received_at)
    if moment is None:
        return Keyed("differs")
    return Keyed("agreed", _added(found, form, said, channel, moment, by=by.id, at=at).seq)


def _said(vote: Vote, mark: str, picks: tuple[int, ...], mandate: int | None) -> Said:
    said = said_by(vote, mark, picks)
    if mandate is None:
        return said
    row = vote.mandates.filter(number=mandate).first()
    if row is None:
        raise VoteRefused(f"没有第 {mandate} 号委托书", f"there is no mandate {mandate}")
    return replace(said, mandate=row.pk)


def _check_received(vote: Vote, received_at: datetime, at: datetime) -> None:
    assert vote.opens_at is not None
    assert vote.closes_at is not None
    if not vote.opens_at <= received_at < vote.closes_at or received_at > at:
        raise VoteRefused("收到的时间不在表决期内", "it was not received while the vote was open")


def _moment_agreed(
    first: Keying, form: PaperForm, said: Said, received_at: datetime
) -> datetime | None:
    """Give when a form read alike twice was received: the earlier of two moments at most five minutes apart.

    Nothing where the readings differ, or where a ballot of the same unit came in between the two moments: then
    which of them is right decides which ballot counts.
    """
    if _read(first) != (said.mark, list(said.picks), said.mandate):
        return None
    earlier, later = sorted((first.received_at, received_at))
    between = Ballot.objects.filter(
        unit=form.unit, received_at__gte=earlier, received_at__lte=later + MINUTE
    )
    if later - earlier > ALIKE or (later != earlier and between.exists()):
        return None
    return earlier


def _turn(before: list[Keying], form: PaperForm, by: Actor, reason: str) -> int:
    """Give which keying this is. Raises VoteRefused."""
    turn = len(before) + 1
    agreed = form.vote.ballots.filter(form=form.number).exclude(channel="phone").exists()
    if turn > SETTLING or agreed:
        raise VoteRefused("这张表已经录完", "this form has been keyed")
    if turn < SETTLING and any(one.by == by.id for one in before):
        raise VoteRefused("第二次录入要由另一个人做", "somebody else must key it the second time")
    if turn == SETTLING and not reason.strip():
        raise VoteRefused(
            "两次录入不同：对照原件后写明依据", "the keyings differ: say what the paper shows"
        )
    return turn


def _read(keying: Keying) -> tuple[str, list[int], int | None]:
    """Give what somebody read on a form, beside when it came in."""
    return keying.mark, keying.picks, keying.mandate_id


def _added(
    vote: Vote, form: PaperForm, said: Said, channel: str, received_at: datetime, *, by: str, at: datetime
) -> Ballot:  # fmt: skip
    return Ballot.objects.create(
        office_id=vote.office_id, vote=vote, seq=vote.ballots.count() + 1, unit=form.unit,
        form=form.number, mark=said.mark, picks=list(said.picks), signer=form.signer,
        mandate_id=said.mandate, channel=channel, received_at=received_at,
        salt=secrets.token_bytes(SALT_BYTES), by=by, at=at,
    )  # fmt: skip
