"""What a vote does to its case: the step that its opening or its final result takes, with exact numbers in the form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from linli.casework.actions import perform
from linli.casework.queries.standing import Standing, standing
from linli.deliberation.models import Vote
from linli.deliberation.voting.standing import VoteRefused, case_of
from linli.rulebook.casefile import Actor
from linli.rulebook.lasting.voting import VoteMove, Votes


def check_ready(case: int) -> Votes:
    """Give what a case's mechanism says of votes. Raises VoteRefused where none may be prepared now."""
    file = standing(case)
    rule = file.mechanism.votes
    if rule is None or file.state not in rule.ready:
        now = file.mechanism.states[file.state]
        raise VoteRefused(
            f"事项 {file.number} 现在是“{now.zh}”，不能付表决",
            f"case {file.number} is now {now.en}: no vote can be held on it",
        )
    return rule


def follow(
    vote: Vote, move: VoteMove, numbers: Mapping[str, Any], *, by: Actor, at: datetime
) -> None:
    """Take the step that a move of a vote means for its case; a vote about no case, or a move that means nothing, takes none.

    Raises VoteRefused when the case has gone where the step cannot be taken, and StepRefused.
    """
    case = case_of(vote)
    rule = standing(case).mechanism.votes if case is not None else None
    if case is None or rule is None or not rule.actions_after(move):
        return
    file = standing(case)
    action = _fitting(file, rule, move)
    if action is None:
        return
    asked = file.mechanism.actions[action].fields
    form = {name: numbers.get(number) for name, number in rule.gives.items() if name in asked}
    perform(
        case=case, action=action, by=by, at=at, form=form, key=f"vote-{vote.pk}-{move}", revision=None
    )  # fmt: skip


def _fitting(file: Standing, rule: Votes, move: VoteMove) -> str | None:
    """Give the action that starts from where the case is; a second vote opened may need none. Raises VoteRefused."""
    for action in rule.actions_after(move):
        if file.state in file.mechanism.states_named(file.mechanism.actions[action].from_):
            return action
    if move == "opened":
        return None
    now = file.mechanism.states[file.state]
    raise VoteRefused(
        f"事项 {file.number} 现在是“{now.zh}”，不能记入表决结果",
        f"case {file.number} is now {now.en}: the result cannot be entered",
    )
