"""Written mandates: who votes for which units and how, until when; taken back; each with its scan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.db import transaction

from linli.casework import keys
from linli.deliberation.counting import ballots as pure
from linli.deliberation.counting.rules import RuleSet
from linli.deliberation.models import Mandate, Revocation, Vote
from linli.deliberation.voting.scans import seal
from linli.deliberation.voting.standing import VoteRefused, left, told
from linli.rulebook.casefile import Actor
from linli.rulebook.labels import Label

GIVEN_IN = ("roll", "open", "closed")
NAME_PART = b"holder"


@dataclass(frozen=True)
class NewMandate:
    """What a written mandate says. `choice` is empty where it does not say how to vote; `until` None: for this vote."""

    units: tuple[str, ...]
    holder: str
    choice: str
    given_at: datetime
    until: datetime | None = None


@transaction.atomic
def give_mandate(*, vote: int, new: NewMandate, upload: BinaryIO, by: Actor, at: datetime) -> int:
    """Keep a written mandate with its scan; give its number. Raises VoteRefused and UploadRefused.

    One that does not say how to vote, or is beyond the holder's cap, is kept too: the count says why it does not hold.
    """
    found = told(vote, by, *GIVEN_IN)
    holder = " ".join(new.holder.split())
    _check_allowed(found, holder)
    _check_units(found, new.units)
    _check_moments(found, new, at)
    if new.choice not in {"", *pure.CHOICES}:
        raise VoteRefused("请选择同意、反对或弃权", "choose yes, no or abstain")
    key = keys.new_data_key()
    row = Mandate.objects.create(
        office_id=by.office, vote=found, number=found.mandates.count() + 1, units=list(new.units),
        holder=keys.keyed_hash(by.office, "vote mandate", f"{vote}/{holder}").hex()[:32],
        sealed_name=keys.encrypt(key, holder.encode(), NAME_PART), wrapped_key=keys.wrap(by.office, key),
        choice=new.choice, given_at=new.given_at, until=new.until, by=by.id, at=at,
    )  # fmt: skip
    seal(upload, mandate=row, by=by, at=at)
    left(found, "mandate", by, at, said={"mandate": row.number})
    return row.number


@transaction.atomic
def revoke_mandate(
    *, vote: int, number: int, received_at: datetime, reason: str, by: Actor, at: datetime
) -> None:
    """Note that an owner took a mandate back. It holds for no ballot received from that moment on. Raises VoteRefused."""
    found = told(vote, by, *GIVEN_IN)
    row = found.mandates.filter(number=number, revocation=None).first()
    if row is None or not reason.strip():
        raise VoteRefused(
            "没有这份有效的委托书，或没有写理由", "no such mandate, or no reason given"
        )
    if received_at > at or received_at < row.given_at:
        raise VoteRefused(
            "撤回的时间应在委托之后、现在之前", "it is taken back after it was given and before now"
        )
    Revocation.objects.create(
        office_id=by.office, mandate=row, received_at=received_at, reason=reason.strip(), by=by.id, at=at
    )  # fmt: skip
    left(found, "revoke", by, at, said={"mandate": number})


def mandates_of(vote: Vote) -> tuple[pure.Mandate, ...]:
    """Give the mandates of a vote for the pure count; holders are the hashes of their names."""
    found = vote.mandates.select_related("revocation").prefetch_related("scans").order_by("number")
    return tuple(
        pure.Mandate(
            one.units[0], one.holder, _choice(one.choice), one.given_at,
            one.revocation.received_at if hasattr(one, "revocation") else None,
            bool(one.scans.all()), tuple(one.units), one.until,
        )
        for one in found
    )  # fmt: skip


def holder_of(mandate: Mandate) -> str:
    """Give the name of a mandate's holder, opened with the office's key. Raises KeyMissing."""
    key = keys.unwrap(mandate.office_id, bytes(mandate.wrapped_key))
    return keys.decrypt(key, bytes(mandate.sealed_name), NAME_PART).decode()


def _check_allowed(vote: Vote, holder: str) -> None:
    proxies = RuleSet.model_validate(vote.rules).proxies
    if proxies is None or vote.secrecy == "secret":
        raise VoteRefused("此项表决的规则不许委托", "the rule of this vote allows no proxies")
    if not holder:
        raise VoteRefused("请写受托人姓名", "give the name of the holder")
    if holder in proxies.barred:
        raise VoteRefused(f"按规则，{holder} 不得受托", f"{holder} may not hold a mandate")


def _check_units(vote: Vote, units: tuple[str, ...]) -> None:
    owners = dict(vote.units.filter(unit__in=units).values_list("unit", "owner"))
    strange = [unit for unit in units if unit not in owners]
    if strange or not units:
        names = "、".join(strange)
        raise VoteRefused(f"名册上没有：{names}", f"not on the roll: {', '.join(strange)}")
    if len(set(owners.values())) > 1:
        raise VoteRefused(
            "一份委托书只写同一产权人的套", "one mandate is for the units of one owner"
        )


def _check_moments(vote: Vote, new: NewMandate, at: datetime) -> None:
    if new.given_at > at or (vote.closes_at is not None and new.given_at >= vote.closes_at):
        raise VoteRefused(
            "委托的时间应在现在之前、表决截止之前",
            "it is given before now, and before the vote closes",
        )
    if new.until is not None and new.until <= new.given_at:
        raise VoteRefused("有效期应在委托之后", "it runs out after it was given")


def _choice(text: str) -> pure.Choice | None:
    return next((choice for choice in pure.CHOICES if choice == text), None)


@dataclass(frozen=True)
class Held:
    """A mandate as tellers see it, with the places of the ballots cast by it."""

    number: int
    units: tuple[str, ...]
    holder: str
    choice: Label | None
    given_at: datetime
    until: datetime | None
    revoked_at: datetime | None
    reason: str
    ballots: tuple[int, ...]


def mandates_held(vote: int) -> tuple[Held, ...]:
    """Give the mandates of a vote as tellers see them, holders by name. Raises KeyMissing."""
    found = Mandate.objects.filter(vote_id=vote).select_related("revocation")
    return tuple(_held(one) for one in found.prefetch_related("ballots").order_by("number"))


def _held(mandate: Mandate) -> Held:
    taken = getattr(mandate, "revocation", None)
    choice = _choice(mandate.choice)
    return Held(
        mandate.number, tuple(mandate.units), holder_of(mandate),
        pure.SAID[choice] if choice else None, mandate.given_at, mandate.until,
        taken.received_at if taken else None, taken.reason if taken else "",
        tuple(sorted(one.seq for one in mandate.ballots.all())),
    )  # fmt: skip
