"""Narrowing the list of cases: what the address line says, and what may be chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date

from linli.casework.queries import CaseFilters, breadth
from linli.registry.queries import bodies, names_of_areas
from linli.rulebook.mechanism import Code, Label, Mechanism
from linli.rulebook.ownbook import at_hand
from linli.staff.desk import Desk
from linli.ui.around import address
from linli.ui.shelves import Choice, Shelf, shelved_for

PHASES = {
    "intake": Label(zh="受理中", en="Being taken in"),
    "open": Label(zh="办理中", en="Being handled"),
    "done": Label(zh="已办结", en="Done"),
    "void": Label(zh="不予办理", en="Not taken"),
}
SOURCES = {
    "web": Label(zh="网页上报", en="Web"),
    "desk": Label(zh="窗口电话登记", en="Desk and telephone"),
    "import": Label(zh="导入", en="Import"),
}
BOUNDS = {
    "due_from": Label(zh="到期自", en="Due from"),
    "due_to": Label(zh="到期至", en="Due to"),
    "closed_from": Label(zh="办结自", en="Closed from"),
    "closed_to": Label(zh="办结至", en="Closed to"),
}
NOBODY = Label(zh="（无承办单位）", en="(nobody yet)")
MOST_DIGITS = 9
KEPT = ("mechanism", "state", "kind", "direct")
OF_MECHANISM = ("mechanism", "state", "phase", "category", "page")
EVERYTHING = Label(zh="全部", en="All")

Groups = list[tuple[Label | None, list[Choice]]]


@dataclass(frozen=True)
class Narrowing:
    """What the list may be narrowed by, with what is chosen."""

    given: QueryDict
    mechanisms: list[Shelf[Choice]]
    states: list[Choice]
    categories: Groups
    areas: Groups
    holders: Groups
    sources: Groups
    total: int

    @property
    def points_href(self) -> str:
        """Give the address of the same cases as points on a map."""
        return f"{address('staff:points')}?{self.given.urlencode()}"

    @property
    def carried(self) -> dict[str, str]:
        """Give the filters that stay when another mechanism is chosen."""
        kept = (name for name in self.given if name not in OF_MECHANISM)
        return {name: self.given.get(name, "") for name in kept if self.given.get(name)}

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Give the filters that are chosen by tabs or by a link, which the form must carry along."""
        return [(name, self.given.get(name, "")) for name in KEPT if self.given.get(name)]

    @property
    def bounds(self) -> list[tuple[str, Label, str]]:
        """Give the further bounds that a link has set: the name of each, what it is called, and the day."""
        return [
            (name, label, self.given.get(name, ""))
            for name, label in BOUNDS.items()
            if self.given.get(name)
        ]


def filters_of(given: Mapping[str, str]) -> CaseFilters:
    """Give the filters of an address line; what makes no sense is left out."""
    holder = given.get("holder", "")

    def text(name: str) -> str | None:
        return given.get(name, "").strip() or None

    return CaseFilters(
        mechanism=text("mechanism"),
        state=text("state"),
        phase=text("phase"),
        category=text("category"),
        area=_path(given.get("area", "")),
        holder=int(holder) if holder.isdecimal() and len(holder) <= MOST_DIGITS else None,
        source=text("source"),
        late=True if given.get("late") == "1" else None,
        opened_from=_midnight(given.get("from", "")),
        opened_to=_midnight(given.get("to", ""), days=1),
        due_from=_midnight(given.get("due_from", "")),
        due_to=_midnight(given.get("due_to", ""), days=1),
        closed_from=_midnight(given.get("closed_from", "")),
        closed_to=_midnight(given.get("closed_to", ""), days=1),
        is_open={"1": True, "0": False}.get(given.get("open", "")),
        kind="case" if given.get("kind") == "case" else None,
        direct=given.get("direct") == "1",
        words=text("words"),
        number=text("number"),
    )


