"""Single faults planted in a mechanism, one after another: what a slip of the pen would do to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from linli.rulebook.mechanism import BUDGET, Mechanism
from linli.rulebook.proving.slips import bent_figures, bent_guards, bent_rows, nudged

Path = tuple[str | int, ...]
Document = dict[str, Any]
Bend = tuple[str, Path, Any]
GONE = object()


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: its kind, where it stands, what stands there now, and the whole file so."""

    kind: str
    path: Path
    said: str
    document: Document

    @property
    def where(self) -> str:
        """Give the place as text."""
        return ".".join(map(str, self.path))


def faults_of(mechanism: Mechanism) -> Iterator[Fault]:
    """Give every single fault that is planted, in the order of the file."""
    document = mechanism.model_dump(by_alias=True, exclude_unset=True)
    for number, (kind, path, value) in enumerate(_bends(document, mechanism), 1):
        bent = deepcopy(document)
        # each fault has a version of its own, so that what is remembered of one is not taken for another
        bent["version"] = document["version"] * 10_000 + number
        _put(bent, path, value)
        yield Fault(kind, path, "–" if value is GONE else str(value), bent)


def _put(document: Any, path: Path, value: Any) -> None:
    for part in path[:-1]:
        document = document[part]
    if value is GONE:
        del document[path[-1]]
    else:
        document[path[-1]] = value


def _bends(document: Document, m: Mechanism) -> Iterator[Bend]:
    for key, action in document["actions"].items():
        yield "transition", ("actions", key), GONE
        for bend in (_ways, _moves, _effects, _people, _asked, _ruled):
            yield from bend(("actions", key), action, m)
    for part, bent in _PARTS.items():
        for key, rule in document.get(part, {}).items():
            yield from bent((part, key), rule, m)
    yield from _rest(document)


def _each(kind: str, path: Path, listed: Any) -> Iterator[Bend]:
    """Leave one out of a list, where there are several."""
    if isinstance(listed, list) and len(listed) > 1:
        for place in range(len(listed)):
            yield kind, path, [*listed[:place], *listed[place + 1 :]]


def _ways(path: Path, action: Document, m: Mechanism) -> Iterator[Bend]:
    left = m.states_named(action.get("from"))
    yield from _each("from", (*path, "from"), left)
    others = [s for s, rule in m.states.items() if s not in left and not rule.final]
    if left and others:
        yield "from", (*path, "from"), [*left, others[0]]
    to = action.get("to")
    if to is None:
        return
    if to != m.initial_state or not action.get("start"):
        yield "to", (*path, "to"), GONE
    for other in [state for state in m.states if state != to][:1]:
        yield "to", (*path, "to"), other
    if len(left) == 1 and left != [to]:
        yield "swap", path, {**action, "from": to, "to": left[0]}


def _moves(path: Path, action: Document, m: Mechanism) -> Iterator[Bend]:
    for part, rules in (("track", m.tracks), ("participant", m.participants)):
        for name, steps in action.get(part, {}).items():
            states = list(rules[name].states)
            for start, end in steps.items():
                here = (*path, part, name)
                if len(steps) > 1:
                    yield part, here, {k: v for k, v in steps.items() if k != start}
                other = next((s for s in states if s not in (start, end)), start)
                yield part, (*here, start), other
        if part in action:
            yield part, (*path, part), GONE


def _effects(path: Path, action: Document, m: Mechanism) -> Iterator[Bend]:
    del m
    for part in ("invite", "entry", "assign", "decide"):
        if part in action:
            yield part, (*path, part), GONE
    for name, budget in action.get("extend", {}).items():
        yield "extend", (*path, "extend"), GONE
        yield "extend", (*path, "extend", name), nudged(budget)


def _people(path: Path, action: Document, m: Mechanism) -> Iterator[Bend]:
    yield from _each("by", (*path, "by"), action["by"])
    for place, by in enumerate(action["by"]):
        here = (*path, "by", place)
        role = by.get("role")
        if role in m.roles:
            used = {one.get("role") for one in action["by"]}
            if other := next((r for r in m.roles if r not in used), None):
                yield "role", (*here, "role"), other
            scope = by.get("scope", "office")
            yield "scope", (*here, "scope"), "area" if scope == "office" else "office"
            if scope in ("own", "body", "participant"):
                yield "scope", (*here, "scope"), "area"
        barred = by.get("not_actor_of", [])
        for name in barred:
            yield "separation", (*here, "not_actor_of"), [b for b in barred if b != name]
        auto = by.get("auto")
        if auto == "clock":
            yield "auto", (*here, "auto"), "true"
        elif auto not in (None, "schedule", "true"):
            yield "auto", (*here, "auto"), "true"
            yield from bent_guards("auto", (*here, "auto"), auto)


def _asked(path: Path, action: Document, m: Mechanism) -> Iterator[Bend]:
    del m
    form = action.get("form", [])
    for place, name in enumerate(form):
        yield "form", (*path, "form"), [*form[:place], *form[place + 1 :]]
        changed = name[:-1] if name.endswith("!") else f"{name}!"
        yield "required", (*path, "form", place), changed
    wanted = action.get("evidence", [])
    for place, need in enumerate(wanted):
        here = (*path, "evidence", place)
        least = need.get("min", 1)
        yield "evidence", (*path, "evidence"), [*wanted[:place], *wanted[place + 1 :]]
        yield "evidence", (*here, "min"), least + 1
        if least:
            yield "evidence", (*here, "min"), least - 1
            yield "evidence", (*here, "geotag"), not need.get("geotag", False)


