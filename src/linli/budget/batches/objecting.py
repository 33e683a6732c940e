"""Objecting to a place on a batch's public list: anybody may, by the place alone, while the notice runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from linli.budget.actions import perform
from linli.budget.batches.actions import BatchRefused
from linli.budget.batches.standing import batch_numbered, notice_ends
from linli.casework.proof.receipts import Mark, mark_of
from linli.casework.queries.standing import standing
from linli.registry.isolation import office_transaction
from linli.rulebook.casefile import Actor, Duty, StepRefused
from linli.rulebook.mechanism import Mechanism


def object_to_place(
    *, number: str, place: int, text: str, by: Actor, at: datetime, key: str
) -> Mark:
    """Take in what somebody objects to a place; give the mark of the step as a receipt. Decides nothing.

    It is entered as the window enters an objection, by a resident whom nobody knows. Raises BatchRefused: the notice
    is over, there is no such place, nothing is said, or an objection to this place waits for its answer.
    """
    with office_transaction(by.office):
        batch = batch_numbered(number)
        ends = notice_ends(batch)
        found = next((one for one in batch.published if one.place == place), None)
        if found is None or ends is None or at > ends:
            raise BatchRefused(
                "公示名单上没有这个名次", "There is no such place on the public list"
            )
        if not text.strip():
            raise BatchRefused("请写明异议", "Say what is objected to")
        rules, action = standing(found.case).mechanism, batch.ranks.objects
        form = {next(iter(rules.actions[action].fields)): text.strip()}
        try:
            done = perform(
                case=found.case, action=action, by=_at_the_window(rules, action, by), at=at, form=form,
                key=key, revision=None,
            )  # fmt: skip
        except StepRefused as refused:
            raise BatchRefused(
                "这个名次已有一条异议等待答复；答复之后，或到受理窗口再提",
                "An objection to this place waits for its answer: object after it, or at the window",
            ) from refused
        return mark_of(case=done.case_id, seq=done.seq)


def _at_the_window(rules: Mechanism, action: str, by: Actor) -> Actor:
    """Give somebody with what the window may do for this one action, and nothing else."""
    roles = [rules.roles[one.role] for one in rules.actions[action].by if one.role in rules.roles]
    duties = tuple(Duty(role.duty) for role in roles if role.duty)
    return replace(by, duties=duties)
