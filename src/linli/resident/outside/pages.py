"""By a one-time link: the case as far as its step needs it, the step's form, and why a link opens nothing any more."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from linli.budget.actions import perform
from linli.casework.actions import RevisionConflict
from linli.casework.attachments import AttachmentMissing, photo
from linli.casework.covering.queries import hidden_photos
from linli.casework.queries import Photo, Shown
from linli.notices.links.actions import note_use
from linli.notices.links.entering import MOVED_ON, UNKNOWN, Entry, LinkShut, entered
from linli.registry.login import Knock, LoginRefused
from linli.registry.queries import bodies
from linli.resident.laying import filled, laid
from linli.resident.public import public_case
from linli.resident.visits import Visit
from linli.rulebook.casefile import Opening, StepRefused
from linli.ui.sheets import Sheet

FORBIDDEN, GONE, CONFLICT, UNFIT, TOO_MANY = 403, 410, 409, 422, 429


def work(visit: Visit, text: str) -> HttpResponse:
    """Show the case that a link opens, and the steps that may be taken by it."""
    try:
        entry = _entered(visit, text)
    except LinkShut as shut:
        return _shut(visit, shut)
    rules = entry.view.mechanism.actions
    clocks = [one for one in entry.view.clocks if one.reading.is_running]
    return _shown(visit, "resident/outside.html", {
        "entry": entry,
        "offers": [(one, rules[one.action]) for one in entry.offers],
        "facts": _facts(entry),
        "clocks": [] if entry.actor.is_resident else clocks,
        "photos": _photos(entry),
    })  # fmt: skip


def do(visit: Visit, text: str, action: str) -> HttpResponse:
    """Ask what a step needs, and take it by the link; the link is held against a second use meanwhile."""
    is_sent = visit.request.method == "POST"
    try:
        entry = _entered(visit, text, lock=is_sent)
    except LinkShut as shut:
        return _shut(visit, shut)
    sheet = _sheet(visit, entry, action)
    if Opening(sheet.name, sheet.member) not in entry.offers:
        return _shut(visit, LinkShut(MOVED_ON), FORBIDDEN)
    if is_sent:
        return _take(visit, entry, filled(visit, sheet, entry.actor))
    return _form(visit, entry, sheet)


def file(visit: Visit, text: str, sha: str) -> HttpResponse:
    """Give a photo of the case that a link opens."""
    try:
        entry = _entered(visit, text)
    except LinkShut as shut:
        return _shut(visit, shut)
    if sha not in {one.sha256 for one in _photos(entry)}:
        raise Http404(sha)
    try:
        found = photo(office=entry.actor.office, case=entry.view.row.id, sha256=sha)
    except AttachmentMissing as missing:
        raise Http404(sha) from missing
    answer = HttpResponse(found.content, content_type=found.media_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _entered(visit: Visit, text: str, *, lock: bool = False) -> Entry:
    """Give what a link opens. Raises LinkShut; an address that tries too many unknown ones is made to wait."""
    try:
        return entered(text, at=visit.at, lock=lock)
    except LinkShut as shut:
        if shut.reason == UNKNOWN:
            _note_stranger(visit)
        raise


def _facts(entry: Entry) -> list[Shown]:
    """Give what is shown of the case: to a body what it needs, to whoever reported it what is public; nothing personal."""
    if entry.actor.is_resident:
        return list(public_case(entry.view, entry.actor.id).shown)
    fields = entry.view.mechanism.fields
    return [
        one for one in entry.view.shown if not one.is_personal and fields[one.field].type != "place"
    ]


def _photos(entry: Entry) -> list[Photo]:
    if entry.actor.is_resident:
        return public_case(entry.view, entry.actor.id).photos
    hidden = hidden_photos(entry.view.row.id)
    return [one for one in entry.view.photos if one.kind == "photo" and one.sha256 not in hidden]


def _note_stranger(visit: Visit) -> None:
    address = visit.request.META.get("REMOTE_ADDR", "")
    try:
        Knock.at_door("link", address, address, visit.at).note(has_failed=True)
    except LoginRefused as refused:
        raise LinkShut("wait") from refused


def _sheet(visit: Visit, entry: Entry, action: str) -> Sheet:
    mechanism = entry.view.mechanism
    if action not in entry.actions or action not in mechanism.actions:
        raise Http404(action)
    given = visit.request.POST if visit.request.method == "POST" else visit.request.GET
    kind, _colon, key = given.get("member", "").partition(":")
    revision = given.get("revision", "")
    return laid(
        visit, mechanism, action,
        revision=int(revision) if revision.isdecimal() else entry.view.row.revision,
        member=(kind, key) if key else None,
        bodies=[(row.id, row.name.in_language(visit.language)) for row in bodies(on=visit.today)],
    )  # fmt: skip


def _take(visit: Visit, entry: Entry, sheet: Sheet) -> HttpResponse:
    if sheet.faults:
        return _form(visit, entry, sheet, UNFIT)
    try:
        perform(
            case=entry.view.row.id, action=sheet.name, by=entry.actor, at=visit.at, form=sheet.form,
            exhibits=sheet.exhibits, key=sheet.key, revision=sheet.revision, member=sheet.member,
        )  # fmt: skip
    except RevisionConflict as conflict:
        fresh = sheet.renewed(conflict.revision)
        return _form(visit, entry, fresh, CONFLICT, general=conflict.message)
    except StepRefused as refused:
        return _form(visit, entry, sheet.refused(refused), UNFIT)
    note_use(link=entry.link, at=visit.at)
    return redirect("resident:link", entry.text)


def _form(
    visit: Visit, entry: Entry, sheet: Sheet, status: int = 200, **more: object
) -> HttpResponse:
    return _shown(
        visit, "resident/outside_do.html", {"entry": entry, "sheet": sheet, **more}, status
    )


def _shut(visit: Visit, shut: LinkShut, status: int = GONE) -> HttpResponse:
    status = TOO_MANY if shut.reason == "wait" else status
    return _shown(visit, "resident/outside_shut.html", {"reason": shut.reason}, status)


def _shown(
    visit: Visit, template: str, context: dict[str, object], status: int = 200
) -> HttpResponse:
    answer = visit.show(template, context, status)
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer
