"""The verbs of cases where money may move: as in casework, with what the step posts in the same transaction.

Whoever acts for a person calls these instead of casework's own. What a fund or a project does not have is refused
before anything stays written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from linli.budget.locking import lock_fund
from linli.budget.models import Document, FundAccount, Posting
from linli.budget.moves import ACCOUNTS, FLOWS, OF_FUND, Kind, Shortage, shortage
from linli.budget.queries import Unposted, unposted
from linli.budget.window import applied
from linli.casework import actions as casework
from linli.casework.actions import Receipt, StepRefused
from linli.casework.definitions import current
from linli.casework.queries.standing import (
    Standing,
    note_of,
    standing,
    standing_numbered,
)
from linli.registry.isolation import current_office, office_transaction
from linli.rulebook.casefile import Actor, Exhibit
from linli.rulebook.lasting.money import Posts
from linli.rulebook.mechanism import Label, Mechanism

AT_ONCE = "SET CONSTRAINTS even IMMEDIATE; SET CONSTRAINTS even DEFERRED"


class MoneyRefused(StepRefused):
    """A fund or a project does not have what the step would move; nothing has changed."""

    def __init__(self, short: Shortage) -> None:
        account = ACCOUNTS[short.kind]
        super().__init__(
            "guard",
            Label(
                zh=f"{account.zh}的资金只有 {short.has} 元，不够 {short.asked} 元",
                en=f"{account.en}: there are {short.has} yuan, not {short.asked}",
            ),
        )
        self.short = short


def open_case(  # noqa: PLR0913 - an opening names all that a case begins with
    *,
    mechanism: str,
    action: str,
    by: Actor,
    at: datetime,
    form: Mapping[str, Any],
    exhibits: Sequence[Exhibit] = (),
    key: str,
    area: str | None = None,
    source: str = "",
    done_at: datetime | None = None,
) -> Receipt:
    """Open a case as casework does, and post what its first step moves. Raises MoneyRefused too.

    An application to a batch that has not opened yet, or has closed, is refused; what the batch says need not be said again.
    """
    with office_transaction(by.office):
        rules = current(mechanism)
        form = applied(rules, form, at)
        posts = _posts(rules, action)
        with _together(posts):
            receipt = casework.open_case(
                mechanism=mechanism, action=action, by=by, at=at, form=form, exhibits=exhibits,
                key=key, area=area, source=source, done_at=done_at,
            )  # fmt: skip
            if posts is not None:
                _post(posts, receipt, by, at)
    return receipt


def perform(  # noqa: PLR0913 - an action names all that it rests on
    *,
    case: int,
    action: str,
    by: Actor,
    at: datetime,
    form: Mapping[str, Any],
    exhibits: Sequence[Exhibit] = (),
    key: str,
    revision: int | None,
    member: tuple[str, str] | None = None,
    done_at: datetime | None = None,
) -> Receipt:
    """Take an action as casework does, and post what the step moves. Raises MoneyRefused too.

    The fund is locked first: two people who commit its last money at once do so one after the other.
    """
    with office_transaction(by.office):
        file = standing(case)
        posts = _posts(file.mechanism, action)
        if posts is not None and (posts.fund == "self" or file.values.get(posts.fund)):
            lock_fund(_fund(file, posts))
        with _together(posts):
            receipt = casework.perform(
                case=case, action=action, by=by, at=at, form=form, exhibits=exhibits, key=key,
                revision=revision, member=member, done_at=done_at,
            )  # fmt: skip
            if posts is not None:
                _post(posts, receipt, by, at)
    return receipt


def post_history(*, by: Actor, at: datetime) -> tuple[Unposted, ...]:
    """Post what steps brought in as history move, in their order; give those for which the money is not there.

    Nobody's page does so by itself: whoever brings history in says that the ledger is to follow.
    """
    left = []
    with office_transaction(by.office):
        for one in unposted():
            file = standing_numbered(one.number)
            posts = file.mechanism.entries[one.kind].posts
            assert posts is not None
            try:
                with transaction.atomic():
                    _post(posts, Receipt(file.case, one.number, "", one.seq), by, at)
            except StepRefused:
                left.append(one)
    return tuple(left)


def _together(posts: Posts | None) -> AbstractContextManager[object]:
    """Take a step back with what it could not post; a step that posts nothing needs no savepoint."""
    return nullcontext() if posts is None else transaction.atomic()


def _posts(mechanism: Mechanism, action: str) -> Posts | None:
    rule = mechanism.actions.get(action)
    if rule is None or rule.entry is None:
        return None
    return mechanism.entries[rule.entry].posts


def _fund(file: Standing, posts: Posts) -> int:
    if posts.fund == "self":
        return file.case
    named = file.values.get(posts.fund)
    if not named:
        label = Label(zh="此事项没有写明资金来自哪里", en="The case does not say which fund pays")
        raise StepRefused("guard", label)
    return standing_numbered(str(named)).case


def _post(posts: Posts, receipt: Receipt, by: Actor, at: datetime) -> None:
    """Post what a step moves, once: a step that was posted before is left as it is."""
    if Document.objects.filter(case_id=receipt.case_id, seq=receipt.seq).exists():
        return
    note = note_of(receipt.case_id, receipt.seq)
    if note is None or not note.amount:
        return
    fund = _fund(standing(receipt.case_id), posts)
    lock_fund(fund)
    amount = Decimal(note.amount)
    kinds = dict.fromkeys(kind for move in posts.moves for kind in FLOWS[move])
    accounts = _accounts(fund, receipt.case_id, kinds)
    balances = {kind: account.balance for kind, account in accounts.items()}
    short = shortage(balances, list(posts.moves), amount)
    if short is not None:
        raise MoneyRefused(short)
    for move in posts.moves:
        document = Document.objects.create(
            office_id=current_office(), fund_id=fund, case_id=receipt.case_id, seq=receipt.seq,
            move=move, amount=amount, by=by.id, at=at,
            voucher=str(note.values.get(posts.voucher) or "") if posts.voucher else "",
        )  # fmt: skip
        for kind, sign in zip(FLOWS[move], (-1, 1), strict=True):
            Posting.objects.create(
                office_id=current_office(), document=document, account=accounts[kind], amount=sign * amount
            )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(AT_ONCE)


def _accounts(fund: int, project: int, kinds: Iterable[Kind]) -> dict[Kind, FundAccount]:
    """Give accounts of a project and its fund, opened where they are not there yet."""
    wanted = {kind: fund if kind in OF_FUND else project for kind in kinds}
    FundAccount.objects.bulk_create(
        [
            FundAccount(
                office_id=current_office(), fund_id=fund, project_id=case, kind=kind, balance=0
            )
            for kind, case in wanted.items()
        ],
        ignore_conflicts=True,
    )
    found = {
        (row.project_id, row.kind): row
        for row in FundAccount.objects.filter(fund_id=fund, project_id__in=wanted.values())
    }
    return {kind: found[case, kind] for kind, case in wanted.items()}
