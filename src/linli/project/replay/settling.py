"""The office a replay lives in: its neighbourhoods and bodies, and nobody else's records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from linli.casework.definitions import current_keys, publish
from linli.project.replay.script import Replay
from linli.registry.actions import (
    NewAccount,
    NewOffice,
    add_area,
    add_body,
    found_office,
)
from linli.registry.actors import account_actor_id
from linli.registry.gazetteer.drawing import draw_cell
from linli.registry.isolation import office_transaction
from linli.registry.queries import areas_of_office, bodies, offices
from linli.registry.scope import path_of
from linli.rulebook.casefile import Actor
from linli.rulebook.loading import Book

WEST, SOUTH, SIDE = 121.50, 31.20, 0.005
PLACES = 6


@dataclass(frozen=True)
class Ground:
    """The ground of a replay: the office, its own path, its neighbourhoods' paths, its bodies by key."""

    office: int
    path: str
    areas: tuple[str, ...]
    bodies: dict[str, int]


def ground_of(replay: Replay, code: str, book: Book, at: datetime) -> Ground:
    """Give the ground of a replay's office, which is founded as of a moment unless it is there."""
    found = next((office.id for office in offices() if office.code == code), None)
    office = _founded(replay, code, book, at) if found is None else found
    with office_transaction(office):
        path = path_of(code)
        areas = tuple(area.path for area in areas_of_office() if area.path != path)
        ids = {row.name.zh: row.id for row in bodies()}
    return Ground(office, path, areas, {key: ids[said.zh] for key, said in replay.bodies.items()})


def _founded(replay: Replay, code: str, book: Book, at: datetime) -> int:
    founder = NewAccount(username="replay", display_name="重放", password_hash="!")  # noqa: S106 - opens nothing
    name = replay.office.zh
    office = NewOffice(code=code, official_name=name, stat_name=name, short=replay.office)
    with transaction.atomic():
        founded = found_office(office=office, founder=founder, duties=["registrar"], at=at)
        with office_transaction(founded.office):
            by = Actor(founded.office, account_actor_id(founded.account))
            _furnish(replay, code, by, at)
            missing = sorted(book.mechanisms.keys() - set(current_keys()))
            publish(book, office=founded.office, keys=missing)
    return founded.office


def _furnish(replay: Replay, code: str, by: Actor, at: datetime) -> None:
    for nth, said in enumerate(replay.neighbourhoods, start=1):
        number = f"{code}{nth:03d}"
        path = add_area(code=number, stat_name=said, official_name=said, by=by, at=at)
        draw_cell(
            code=f"{number}01", area=path, outline=square(nth - 1), name=said, on=at.date(),
            by=by, at=at,
        )  # fmt: skip
    for said_body in replay.bodies.values():
        add_body(kind="department", name=said_body, area=path_of(code), by=by, at=at)


def square(nth: int) -> list[tuple[float, float]]:
    """Give the outline of a neighbourhood: made-up squares side by side."""
    west, east = (round(WEST + SIDE * (nth + step), PLACES) for step in (0, 1))
    north = round(SOUTH + SIDE, PLACES)
    return [(west, SOUTH), (east, SOUTH), (east, north), (west, north), (west, SOUTH)]


def middle(nth: int) -> dict[str, object]:
    """Give a position inside a neighbourhood, as a form takes it."""
    lon, lat = (round(edge, PLACES) for edge in (WEST + SIDE * (nth + 0.5), SOUTH + SIDE / 2))
    return {"lon": lon, "lat": lat, "datum": "wgs84"}
