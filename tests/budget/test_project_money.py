"""Money of budget lines, whatever mechanism spends it: budget against actual, refused in words, traced to its case."""

from decimal import Decimal
from fractions import Fraction

import pytest
from townsfolk import AT
from treasury import Treasury

from linli.budget.actions import MoneyRefused
from linli.budget.projects import paid_for, projects, public_projects, totals
from linli.budget.queries import balance_of, fund_view, postings_of, uneven, unposted
from linli.casework.queries.standing import standing
from linli.rulebook.casefile import StepRefused

PROJECT = "livelihood-project"


@pytest.fixture
def office(folk):
    return Treasury(folk)


def test_a_livelihood_project_is_paid_from_its_line_and_every_posting_names_its_step(office):
    line = office.line()
    path = office.livelihood(line, "坡道", "60000.00")
    office.act("lead", path, "sign", [("contract", "file")], amount="50000.00", payee="市政公司")
    office.act("lead", path, "reach", [("progress", "photo")], stage="开工")
    office.act("dispatcher", path, "pay", [("receipt", "file")], amount="20001.10", voucher="记-1")
    office.act("dispatcher", path, "refund", amount="1.10", voucher="记-2")

    told = [
        (one.seq, one.move.zh, one.amount, one.voucher, one.taking.zh) for one in postings_of(path)
    ]

    assert told == [
        (9, "退款", Decimal("1.10"), "记-2", "已签约、未支付"),
        (8, "支付", Decimal("20001.10"), "记-1", "已支付"),
        (6, "承诺", Decimal("50000.00"), "", "已签约、未支付"),
        (3, "批准", Decimal("60000.00"), "", "已批准、未签约"),
    ]
    assert {one.fund for one in postings_of(path)} == {standing(line).number}
    money = balance_of(path)
    assert (money.granted, money.contracted, money.paid) == (
        Decimal("60000.00"), Decimal("50000.00"), Decimal("20000.00"),
    )  # fmt: skip
    assert fund_view(line).total.free == Decimal("40000.00")
    assert (uneven(), unposted()) == ((), ())


def test_more_than_was_allotted_approved_or_committed_is_refused_in_words(office):
    line = office.line(allotted="50000.00")
    path = office.livelihood(line, "坡道", "40000.00")

    with pytest.raises(MoneyRefused) as dear:
        office.livelihood(line, "车棚", "10000.01")
    with pytest.raises(MoneyRefused) as added:
        office.act("supervisor", path, "add", more="10000.01", reason="加长")
    with pytest.raises(StepRefused):
        office.act("lead", path, "sign", [("contract", "file")], amount="40000.01", payee="甲")
    office.act("lead", path, "sign", [("contract", "file")], amount="40000.00", payee="甲")
    with pytest.raises(StepRefused):
        office.act("dispatcher", path, "pay", [("receipt", "file")], amount="40000.01", voucher="1")

    said = "未安排的资金只有 10000.00 元，不够 10000.01 元"
    assert (dear.value.message.zh, added.value.message.zh) == (said, said)
    assert balance_of(path).committed == Decimal("40000.00")
    assert balance_of(path).paid == 0


def test_a_committee_pays_from_its_own_fund_and_not_more(office):
    fund = office.open("collector", "livelihood-fund", "ask", year=2025, kind="running")
    office.act("operator", fund, "allot", budget="3000.00")
    slips = [("invoice", "file"), ("approval", "file")]
    office.act("collector", fund, "pay", slips, amount="1850.50", what="修扶手", voucher="记-9")

    with pytest.raises(StepRefused):
        office.act("collector", fund, "pay", slips, amount="1149.51", what="慰问", voucher="记-10")

    total = fund_view(fund).total
    assert (total.allocation, total.free, total.paid) == (
        Decimal("3000.00"), Decimal("1149.50"), Decimal("1850.50"),
    )  # fmt: skip
    assert [one.move.zh for one in postings_of(fund)] == ["支付", "承诺", "批准", "拨入"]


def test_a_line_spends_takes_back_and_gives_up_what_is_left(office):
    line = office.line(allotted="1000.00")
    slips = [("invoice", "file"), ("approval", "file")]
    office.act("dispatcher", line, "spend", slips, amount="400.00", payee="甲", voucher="记-1")
    office.act("dispatcher", line, "refund", amount="99.99", voucher="记-2")
    office.act("dispatcher", line, "refund", amount="0.01", voucher="记-3")
    with pytest.raises(StepRefused):
        office.act("dispatcher", line, "refund", amount="0", voucher="记-4")

    with pytest.raises(MoneyRefused) as refused:
        office.act("supervisor", line, "cut", amount="700.01", voucher="减-1", reason="收回")
    office.act("supervisor", line, "cut", amount="700.00", voucher="减-1", reason="收回")

    total = fund_view(line).total
    assert refused.value.short.has == Decimal("700.00")
    assert (total.allocation, total.free, total.paid) == (Decimal("300.00"), 0, Decimal("300.00"))


def test_a_service_is_bought_from_a_line_and_what_is_not_delivered_goes_back(office):
    line = office.line(allotted="80000.00", name="购买服务")
    case = office.open(
        "operator", "service-purchase", "post", name="助浴", kind="purchase", need="上门助浴",
        budget="80000.00", line=standing(line).number,
    )  # fmt: skip
    office.act("lead", case, "bid", [("offer", "file")], bid="两人一组")
    office.at = office.at.replace(month=office.at.month + 1)
    office.act("operator", case, "close_bids")
    for mark in (80, 85, 90):
        office.act("verifier", case, "judge", mark=mark)
    office.act(
        "supervisor", case, "choose", unit=office.folk.bodies["市政服务中心"], price="70000.00"
    )
    office.act("operator", case, "sign", [("contract", "file")], amount="70000.00")
    office.act("lead", case, "serve", [("service", "photo")], session="二十人")
    office.act("dispatcher", case, "pay", amount="60000.00", voucher="记-5")
    office.act("operator", case, "undo", amount="10000.00", reason="减量")

    money, total = balance_of(case), fund_view(line).total

    assert (money.granted, money.committed, money.paid) == (
        Decimal("60000.00"),
        0,
        Decimal("60000.00"),
    )
    assert total.free == Decimal("20000.00")
    assert len(postings_of(case)) == 5


def test_projects_show_progress_and_budget_against_what_was_paid(office):
    line = office.line()
    path = office.livelihood(line, "坡道", "60000.00")
    office.livelihood(line, "助餐点", "20000.00", kind="services")
    office.act("lead", path, "sign", [("contract", "file")], amount="50000.00", payee="甲")
    office.act("lead", path, "reach", [("progress", "photo")], stage="开工")
    office.act("dispatcher", path, "pay", [("receipt", "file")], amount="30000.00", voucher="记-1")
    by = office.folk.actor("operator", office.at)

    page = projects(actor=by, mechanism=PROJECT, category="infrastructure", at=office.at, page=1)
    everybody = public_projects(mechanism=PROJECT, at=office.at, page=1)

    [one] = page.rows
    assert (one.row.title, one.progress.reached, one.progress.whole) == ("坡道", 1, 2)
    assert (one.money.granted, one.money.paid) == (Decimal("60000.00"), Decimal("30000.00"))
    assert [line.row.title for line in everybody.rows] == ["助餐点", "坡道"]
    assert totals(mechanism=PROJECT, actor=by).execution == Fraction(3, 8)
    assert totals(mechanism=PROJECT) == totals(mechanism=PROJECT, actor=by)
    assert {PROJECT, "self-fund", "service-purchase", "procurement-batch"} <= paid_for().keys()
    assert standing(path).opened_at >= AT
