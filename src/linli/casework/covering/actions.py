"""The verb of covering photos: how one is shown from now on. Refusals come before any write; nothing is overwritten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from linli.casework.covering.queries import Box, Cover, cover_of, may_cover
from linli.casework.models import Attachment, PhotoCover
from linli.registry.isolation import office_transaction
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Label

WHOLE = 1000
MOST_BOXES = 8
LONGEST_REASON = 200


class CoverRefused(Exception):
    """A photo cannot be covered so; `message` says why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Label(zh=zh, en=en)


def cover_photo(
    *, case: int, sha256: str, cover: Cover, reason: str, by: Actor, at: datetime
) -> None:
    """Show a photo of a case so from now on, everywhere; an empty cover shows it again as it came.

    The file stays as it is. Raises CoverRefused.
    """
    said = reason.strip()
    with office_transaction(by.office):
        photos = Attachment.objects.filter(case_id=case, sha256=sha256, thumbnail__isnull=False)
        if not may_cover(by):
            raise CoverRefused("您的岗位不能遮挡照片", "your post does not cover photos")
        if not said or len(said) > LONGEST_REASON:
            raise CoverRefused(
                f"请写明理由（{LONGEST_REASON} 字以内）", f"give the reason, in at most {LONGEST_REASON} letters"
            )  # fmt: skip
        _check(cover.boxes)
        if not photos.exists():
            raise CoverRefused("这件事没有这张照片", "the case has no such photo")
        if cover == cover_of(case=case, sha256=sha256):
            raise CoverRefused("照片现在就是这样显示的", "the photo is shown like that already")
        PhotoCover.objects.create(
            office_id=by.office, case_id=case, sha256=sha256, boxes=[list(box) for box in cover.boxes],
            is_hidden=cover.is_hidden, reason=said, by=by.id, at=at,
        )  # fmt: skip


def _check(boxes: Sequence[Box]) -> None:
    if len(boxes) > MOST_BOXES:
        raise CoverRefused(
            f"一张照片最多遮 {MOST_BOXES} 处", f"at most {MOST_BOXES} parts of a photo"
        )
    for left, top, wide, high in boxes:
        if min(left, top) < 0 or min(wide, high) < 1 or left + wide > WHOLE or top + high > WHOLE:
            raise CoverRefused(
                "方框要在照片以内：左、上从 0 起，宽、高至少 1，合计不超过 1000",
                "a rectangle lies within the photo: left and top from 0, width and height from 1, together at most 1000",
            )  # fmt: skip
