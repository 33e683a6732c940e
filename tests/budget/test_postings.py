"""Money of funds: posted with the step that moves it, never more than there is, never changed."""

from __future__ import annotations

from decimal import Decimal

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from townsfolk import AT, settle
from treasury import PROJECT, Treasury

from linli.budget.actions import MoneyRefused, perform
from linli.budget.models import Document, FundAccount, Lot, Posting
from linli.budget.moves import FLOWS, shortage
from linli.budget.queries import balance_of, fund_view, funds, uneven, unposted
from linli.casework.actions import perform as perform_alone
from linli.casework.queries.standing import naming, standing
from linli.registry.isolation import office_transaction
from linli.rulebook.casefile import StepRefused

TABLES = ("document", "posting", "lot", "ballotbox", "roundcount")


@pytest.fixture
def office(folk):
    return Treasury(folk)


def test_money_goes_from_the_fund_to_the_payee_step_by_step(office):
    fund = office.round()
    bench = office.approved(fund, "长椅", "20000.00")
    office.act(
        "collector", bench, "sign", [("contract", "file")], amount="18000.00", payee="木艺社"
    )
    office.act(
        "dispatcher", bench, "pay", [("receipt", "file")], amount="12000.00", voucher="记-31"
    )
    office.act("dispatcher", bench, "refund", amount="500.00", voucher="记-32")
    office.act("operator", bench, "give_back", amount="2000.00")

    view = fund_view(fund)

    assert (view.total.allocation, view.total.free) == (Decimal("50000.00"), Decimal("32000.00"))
    assert (view.total.approved, view.total.committed, view.total.paid) == (
        0,
        Decimal("6500.00"),
        Decimal("11500.00"),
    )
    assert [(row.title, row.granted) for row in view.projects] == [("长椅", Decimal("18000.00"))]
    assert [(line.move.zh, line.amount, line.voucher) for line in view.documents] == [
        ("退回未用", Decimal("2000.00"), ""),
        ("退款", Decimal("500.00"), "记-32"),
        ("支付", Decimal("12000.00"), "记-31"),
        ("承诺", Decimal("18000.00"), ""),
        ("批准", Decimal("20000.00"), ""),
        ("拨入", Decimal("50000.00"), "拨-1"),
    ]  # fmt: skip
    assert [row.case for row in funds(office.folk.actor("operator", AT))] == [fund]
    assert (uneven(), unposted()) == ((), ())
    assert balance_of(bench).paid == Decimal("11500.00")


def test_more_than_the_fund_has_is_refused_and_nothing_stays(office):
    fund = office.round(budget="30000.00", paid_in="30000.00")
    office.approved(fund, "长椅", "20000.00")
    number = standing(fund).number
    with pytest.raises(MoneyRefused) as refused:
        office.approved(fund, "雨棚", "10000.01")

    lacking = balance_of(Document.objects.get(move="approval").case_id)
    assert refused.value.short.has == Decimal("10000.00")
    assert refused.value.message.zh == "未安排的资金只有 10000.00 元，不够 10000.01 元"
    assert lacking.granted == Decimal("20000.00")
    [late] = [row for row in naming(PROJECT, number) if row.values["name"] == "雨棚"]
    assert late.state == "won"
    assert Document.objects.filter(case_id=late.case).count() == 0


def test_the_same_key_twice_posts_once(office):
    fund = office.round()
    again = {"by": office.folk.actor("dispatcher", office.at), "at": office.at, "key": "k2"}

    perform(
        case=fund,
        action="fund",
        form={"amount": "50000.00", "voucher": "拨-1"},
        revision=None,
        **again,
    )

    assert Document.objects.filter(fund_id=fund).count() == 1
    assert fund_view(fund).total.free == Decimal("50000.00")


def test_a_step_taken_past_the_ledger_is_listed(office):
    fund = office.round()
    office.act("dispatcher", fund, "fund", verb=perform_alone, amount="7.00", voucher="拨-2")

    [line] = unposted()

    assert (line.kind, line.amount) == ("funding", Decimal("7.00"))
    assert fund_view(fund).total.free == Decimal("50000.00")


