"""The guide to a mechanism (办事指南): who may start it, what to bring, the steps, and what one hears."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from linli.rulebook.casefile import RESIDENT
from linli.rulebook.deciding.plans import plan_of
from linli.rulebook.deciding.wording import in_words
from linli.rulebook.explaining.limits import Limit, limits
from linli.rulebook.explaining.paths import BEGIN, EVIDENCE, joined, who
from linli.rulebook.explaining.tellings import Telling, tellings
from linli.rulebook.guards import Guard
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Evidence, Label, Mechanism

NO_FEE = Label(zh="不收费", en="Free of charge")


@dataclass(frozen=True)
class Need:
    """One thing to bring: an answer or a piece of evidence."""

    label: Label
    is_required: bool
    note: Label | None
    is_personal: bool = False


@dataclass(frozen=True)
class Start:
    """One way to begin: by whom, and what it takes."""

    action: str
    label: Label
    who: Label
    is_residents: bool
    needs: tuple[Need, ...]


@dataclass(frozen=True)
class Stage:
    """One state on the way: what is done there, by whom, and within what time."""

    state: Label
    phase: str
    doings: tuple[tuple[Label, Label], ...]
    limits: tuple[Limit, ...]


@dataclass(frozen=True)
class Guide:
    """All that somebody needs to know before they begin."""

    starts: tuple[Start, ...]
    stages: tuple[Stage, ...]
    limits: tuple[Limit, ...]
    seen: tuple[Label, ...]
    duties: tuple[str, ...]
    rates: tuple[Label, ...]
    tellings: tuple[Telling, ...] = ()


def guide(mechanism: Mechanism, book: Book) -> Guide:
    """Give the guide to a mechanism."""
    starts = tuple(_start(mechanism, key, book) for key in mechanism.starts())
    counted = tuple(limits(mechanism, book))
    return Guide(
        starts=tuple(sorted(starts, key=lambda one: not one.is_residents)),
        stages=tuple(_stages(mechanism, counted)),
        limits=counted,
        seen=tuple(
            Label(zh=mechanism.fields[name].zh, en=mechanism.fields[name].en)
            for name in mechanism.shows.resident
            if name in mechanism.fields
        ),
        duties=tuple(dict.fromkeys(_duties(mechanism))),
        rates=tuple(
            Label(zh=rule.zh, en=rule.en)
            for rule in mechanism.actions.values()
            if not rule.start and any(by.role == RESIDENT for by in rule.by)
        ),
        tellings=tuple(tellings(mechanism)),
    )


def needs(mechanism: Mechanism, key: str, book: Book) -> Iterator[Need]:
    """Give what an action asks for: its fields in order, then its evidence, each with when it is asked for."""
    move = plan_of(mechanism).moves[key]
    musts = dict(move.musts)
    for name in move.action.fields:
        field = mechanism.fields[name]
        said = [field.hint, _only_when(musts.get(name), mechanism, book)]
        label = Label(zh=field.zh, en=field.en)
        note = _notes(said)
        yield Need(label, name in move.action.required, note, is_personal=field.personal)
    for wanted, guard in move.needs:
        said = [*map(_note, wanted.choices), _only_when(guard, mechanism, book)]
        yield Need(_any_of(wanted), wanted.min > 0 and guard is None, _notes(said))


def _any_of(wanted: Evidence) -> Label:
    """Give what is to be brought: one thing, or several of which one is enough."""
    names = [one.label or EVIDENCE[one.kind] for one in wanted.choices]
    if wanted.label:
        return wanted.label
    return Label(zh=" 或 ".join(n.zh for n in names), en=" or ".join(n.en for n in names))


def _only_when(guard: Guard | None, mechanism: Mechanism, book: Book) -> Label | None:
    if guard is None:
        return None
    said = in_words(guard, mechanism, book)
    return Label(zh=f"{said.zh}时必需", en=f"required when {said.en}")


def _notes(said: Iterable[Label | None]) -> Label | None:
    """Give some notes as one, each once."""
    notes = list(dict.fromkeys((one.zh, one.en) for one in said if one))
    return joined(Label(zh=zh, en=en) for zh, en in notes) if notes else None


def _start(mechanism: Mechanism, key: str, book: Book) -> Start:
    rule = mechanism.actions[key]
    return Start(
        action=key,
        label=Label(zh=rule.zh, en=rule.en),
        who=who(mechanism, rule),
        is_residents=any(by.role == RESIDENT for by in rule.by),
        needs=tuple(needs(mechanism, key, book)),
    )


def _note(wanted: Evidence) -> Label | None:
    kind = EVIDENCE[wanted.kind]
    said = []
    if wanted.label:
        said.append(kind)
    if wanted.min > 1:
        said.append(Label(zh=f"至少 {wanted.min} 份", en=f"at least {wanted.min}"))
    if wanted.geotag:
        said.append(Label(zh="需带拍摄位置", en="with the position where it was taken"))
    return joined(said) if said else None


def _stages(mechanism: Mechanism, counted: Iterable[Limit]) -> Iterator[Stage]:
    """Give the states one passes through, with what is waited for in each, as far as anything is."""
    counted = list(counted)
    yield Stage(BEGIN, "", tuple(_named(mechanism, mechanism.starts())), ())
    for key, state in mechanism.states.items():
        waited = _waited(mechanism, key) or _onward(mechanism, key)
        running = tuple(
            limit
            for limit in counted
            if key in _states_of(mechanism, mechanism.clocks[limit.clock].runs_in)
        )
        label = Label(zh=state.zh, en=state.en)
        yield Stage(label, state.phase, tuple(_named(mechanism, waited)), running)


def _waited(mechanism: Mechanism, state: str) -> list[str]:
    """Give what is waited for in a state: by itself, by the tracks beside it and by participants, each once."""
    beside = [one.waits_for for one in mechanism.tracks.values()]
    beside += [one.waits_for for one in mechanism.participants.values()]
    also = [key for waits in beside for keys in waits.values() for key in keys]
    here = [k for k in also if state in mechanism.states_named(mechanism.actions[k].from_)]
    return list(dict.fromkeys([*mechanism.states[state].waits_for, *here]))


def _named(mechanism: Mechanism, keys: Iterable[str]) -> Iterator[tuple[Label, Label]]:
    for key in keys:
        rule = mechanism.actions[key]
        yield Label(zh=rule.zh, en=rule.en), who(mechanism, rule)


def _onward(mechanism: Mechanism, state: str) -> list[str]:
    return [
        key
        for key, rule in mechanism.actions.items()
        if rule.to and rule.to != state and state in mechanism.states_named(rule.from_)
    ]


def _states_of(mechanism: Mechanism, names: Iterable[str]) -> set[str]:
    return {
        state
        for name in names
        if not name.startswith("track.")
        for state in mechanism.states_named(name)
    }


def _duties(mechanism: Mechanism) -> Iterator[str]:
    """Give the duties of those who take the first steps: whom to go to."""
    firsts = [key for key, state in mechanism.states.items() if state.phase == "intake"]
    for rule in mechanism.actions.values():
        origins = mechanism.states_named(rule.from_)
        if rule.start or set(origins) & set(firsts):
            for by in rule.by:
                if by.role and by.role != RESIDENT:
                    yield mechanism.roles[by.role].duty or by.role
