"""The verbs of a batch: draw the lot, rank and publish. Who may take its closing action may do these."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from linli.budget.actions import perform
from linli.budget.batches.ranking import Ranked, masked, ranked
from linli.budget.batches.standing import Batch, batch_numbered, may_rank
from linli.budget.locking import lock_fund
from linli.budget.models import Lot
from linli.budget.rounds.counting import drawn_order
from linli.budget.window import ZONE
from linli.casework.actions import reveal
from linli.casework.keys import KeyMissing
from linli.casework.sealing import NothingSealed
from linli.registry.isolation import current_office, office_transaction
from linli.rulebook.casefile import Actor
from linli.rulebook.labels import Label

WHY = "公示名单（掩名） / masked for the public notice"
NAMELESS = "—"


class BatchRefused(Exception):
    """The batch is not where this can be done; nothing has changed."""

    def __init__(self, zh: str, en: str) -> None:
        self.message = Label(zh=zh, en=en)
        super().__init__(en)


def draw_for(*, number: str, words: str, by: Actor, at: datetime) -> None:
    """Keep the lot drawn from words spoken in public, once, after intake has closed. Raises BatchRefused."""
    with office_transaction(by.office):
        batch = _closed(number, by, at)
        if batch.lot is not None:
            raise BatchRefused("已经抽过签，不能再抽", "The lot has been drawn and stays")
        if not words.strip():
            raise BatchRefused("请写下现场说出的词句", "Write down the words spoken in public")
        order = drawn_order(words.strip(), [one.number for one in batch.applications])
        Lot.objects.create(
            office_id=current_office(), round_id=batch.entry.case, words=words.strip(),
            order=list(order), by=by.id, at=at,
        )  # fmt: skip


def rank(*, number: str, by: Actor, at: datetime) -> tuple[Ranked, ...]:
    """Rank the applications that stand, and publish every place under a masked name. Decides about nobody.

    All of it or nothing; may be done anew after an objection or an appeal. Raises BatchRefused and StepRefused.
    """
    with office_transaction(by.office), transaction.atomic():
        batch = _closed(number, by, at)
        lock_fund(batch.entry.case)
        if batch.lot is None:
            raise BatchRefused("请先公开抽签，再排序", "Draw the lot in public before ranking")
        if batch.pending:
            raise BatchRefused(
                f"还有 {batch.pending} 件没有核对或复核完，不能排序",
                f"{batch.pending} applications are still being checked or reviewed",
            )
        if not batch.ready:
            raise BatchRefused("没有可以排序的申请", "There is no application to rank")
        places = ranked(batch.ready, batch.lot.order)
        _publish(batch, places, by, at)
    return places


def _publish(batch: Batch, places: tuple[Ranked, ...], by: Actor, at: datetime) -> None:
    rule, cases = batch.ranks, {one.number: one.case for one in batch.applications}
    free = batch.places - batch.taken
    turn = f"batch-{batch.entry.case}-{batch.entry.seq}"
    for one in places:
        case = cases[one.number]
        perform(
            case=case, action=rule.chosen if one.place <= free else rule.passed, by=by, at=at,
            form={rule.place: batch.taken + one.place, rule.masked: _masked(case, rule.name, by, at)},
            key=f"{turn}-{case}", revision=None,
        )  # fmt: skip
    listed = min(len(places), free)
    perform(
        case=batch.entry.case, action=rule.closing, by=by, at=at, form={rule.listed: listed},
        key=turn, revision=None,
    )  # fmt: skip


def _masked(case: int, field: str, by: Actor, at: datetime) -> str:
    try:
        told = reveal(case=case, field=field, by=by, at=at, reason=WHY)
    except (NothingSealed, KeyMissing):
        return NAMELESS  # erased since: the place stays, the name is gone
    return masked(told.text) or NAMELESS


def _closed(number: str, by: Actor, at: datetime) -> Batch:
    batch = batch_numbered(number)
    if not may_rank(batch, by, at):
        raise BatchRefused("您的岗位现在不能为这一批排序", "Your post may not rank this batch now")
    if at.astimezone(ZONE).date() <= batch.closes_on:
        raise BatchRefused("受理还没有截止", "Applications are still being taken in")
    return batch
