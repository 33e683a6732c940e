"""The one predicate tree of a figure, and the refusal of what cannot be made into one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from linli.rulebook.mechanism import Label

Predicate = tuple[object, ...]
Entity = Literal["step", "case", "entry"]
Mode = Literal["flow", "cohort", "stock"]
Asof = Literal["event", "period_end", "reading"]
Rollup = Literal["sum", "ratio_of_sums", "last", "max", "distinct", "none"]

TRUE: Predicate = ("and",)


class FigureRefused(ValueError):
    """A short form that cannot be counted; `message` says which part and what to write."""

    def __init__(self, zh: str, en: str) -> None:
        self.message = Label(zh=zh, en=en)
        super().__init__(en)


@dataclass(frozen=True)
class Span:
    """How long something took: from the step that `since` tells to the step counted, in full units.

    `unit` is in seconds (60, 3600 or 86400).
    """

    since: Predicate
    unit: int


@dataclass(frozen=True)
class Counted:
    """What is counted of one mechanism: one entity, narrowed by a predicate.

    `basis` is the moment that puts a record into a period: 'happened' (the step's or entry's own), 'opened',
    'closed' (the case's), 'values.NAME' (a date of the case), or 'period_end' (a case by its state then).
    `asof` says as of when fields and states are read: 'event' (states at the period's end, fields as they stand),
    'period_end' (all from the journal, at the period's end) or 'reading' (all, when the figure is read).
    `once` takes the first such step of a case only, `distinct` the first in the period. `total` names the
    amount that is summed: of the entries, or the field of the case, once for every step or case that counts;
    with `own` as each step wrote it.
    `span` measures how long each took. `last` takes, of each area, the last such case by its basis until the period's
    end, and of these only the ones whose date field `expires` is not past by then. `needed`: no record is no data.
    Predicates are ('and', p…), ('or', p…), ('not', p), (compare, field, value), ('met', clock),
    ('breached', clock), ('to', states), ('left', states), ('act', action), ('entry', kind), ('exists', p).
    Fields are 'state', 'phase', 'category', 'source', 'values.NAME' or 'tracks.NAME' of the case, and 'step.NAME': as the
    counted step wrote it, if it did.
    """

    entity: Entity
    where: Predicate
    once: bool = False
    total: str | None = None
    distinct: bool = False
    mechanism: str = ""
    basis: str = "happened"
    asof: Asof = "event"
    span: Span | None = None
    last: bool = False
    expires: str | None = None
    needed: bool = False
    own: bool = False


Side = tuple[Counted, ...]


@dataclass(frozen=True)
class FigureTree:
    """A figure ready to be executed: num, or num over den, each a side counted over one or more mechanisms.

    `give` is what is told of spans: 'mean', or a percentile such as 90 (discrete, of the exact histogram).
    `until_now` reads from the year's first day on (year to date), `change` against the same label a year before.
    `is_quotient` says that num over den is no share (so many for each thousand). `small` is the least denominator whose rate is printed. `carry` is for how many periods a missing value is
    taken from before, with missing='carry_forward'. What lies before `broken_on` was counted by another version and is not
    comparable, but for the periods of `bridge`, with the value that this version gives for them.
    """

    key: str
    label: Label
    mode: Mode
    num: Side
    den: Side | None = None
    unit: Label | None = None
    decimals: int | None = None
    direction: str = "none"
    rounding: Literal["half_up", "half_even"] = "half_up"
    missing: Literal["no_data", "zero", "carry_forward"] = "no_data"
    carry: int = 0
    small: int = 0
    give: Literal["mean"] | int | None = None
    until_now: bool = False
    change: bool = False
    org_rollup: Rollup = "sum"
    time_rollup: Rollup = "sum"
    version: int = 1
    broken_on: date | None = None
    bridge: tuple[tuple[str, Decimal], ...] = ()
    is_quotient: bool = False

    @property
    def basis(self) -> str:
        """Give the event date that puts a record of the numerator into a period."""
        return self.num[0].basis

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """Give the keys of the mechanisms counted, each once, in order."""
        return tuple(dict.fromkeys(one.mechanism for one in (*self.num, *(self.den or ()))))

    @property
    def is_sum(self) -> bool:
        """True when records of the numerator are added up by an amount instead of being counted."""
        return self.adds_up("num")

    def adds_up(self, side: str) -> bool:
        """Say whether the records of a side ('num' or 'den') are added up by an amount instead of being counted."""
        counted = self.den if side.startswith("den") and self.den is not None else self.num
        return any(one.total is not None for one in counted)

    @property
    def is_rate(self) -> bool:
        """True for a share that is printed in per cent."""
        return self.den is not None and self.give is None and not self.is_quotient
