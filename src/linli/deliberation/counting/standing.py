"""Which ballots stand: in time, by somebody on the roll, and by proxies only as written mandates allow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from linli.deliberation.counting.ballots import Ballot, Fate, Handed, Mandate
from linli.deliberation.counting.electorate import Roll
from linli.deliberation.counting.rules import RuleSet


@dataclass(frozen=True)
class Standing:
    """Asked for each ballot, gives why it does not stand, or None."""

    roll: Roll
    rules: RuleSet
    handed: Handed

    def owner(self, voter: str) -> str | None:
        """Give the owner group of a unit's or an owner group's name; None for a stranger."""
        return self.roll.owner_of.get(voter) or (voter if voter in self.roll.units else None)

    def fault(self, ballot: Ballot) -> Fate | None:
        """Give the first reason for which a ballot does not stand."""
        checks: tuple[Callable[[Ballot], Fate | None], ...] = (self._plain_fault, self._proxy_fault)
        return next((fault for check in checks if (fault := check(ballot))), None)

    def _plain_fault(self, ballot: Ballot) -> Fate | None:
        owner = self.owner(ballot.voter)
        opens, closes = self.handed.opens, self.handed.closes
        if owner is None:
            return "stranger"
        if ballot.at is not None and opens is not None and ballot.at < opens:
            return "early"
        if ballot.at is not None and closes is not None and ballot.at >= closes:
            return "late"
        if ballot.mark == "void":
            return "spoiled"
        owners = self.co_owners(ballot.voter)
        return "not_owner" if ballot.signer and owners and ballot.signer not in owners else None

    def co_owners(self, voter: str) -> tuple[str, ...]:
        """Give the named owners of a unit, or of all units of an owner group."""
        held = [one for one in self.roll.dwellings if voter in (one.key, one.owner)]
        return tuple(dict.fromkeys(name for one in held for name in one.owners))

    def _proxy_fault(self, ballot: Ballot) -> Fate | None:
        if not ballot.proxy:
            return None
        if self.rules.proxies is None:
            return "no_proxies"
        if ballot.proxy in self.rules.proxies.barred:
            return "barred"
        found = [one for one in self._mandates(ballot) if one.holder == ballot.proxy]
        if not found:
            return "no_mandate"
        faults = [self._mandate_fault(ballot, one) for one in found]
        return None if None in faults else faults[0]

    def _mandates(self, ballot: Ballot) -> list[Mandate]:
        owner = self.owner(ballot.voter)
        return [
            one
            for one in self.handed.mandates
            if self.owner(one.principal) == owner
            and (not one.units or ballot.voter == owner or ballot.voter in one.units)
        ]

    def _mandate_fault(self, ballot: Ballot, mandate: Mandate) -> Fate | None:
        if not mandate.written:
            return "unwritten"
        if _not_after(mandate.revoked_at, ballot.at) or self._spoke_since(ballot, mandate):
            return "revoked"
        if mandate.given_at and ballot.at and mandate.given_at > ballot.at:
            return "no_mandate"
        if mandate.until and (ballot.at is None or ballot.at >= mandate.until):
            return "lapsed"
        return self._told_fault(ballot, mandate)

    def _told_fault(self, ballot: Ballot, mandate: Mandate) -> Fate | None:
        proxies = self.rules.proxies
        assert proxies is not None
        if proxies.as_mandated and mandate.choice is None:
            return "silent_mandate"
        if proxies.as_mandated and mandate.choice != ballot.mark:
            return "against_mandate"
        return "over_cap" if self._beyond_cap(mandate, proxies.cap) else None

    def _spoke_since(self, ballot: Ballot, mandate: Mandate) -> bool:
        """Say whether the principal voted in person after giving the mandate and not after this ballot."""
        owner = self.owner(ballot.voter)
        own = [
            one
            for one in self.handed.ballots
            if not one.proxy and self.owner(one.voter) == owner and self._plain_fault(one) is None
        ]
        return any(
            one.at is None
            or ((ballot.at is None or one.turn <= ballot.turn)
                and (mandate.given_at is None or one.at >= mandate.given_at))
            for one in own
        )  # fmt: skip

    def _beyond_cap(self, mandate: Mandate, cap: int | None) -> bool:
        """Say whether the holder had as many principals before this one; earlier mandates come first.

        One taken back leaves its place to another, unless the holder had voted by it before.
        """
        if cap is None:
            return False
        first: dict[str, tuple[str, str]] = {}
        for one in self.handed.mandates:
            owner = self.owner(one.principal)
            if one.holder == mandate.holder and one.written and owner and self._holds_place(one):
                place = (one.given_at.isoformat() if one.given_at else "", owner)
                first[owner] = min(first.get(owner, place), place)
        allowed = [owner for _, owner in sorted(first.values())][:cap]
        return self.owner(mandate.principal) not in allowed

    def _holds_place(self, mandate: Mandate) -> bool:
        return mandate.revoked_at is None or any(
            one.proxy == mandate.holder
            and self.owner(one.voter) == self.owner(mandate.principal)
            and not _not_after(mandate.revoked_at, one.at)
            for one in self.handed.ballots
        )


def _not_after(moment: datetime | None, limit: datetime | None) -> bool:
    return moment is not None and (limit is None or moment <= limit)
