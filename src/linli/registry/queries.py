"""Questions about what exists. Answers are frozen rows; no model leaves the room."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from linli.registry.actors import account_actor_id
from linli.registry.asking.statements import array
from linli.registry.asking.texts import ACCOUNT, BODIES, HELD, NAMED, PLACE
from linli.registry.isolation import current_office, remembered
from linli.registry.models import Account, Area, Body, GridCell, MachineKey, Office
from linli.registry.outlines import Ring
from linli.registry.scope import path_of
from linli.rulebook.casefile import JOINED, Actor, Duty
from linli.rulebook.mechanism import Label

BY_LINK = Label(zh="凭一次性链接", en="by one-time link")
ANONYMOUS = Label(zh="居民", en="Resident")
CLOCK = Label(zh="时限", en="Deadline")
RULE = Label(zh="系统", en="System")
CONSOLE = Label(zh="命令行", en="Command line")
REMEMBERED_SECONDS = 10.0

_lately: list[tuple[float, Sequence[OfficeRow]]] = []


@dataclass(frozen=True)
class OfficeRow:
    """An office, and the path of its ground."""

    id: int
    code: str
    name: str
    short: Label
    hosts: tuple[str, ...]
    second_factor_for: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Give the path of the office's own street."""
        return path_of(self.code)


@dataclass(frozen=True)
class AreaRow:
    """A division: `name` is what it calls itself, or else the statistical name."""

    code: str
    path: str
    level: str
    name: str
    stat_name: str
    official_name: str
    aliases: tuple[str, ...]
    outline: Ring | None


@dataclass(frozen=True)
class PlacedPoint:
    """The grid cell that a point lies in, and the committee whose ground it is."""

    cell: int
    cell_code: str
    area: str
    committee: str


@dataclass(frozen=True)
class BodyRow:
    """A body that can hold a case."""

    id: int
    kind: str
    name: Label
    area: str


@dataclass(frozen=True)
class HeldPost:
    """A post somebody holds, with its body."""

    id: int
    title: Label
    body: int
    body_name: Label
    duties: tuple[str, ...]
    areas: tuple[str, ...]
    instead_of: str = ""
    until: datetime | None = None


@dataclass(frozen=True)
class Tenure:
    """That an account has the duties of a post for a time; `instead_of` names whom it stands in for."""

    held_from: datetime
    held_until: datetime | None
    duties: tuple[str, ...]
    body: int
    instead_of: str


def offices() -> tuple[OfficeRow, ...]:
    """Give all offices; needs no open office. One statement."""
    return tuple(
        OfficeRow(
            row.pk,
            row.code,
            row.official_name,
            Label(zh=row.short_zh, en=row.short_en),
            tuple(row.hosts),
            tuple(row.settings.get("second_factor_for", ())),
        )
        for row in Office.objects.order_by("id")
    )


def office_at(host: str) -> OfficeRow | None:
    """Give the office that a host name belongs to, or the only office there is; None leaves a choice."""
    known = offices()
    named = [office for office in known if host.casefold() in office.hosts]
    if named:
        return named[0]
    return known[0] if len(known) == 1 else None


def offices_here() -> Sequence[OfficeRow]:
    """Give all offices as they were a few seconds ago at most: every page and every call asks."""
    now = time.monotonic()
    if _lately and now - _lately[0][0] < REMEMBERED_SECONDS:
        return _lately[0][1]
    known = offices()
    if known:
        _lately[:] = [(now, known)]
    return known


def forget_offices() -> None:
    """Forget which offices there are."""
    _lately.clear()


def this_office() -> OfficeRow:
    """Give the office of the open transaction, as it was a few seconds ago at most."""
    office = current_office()
    for known in (offices_here, offices):
        found = next((row for row in known() if row.id == office), None)
        if found is not None:
            return found
    raise LookupError(f"no office {office}")


def areas(*, under: str, on: date | None = None) -> tuple[AreaRow, ...]:
    """Give the divisions at and under a path, by code; those in force on a day, if one is given."""
    rows = Area.objects.filter(path__gte=under, path__lt=under[:-1] + "0")
    if on is not None:
        rows = rows.filter(in_force(on, "valid_from", "valid_to"))
    found = tuple(_area_row(row) for row in rows.order_by("path"))
    remembered("area").update({row.path: row.official_name or row.stat_name for row in found})
    return found


