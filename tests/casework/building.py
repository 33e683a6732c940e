"""An office to try cases on: two committees with a cell each, its bodies, and somebody for every duty."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

from linli.casework import definitions
from linli.registry import actions as registry
from linli.registry.actors import actor_of
from linli.registry.gazetteer.drawing import draw_cell
from linli.registry.isolation import office_transaction
from linli.registry.models import Account
from linli.rulebook.casefile import Actor, Exhibit
from linli.rulebook.loading import Book, shipped
from linli.rulebook.mechanism import Label

FOUNDED = datetime(2025, 12, 1, 1, 0, tzinfo=UTC)
AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # a Monday, nine o'clock in Shanghai
STREET = "/310000/310112/310112006/"
FIRST, SECOND = STREET + "310112006001/", STREET + "310112006002/"
IN_FIRST = {"lon": 121.385, "lat": 31.105, "datum": "wgs84"}
IN_SECOND = {"lon": 121.395, "lat": 31.105, "datum": "wgs84"}
NOWHERE = {"lon": 121.5, "lat": 31.2, "datum": "wgs84"}
CENTRE_DUTIES = ("operator", "dispatcher", "verifier", "caller", "supervisor")
RESIDENT_ID = "resident:0123456789abcdef"


@dataclass(frozen=True)
class OfficeBuilt:
    """The office's id, its bodies by name, its cells by committee, and an actor for every duty."""

    id: int
    bodies: dict[str, int]
    cells: dict[str, int]
    actors: dict[str, Actor]

    @property
    def resident(self) -> Actor:
        return Actor(self.id, RESIDENT_ID)


def an_office(code: str = "310112006", name: str = "古美", english: str = "Gumei") -> OfficeBuilt:
    """Found an office and publish the book in it."""
    founded = registry.found_office(
        office=registry.NewOffice(
            code, f"{name}路街道办事处", Label(zh=name, en=english), stat_name=f"{name}街道"
        ),
        founder=registry.NewAccount("founder", "创办人", password_hash="!"),
        duties=["operator"],
        at=FOUNDED,
    )
    with office_transaction(founded.office):
        definitions.publish(shipped(), office=founded.office)
        return _furnished(founded.office, founded.account, founded.body, code)


def _furnished(office: int, founder: int, centre: int, code: str) -> OfficeBuilt:
    by = Actor(office, f"account:{founder}")
    street = f"/310000/{code[:6]}/{code}/"
    areas = [
        registry.add_area(code=f"{code}00{n}", stat_name=f"{n}村居委会", by=by, at=FOUNDED)
        for n in (1, 2)
    ]
    cells = {
        area: draw_cell(
            code=f"W{n}",
            area=area,
            outline=_ring(121.37 + n / 100),
            by=by,
            at=FOUNDED,
            on=date(2015, 1, 1),
        )
        for n, area in enumerate(areas, start=1)
    }
    bodies = {"centre": centre}
    for kind, key, title in (
        ("station", "patrol", "城管中队"),
        ("contractor", "green", "绿化养护"),
        ("committee", "first", "一村居委会"),
    ):
        label = Label(zh=title, en=title)
        bodies[key] = registry.add_body(kind=kind, name=label, area=street, by=by, at=FOUNDED)
    holders = [(duty, centre, [street], duty) for duty in CENTRE_DUTIES]
    holders += [
        ("collector", bodies["first"], [areas[0]], "collector"),
        ("handler", bodies["patrol"], [areas[0]], "handler"),
        ("lead", bodies["patrol"], [areas[0]], "lead"),
        ("handler", bodies["green"], [areas[1]], "gardener"),
    ]
    actors = {name: _actor(duty, body, reach, name, by) for duty, body, reach, name in holders}
    return OfficeBuilt(office, bodies, cells, actors)


def _actor(duty: str, body: int, areas: list[str], name: str, by: Actor) -> Actor:
    account = registry.add_account(
        account=registry.NewAccount(name, f"{name}甲", password_hash="!"), by=by, at=FOUNDED
    )
    title = Label(zh=name, en=name)
    post = registry.add_post(body=body, title=title, duties=[duty], areas=areas, by=by, at=FOUNDED)
    registry.hold_post(account=account, post=post, by=by, at=FOUNDED)
    return actor_of(Account.objects.get(pk=account), AT)


def _ring(west: float) -> tuple[tuple[float, float], ...]:
    south, east, north = 31.10, west + 0.01, 31.11
    return ((west, south), (east, south), (east, north), (west, north), (west, south))


@cache
def book() -> Book:
    return shipped()


def photo(tag: str = "after", sha256: str = "ab" * 32) -> Exhibit:
    return Exhibit("photo", tag, sha256, has_position=True)
