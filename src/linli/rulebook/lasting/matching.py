"""What a mechanism says of matching: what its cases take of entries, and which of them may be put together with what is given."""

from __future__ import annotations

from pydantic import Field, model_validator

from linli.rulebook.labels import Rule, Wrong

PERIODS = ("once", "week", "month", "quarter", "year")


class Takes(Rule):
    """What a case takes of the entry one of its fields names, while it is in one of the states `in`. More than there is, is refused.

    Of the case: `amount`, a number field, how much (1 without); `on`, the date field by which the period is told.
    Of the entry: `most`, a number field, how much there is; `per`, a code field (week, month, quarter, year: so much in each;
    once: in all); `until`, a date field, the last day of `on`; `ready`, the states in which it can be taken. `same_holder`:
    the body that has the case must be the one that has the entry.
    """

    in_: list[str] = Field(alias="in", min_length=1)
    most: str
    amount: str | None = None
    on: str | None = None
    per: str | None = None
    until: str | None = None
    ready: list[str] = Field(min_length=1)
    same_holder: bool = False

    @model_validator(mode="after")
    def _dated(self) -> Takes:
        if self.on is None and (self.per or self.until):
            raise Wrong("写 per 或 until 时要写 on", "per and until need on")
        return self


class Matches(Rule):
    """How wants are put together with what is given. Suggestions only: whoever claims and confirms is a person.

    `claims`: the mechanism whose cases take (this one, or one it opens), and by which of its `takes`; `ready`: the
    states of a want in which it may be matched; `alike`: the code field that must be the same on both sides;
    `wanted`: the number field, how often; `until`: its last day. `unmet`: the track whose state says that nobody came in time.
    """

    claims: dict[str, str] = Field(min_length=1, max_length=1)
    ready: list[str] = Field(min_length=1)
    alike: str
    wanted: str
    until: str
    unmet: dict[str, str] = Field(min_length=1, max_length=1)
