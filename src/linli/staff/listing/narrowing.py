"""Narrowing the list of cases: what the address line says, and what may be chosen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date

from linli.casework.queries import CaseFilters, state_counts
from linli.registry.queries import areas_of_office, bodies
from linli.rulebook.loading import shipped
from linli.rulebook.mechanism import Code, Label, Mechanism
from linli.staff.desk import Desk

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
MOST_DIGITS = 9


@dataclass(frozen=True)
class Choice:
    """One value of a filter; `count` is how many cases it would leave."""

    value: str
    label: Label | str
    is_chosen: bool = False
    count: int | None = None
    href: str = ""


Groups = list[tuple[Label | None, list[Choice]]]


@dataclass(frozen=True)
class Narrowing:
    """What the list may be narrowed by, with what is chosen."""

    given: QueryDict
    everything: Choice
    mechanisms: list[Choice]
    states: list[Choice]
    categories: Groups
    areas: Groups
    holders: Groups
    sources: Groups

    @property
    def points_href(self) -> str:
        """Give the address of the same cases as points on a map."""
        return f"{reverse('staff:points')}?{self.given.urlencode()}"

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Give the filters that are chosen by tabs, which the form must carry along."""
        return [
            (name, self.given.get(name, ""))
            for name in ("mechanism", "state")
            if self.given.get(name)
        ]


def filters_of(given: QueryDict) -> CaseFilters:
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
        words=text("words"),
        number=text("number"),
    )


def narrowing(given: QueryDict, desk: Desk, filters: CaseFilters) -> Narrowing:
    """Give all choices with the counts that the other filters leave."""
    counts = state_counts(actor=desk.actor, filters=filters, at=desk.at)
    chosen = given.get("mechanism", "")
    areas = [(row.path, row.name) for row in areas_of_office(on=desk.today)]
    holders = [(str(row.id), row.name) for row in bodies(on=desk.today)]
    return Narrowing(
        given,
        everything=_everything(given, counts),
        mechanisms=list(_mechanisms(given, desk.mechanisms, counts)),
        states=list(_states(given, desk.mechanisms.get(chosen), counts)),
        categories=_categories(given, desk.mechanisms, chosen),
        areas=_plain(given, "area", areas),
        holders=_plain(given, "holder", holders),
        sources=_plain(given, "source", SOURCES.items()),
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
    label = Label(zh="全部", en="All")
    return Choice("", label, not given.get("mechanism"), sum(counts.values()), href)


def _mechanisms(
    given: QueryDict, known: Mapping[str, Mechanism], counts: Mapping[tuple[str, str], int]
) -> Iterator[Choice]:
    for key, mechanism in known.items():
        total = sum(count for (of, _state), count in counts.items() if of == key)
        is_chosen = given.get("mechanism") == key
        href = _with(given, mechanism=key, state="", phase="", category="")
        yield Choice(key, mechanism.title, is_chosen, total, href)


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
    groups: dict[str, tuple[Label | None, list[Choice]]] = {}
    for mechanism in [known[chosen]] if chosen in known else known.values():
        for heading, code in _codes(mechanism):
            choice = Choice(code.code, code, given.get("category") == code.code)
            listed = groups.setdefault(heading.zh, (heading, []))[1]
            if choice not in listed:
                listed.append(choice)
    return list(groups.values())


def _codes(mechanism: Mechanism) -> Iterator[tuple[Label, Code]]:
    """Give the codes that a mechanism's cases are sorted by, each with its heading."""
    field = mechanism.fields.get(mechanism.shows.category or "")
    key = field.codes if field and isinstance(field.codes, str) else ""
    listed = shipped().codes.get(key)
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
    return f"{reverse('staff:cases')}?{query.urlencode()}"
