"""My reports: a code is sent to the number or address that was given with them; whoever has it sees them all."""

from __future__ import annotations

from datetime import timedelta

from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from linli.casework.queries.reporters import Reported, reported_by
from linli.notices.channels import open_channels
from linli.notices.codes.actions import Address, CodeRefused, answer_code, ask_code, read_address
from linli.registry.isolation import current_office
from linli.registry.login import Knock, LoginRefused
from linli.resident.mine.proving import masked
from linli.resident.throttling import Throttled, check_pace
from linli.resident.visits import Held, Visit

UNFIT, TOO_MANY = 422, 429
MINE = "mine"
SALT = "linli.mine"
OPEN_FOR = timedelta(hours=2)
BACK = timedelta(days=365)
MINUTE = timedelta(minutes=1)


def ask(visit: Visit) -> HttpResponse:
    """Ask for a number or an address, and send a code there; the answer is the same whether it is known or not."""
    if visit.request.method != "POST":
        return _asked(visit)
    given = visit.request.POST.get("address", "").strip()
    try:
        check_pace(visit, "code")
        address = read_address(text=given)
        found = reported_by(address.lookup, since=visit.at - BACK)
        newest = found[0] if found else None
        ask_code(
            purpose=MINE, address=address, case=newest.case if newest else None,
            seq=newest.seq if newest else 0, at=visit.at,
        )  # fmt: skip
    except Throttled as throttled:
        return _asked(visit, given, throttled.message, TOO_MANY)
    except CodeRefused as refused:
        return _asked(visit, given, refused.message, UNFIT)
    return visit.show("resident/mine_code.html", {"address": given, "masked": masked(address)})


def answer(visit: Visit) -> HttpResponse:
    """Take the code; the right one opens the list for two hours, on this device."""
    given = visit.request.POST.get("address", "").strip()
    try:
        address = read_address(text=given)
    except CodeRefused as refused:
        return _asked(visit, given, refused.message, UNFIT)
    try:
        knock = Knock.at_door(MINE, address.lookup.hex(), _origin(visit), visit.at)
    except LoginRefused as shut:
        minutes = -(-(shut.wait or MINUTE) // MINUTE)
        said = _("试的次数太多了，请在 %(minutes)d 分钟后再试") % {"minutes": minutes}
        return _wrong(visit, given, address, said, TOO_MANY)
    try:
        answer_code(
            purpose=MINE, lookup=address.lookup, digits=visit.request.POST.get("code", ""), at=visit.at,
        )  # fmt: skip
    except CodeRefused as refused:
        knock.note(has_failed=True)
        return _wrong(visit, given, address, refused.message, UNFIT)
    knock.note(has_failed=False)
    return _opened(visit, address)


def listed(visit: Visit) -> HttpResponse:
    """Show what was reported under the number or address that was proved, the newest first."""
    opened = _proved(visit)
    if opened is None:
        return redirect("resident:mine")
    hint, lookup = opened
    found = reported_by(lookup, since=visit.at - BACK)
    page = visit.show("resident/mine.html", {"reports": found, "masked": hint})
    page["Cache-Control"] = "private, no-store"
    return page


def one(visit: Visit, number: str) -> HttpResponse:
    """Lead to the progress of one of them, which this device may see from now on."""
    opened = _proved(visit)
    if opened is None:
        return redirect("resident:mine")
    found = reported_by(opened[1], since=visit.at - BACK)
    visit.hold(_held(next((row for row in found if row.number == number), None), number))
    return redirect("resident:progress", number)


def _held(row: Reported | None, number: str) -> Held:
    if row is None:
        raise Http404(number)
    return Held(row.number, row.case, row.actor, "")


def _asked(
    visit: Visit, given: str = "", refusal: object = None, status: int = 200
) -> HttpResponse:
    context = {
        "address": given,
        "refusal": refusal,
        "is_open": bool({"sms", "mail"} & set(open_channels())),
    }
    return visit.show("resident/mine_ask.html", context, status)


def _wrong(
    visit: Visit, given: str, address: Address, refusal: object, status: int
) -> HttpResponse:
    context = {"address": given, "masked": masked(address), "refusal": refusal}
    return visit.show("resident/mine_code.html", context, status)


def _opened(visit: Visit, address: Address) -> HttpResponse:
    page = redirect("resident:mine-reports")
    kept = signing.dumps([current_office(), masked(address), address.lookup.hex()], salt=SALT)
    page.set_cookie(
        MINE,
        kept,
        max_age=OPEN_FOR,
        httponly=True,
        samesite="Lax",
        secure=visit.request.is_secure(),
    )
    return page


def _proved(visit: Visit) -> tuple[str, bytes] | None:
    """Give the address whose code was answered on this device, masked, with its hash; None when there is none."""
    try:
        kept = signing.loads(visit.request.COOKIES.get(MINE, ""), salt=SALT, max_age=OPEN_FOR)
    except signing.BadSignature:
        return None
    office, hint, lookup = kept
    return (hint, bytes.fromhex(lookup)) if office == current_office() else None


def _origin(visit: Visit) -> str:
    return str(visit.request.META.get("REMOTE_ADDR", ""))
