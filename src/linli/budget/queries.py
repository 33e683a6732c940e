"""Questions about money: what funds have, where it went, and what does not tally."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import connection
from django.db.models import Sum

from linli.budget.models import Document, FundAccount, Posting
from linli.budget.moves import ACCOUNTS, FLOWS, MOVES, OF_FUND, Kind
from linli.casework.definitions import in_force
from linli.casework.queries.seeing import seen_by
from linli.casework.queries.standing import standings
from linli.registry.isolation import current_office
from linli.rulebook.casefile import Actor
from linli.rulebook.lasting.money import Move
from linli.rulebook.mechanism import Label

NOTHING = Decimal("0.00")
OF_PROJECT = ("approved", "committed", "paid")
SEEN = """
    SELECT DISTINCT a.fund_id FROM budget_fundaccount a JOIN casework_case c ON c.id = a.fund_id
    WHERE a.office_id = %s AND {} ORDER BY a.fund_id DESC
"""
UNPOSTED = """
    SELECT c.number, e.seq, e.kind, e.amount FROM casework_entry e
    JOIN casework_case c ON c.id = e.case_id
    WHERE e.office_id = %s AND e.amount <> 0 AND c.mechanism || ' ' || e.kind = ANY(%s::text[])
      AND NOT EXISTS (SELECT FROM budget_document d WHERE d.case_id = e.case_id AND d.seq = e.seq)
    ORDER BY e.at, e.case_id, e.seq
