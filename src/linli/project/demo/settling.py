"""Settling the demo: its office, ground, bodies, posts and people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from random import Random

from linli.casework.covering.queries import COVERER
from linli.notices.links.reach import GIVES_LINKS
from linli.project.demo.script import TownNames
from linli.project.demo.town import Block, Parcel, Town, build_town
from linli.registry.actions import (
    Founded,
    NewAccount,
    NewOffice,
    add_account,
    add_body,
    add_buildings,
    add_estate,
    add_landmarks,
    add_post,
    found_office,
    hold_post,
    outline_area,
)
from linli.registry.actors import account_actor_id
from linli.registry.gazetteer.drawing import draw_cell
from linli.registry.importing import import_place
from linli.registry.isolation import office_transaction
from linli.registry.queries import AreaRow, areas_of_office
from linli.reports.rounds.permits import EDITOR, WRITER
from linli.rulebook.casefile import Actor, Duty
from linli.rulebook.mechanism import Label

STREET = "310112006"
OFFICE = NewOffice(
    code=STREET,
    official_name="古美路街道",
    stat_name="古美街道",
    short=Label(zh="古美路街道（演示）", en="Gumei Road Subdistrict (demo)"),
)
PASSWORD = "linli-demo-2026"  # noqa: S105 - the demo's log-ins are printed when it starts
ESTATES = 200
ALSO = {"supervisor": [EDITOR, "chair"], "operator": ["teller"], "verifier": ["teller"]}


@dataclass(frozen=True)
class Person:
    """Somebody who works in the demo: the log-in, and the actor they are."""

    username: str
    name: str
    title: Label
    actor: Actor


@dataclass(frozen=True)
class Spot:
    """A grid cell of the demo and what to call places in it."""

    block: Block
    area: str
    estate: str
    roads: tuple[str, str]


@dataclass
class Settled:
    """The demo's office, ready for its year."""

    office: int
    spots: list[Spot] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    bodies: dict[str, int] = field(default_factory=dict)
    spot_names: list[str] = field(default_factory=list)
    surnames: list[str] = field(default_factory=list)
    _known: dict[tuple[str, str, int | None], list[Person]] = field(default_factory=dict)

    def with_duty(self, duty: str, *, area: str = "", body: int | None = None) -> list[Person]:
        """Give the people with a duty, those who cover an area or act for a body if one is given."""
        asked = (duty, area, body)
        if asked not in self._known:
            self._known[asked] = [
                person
                for person in self.people
                for held in person.actor.duties
                if held.code == duty
                and (body is None or held.body == body)
                and (not area or any(area.startswith(prefix) for prefix in held.areas))
            ]
        return self._known[asked]


def settle(names: TownNames, password_hash: str, at: datetime, seed: int) -> Settled:
    """Found the demo's office with its map, bodies, posts and people, as of a moment."""
    founded = found_office(
        office=OFFICE,
        founder=NewAccount(username="director", display_name="主任", password_hash=password_hash),
        duties=["director", "registrar", "importer", "book", GIVES_LINKS, COVERER],
        at=at,
    )
    founder = Actor(founded.office, account_actor_id(founded.account))
    chance = Random(seed)
    with office_transaction(founded.office):
        import_place(STREET, by=founder, at=at)
        committees = [area for area in areas_of_office() if area.level == "committee"]
        settled = Settled(founded.office, spot_names=names.spots, surnames=names.surnames)
        town = build_town(len(committees), names.roads, list(_estate_names(names, chance)), seed)
        settled.spots = list(_ground(committees, town, founder, at, chance))
        _landmarks(town, founder, at)
        _Staffing(names, password_hash, founder, at, chance, settled).staff(committees, founded)
    return settled


def _estate_names(names: TownNames, chance: Random) -> Iterator[str]:
    pairs = [head + tail for tail in names.estate_tails for head in names.estate_heads]
    chance.shuffle(pairs)
    yield from pairs


def _ground(
    committees: list[AreaRow], town: Town, by: Actor, at: datetime, chance: Random
) -> Iterator[Spot]:
    roads = [road.name for road in town.roads]
    for committee, parcel in zip(committees, town.parcels, strict=True):
        outline_area(code=committee.code, outline=parcel.block.ring(), by=by, at=at)
        for number, block in enumerate(parcel.cells, start=1):
            code = f"{committee.code}{number:02d}"
            draw_cell(
                code=code, area=committee.path, outline=block.ring(), name=f"第{number}网格",
                on=at.date(), by=by, at=at,
            )  # fmt: skip
        _estates(committee, parcel, by, at)
        for estate, block in zip(parcel.estates, parcel.cells, strict=True):
            near = chance.sample(roads, 2)
            yield Spot(block, committee.path, estate.name, (near[0], near[1]))


