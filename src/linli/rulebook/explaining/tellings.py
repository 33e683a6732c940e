"""Who is told what, in words: for the guide, the sheet that is signed, and the differences between versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from linli.rulebook.explaining.paths import joined
from linli.rulebook.mechanism import Label, Mechanism, Tell
from linli.rulebook.telling import HOLDER, REPORTER, filled_in

WORDS = {
    REPORTER: Label(zh="上报人", en="whoever opened it"),
    HOLDER: Label(zh="承办单位", en="the handling body"),
}
OWN = {
    "number": Label(zh="编号", en="number"),
    "state": Label(zh="状态", en="state"),
}


@dataclass(frozen=True)
class Telling:
    """One rule of `tells` in words: after which actions, whom, and what, with the names of fields in it."""

    key: str
    at: Label
    whom: Label
    text: Label


def tellings(mechanism: Mechanism) -> Iterator[Telling]:
    """Give every rule of `tells` in words, in the order of the file."""
    for key, rule in mechanism.tells.items():
        actions = [mechanism.actions[name] for name in rule.at]
        at = joined(Label(zh=one.zh, en=one.en) for one in actions)
        yield Telling(key, at, whom_in_words(mechanism, rule), _text(mechanism, rule))


def whom_in_words(mechanism: Mechanism, rule: Tell) -> Label:
    """Give whom a rule tells, in words."""
    return joined(_named(mechanism, name) for name in rule.whom)


def _named(mechanism: Mechanism, name: str) -> Label:
    if name in WORDS:
        return WORDS[name]
    found = mechanism.roles.get(name) or mechanism.participants.get(name)
    if found is not None:
        return Label(zh=found.zh, en=found.en)
    field = mechanism.fields[name]
    return Label(zh=f"{field.zh}所填的联系方式", en=f"whoever is reached at: {field.en}")


def _text(mechanism: Mechanism, rule: Tell) -> Label:
    labels = {**mechanism.fields, **OWN}
    return Label(
        zh=filled_in(rule.zh, {name: f"“{label.zh}”" for name, label in labels.items()}),
        en=filled_in(rule.en, {name: f"[{label.en}]" for name, label in labels.items()}),
    )
