"""What a mechanism says of a vote: when one may be prepared about its case, and what its outcome does."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from linli.rulebook.labels import Rule

VoteMove = Literal["opened", "carried", "lost", "void"]
VoteNumber = Literal[
    "roll", "area", "issued", "returned", "spoiled", "taking_part", "area_taking_part", "yes", "no", "abstain",
    "area_yes", "elected", "opened_on", "closed_on", "sheet", "verdict",
]  # fmt: skip


class Votes(Rule):
    """How a vote stands to a case of this mechanism.

    `ready`: the states in which a vote may be prepared and opened. `takes`: the actions taken when it is opened and
    when its result is final: carried, lost, or void (too few took part, or a box held too many papers; an
    election that fills only some of its seats is lost). Of several, the one that starts from where the case is.
    `gives`: fields of those actions' forms, each with the number of the vote that fills it. `seats`: the field
    that says how many are elected; without it one question is put. `projects`: the ballot holds the projects of a
    register that divides a fund; the vote takes no action, its ballots are counted by the rule of the entry.
    """

    ready: list[str] = Field(min_length=1)
    takes: dict[VoteMove, str | list[str]] = {}
    gives: dict[str, VoteNumber] = {}
    seats: str | None = None
    projects: bool = False

    def actions_after(self, move: VoteMove) -> tuple[str, ...]:
        """Give the actions of which one is taken after a move."""
        named = self.takes.get(move, [])
        return (named,) if isinstance(named, str) else tuple(named)
