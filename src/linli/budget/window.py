"""The window of a batch: who applies too early or too late is refused, by whatever door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from linli.casework.actions import CaseUnknown, StepRefused
from linli.casework.queries.standing import Standing, standing_numbered
from linli.rulebook.labels import Label
from linli.rulebook.lasting.money import Ranks
from linli.rulebook.mechanism import Mechanism

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Window:
    """The first and the last day of intake."""

    title: str
    opens_on: date
    closes_on: date


def window_of(entry: Standing, ranks: Ranks) -> Window:
    """Give the window that a batch states."""
    opens, closes = (
        date.fromisoformat(str(entry.values[name])) for name in (ranks.opens, ranks.closes)
    )
    return Window(entry.title, opens, closes)


def applied(application: Mechanism, form: Mapping[str, Any], at: datetime) -> Mapping[str, Any]:
    """Give an application's form with what its batch says already (same key, same words) where it is left blank.

    Raises StepRefused when the batch has not opened or has closed.
    """
    for name, rule in application.fields.items():
        if rule.type == "entry" and form.get(name):
            try:
                entry = standing_numbered(str(form[name]))
            except CaseUnknown:
                continue  # the form itself says that there is no such entry
            ranks = entry.mechanism.ranks
            if ranks and (ranks.application, ranks.by) == (application.mechanism, name):
                _check_day(window_of(entry, ranks), at.astimezone(ZONE).date())
                form = {**_taken_over(application, entry), **_given(form)}
    return form


def _taken_over(application: Mechanism, entry: Standing) -> dict[str, Any]:
    batch = entry.mechanism.fields
    return {
        name: entry.values[name]
        for name, rule in application.fields.items()
        if name in batch and batch[name].zh == rule.zh and name in entry.values
    }


def _given(form: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in form.items() if value not in (None, "")}


def _check_day(window: Window, today: date) -> None:
    opens, closes = window.opens_on.isoformat(), window.closes_on.isoformat()
    if today < window.opens_on:
        said = Label(
            zh=f"“{window.title}”{opens} 才开始受理",
            en=f"{window.title} takes applications from {opens} on",
        )
        raise StepRefused("guard", said)
    if today > window.closes_on:
        said = Label(
            zh=f"“{window.title}”已于 {closes} 截止，不再受理",
            en=f"{window.title} closed on {closes}; this one comes too late",
        )
        raise StepRefused("guard", said)
