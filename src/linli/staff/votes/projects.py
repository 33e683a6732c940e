"""Votes on the projects of a round: what stands on the ballot, and the projects keyed by their numbers."""

from __future__ import annotations

import re

from linli.budget.rounds.standing import NotDrawn, round_to_vote_on
from linli.casework.actions import CaseUnknown
from linli.deliberation.counting.projects import Listed, Slate
from linli.deliberation.voting.standing import VoteRefused

BETWEEN = re.compile(r"[\s,，、;；.。]+")
MOST_DIGITS = 3


def slate_of_round(number: str) -> Slate | None:
    """Give the projects on a round's ballot and its fund; nothing where the case is no round. Raises VoteRefused."""
    try:
        round_ = round_to_vote_on(number) if number else None
    except CaseUnknown as unknown:
        raise VoteRefused(f"没有事项 {number}", f"there is no case {number}") from unknown
    except NotDrawn as early:
        raise VoteRefused(early.message.zh, early.message.en) from early
    if round_ is None:
        return None
    listed = (
        Listed(place, one.key, one.name, one.cost) for place, one in enumerate(round_.projects, 1)
    )
    return Slate(tuple(listed), round_.budget)


def picks_keyed(text: str) -> tuple[int, ...]:
    """Give the numbers of projects as they are keyed, such as `1 3 5`. Raises VoteRefused."""
    words = [word for word in BETWEEN.split(text.strip()) if word]
    if any(not word.isdecimal() or len(word) > MOST_DIGITS for word in words):
        raise VoteRefused(
            "项目写序号，用空格隔开", "write the projects' numbers with spaces between"
        )
    return tuple(int(word) for word in words)