def areas_of_office(*, on: date | None = None) -> tuple[AreaRow, ...]:
    """Give the street of the open office and its committees."""
    return areas(under=this_office().path, on=on)


def names_of_areas(*, on: date) -> dict[str, str]:
    """Give what the street of the open office and its committees are called on a day, by path. One statement.

    Their outlines, which are long, stay in the database: pages that offer areas to choose ask this.
    """
    path = this_office().path
    found: dict[str, str] = dict(NAMED.rows(path, path[:-1] + "0", on))
    remembered("area").update(found)
    return found


def in_force(on: date, start: str, end: str) -> Q:
    """Give the condition that a thing with half-open dates is in force on a day."""
    begun = Q(**{f"{start}__isnull": True}) | Q(**{f"{start}__lte": on})
    return begun & (Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gt": on}))


def area_of_point(lon: float, lat: float, *, on: date) -> PlacedPoint | None:
    """Give the cell that a WGS-84 point lies in on a day; None outside all cells. One statement.

    Of cells of several kinds it is the street front's, else the residential one; on a shared border the one with
    the lower code.
    """
    with connection.cursor() as cursor:
        cursor.execute(PLACE, [lon, lat, on, on])
        found = cursor.fetchone()
    return None if found is None else PlacedPoint(*found)


def bodies(*, on: date | None = None, kinds: Collection[str] = ()) -> tuple[BodyRow, ...]:
    """Give the bodies, those in force on a day if one is given, by kind and name."""
    found = tuple(
        BodyRow(number, kind, Label(zh=zh, en=en), area)
        for number, kind, zh, en, area in BODIES.rows(on, array(tuple(kinds)))
    )
    remembered("body").update({row.id: row.name for row in found})
    return found


def bodies_with(duties: Collection[str], *, on: date) -> tuple[BodyRow, ...]:
    """Give the bodies in force that have a post with one of these duties: whom to go to."""
    rows = (
        Body.objects.filter(in_force(on, "valid_from", "valid_to"), post__duties__overlap=[*duties])
        .distinct()
        .order_by("id")
    )
    return tuple(_body_row(row) for row in rows)


def posts_of(account: int, at: datetime) -> tuple[HeldPost, ...]:
    """Give the posts that an account in use holds at a moment. Asked once a transaction."""
    known = remembered("posts")
    if account not in known:
        account_in_use(account)
    return tuple(
        post
        for post, begun, ended in known[account]
        if begun <= at and (ended is None or ended > at)
    )


def account_in_use(number: int) -> Account | None:
    """Give an account with all the posts it ever held, which are remembered; None once it is out of use."""
    rows = HELD.rows(number)
    width = len(ACCOUNT)
    remembered("posts")[number] = [
        (_held_post(held, ended), begun, ended)
        for begun, ended, *held in (row[width:] for row in rows)
        if begun is not None
    ]
    return Account.from_db("default", ACCOUNT, rows[0][:width]) if rows else None


def actor_with(account: Account, posts: Iterable[HeldPost]) -> Actor:
    """Give the actor that an account is with the posts it holds."""
    duties = (
        Duty(code=code, body=post.body, areas=post.areas) for post in posts for code in post.duties
    )
    return Actor(account.office_id, account_actor_id(account.pk), tuple(duties))


def _held_post(row: Sequence[Any], until: datetime | None) -> HeldPost:
    post, title_zh, title_en, duties, areas, body, name_zh, name_en, instead_of = row
    return HeldPost(
        id=post,
        title=Label(zh=title_zh, en=title_en),
        body=body,
        body_name=Label(zh=name_zh, en=name_en),
        duties=tuple(duties),
        areas=tuple(areas),
        instead_of=instead_of,
        until=until,
    )


def area_names(paths: Iterable[str]) -> dict[str, str]:
    """Give the name of each known path. Asks once a transaction for each path."""
    return _names("area", paths, _read_area_names)


def body_names(ids: Iterable[int]) -> dict[int, Label]:
    """Give the name of each known body. Asks once a transaction for each body."""
    return _names("body", ids, _read_body_names)


def cell_names(ids: Iterable[int]) -> dict[int, str]:
    """Give the code of each known grid cell. Asks once a transaction for each cell."""
    known = GridCell.objects.values_list("pk", "code")
    return _names("cell", ids, lambda missing: dict(known.filter(pk__in=missing)))


def actor_names(ids: Iterable[str]) -> dict[str, Label]:
    """Give what to call each actor of the journal: an account's display name, 居民 for a resident.

    Asks once a transaction for each actor.
    """
    return _names("actor", ids, _read_actor_names)


def _names(
    subject: str, wanted: Iterable[Any], read: Callable[[set[Any]], dict[Any, Any]]
) -> dict[Any, Any]:
    known = remembered(subject)
    keys = set(wanted)
    missing = keys - known.keys()
    if missing:
        known.update(dict.fromkeys(missing) | read(missing))
    return {key: known[key] for key in keys if known[key] is not None}


def _read_area_names(paths: set[str]) -> dict[str, str]:
    rows = Area.objects.filter(path__in=paths).values_list("path", "official_name", "stat_name")
    return {path: official or stat for path, official, stat in rows}


def _read_body_names(ids: set[int]) -> dict[int, Label]:
    rows = Body.objects.filter(pk__in=ids).values_list("pk", "name_zh", "name_en")
    return {number: Label(zh=zh, en=en) for number, zh, en in rows}


def _read_actor_names(ids: set[str]) -> dict[str, Label]:
    kinds = {actor: actor.partition(":") for actor in ids}
    fixed = {"resident": ANONYMOUS, "auto": RULE, "link": BY_LINK}
    names = {actor: fixed[kind] for actor, (kind, _, _) in kinds.items() if kind in fixed}
    special = {"auto:clock": CLOCK, "import:console": CONSOLE}
    names |= {actor: special[actor] for actor in ids if actor in special}
    names |= {actor: _joined_name(actor) for actor in ids if actor.startswith(JOINED)}
    numbered = {
        actor: int(rest)
        for actor, (kind, _, rest) in kinds.items()
        if rest.isdecimal() and kind not in fixed
    }
    machines = {actor: number for actor, number in numbered.items() if kinds[actor][0] == "machine"}
    if machines:
        known = dict(MachineKey.objects.filter(pk__in=machines.values()).values_list("pk", "name"))
        found = {actor: known[number] for actor, number in machines.items() if number in known}
        names |= {actor: Label(zh=name, en=name) for actor, name in found.items()}
    accounts = {actor: number for actor, number in numbered.items() if actor not in machines}
    if accounts:
        shown = _read_accounts(accounts.values())
        names |= {actor: shown[number] for actor, number in accounts.items() if number in shown}
    return names


def _joined_name(actor: str) -> Label:
    nth = actor.rpartition("-")[2]
    return Label(zh=f"同报居民{nth}", en=f"Resident {nth} who joined")


def _read_accounts(numbers: Collection[int]) -> dict[int, Label]:
    """Give the names of accounts, and remember their tenures. One statement."""
    rows = Account.objects.filter(pk__in=numbers).values_list(
        "pk", "display_name", "holding__held_from", "holding__held_until",
        "holding__post__duties", "holding__post__body_id", "holding__instead_of__display_name",
    )  # fmt: skip
    names: dict[int, Label] = {}
    tenures: dict[str, list[Tenure]] = {account_actor_id(number): [] for number in numbers}
    for number, name, begun, ended, duties, body, other in rows:
        names[number] = Label(zh=name, en=name)
        if begun is not None:
            held = Tenure(begun, ended, tuple(duties), body, other or "")
            tenures[account_actor_id(number)].append(held)
    remembered("tenure").update(tenures)
    return names


def acted_for(actor: str, *, duty: str, body: int | None, at: datetime) -> str:
    """Give for whom an actor did something at a moment as a substitute; nothing where it was the actor's own post.

    Asks no statement: it goes by what `actor_names` read of the actor.
    """
    held = [
        one
        for one in remembered("tenure").get(actor, ())
        if one.held_from <= at and (one.held_until is None or at < one.held_until)
        if duty in one.duties and body in (None, one.body)
    ]
    return held[0].instead_of if held and all(one.instead_of for one in held) else ""


def _body_row(row: Body) -> BodyRow:
    return BodyRow(row.pk, row.kind, Label(zh=row.name_zh, en=row.name_en), row.area)


def _area_row(row: Area) -> AreaRow:
    return AreaRow(
        row.code,
        row.path,
        row.level,
        row.name,
        row.stat_name,
        row.official_name,
        tuple(row.aliases),
        row.outline,
    )
