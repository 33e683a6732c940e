"""What a mechanism says of matching: which of its cases give, which want, how often, and what must be alike."""

from __future__ import annotations

from pydantic import Field

from linli.rulebook.labels import Rule


class Matches(Rule):
    """How cases of one mechanism may be put together. Suggestions only: whoever claims and confirms is a person.

    `kind`: the code field that tells them apart; `wants`, `gives`: its codes on either side; `ready`: the states in
    which they may be matched; `alike`: the code field that must be the same; `capacity`, `used`: number fields, how
    often and how often already; `until`: the last day. `unmet`: the track whose state says that nobody came in time.
    """

    kind: str
    wants: list[str] = Field(min_length=1)
    gives: list[str] = Field(min_length=1)
    ready: list[str] = Field(min_length=1)
    alike: str
    capacity: str
    used: str
    until: str
    unmet: dict[str, str] = Field(min_length=1, max_length=1)
