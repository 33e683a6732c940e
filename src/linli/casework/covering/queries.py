"""Questions about covered photos: how one is shown now, what was done to it, and which residents do not see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from linli.casework.models import PhotoCover, Sealed
from linli.registry.queries import actor_names
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Label

COVERER = "photo_keeper"
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Cover:
    """How a photo is shown: what is blacked out, in thousandths of the picture, and whether residents see it."""

    boxes: tuple[Box, ...] = ()
    is_hidden: bool = False


@dataclass(frozen=True)
class CoverLine:
    """One change of how a photo is shown: who, when and why."""

    cover: Cover
    reason: str
    by: Label | None
    at: datetime


def may_cover(actor: Actor) -> bool:
    """Say whether an actor's post lets it cover photos and see what is under the cover."""
    return any(duty.code == COVERER for duty in actor.duties)


def cover_of(*, case: int, sha256: str) -> Cover:
    """Give how a photo of a case is shown now."""
    row = PhotoCover.objects.filter(case_id=case, sha256=sha256).order_by("-pk").first()
    return _cover(row) if row else Cover()


def covers_of(case: int) -> dict[str, Cover]:
    """Give how the photos of a case that were ever covered are shown now."""
    return {
        row.sha256: _cover(row) for row in PhotoCover.objects.filter(case_id=case).order_by("pk")
    }


def hidden_photos(case: int) -> set[str]:
    """Give the photos of a case that residents do not see."""
    return {sha256 for sha256, cover in covers_of(case).items() if cover.is_hidden}


def changes_of(*, case: int, sha256: str) -> list[CoverLine]:
    """Give every change of how a photo is shown, the latest first. Two statements."""
    rows = list(PhotoCover.objects.filter(case_id=case, sha256=sha256).order_by("-pk"))
    names = actor_names({row.by for row in rows})
    return [CoverLine(_cover(row), row.reason, names.get(row.by), row.at) for row in rows]


def spot_of_photo(*, case: int, sha256: str) -> tuple[int, str] | None:
    """Give the step that brought a photo along, and under which name; None when the case has no such photo."""
    rows = Sealed.objects.filter(case_id=case, text=sha256, field__startswith="@")
    return rows.order_by("seq", "field").values_list("seq", "field").first()


def _cover(row: PhotoCover) -> Cover:
    return Cover(tuple(_boxes(row.boxes)), row.is_hidden)


def _boxes(kept: Iterable[Iterable[int]]) -> Iterable[Box]:
    for box in kept:
        left, top, wide, high = box
        yield left, top, wide, high
