"""Questions about people and their posts, and about the ground that posts cover."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, QuerySet

from linli.registry.actors import held_at
from linli.registry.gazetteer.cells import CELL_KINDS
from linli.registry.models import (
    Account,
    Body,
    Building,
    Change,
    Estate,
    GridCell,
    Holding,
    Post,
    SecondFactor,
)
from linli.registry.queries import (
    AreaRow,
    actor_names,
    area_names,
    areas_of_office,
    body_names,
    in_force,
)
from linli.registry.scope import covers
from linli.rulebook.mechanism import Label


@dataclass(frozen=True)
class Holder:
    """Somebody who holds a post, since when."""

    account: int
    name: str
    is_active: bool
    since: datetime


@dataclass(frozen=True)
class PostRow:
    """A post with its body, what it may do and where, and who holds it."""

    id: int
    body: int
    body_name: Label
    title: Label
    duties: tuple[str, ...]
    areas: tuple[str, ...]
    area_names: tuple[str, ...]
    holders: tuple[Holder, ...]


@dataclass(frozen=True)
class AccountRow:
    """An account with the posts it holds."""

    id: int
    username: str
    name: str
    is_active: bool
    password_is_once: bool
    posts: tuple[PostRow, ...]
    has_second: bool


@dataclass(frozen=True)
class ChangeRow:
    """One change of the registry: who, when, what."""

    at: datetime
    by: Label | None
    verb: str


@dataclass(frozen=True)
class Ground:
    """A neighbourhood or the street, with how much of each kind lies in it."""

    area: AreaRow
    cells: int
    estates: int
    buildings: int


@dataclass(frozen=True)
class Piece:
    """An estate: its code, its name, its kind, how many corners its outline has."""

    code: str
    name: str
    kind: str
    corners: int


@dataclass(frozen=True)
class KeptCell:
    """A grid cell with the post that answers for it and who holds that post; no post: nobody does yet."""

    id: int
    code: str
    name: str
    area: str
    kind: str
    corners: int
    keeper: Label | None
    holders: tuple[str, ...]

    @property
    def kind_label(self) -> Label:
        """Give what its kind is called."""
        return CELL_KINDS[self.kind]


def posts(at: datetime, *, post: int | None = None) -> tuple[PostRow, ...]:
    """Give the posts of the office by body, or the one of an id. Three statements."""
    rows = Post.objects.select_related("body").order_by("body__kind", "body__area", "body_id", "id")
    found = list(rows if post is None else rows.filter(pk=post))
    held = Holding.objects.filter(held_at(at)).select_related("account").order_by("pk")
    holders = defaultdict(list)
    for one in held if post is None else held.filter(post_id=post):
        holders[one.post_id].append(
            Holder(one.account_id, one.account.display_name, one.account.is_active, one.held_from)
        )
    names = area_names({path for row in found for path in row.areas})
    return tuple(
        PostRow(
            row.pk, row.body_id, Label(zh=row.body.name_zh, en=row.body.name_en),
            Label(zh=row.title_zh, en=row.title_en), tuple(row.duties), tuple(row.areas),
            tuple(names.get(path, path) for path in row.areas), tuple(holders[row.pk]),
        )
        for row in found
    )  # fmt: skip


def posts_with(duty: str, area: str) -> list[int]:
    """Give the ids of the posts with a duty whose ground an area lies on."""
    rows = Post.objects.filter(duties__contains=[duty]).order_by("id").values_list("id", "areas")
    return [post for post, areas in rows if covers(areas, area)]


def posts_over(area: str) -> dict[int, Label]:
    """Give the posts whose ground an area lies on, by body; each with its body's name. One statement."""
    rows = Post.objects.select_related("body").order_by("body__kind", "body__area", "id")
    return {row.pk: _post_name(row) for row in rows if covers(row.areas, area)}


def names_of(whom: Collection[str]) -> dict[str, Label]:
    """Give the names of 'post:ID' and 'body:ID' that are there: a post's with its body's."""
    keys = {
        kind: [int(k[len(kind) + 1 :]) for k in whom if k.startswith(f"{kind}:")]
        for kind in ("post", "body")
    }
    found = {
        f"post:{row.pk}": _post_name(row)
        for row in Post.objects.filter(pk__in=keys["post"]).select_related("body")
    }
    return found | {f"body:{number}": name for number, name in body_names(keys["body"]).items()}


