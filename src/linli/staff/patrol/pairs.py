"""Reported and handled on the spot (自发自处): one form for two actions, taken together or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.db import transaction

from linli.budget.actions import perform
from linli.casework.actions import Receipt
from linli.rulebook.casefile import Fault, StepRefused
from linli.rulebook.mechanism import Action, Label, Mechanism
from linli.staff.acting.laying import filled, laid, opened
from linli.staff.desk import Desk
from linli.ui.questions import Question
from linli.ui.sheets import TAKEN, Sheet

SOURCE = "patrol"
OWN = "own"


@dataclass(frozen=True)
class Pair:
    """The forms of an opening action and of what its taker may do to the new case at once, as one form."""

    first: Sheet
    second: Sheet

    @property
    def key(self) -> str:
        """Give what makes sending it twice harmless."""
        return self.first.key

    @property
    def action(self) -> Label:
        """Give both actions in words."""
        one, other = self.first.action, self.second.action
        return Label(zh=f"{one.zh} · {other.zh}", en=f"{one.en} · {other.en}")

    @property
    def questions(self) -> list[Question]:
        """Give the questions of both, each once; where one must be answered for either, it must be."""
        later = {one.name: one for one in self.second.questions}
        asked = [
            replace(one, required=one.required or later[one.name].required)
            if one.name in later
            else one
            for one in self.first.questions
        ]
        known = {one.name for one in asked} | ({TAKEN} if self._has_place else set())
        more = [one for one in later.values() if one.name not in known]
        return sorted([*asked, *more], key=lambda one: one.is_evidence)

    @property
    def general(self) -> list[str]:
        """Give what is wrong with the whole, in words."""
        return [*self.first.general, *self.second.general]

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Give what is wrong with what was sent."""
        return (*self.first.faults, *self.second.faults)

    @property
    def _has_place(self) -> bool:
        return any(one.kind == "place" for one in self.first.questions)


def on_the_spot(action: Action) -> bool:
    """Say whether an action is one for a patrol: it asks for a photo that says where it was taken."""
    return any(asked.kind == "photo" and asked.geotag for asked in action.exhibits)


def seconds(mechanism: Mechanism, start: str) -> Iterable[str]:
    """Give what whoever opens a case by `start` may do to it on the spot, as the mechanism says."""
    roles = {by.role for by in mechanism.actions[start].by}
    for key, rule in mechanism.actions.items():
        own = any(by.scope == OWN and by.role in roles for by in rule.by)
        at_once = mechanism.initial_state in mechanism.states_named(rule.from_)
        if own and at_once and on_the_spot(rule) and not rule.start:
            yield key


def pair_of(desk: Desk, mechanism: Mechanism, start: str, then: str) -> Pair:
    """Give the empty form."""
    return Pair(laid(desk, mechanism, start), laid(desk, mechanism, then))


def pair_filled(desk: Desk, pair: Pair) -> Pair:
    """Give the form with what was posted. Photos of the second action were taken where the case is."""
    first, second = (_own(filled(desk, sheet)) for sheet in (pair.first, pair.second))
    if any(isinstance(answer, Mapping) for answer in first.answers.values()):
        placed = tuple(replace(exhibit, has_position=True) for exhibit in second.exhibits)
        second = replace(second, exhibits=placed)
    return Pair(first, second)


def take_both(desk: Desk, pair: Pair) -> Receipt | Pair:
    """Open the case and take the second action on it; refused, nothing is written and the form says why."""
    receipt = None
    try:
        with transaction.atomic():
            receipt = opened(desk, pair.first, SOURCE)
            _then(desk, pair.second, receipt, f"{pair.key}:then")
    except StepRefused as refused:
        if receipt is None:
            return Pair(pair.first.refused(refused), pair.second)
        return Pair(pair.first, pair.second.refused(refused))
    return receipt


def _then(desk: Desk, sheet: Sheet, receipt: Receipt, key: str) -> None:
    perform(
        case=receipt.case_id,
        action=sheet.name,
        by=desk.actor,
        at=desk.at,
        form=sheet.form,
        exhibits=sheet.exhibits,
        key=key,
        revision=receipt.seq,
        done_at=desk.done_at,
    )


def _own(sheet: Sheet) -> Sheet:
    """Give the sheet with only the uploads that its own action asks for."""
    tags = {asked.tag for asked in sheet.action.exhibits}
    return replace(sheet, exhibits=tuple(one for one in sheet.exhibits if one.tag in tags))
