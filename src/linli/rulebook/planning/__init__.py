"""Plans 规划: rows of indicators with attribute, target, path and responsible body, each naming its figure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field, model_validator

from linli.rulebook.labels import KEY, Label, Rule, Wrong


class Revision(Rule):
    """A target changed: when, from what to what, why, by whom, and in which document."""

    on: date
    before: Decimal
    after: Decimal
    kind: Literal["augmented", "diminished"]
    reason: Label
    decided_by: str = Field(min_length=1)
    document: str = Field(min_length=1)

    @model_validator(mode="after")
    def _as_it_says(self) -> Revision:
        if (self.kind == "augmented") is not (self.after > self.before):
            raise Wrong(
                "kind 与前后目标值不符", "the kind does not fit the targets before and after"
            )
        return self


class PlanRow(Rule):
    """One row. `printed` is the target as the document prints it; `gaps` what the printed row leaves open.

    `path`: 'hold' (the target every year), 'linear' (from the base to it, year by year), 'cumulative' (a share of it for
    every year gone by) or 'end' (in the last year only).
    """

    row: int = Field(ge=1)
    part: str = Field("", pattern=r"^[a-z]?$")
    name: Label
    heading: Label
    attribute: Literal["binding", "expected"]
    responsible: str
    unit: str
    comparator: Literal[">=", "<="] = ">="
    final: Decimal
    printed: str
    path: Literal["hold", "linear", "cumulative", "end"] = "hold"
    base: Decimal | None = None
    figure: str
    gaps: list[Label] = []
    revisions: list[Revision] = []

    @model_validator(mode="after")
    def _whole(self) -> PlanRow:
        if (self.path == "linear") is not (self.base is not None):
            raise Wrong(
                "path: linear 要写 base，也只有它要写",
                "a linear path needs a base, and only it does",
            )
        last: Decimal | None = None
        for revision in sorted(self.revisions, key=lambda one: one.on):
            if last is not None and revision.before != last:
                raise Wrong("目标修订前后不接", "the revisions of the target do not join")
            last = revision.after
        if last is not None and last != self.final:
            raise Wrong(
                "final 应是最后一次修订后的目标", "final is the target after the last revision"
            )
        return self

    @property
    def number(self) -> str:
        """Give the row's number, with its part."""
        return f"{self.row}{self.part}"

    def target(self, year: int) -> Decimal:
        """Give the target in force at the end of a year."""
        later = sorted(
            (one for one in self.revisions if one.on.year > year), key=lambda one: one.on
        )
        return later[0].before if later else self.final


class Plan(Rule):
    """A plan as a file. `midterm` is the year whose end the mid-term evaluation looks at."""

    plan: str = Field(pattern=KEY)
    version: int = Field(1, ge=1)
    title: Label
    source: list[str] = Field(min_length=1)
    first_year: int
    last_year: int
    midterm: int
    gaps: list[Label] = []
    rows: list[PlanRow] = Field(min_length=1)

    @model_validator(mode="after")
    def _whole(self) -> Plan:
        if not self.first_year <= self.midterm < self.last_year:
            raise Wrong("年份次序不对", "first_year, midterm, last_year are out of order")
        numbers = [row.number for row in self.rows]
        if len(set(numbers)) < len(numbers):
            raise Wrong("有两行同号", "two rows have the same number")
        if sorted({row.row for row in self.rows}) != list(
            range(1, max(r.row for r in self.rows) + 1)
        ):
            raise Wrong("行号不连续", "the numbers of the rows are not consecutive")
        return self