def narrowing(given: QueryDict, desk: Desk, filters: CaseFilters) -> Narrowing:
    """Give all choices with the counts that the other filters leave."""
    found = breadth(actor=desk.actor, filters=filters, at=desk.at)
    chosen = given.get("mechanism", "")
    areas = names_of_areas(on=desk.today).items()
    holders = [("0", NOBODY), *((str(row.id), row.name) for row in bodies(on=desk.today))]
    return Narrowing(
        given,
        mechanisms=_mechanisms(given, desk, found.by_mechanism),
        states=list(_states(given, desk.mechanisms.get(chosen), found.by_state)),
        categories=_categories(given, desk.mechanisms, chosen),
        areas=_plain(given, "area", areas),
        holders=_plain(given, "holder", holders),
        sources=_plain(given, "source", SOURCES.items()),
        total=found.total,
    )


def _plain(given: QueryDict, name: str, pairs: Iterable[tuple[str, Label | str]]) -> Groups:
    return [(None, [Choice(key, label, given.get(name) == key) for key, label in pairs])]


def _path(text: str) -> str | None:
    return text if text.startswith("/") and text.endswith("/") else None


def _midnight(text: str, days: int = 0) -> datetime | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    if day is None:
        return None
    return timezone.make_aware(datetime(day.year, day.month, day.day) + timedelta(days=days))  # noqa: DTZ001 - made aware here


def _everything(given: QueryDict, counts: Mapping[tuple[str, str], int]) -> Choice:
    href = _with(given, mechanism="", state="", phase="", category="")
    return Choice("", EVERYTHING, not given.get("mechanism"), sum(counts.values()), href)


def _mechanisms(
    given: QueryDict, desk: Desk, counts: Mapping[tuple[str, str], int]
) -> list[Shelf[Choice]]:
    """Give the mechanisms of which there is a case here, and the one chosen."""
    totals = Counter[str]()
    for (key, _state), count in counts.items():
        totals[key] += count

    def choice(mechanism: Mechanism) -> Choice:
        key = mechanism.mechanism
        href = _with(given, mechanism=key, state="", phase="", category="")
        return Choice(key, mechanism.title, given.get("mechanism") == key, totals[key], href)

    wanted = [
        one for key, one in desk.mechanisms.items() if totals[key] or given.get("mechanism") == key
    ]
    everything = Shelf(EVERYTHING, (_everything(given, counts),))
    return [everything, *shelved_for(desk.actor, wanted, choice)]


def _states(
    given: QueryDict, mechanism: Mechanism | None, counts: Mapping[tuple[str, str], int]
) -> Iterator[Choice]:
    if mechanism is None:
        return
    for key, state in mechanism.states.items():
        count, is_chosen = counts.get((mechanism.mechanism, key), 0), given.get("state") == key
        if count or is_chosen:
            href = _with(given, state="" if is_chosen else key)
            yield Choice(key, Label(zh=state.zh, en=state.en), is_chosen, count, href)


def _categories(given: QueryDict, known: Mapping[str, Mechanism], chosen: str) -> Groups:
    """Give the categories of the mechanism chosen, or of all, under their headings."""
    groups: dict[str, tuple[Label, dict[str, Choice]]] = {}
    for mechanism in [known[chosen]] if chosen in known else known.values():
        for heading, code in _codes(mechanism):
            listed = groups.setdefault(heading.zh, (heading, {}))[1]
            if code.code not in listed:
                is_chosen = given.get("category") == code.code
                listed[code.code] = Choice(code.code, code, is_chosen)
    return [(heading, [*listed.values()]) for heading, listed in groups.values()]


def _codes(mechanism: Mechanism) -> Iterator[tuple[Label, Code]]:
    """Give the codes that a mechanism's cases are sorted by, each with its heading."""
    field = mechanism.fields.get(mechanism.shows.category or "")
    key = field.codes if field and isinstance(field.codes, str) else ""
    listed = at_hand().codes.get(key)
    if listed is None:
        return
    for code in listed.choices():
        yield listed.codes.get(code.parent or "") or listed.title, code


def _with(given: QueryDict, **changes: str) -> str:
    """Give the list's address with some filters changed; an empty one is dropped, as is the page."""
    query = given.copy()
    query.pop("page", None)
    for name, text in changes.items():
        query.pop(name, None)
        if text:
            query[name] = text
    return f"{address('staff:cases')}?{query.urlencode()}"