def _estates(committee: AreaRow, parcel: Parcel, by: Actor, at: datetime) -> None:
    for number, estate in enumerate(parcel.estates, start=1):
        kind = "park" if estate.is_green else "housing"
        key = add_estate(
            code=f"{committee.code}E{number}", name=estate.name, area=committee.path, kind=kind,
            outline=estate.block.ring(), by=by, at=at,
        )  # fmt: skip
        if estate.buildings:
            rows = [
                (f"{n}号", building.ring()) for n, building in enumerate(estate.buildings, start=1)
            ]
            add_buildings(estate=key, buildings=rows, by=by, at=at)


def _landmarks(town: Town, by: Actor, at: datetime) -> None:
    roads = [
        (
            "main_road" if road.is_main else "road",
            road.name,
            {"type": "LineString", "coordinates": [list(point) for point in road.line]},
        )
        for road in town.roads
    ]
    canal = [list(point) for point in town.canal]
    water = [("water", "新泾塘", {"type": "Polygon", "coordinates": [canal]})]
    add_landmarks(landmarks=water + roads, by=by, at=at)


class _Staffing:
    """Gives the demo its bodies, posts and people."""

    def __init__(
        self,
        names: TownNames,
        password_hash: str,
        by: Actor,
        at: datetime,
        chance: Random,
        settled: Settled,
    ) -> None:
        self.names = names
        self.password_hash = password_hash
        self.by = by
        self.at = at
        self.chance = chance
        self.settled = settled
        self.number = count(1)

    def staff(self, committees: list[AreaRow], founded: Founded) -> None:
        """Make every body with its posts, and put people into them."""
        street = committees[0].path.rsplit("/", 2)[0] + "/"
        for body in self.names.bodies:
            label = Label(zh=body["zh"], en=body["en"])
            number = add_body(kind=body["kind"], name=label, area=street, by=self.by, at=self.at)
            self.settled.bodies[body["key"]] = number
        centre = self.settled.bodies["centre"]
        self._centre(centre, street)
        for key, body_id in self.settled.bodies.items():
            if key != "centre":
                self._body(key, body_id, street)
        self._patrols(committees)
        delegate = Label(zh="社区代表", en="Delegate")
        self._post(founded.body, delegate, ["delegate"], [street], "delegate", 5)
        director = Duty("director", founded.body, (street,))
        self.settled.people.append(
            Person("director", "主任", Label(zh="街道主任", en="Director"),
                   Actor(self.settled.office, account_actor_id(founded.account), (director,)))
        )  # fmt: skip

    def _centre(self, centre: int, street: str) -> None:
        for duty, zh, en, people in (
            ("operator", "受理员", "Intake operator", 4),
            ("dispatcher", "派遣员", "Dispatcher", 3),
            ("verifier", "核查员", "Verifier", 4),
            ("caller", "回访员", "Call-back clerk", 3),
            ("supervisor", "督办员", "Supervisor", 2),
        ):
            held = [duty, *ALSO.get(duty, ())]
            self._post(centre, Label(zh=zh, en=en), held, [street], duty, people)

    def _body(self, key: str, body: int, street: str) -> None:
        self._post(
            body,
            Label(zh="负责人", en="Head"),
            ["lead", GIVES_LINKS, WRITER],
            [street],
            f"{key}-lead",
            1,
        )
        held = ["handler", "inspector"]
        self._post(body, Label(zh="处置人员", en="Handler"), held, [street], key, 3)

    def _patrols(self, committees: list[AreaRow]) -> None:
        for number, committee in enumerate(committees, start=1):
            body = add_body(
                kind="committee", name=Label(zh=committee.name, en=committee.name), area=committee.path,
                by=self.by, at=self.at,
            )  # fmt: skip
            title = Label(zh="网格采集员", en="Grid collector")
            self._post(
                body,
                title,
                ["collector", "handler", "lead", "host", "chair", "teller"],
                [committee.path],
                f"patrol{number:02d}",
                1,
            )

    def _post(
        self,
        body: int,
        title: Label,
        duties: list[str],
        areas: list[str],
        username: str,
        people: int,
    ) -> None:
        post = add_post(body=body, title=title, duties=duties, areas=areas, by=self.by, at=self.at)
        for number in range(1, people + 1):
            login = username if number == 1 else f"{username}{number}"
            name = self.chance.choice(self.names.surnames) + self.chance.choice(self.names.given)
            account = add_account(
                account=NewAccount(
                    username=login, display_name=name, password_hash=self.password_hash
                ),
                by=self.by,
                at=self.at,
            )
            hold_post(account=account, post=post, by=self.by, at=self.at)
            held = tuple(Duty(duty, body, tuple(areas)) for duty in duties)
            actor = Actor(self.settled.office, account_actor_id(account), held)
            self.settled.people.append(Person(login, name, title, actor))
