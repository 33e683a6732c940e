"""What a mechanism says beside its cases: figures, schedules, retention, who is told what, and how cases are shown."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from linli.rulebook.labels import KEY, Label, Rule, Wrong


class Opens(Rule):
    """A child case to open: the mechanism, its opening action, and child field -> field of this case."""

    mechanism: str = Field(pattern=KEY)
    act: str
    form: dict[str, str] = {}


class Duration(Rule):
    """How long something took: between two events ('enter STATE', 'leave STATE', 'act ACTION'), in full units.

    `give`: 'mean', or a percentile of the exact histogram: 'p50', 'p90' and the like.
    """

    since: str
    until: str
    count_in: Literal["minute", "hour", "day"] = "day"
    give: str = Field("p50", pattern=r"^(mean|p[1-9][0-9]?)$")


class Figure(Label):
    """A figure in short form; `rulebook.counting` expands it to the one predicate tree.

    `count`: 'enter STATE', 'leave STATE' or 'act ACTION', each with an optional ' where GUARD'.
    `stock`: STATE or @group. `sum`: FIELD. `ratio`: [num, den], names of figures of this file,
    each with an optional ' where GUARD'. `once`: count the first such step of a case only.
    `sum: FIELD` beside `stock`, `count` or `distinct` adds up a number field of the case over the stock or over those
    events. `distinct`: like `count`, but each case once in the period. `duration`: how long it took.
    `mode: cohort` of a ratio looks at the cases its denominator counts in the period, and at what became of them.
    """

    count: str | None = None
    distinct: str | None = None
    stock: str | None = None
    sum: str | None = None
    ratio: list[str] | None = Field(None, min_length=2, max_length=2)
    duration: Duration | None = None
    once: bool = False
    mode: Literal["flow", "cohort"] | None = None
    unit: Label | None = None
    decimals: int | None = Field(None, ge=0, le=6)
    rounding: Literal["half_up", "half_even"] = "half_up"
    missing: Literal["no_data", "zero"] = "no_data"
    direction: Literal["up", "down", "none"] = "none"

    @model_validator(mode="after")
    def _one_form(self) -> Figure:
        forms = (self.count, self.distinct, self.stock, self.sum, self.ratio, self.duration)
        is_added_up = (
            self.sum is not None and not (self.ratio or self.duration) and sum(map(bool, forms)) > 1
        )
        if sum(form is not None for form in forms) != (2 if is_added_up else 1):
            raise Wrong(
                "count、distinct、stock、sum、ratio、duration 恰好写一个（sum 可与前三个之一同写）",
                "give exactly one of count, distinct, stock, sum, ratio and duration (sum may go with one of the first three)",
            )
        if self.mode is not None and self.ratio is None:
            raise Wrong("mode 只写在 ratio 旁", "mode belongs beside a ratio only")
        return self


class Schedule(Rule):
    """A recurrence (RFC 5545) that performs an action for each subject; other units than days are refused.

    `for`: 'office', 'neighbourhood' (each), or the key of a register (each current entry): for the
    mechanism's own entries the action is taken on them, else it opens a case that names the entry.
    """

    rule: str = Field(pattern=r"^FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;[A-Z]+=[-+0-9A-Z,]+)*$")
    action: str
    for_: str = Field("office", alias="for")
    at: str = Field("09:00", pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")
    calendar: Literal["office"] | None = None
    basis: str = Field(min_length=1)


class Retention(Rule):
    """How long after its end the personal values and files of a case are kept ('3 y', '6 m', '90 d'), and why."""

    keep: str = Field(pattern=r"^[1-9][0-9]{0,3} [ymd]$")
    basis: str = Field(min_length=1)


class Tell(Label):
    """What is said, and to whom, once one of the actions in `at` is taken; '<field>' stands for a value of the case.

    `whom`: 'reporter' (who opened it), 'holder' (the body that has it then), a role, a kind of participants
    (those the action invites or is about, else all), or a personal field (whoever is reached at what it holds).
    """

    at: list[str] = Field(min_length=1)
    whom: list[str] = Field(min_length=1)


class Shows(Rule):
    """How a case is shown: list columns, the line that names it, what residents see.

    `progress`: two number fields, what was reached and of how much. `open`: the states in which anybody may read
    the cases, one by one, in the fields residents see.
    """

    title: str | None = None
    category: str | None = None
    place: str | None = None
    progress: list[str] = Field([], min_length=2, max_length=2)
    columns: list[str] = []
    resident: list[str] = []
    open: list[str] = []