"""


@dataclass(frozen=True)
class Balance:
    """What stands on the accounts of a fund or of one of its projects, in yuan; `area` is the path of its place."""

    case: int
    number: str
    title: str
    mechanism: Label | None = None
    area: str = ""
    free: Decimal = NOTHING
    approved: Decimal = NOTHING
    committed: Decimal = NOTHING
    paid: Decimal = NOTHING

    @property
    def granted(self) -> Decimal:
        """Give all that was approved: not yet committed, committed, and paid."""
        return self.approved + self.committed + self.paid

    @property
    def contracted(self) -> Decimal:
        """Give all that was committed: paid or not."""
        return self.committed + self.paid

    @property
    def allocation(self) -> Decimal:
        """Give all that the fund was given and still stands for."""
        return self.free + self.granted


@dataclass(frozen=True)
class DocumentLine:
    """One document: the step behind it, and its voucher."""

    at: datetime
    move: Label
    amount: Decimal
    voucher: str
    case: int
    number: str
    title: str
    seq: int


@dataclass(frozen=True)
class PostedLine:
    """One document of a case, with the accounts between which it moved money."""

    at: datetime
    move: Label
    amount: Decimal
    voucher: str
    seq: int
    giving: Label
    taking: Label
    fund: str
    fund_title: str


@dataclass(frozen=True)
class FundView:
    """A fund: its totals, those of its projects, and its documents, latest first."""

    total: Balance
    projects: tuple[Balance, ...]
    documents: tuple[DocumentLine, ...]


@dataclass(frozen=True)
class Unposted:
    """A record that moves money and has no document, because it came in as history."""

    number: str
    seq: int
    kind: str
    amount: Decimal


def funds(actor: Actor) -> tuple[Balance, ...]:
    """Give the funds that an actor sees, latest first."""
    condition, values = seen_by(actor)
    with connection.cursor() as cursor:
        cursor.execute(SEEN.format(condition), [current_office(), *values])
        seen = [row[0] for row in cursor.fetchall()]
    totals = _balances(
        FundAccount.objects.filter(fund_id__in=seen).values_list("fund_id", "kind", "balance")
    )
    return _named(seen, totals)


def fund_view(fund: int) -> FundView:
    """Give a fund with its projects and documents."""
    rows = list(
        FundAccount.objects.filter(fund_id=fund).values_list("project_id", "kind", "balance")
    )
    projects = _balances(row for row in rows if row[1] not in {"source", "free"})
    total = _balances((fund, kind, balance) for _, kind, balance in rows)
    [whole] = _named([fund], total)
    return FundView(whole, _named(sorted(projects), projects), tuple(_documents(fund)))


def balance_of(project: int) -> Balance:
    """Give what was approved for a project, over all funds, and what became of it."""
    rows = FundAccount.objects.filter(project_id=project).values_list(
        "project_id", "kind", "balance"
    )
    return _named([project], _balances(rows))[0]


def balances_of(projects: Sequence[int]) -> dict[int, Balance]:
    """Give for each project what was approved for it, over all funds, and what became of it."""
    rows = FundAccount.objects.filter(project_id__in=projects).exclude(kind__in=OF_FUND)
    kinds = _balances(rows.values_list("project_id", "kind", "balance"))
    return {
        case: Balance(
            case, "", "", None, "", **{kind: kinds[case].get(kind, NOTHING) for kind in OF_PROJECT}
        )
        for case in projects
    }


def postings_of(case: int) -> tuple[PostedLine, ...]:
    """Give what the steps of a case posted, latest first, each with its step, its voucher and its fund."""
    rows = list(Document.objects.filter(case_id=case).order_by("-at", "-id"))
    named = _titles(sorted({row.fund_id for row in rows}))
    return tuple(_posted(row, *named[row.fund_id]) for row in rows)


def _posted(row: Document, fund: str, title: str) -> PostedLine:
    move: Move = row.move  # type: ignore[assignment]
    giving, taking = FLOWS[move]
    return PostedLine(
        row.at, MOVES[move], row.amount, row.voucher, row.seq, ACCOUNTS[giving], ACCOUNTS[taking],
        fund, title,
    )  # fmt: skip


def unposted() -> tuple[Unposted, ...]:
    """Give the records that move money by their mechanism in force and have no document."""
    names = [
        f"{key} {kind}"
        for key, mechanism in in_force().items()
        for kind, entries in mechanism.entries.items()
        if entries.posts is not None
    ]
    with connection.cursor() as cursor:
        cursor.execute(UNPOSTED, [current_office(), names])
        return tuple(Unposted(*row) for row in cursor.fetchall())


def uneven() -> tuple[int, ...]:
    """Give the accounts whose balance is not the sum of their postings: none, or the ledger was tampered with."""
    sums = dict(Posting.objects.values_list("account_id").annotate(Sum("amount")))
    rows = FundAccount.objects.values_list("id", "balance")
    return tuple(sorted(number for number, balance in rows if sums.get(number, NOTHING) != balance))


def _balances(rows: Iterable[tuple[int, str, Decimal]]) -> dict[int, dict[str, Decimal]]:
    found: dict[int, dict[str, Decimal]] = defaultdict(dict)
    for case, kind, balance in rows:
        found[case][kind] = found[case].get(kind, NOTHING) + balance
    return found


def _named(cases: Sequence[int], kinds: dict[int, dict[str, Decimal]]) -> tuple[Balance, ...]:
    named = {one.case: one for one in standings(cases)}
    shown: tuple[Kind, ...] = ("free", "approved", "committed", "paid")
    return tuple(
        Balance(
            case, one.number, one.title, one.mechanism.title, one.area,
            *(kinds[case].get(kind, NOTHING) for kind in shown),
        )
        for case, one in ((case, named[case]) for case in cases)
    )  # fmt: skip


def _titles(cases: Sequence[int]) -> dict[int, tuple[str, str]]:
    return {one.case: (one.number, one.title) for one in standings(cases)}


def _documents(fund: int) -> Iterable[DocumentLine]:
    rows = list(Document.objects.filter(fund_id=fund).order_by("-at", "-id"))
    titles = _titles(sorted({row.case_id for row in rows}))
    for row in rows:
        move: Move = row.move  # type: ignore[assignment]
        yield DocumentLine(
            row.at, MOVES[move], row.amount, row.voucher, row.case_id, *titles[row.case_id], row.seq
        )
