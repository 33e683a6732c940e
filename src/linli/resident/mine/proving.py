"""A changed contact holds once a code sent to the new address was answered; the address that held is told."""

from __future__ import annotations

from dataclasses import dataclass

from linli.notices.codes.actions import (
    Address,
    CodeRefused,
    answer_code,
    ask_code,
    former_address,
    read_address,
    tell_former,
)
from linli.resident.throttling import Throttled, check_pace
from linli.resident.visits import Held, Visit
from linli.rulebook.labels import Label
from linli.rulebook.mechanism import Mechanism
from linli.ui.sheets import Sheet

UNFIT, TOO_MANY, ASKED = 422, 429, 200
CODE = "proof"
SHOWN_OF_PHONE = (3, 4)


@dataclass(frozen=True)
class Change:
    """An address that was proved, and the one that held before, if there was one."""

    address: Address
    former: Address | None


class NotProved(Exception):
    """Nothing was done yet: a code was sent to `masked`, or none can be, or the one typed is wrong (`refusal`)."""

    def __init__(self, shown: str, refusal: Label | None = None, status: int = ASKED) -> None:
        super().__init__(refusal.en if refusal else shown)
        self.masked = shown
        self.refusal = refusal
        self.status = status


def proved(visit: Visit, held: Held, sheet: Sheet, mechanism: Mechanism) -> list[Change]:
    """Give the contacts that a form changes, each proved by the code posted with it.

    A contact is a personal field that the mechanism tells of what happens. Raises NotProved.
    """
    told = {name for rule in mechanism.tells.values() for name in rule.whom}
    names = [name for name in sheet.form if name in told and sheet.form[name]]
    return [_proved(visit, held, name, str(sheet.form[name])) for name in names]


def tell_former_ones(visit: Visit, held: Held, changes: list[Change]) -> None:
    """Tell the addresses that held until now."""
    for change in changes:
        if change.former is not None and change.former != change.address:
            tell_former(address=change.former, case=held.case, seq=1, at=visit.at)


def masked(address: Address) -> str:
    """Give an address as it may stand on a page: the two ends of it."""
    text, sign, domain = address.plain.partition("@")
    if sign:
        return f"{text[:1]}***@{domain}"
    first, last = SHOWN_OF_PHONE
    return f"{text[:first]}****{text[-last:]}"


def _proved(visit: Visit, held: Held, field: str, text: str) -> Change:
    try:
        address = read_address(text=text)
    except CodeRefused as refused:
        raise NotProved("", refused.message, UNFIT) from refused
    former = former_address(case=held.case, field=field, at=visit.at)
    if former == address:
        return Change(address, former)
    purpose, digits = f"contact:{held.case}", visit.request.POST.get(CODE, "")
    try:
        if digits:
            answer_code(purpose=purpose, lookup=address.lookup, digits=digits, at=visit.at)
            return Change(address, former)
        check_pace(visit, "code")
        ask_code(purpose=purpose, address=address, case=held.case, seq=1, at=visit.at)
    except Throttled as throttled:
        raise NotProved(masked(address), throttled.message, TOO_MANY) from throttled
    except CodeRefused as refused:
        raise NotProved(masked(address), refused.message, UNFIT) from refused
    raise NotProved(masked(address))