def test_the_case_itself_still_refuses_before_the_ledger(office):
    fund = office.round()
    bench = office.approved(fund, "长椅", "20000.00")

    with pytest.raises(StepRefused) as refused:
        office.act(
            "collector", bench, "sign", [("contract", "file")], amount="20000.01", payee="木艺社"
        )

    assert not isinstance(refused.value, MoneyRefused)
    assert balance_of(bench).committed == 0


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "change", ["UPDATE budget_{} SET office_id = office_id", "DELETE FROM budget_{}"]
)
def test_the_serving_role_may_not_change_the_ledger(folk, table, change):
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format(table))


def test_the_serving_role_may_not_set_a_balance(office):
    office.round()

    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE budget_fundaccount SET balance = 1000000")


def _lone_posting(fund, amount):
    source = FundAccount.objects.get(fund_id=fund, kind="free")
    document = Document.objects.get(fund_id=fund)
    Posting.objects.create(
        office_id=source.office_id, document=Document.objects.create(
            office_id=source.office_id, fund_id=fund, case_id=fund, seq=document.seq, move="approval",
            amount=abs(amount), by="x", at=AT,
        ), account=source, amount=amount,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS even IMMEDIATE")


def test_the_database_itself_refuses_what_does_not_sum_to_nothing(office):
    fund = office.round()

    with pytest.raises(DatabaseError, match="does not sum to nothing"), transaction.atomic():
        _lone_posting(fund, Decimal(-1))

    assert uneven() == ()


def test_the_database_itself_refuses_to_overdraw(office):
    fund = office.round()

    with pytest.raises(DatabaseError, match="account_not_overdrawn"), transaction.atomic():
        _lone_posting(fund, Decimal("-50000.01"))


def test_a_payment_without_voucher_is_refused_by_the_database(office):
    fund = office.round()
    seq = Document.objects.get(fund_id=fund).seq

    with pytest.raises(DatabaseError, match="document_vouched"), transaction.atomic():
        Document.objects.create(
            office_id=office.folk.office, fund_id=fund, case_id=fund, seq=seq, move="payment",
            amount=1, by="x", at=AT,
        )  # fmt: skip


def test_another_office_sees_none_of_it(db):
    mine, other = settle(), settle("310115008", "塘桥街道")
    with office_transaction(mine.office):
        Treasury(mine).round()

    with office_transaction(other.office):
        seen = [model.objects.count() for model in (FundAccount, Document, Posting, Lot)]

    assert seen == [0, 0, 0, 0]


@pytest.mark.django_db(transaction=True)
def test_two_who_commit_the_last_money_at_once_do_so_one_after_the_other(database_address):
    folk = settle()
    with office_transaction(folk.office):
        office = Treasury(folk)
        fund = office.round()
    with psycopg.connect(database_address) as other:
        other.execute(f"SET LOCAL linli.office = '{folk.office}'")
        other.execute("SELECT pg_advisory_xact_lock(hashtextextended('budget', %s))", [fund])
        with office_transaction(folk.office), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '200ms'")
            with pytest.raises(DatabaseError, match="lock timeout"):
                office.act("dispatcher", fund, "fund", amount="1.00", voucher="拨-9")


MOVES = st.lists(
    st.tuples(st.sampled_from(sorted(FLOWS)), st.decimals(1, 100, places=2)), max_size=40
)


@settings(max_examples=200)
@given(MOVES)
def test_whatever_is_moved_no_account_is_overdrawn_and_all_sums_to_nothing(moves):
    balances = dict.fromkeys(("source", "free", "approved", "committed", "paid"), Decimal(0))

    for move, amount in moves:
        if shortage(balances, [move], amount) is None:
            giving, taking = FLOWS[move]
            balances[giving] -= amount
            balances[taking] += amount

    allocated = -balances["source"]
    assert sum(balances.values()) == 0
    assert all(balance >= 0 for kind, balance in balances.items() if kind != "source")
    assert balances["committed"] + balances["paid"] <= sum(
        balances[kind] for kind in ("approved", "committed", "paid")
    ) <= allocated  # fmt: skip