def _ruled(path: Path, action: Document, m: Mechanism) -> Iterator[Bend]:
    if when := action.get("when"):
        yield "guard", (*path, "when"), GONE
        yield from bent_guards("guard", (*path, "when"), when)
    for name, value in action.get("set", {}).items():
        here = (*path, "set", name)
        yield "set", here, GONE
        if isinstance(value, bool):
            yield "set", here, not value
        elif isinstance(value, int):
            yield "set", here, value + 1
        elif isinstance(value, str) and m.fields[name].type in ("int", "number", "money"):
            yield "set", here, f"{value} + 1"


def _clocked(path: Path, clock: Document, m: Mechanism) -> Iterator[Bend]:
    yield "clock", path, GONE
    if BUDGET.fullmatch(clock["budget"]):
        yield "budget", (*path, "budget"), nudged(clock["budget"])
        if clock["budget"][-2] == "w":
            calendar = "duty" if clock.get("calendar", "office") == "office" else "office"
            yield "calendar", (*path, "calendar"), calendar
    if "breach" in clock:
        yield "breach", (*path, "breach"), GONE
        timed = [k for k, a in m.actions.items() if any(b.auto == "clock" for b in a.by)]
        if other := next((key for key in timed if key != clock["breach"]), None):
            yield "breach", (*path, "breach"), other
    yield from _each("runs_in", (*path, "runs_in"), m.states_named(clock["runs_in"]))
    for place in range(len(clock.get("pauses_in", []))):
        yield "pauses_in", (*path, "pauses_in", place), GONE
    if clock.get("keep"):
        yield "keep", (*path, "keep"), False
    if "amber" in clock:
        yield "amber", (*path, "amber"), max(1, clock["amber"] - 10)
        yield "amber", (*path, "amber"), GONE


def _standing(path: Path, state: Document, m: Mechanism) -> Iterator[Bend]:
    del m
    waits = state.get("waits_for", [])
    for place in range(len(waits)):
        yield "wait", (*path, "waits_for"), [*waits[:place], *waits[place + 1 :]]
    yield "phase", (*path, "phase"), "void" if state["phase"] == "done" else "done"
    yield "final", (*path, "final"), not state.get("final", False)


def _children(path: Path, rule: Document, m: Mechanism) -> Iterator[Bend]:
    del m
    for name, waits in rule.get("waits_for", {}).items():
        for place in range(len(waits)):
            left = [*waits[:place], *waits[place + 1 :]]
            yield "wait", (*path, "waits_for", name), left
    other = next((s for s in rule["states"] if s != rule["initial"]), None)
    if other:
        yield "initial", (*path, "initial"), other
    yield from _each("done", (*path, "done"), rule.get("done"))
    for name, group in rule.get("groups", {}).items():
        yield from _each("group", (*path, "groups", name), group)


def _fields(path: Path, field: Document, m: Mechanism) -> Iterator[Bend]:
    del m
    marks = [mark for mark in ("personal", "public") if field.get(mark)]
    for mark in marks:
        yield mark, (*path, mark), GONE
    if not marks:
        yield "public", (*path, "public"), True
    default = field.get("default")
    if default is not None:
        yield "default", (*path, "default"), GONE
    if isinstance(default, int):
        changed = not default if isinstance(default, bool) else default + 1
        yield "default", (*path, "default"), changed
    if field["type"] in ("int", "number", "money"):
        for bound, way in (("min", 1), ("max", -1)):
            if bound in field:
                yield "bound", (*path, bound), field[bound] + way


def _figured(path: Path, figure: Document, m: Mechanism) -> Iterator[Bend]:
    yield "figure", path, GONE
    yield from bent_figures(path, figure, m)


def _tellings(path: Path, tell: Document, m: Mechanism) -> Iterator[Bend]:
    del m
    yield "tell", path, GONE
    yield from _each("at", (*path, "at"), tell["at"])
    yield from _each("whom", (*path, "whom"), tell["whom"])


_PARTS: Mapping[str, Callable[[Path, Any, Mechanism], Iterator[Bend]]] = {
    "clocks": _clocked,
    "decisions": lambda path, table, _: bent_rows(path, table),
    "figures": _figured,
    "states": _standing,
    "tracks": _children,
    "participants": _children,
    "fields": _fields,
    "tells": _tellings,
    "groups": lambda path, group, _: _each("group", path, group),
}


def _rest(document: Document) -> Iterator[Bend]:
    """Bend what residents see, and the parts of the language that no rule above knows."""
    shown = document.get("shows", {})
    for place in range(len(shown.get("resident", []))):
        yield "shown", ("shows", "resident", place), GONE
    for part in ("title", "place"):
        if part in shown:
            yield "shown", ("shows", part), GONE
    for key, action in document["actions"].items():
        for word in action.keys() - _KNOWN_IN_ACTIONS:
            yield word, ("actions", key, word), GONE
    for word in document.keys() - _KNOWN:
        part = document[word]
        for key in part if isinstance(part, Mapping) else ():
            yield word, (word, key), GONE


_KNOWN = {
    "mechanism", "version", "title", "basis", "covers", "kind", "subject", "roles", "fields", "states",
    "groups", "tracks", "participants", "entries", "actions", "clocks", "decisions", "figures", "tells", "shows",
}  # fmt: skip
_KNOWN_IN_ACTIONS = {
    "zh", "en", "by", "start", "from", "to", "track", "participant", "invite", "entry", "form", "evidence",
    "when", "set", "assign", "decide", "extend", "danger",
}  # fmt: skip