def accounts(at: datetime) -> tuple[AccountRow, ...]:
    """Give the accounts of the office by name, those in use first, each with its posts."""
    of_account = defaultdict(list)
    for post in posts(at):
        for holder in post.holders:
            of_account[holder.account].append(post)
    confirmed = SecondFactor.objects.filter(confirmed_at__isnull=False)
    with_second = set(confirmed.values_list("account_id", flat=True))
    return tuple(
        AccountRow(
            row.pk, row.username, row.display_name, row.is_active, row.password_is_once,
            tuple(of_account[row.pk]), row.pk in with_second,
        )
        for row in Account.objects.order_by("-is_active", "username")
    )  # fmt: skip


def changes_about(subject: str, most: int = 20) -> tuple[ChangeRow, ...]:
    """Give the latest changes of one thing of the registry, newest first."""
    rows = list(Change.objects.filter(subject=subject).order_by("-at", "-pk")[:most])
    names = actor_names({row.by for row in rows})
    return tuple(ChangeRow(row.at, names.get(row.by), row.verb) for row in rows)


def ground(on: date) -> tuple[Ground, ...]:
    """Give the street and its neighbourhoods with what lies in each. Five statements."""
    now = in_force(on, "valid_from", "valid_to")
    cells = _counted(GridCell.objects.filter(now).values_list("area").annotate(Count("id")))
    estates = _counted(Estate.objects.filter(now).values_list("area").annotate(Count("id")))
    buildings = _counted(Building.objects.values_list("estate__area").annotate(Count("id")))
    return tuple(
        Ground(
            area,
            _within(cells, area.path),
            _within(estates, area.path),
            _within(buildings, area.path),
        )
        for area in areas_of_office(on=on)
    )


def cells_of(path: str, at: datetime, on: date, kind: str = "") -> tuple[KeptCell, ...]:
    """Give the grid cells in force in an area, those of one kind if it is given. Two statements."""
    rows = GridCell.objects.filter(in_force(on, "valid_from", "valid_to"), area__startswith=path)
    return _kept(rows.filter(kind=kind) if kind else rows, at)


def kept_cell(cell: int, at: datetime) -> KeptCell | None:
    """Give one version of a grid cell with its keeper. Two statements at most."""
    return next(iter(_kept(GridCell.objects.filter(pk=cell), at)), None)


def cells_by_kind(on: date) -> dict[str, int]:
    """Give how many grid cells of each kind are in force; 0 of a kind that has none. One statement."""
    rows = GridCell.objects.filter(in_force(on, "valid_from", "valid_to"))
    found = _counted(rows.values_list("kind").annotate(Count("id")))
    return {kind: found.get(kind, 0) for kind in GridCell.Kind.values}


def estates_of(path: str, on: date) -> tuple[Piece, ...]:
    """Give the estates in force in an area."""
    rows = Estate.objects.filter(in_force(on, "valid_from", "valid_to"), area__startswith=path)
    return tuple(
        Piece(row.code, row.name, row.kind, len(row.outline) - 1 if row.outline else 0)
        for row in rows.order_by("code")
    )


def _kept(rows: QuerySet[GridCell], at: datetime) -> tuple[KeptCell, ...]:
    cells = list(rows.select_related("keeper__body").order_by("code"))
    posts = {cell.keeper_id for cell in cells if cell.keeper_id is not None}
    holders = defaultdict(list)
    if posts:
        held = Holding.objects.filter(held_at(at), post_id__in=posts).select_related("account")
        for one in held.order_by("pk"):
            holders[one.post_id].append(one.account.display_name)
    return tuple(
        KeptCell(
            cell.pk, cell.code, cell.name, cell.area, cell.kind, len(cell.outline) - 1,
            None if cell.keeper is None else _post_name(cell.keeper),
            tuple(holders[cell.keeper_id] if cell.keeper_id else ()),
        )
        for cell in cells
    )  # fmt: skip


def bodies_without_posts() -> tuple[tuple[int, Label], ...]:
    """Give the bodies that have no post yet."""
    rows = Body.objects.filter(post__isnull=True).order_by("kind", "id")
    return tuple((row.pk, Label(zh=row.name_zh, en=row.name_en)) for row in rows)


def _post_name(post: Post) -> Label:
    body = post.body
    return Label(zh=f"{body.name_zh}{post.title_zh}", en=f"{body.name_en}, {post.title_en}")


def _counted(rows: object) -> dict[str, int]:
    return dict(rows)  # type: ignore[call-overload, no-any-return]


def _within(counts: dict[str, int], path: str) -> int:
    return sum(count for area, count in counts.items() if area.startswith(path))
