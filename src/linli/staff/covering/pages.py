"""The pages of covering photos: all photos of a case, one with its rectangles, and the original for a stated reason."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from linli.casework import actions
from linli.casework.attachments import AttachmentMissing, original, photo
from linli.casework.covering.actions import MOST_BOXES, WHOLE, CoverRefused, cover_photo
from linli.casework.covering.queries import (
    Box,
    Cover,
    changes_of,
    cover_of,
    covers_of,
    may_cover,
    spot_of_photo,
)
from linli.casework.pictures import size_of
from linli.casework.queries import CaseView, Photo
from linli.staff.cases import seen
from linli.staff.desk import Desk

UNFIT = 422
SIDES = ("left", "top", "width", "height")
LEAST_LINES = 4
PICTURES = ("photo", "signature")


class BoxUnread(Exception):
    """A line of the form is no rectangle."""


@dataclass(frozen=True)
class BoxLine:
    """One rectangle as the form holds it: which one, and what is typed for each side."""

    nth: int
    typed: tuple[tuple[str, str], ...]
    shape: Box | None


def photos(desk: Desk, number: str) -> HttpResponse:
    """Show the photos of a case, each with how it is shown now."""
    view = _view(desk, number)
    shown = covers_of(view.row.id)
    lines = [(one, shown.get(one.sha256, Cover())) for one in _pictures(view)]
    return desk.show("staff/photos.html", {"view": view, "lines": lines})


def one(desk: Desk, number: str, sha: str) -> HttpResponse:
    """Show a photo with its rectangles, and take how it is shown from now on."""
    view = _view(desk, number)
    picture = _picture(view, sha)
    if desk.request.method != "POST":
        boxes = cover_of(case=view.row.id, sha256=sha).boxes
        return _shown(desk, view, picture, [tuple(map(str, box)) for box in boxes])
    typed = _typed(desk)
    try:
        cover = Cover() if "restore" in desk.request.POST else _asked(desk, typed)
        cover_photo(
            case=view.row.id, sha256=sha, cover=cover, reason=desk.request.POST.get("reason", ""),
            by=desk.actor, at=desk.at,
        )  # fmt: skip
    except CoverRefused as refused:
        return _shown(desk, view, picture, typed, UNFIT, refusal=refused.message)
    except BoxUnread:
        said = _("每处方框的左、上、宽、高都要填整数，或者都不填")
        return _shown(desk, view, picture, typed, UNFIT, refusal=said)
    messages.success(desk.request, _("照片从现在起这样显示，理由已记录"))
    return redirect("staff:photo", number, sha)


def uncovered(desk: Desk, number: str, sha: str) -> HttpResponse:
    """Give a photo as it came; who looked at it and why is kept."""
    view = _view(desk, number)
    picture = _picture(view, sha)
    reason = desk.request.POST.get("why", "").strip()
    spot = spot_of_photo(case=view.row.id, sha256=sha)
    if not reason or spot is None:
        boxes = cover_of(case=view.row.id, sha256=sha).boxes
        said = _("请写明查看的理由，理由会记录在案")
        typed = [tuple(map(str, box)) for box in boxes]
        return _shown(desk, view, picture, typed, UNFIT, why_refusal=said)
    seq, field = spot
    actions.reveal(case=view.row.id, field=field, seq=seq, by=desk.actor, at=desk.at, reason=reason)
    try:
        file = original(office=desk.actor.office, case=view.row.id, sha256=sha)
    except AttachmentMissing as missing:
        raise Http404(sha) from missing
    answer = HttpResponse(file.content, content_type=file.media_type)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _view(desk: Desk, number: str) -> CaseView:
    view = seen(desk, number)
    if not may_cover(desk.actor):
        raise PermissionDenied
    return view


def _pictures(view: CaseView) -> list[Photo]:
    return [one for one in view.photos if one.kind in PICTURES]


def _picture(view: CaseView, sha: str) -> Photo:
    found = next((one for one in _pictures(view) if one.sha256 == sha), None)
    if found is None:
        raise Http404(sha)
    return found


def _typed(desk: Desk) -> list[tuple[str, ...]]:
    """Give the lines of the form that hold anything."""
    columns = [desk.request.POST.getlist(side)[:MOST_BOXES] for side in SIDES]
    lines = [tuple(text.strip() for text in line) for line in zip(*columns, strict=False)]
    return [line for line in lines if any(line)]


def _asked(desk: Desk, typed: list[tuple[str, ...]]) -> Cover:
    """Give the cover that the form asks for. Raises BoxUnread."""
    if not all(
        text.isdecimal() and len(text) <= len(str(WHOLE)) for line in typed for text in line
    ):
        raise BoxUnread
    boxes = tuple(_box(line) for line in typed)
    return Cover(boxes, is_hidden="hidden" in desk.request.POST)


def _box(line: tuple[str, ...]) -> Box:
    left, top, wide, high = map(int, line)
    return left, top, wide, high


def _lines(typed: list[tuple[str, ...]]) -> list[BoxLine]:
    empty = ("",) * len(SIDES)
    count = min(MOST_BOXES, max(LEAST_LINES, len(typed) + 1))
    padded = [*typed, *[empty] * (count - len(typed))]
    return [
        BoxLine(nth, tuple(zip(SIDES, line, strict=True)), _box(line) if all(map(str.isdecimal, line)) else None)
        for nth, line in enumerate(padded, 1)
    ]  # fmt: skip


def _shown(
    desk: Desk, view: CaseView, picture: Photo, typed: list[tuple[str, ...]], status: int = 200, **more: object
) -> HttpResponse:  # fmt: skip
    try:
        file = photo(office=desk.actor.office, case=view.row.id, sha256=picture.sha256)
    except AttachmentMissing as missing:
        raise Http404(picture.sha256) from missing
    wide, high = size_of(file.content)
    changes = changes_of(case=view.row.id, sha256=picture.sha256)
    context = {
        "view": view,
        "photo": picture,
        "cover": changes[0].cover if changes else Cover(),
        "lines": _lines(typed),
        "drawn": [[value * side / WHOLE for value, side in zip(line.shape, (wide, high) * 2, strict=True)]
                  for line in _lines(typed) if line.shape],
        "tenths": [(nth * wide / 10, nth * high / 10) for nth in range(1, 10)],
        "wide": wide,
        "high": high,
        "changes": changes,
        "version": len(changes),
        "hidden": "hidden" in desk.request.POST
        if desk.request.method == "POST"
        else bool(changes and changes[0].cover.is_hidden),
        "reason": desk.request.POST.get("reason", ""),
        **more,
    }  # fmt: skip
    return desk.show("staff/photo.html", context, status=status)
