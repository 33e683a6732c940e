from collections.abc import Iterator

import pytest
from casework.building import OfficeBuilt, an_office

from linli.casework.definitions import publish
from linli.registry.isolation import office_transaction
from linli.rulebook.loading import Book, load, shipped

REPAIRS = """
mechanism: repairs
version: 1
title: {zh: 维修, en: Repairs}
basis: [测试]
subject: facility
roles: {keeper: {zh: 管理员, en: Keeper}}
fields:
  kind: {type: code, list: [lamp, pipe], zh: 种类, en: Kind}
  rounds: {type: int, zh: 轮次, en: Rounds}
  cost: {type: money, zh: 费用, en: Cost}
  urgent: {type: bool, zh: 紧急, en: Urgent}
states:
  open: {zh: 在修, en: Open, phase: open, initial: true, waits_for: [close]}
  done: {zh: 修好, en: Done, phase: done}
groups: {all: [open, done]}
entries:
  payment: {zh: 付款, en: Payment, fields: [cost], amount: cost}
actions:
  start: {zh: 开始, en: Start, start: true, to: open, by: [{role: keeper}], form: [kind, rounds, urgent]}
  pay: {zh: 付款, en: Pay, from: open, by: [{role: keeper}], form: [cost!], entry: payment}
  close: {zh: 修好, en: Close, from: open, to: done, by: [{role: keeper}], form: [rounds]}
  reopen: {zh: 重修, en: Reopen, from: done, to: open, by: [{role: keeper}]}
figures:
  begun: {zh: 开修, en: Begun, count: act start}
  finished: {zh: 修好次数, en: Times done, count: enter done}
  first: {zh: 修好件数, en: Done, count: enter done, once: true}
  again: {zh: 重修次数, en: Reopened, count: leave done}
  lamps: {zh: 灯, en: Lamps, count: enter done where kind == 'lamp'}
  not_lamps: {zh: 非灯, en: No lamps, count: enter done where kind != 'lamp'}
  some: {zh: 有种类, en: Some kind, count: "act start where kind in ('lamp', 'pipe')"}
  many: {zh: 两轮以上, en: Two rounds, count: enter done where rounds >= 2}
  calm: {zh: 不急, en: Calm, count: act start where not urgent}
  still: {zh: 期末未完, en: Still open, count: act start where phase == 'open'}
  open: {zh: 在修数, en: Open now, stock: open}
  open_lamps: {zh: 在修灯数, en: Lamps open, stock: open where kind == 'lamp'}
  paid: {zh: 付款额, en: Paid, sum: payment}
  lamps_paid: {zh: 灯的付款额, en: Paid for lamps, sum: payment where kind == 'lamp'}
  dear: {zh: 大额付款次数, en: Dear payments, count: act pay where cost >= 10}
  dear_paid: {zh: 大额付款额, en: Paid dearly, sum: payment where cost >= 10}
  rounds_done: {zh: 修好轮次, en: Rounds done, count: enter done, sum: rounds}
  lamp_share: {zh: 灯占比, en: Share of lamps, ratio: [lamps, finished], decimals: 1}
  cost_of: {zh: 灯费占比, en: Share of cost, ratio: [lamps_paid, paid]}
  rounds_begun: {zh: 开修轮次, en: Rounds begun, count: act start, sum: rounds}
  lamp_rounds: {zh: 灯轮次, en: Rounds of lamps, distinct: enter done where kind == 'lamp', sum: rounds}
  rounds_open: {zh: 在修轮次, en: Rounds open, stock: open, sum: rounds}
  rounds_each: {zh: 平均轮次, en: Rounds each, ratio: [rounds_begun, begun]}
  batch: {zh: 本批修好率, en: Done of those begun, ratio: [finished, begun], mode: cohort}
  days: {zh: 修理天数, en: Days to repair, duration: {since: act start, until: enter done, give: p50}}
  hours: {zh: 平均小时, en: Mean hours, duration: {since: enter open, until: enter done, count_in: hour, give: mean}, once: true}
  stocks: {zh: 在修灯占比, en: Lamps of open, ratio: [open_lamps, open]}
"""


def with_repairs() -> Book:
    """Give the shipped book with a mechanism that sums, reopens and takes stock."""
    book, repairs = shipped(), load(REPAIRS, "repairs.yaml")
    return Book(
        mechanisms={**book.mechanisms, "repairs": repairs},
        codes=book.codes,
        calendars=book.calendars,
        texts={**book.texts, "repairs": REPAIRS},
        figures=book.figures,
    )


@pytest.fixture
def office(db: None) -> Iterator[OfficeBuilt]:
    """Stand inside an office with somebody for every duty and one mechanism more than shipped."""
    built = an_office()
    with office_transaction(built.id):
        publish(with_repairs(), office=built.id)
        yield built
