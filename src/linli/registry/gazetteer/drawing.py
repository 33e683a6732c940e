"""Verbs about grid cells: drawing one, and naming the post that answers for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Q

from linli.registry.actions import RegistryRefused, note_change
from linli.registry.isolation import current_office
from linli.registry.models import Area, GridCell, Post
from linli.registry.outlines import good_ring
from linli.registry.scope import covers
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Label


def draw_cell(
    *,
    code: str,
    area: str,
    outline: Sequence[Sequence[float]],
    name: str = "",
    kind: str = "residential",
    by: Actor,
    at: datetime,
    on: date,
) -> int:
    """Draw a grid cell in a committee's area from the day `on`; an earlier outline of that code ends then.

    The outline is a closed ring in WGS-84. Its keeper stays. Drawing the same again changes nothing. Raises
    OutlineRefused, and RegistryRefused for an unknown area or kind.
    """
    ring = good_ring(outline)
    check_ground(area, kind)
    before = GridCell.objects.select_for_update().filter(code=code, valid_to__isnull=True).first()
    if before is not None:
        if (before.outline, before.area, before.name, before.kind) == (ring, area, name, kind):
            return before.pk
        _end_cell(before, on)
    cell = GridCell.objects.create(
        office_id=current_office(), code=code, area=area, outline=ring, name=name, kind=kind,
        keeper_id=None if before is None else before.keeper_id, valid_from=on,
    )  # fmt: skip
    note_change(by, at, "draw_cell", f"cell:{code}", area=area, kind=kind, corners=len(ring) - 1)
    return cell.pk


def check_ground(area: str, kind: str) -> None:
    """Refuse a cell on ground that the office does not have, or of a kind there is not. Raises RegistryRefused."""
    if not Area.objects.filter(path=area).exists():
        raise _refused(f"没有区划“{area}”", f"there is no area “{area}”")
    if kind not in GridCell.Kind.values:
        raise _refused(f"没有网格种类“{kind}”", f"there is no kind of grid cell “{kind}”")


def name_keeper(*, code: str, post: int | None, by: Actor, at: datetime, today: date) -> None:
    """Name the post that answers for a cell from now on, or nobody; versions that have ended keep theirs.

    Raises RegistryRefused for a cell that is not there, and for a post whose ground the cell does not lie on.
    """
    still = Q(valid_to__isnull=True) | Q(valid_to__gt=today)
    cells = list(GridCell.objects.select_for_update().filter(still, code=code))
    if not cells:
        raise _refused(f"没有网格“{code}”", f"there is no grid cell “{code}”")
    if post is not None:
        areas = Post.objects.filter(pk=post).values_list("areas", flat=True).first() or []
        if not all(covers(areas, cell.area) for cell in cells):
            raise _refused(
                "这个岗位不管这片地方", "This post does not cover the ground of the cell"
            )
    GridCell.objects.filter(pk__in=[cell.pk for cell in cells]).update(keeper_id=post)
    note_change(by, at, "name_keeper", f"cell:{code}", post=post)


def _end_cell(cell: GridCell, on: date) -> None:
    if cell.valid_from >= on:
        cell.delete()
    else:
        GridCell.objects.filter(pk=cell.pk).update(valid_to=on)


def _refused(zh: str, en: str) -> RegistryRefused:
    return RegistryRefused(Label(zh=zh, en=en))
