"""What a mechanism says of money: which records move it between accounts of a fund, how a round divides one, how a batch ranks."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from linli.rulebook.labels import KEY, Rule

Move = Literal[
    "allocation", "withdrawal", "approval", "release", "commitment", "cancellation", "payment", "refund",
]  # fmt: skip


class Posts(Rule):
    """Which moves of money a record makes, one after another, each of the record's amount.

    `fund`: the field that names the fund's entry, or 'self' where the case is the fund. `voucher`: the field
    that holds the number of the voucher, which a payment and a refund need.
    """

    moves: list[Move] = Field(min_length=1)
    fund: str = "self"
    voucher: str | None = None


class Allocates(Rule):
    """How the entries of a register divide a fund among projects by vote, and what is done with each.

    `project`: the mechanism of the projects; `by`: its field that names the entry; `cost`, `name`: its fields;
    `ready`: its states that stand on the ballot; `won`, `lost`: its actions for what comes of the count, whose
    forms take the votes in `votes`. `budget`, `rule`, `least`: fields of the entry; `closing`: its action that
    takes the exact result in `voters`, `chosen` and `spent`.
    """

    project: str = Field(pattern=KEY)
    by: str
    cost: str
    name: str
    ready: list[str] = Field(min_length=1)
    won: str
    lost: str
    votes: str
    budget: str
    rule: str
    least: str | None = None
    closing: str
    voters: str
    chosen: str
    spent: str


class Ranks(Rule):
    """How the entries of a register rank applications for a limited number of places.

    `application`: their mechanism; `by`: its field that names the entry; `opens`, `closes`: the entry's first and
    last day of intake; `places`: how many there are. Ranked by `points`, most first, then by the fields in `then`,
    least first, then by a lot drawn from words spoken in public. `ready`: states that are ranked; `pending`: states
    that must be empty first; `holds`: states that hold a place already. `chosen`, `passed`: actions for who has a place and who has not, with its number in `place`
    and the personal `name`, masked, in `masked`; `notice`: the clock of the public notice; `objects`: the action by which an objection to a place is taken in. `closing`: the entry's action, told in `listed` how many have one.
    """

    application: str = Field(pattern=KEY)
    by: str
    opens: str
    closes: str
    places: str
    points: str
    then: list[str] = []
    ready: list[str] = Field(min_length=1)
    pending: list[str] = []
    holds: list[str] = []
    chosen: str
    passed: str
    place: str
    name: str
    masked: str
    notice: str
    objects: str = "object"
    closing: str
    listed: str
