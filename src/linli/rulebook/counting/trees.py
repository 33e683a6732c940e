"""The one predicate tree of a figure, and the refusal of what cannot be made into one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from linli.rulebook.mechanism import Label

Predicate = tuple[object, ...]
Entity = Literal["step", "case", "entry"]

TRUE: Predicate = ("and",)


class FigureRefused(ValueError):
    """A short form that cannot be counted; `message` says which part and what to write."""

    def __init__(self, zh: str, en: str) -> None:
        self.message = Label(zh=zh, en=en)
        super().__init__(en)


@dataclass(frozen=True)
class Counted:
    """What is counted: one entity, narrowed by a predicate.

    A `step` counts by its own moment, an `entry` likewise, a `case` by its state at the period's end.
    `once` takes the first such step of a case only. `total` names the amount that is summed.
    Predicates are ('and', p…), ('or', p…), ('not', p), (compare, field, value), ('met', clock),
    ('breached', clock), ('to', states), ('left', states), ('act', action), ('entry', kind).
    Fields are 'state', 'phase', 'category', 'source', 'values.NAME' or 'tracks.NAME' of the case.
    """

    entity: Entity
    where: Predicate
    once: bool = False
    total: str | None = None


@dataclass(frozen=True)
class FigureTree:
    """A figure ready to be executed: a flow over a period or a stock at its end, as num or num over den."""

    key: str
    mechanism: str
    label: Label
    mode: Literal["flow", "stock"]
    num: Counted
    den: Counted | None = None
    unit: Label | None = None
    decimals: int = 2
    direction: str = "none"
