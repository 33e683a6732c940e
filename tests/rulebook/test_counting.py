from decimal import Decimal

import pytest

from linli.rulebook.counting import Counted, FigureRefused, expand, predicate, sentence
from linli.rulebook.loading import load, shipped

TEXT = """
mechanism: repairs
version: 1
title: {zh: 维修, en: Repairs}
basis: [测试]
subject: facility
roles: {keeper: {zh: 管理员, en: Keeper}}
fields:
  kind: {type: code, list: [lamp, pipe], labels: {lamp: {zh: 灯, en: Lamp}}, zh: 种类, en: Kind}
  rounds: {type: int, zh: 轮次, en: Rounds}
  cost: {type: money, zh: 费用, en: Cost}
  urgent: {type: bool, zh: 紧急, en: Urgent}
  words: {type: text, zh: 说明, en: Words}
states:
  open: {zh: 在修, en: Open, phase: open, initial: true, waits_for: [close]}
  done: {zh: 修好, en: Done, phase: done, final: true}
groups: {all: [open, done]}
tracks:
  watch: {zh: 督办, en: Watch, initial: none, states: {none: {zh: 无, en: None}, on: {zh: 督办中, en: Watched}}}
entries:
  payment: {zh: 付款, en: Payment, fields: [cost], amount: cost}
clocks:
  repair: {zh: 维修时限, en: Time to repair, budget: 5 wd, runs_in: [open]}
actions:
  start: {zh: 开始, en: Start, start: true, to: open, by: [{role: keeper}], form: [kind, rounds, urgent, words]}
  watch: {zh: 督办, en: Watch, from: open, track: {watch: {none: "on"}}, by: [{role: keeper}]}
  pay: {zh: 付款, en: Pay, from: open, by: [{role: keeper}], form: [cost!], entry: payment}
  close: {zh: 修好, en: Close, from: open, to: done, by: [{role: keeper}]}
figures:
  begun: {zh: 开修, en: Begun, count: act start}
  first: {zh: 修好件数, en: Done, count: "enter done where met('repair') and urgent", once: true}
  left: {zh: 离开, en: Left, count: leave @all where rounds >= 2}
  open: {zh: 在修数, en: Open now, stock: "@all where watch == 'on'"}
  paid: {zh: 付款额, en: Paid, sum: payment where cost > 12.5}
  share: {zh: 占比, en: Share, ratio: [begun where kind == 'lamp', begun], decimals: 1, direction: up}
  turns: {zh: 轮次合计, en: Rounds in all, count: enter done where urgent, sum: rounds, once: true}
  stocks: {zh: 存量比, en: Of stock, ratio: [open, open]}
"""


@pytest.fixture(scope="module")
def repairs():
    return load(TEXT, "repairs.yaml")


def test_short_forms_expand_to_the_one_tree(repairs):
    trees = {name: expand(repairs, name) for name in repairs.figures}

    assert trees["begun"].num == (Counted("step", ("act", "start"), mechanism="repairs"),)
    assert trees["first"].num == (
        Counted(
            "step",
            ("and", ("to", ("done",)), ("and", ("met", "repair"), ("eq", "values.urgent", True))),
            once=True,
            mechanism="repairs",
        ),
    )
    assert trees["left"].num[0].where == (
        "and", ("left", ("open", "done")), ("ge", "values.rounds", 2),
    )  # fmt: skip
    assert trees["open"].num == (
        Counted(
            "case",
            ("and", ("in", "state", ("open", "done")), ("eq", "tracks.watch", "on")),
            mechanism="repairs",
            basis="period_end",
        ),
    )
    assert trees["paid"].num == (
        Counted(
            "entry",
            ("and", ("entry", "payment"), ("gt", "step.cost", Decimal("12.5"))),
            total="cost",
            mechanism="repairs",
        ),
    )
    assert trees["turns"].num == (
        Counted(
            "step",
            ("and", ("to", ("done",)), ("eq", "values.urgent", True)),
            once=True,
            total="rounds",
            mechanism="repairs",
        ),
    )
    assert trees["share"].num[0].where == ("and", ("act", "start"), ("eq", "values.kind", "lamp"))
    assert trees["share"].den == trees["begun"].num
    assert {name: tree.mode for name, tree in trees.items() if tree.mode == "stock"} == {
        "open": "stock", "stocks": "stock",
    }  # fmt: skip
    assert (trees["share"].key, trees["share"].decimals, trees["share"].direction) == (
        "repairs.share", 1, "up",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("begun", "期内“维修”办理“开始”的次数", "Repairs: “Start” done in the period (times)"),
        (
            "first",
            "期内“维修”进入“修好”且守住“维修时限”且“紧急”为是的件数，每件只计第一次",
            (
                "Repairs: entered “Done” and kept “Time to repair” and “Urgent” is yes in the period"
                " (cases, first time only)"
            ),
        ),
        (
            "turns",
            "期内“维修”进入“修好”且“紧急”为是的“轮次”合计（件数，每件只计第一次）",
            (
                "Repairs: sum of “Rounds” where entered “Done” and “Urgent” is yes in the period"
                " (cases, first time only)"
            ),
        ),
        (
            "open",
            "期末的“维修”件数（“状态”为在修、修好且“督办”为督办中）",
            "Repairs: cases at the end of the period (“State” is Open, Done and “Watch” is Watched)",
        ),
        (
            "share",
            "期内“维修”办理“开始”且“种类”为灯的次数，除以期内“维修”办理“开始”的次数",
            (
                "Repairs: “Start” done and “Kind” is Lamp in the period (times), divided by Repairs:"
                " “Start” done in the period (times)"
            ),
        ),
    ],
)
def test_a_figure_is_put_into_words(repairs, name, zh, en):
    words = sentence(expand(repairs, name), {"repairs": repairs}, {})

    assert words.zh == zh
    assert words.en == en


@pytest.mark.parametrize(
    ("condition", "cure"),
    [
        ("kind == 'lump'", "lamp, pipe"),
        ("watch == 'off'", "none, on"),
        ("state in ('open', 'lost')", "open, done"),
        ("phase == 'shut'", "intake, open, done, void"),
        ("kind > 'lamp'", "== or !="),
        ("urgent >= true", "== or !="),
        ("words == 'x'", "no field that can be counted by"),
        ("nothing", "no field that can be counted by"),
        ("met('walk')", "no clock"),
        ("kind in 'lamp'", "not understood"),
        ("rounds + 1 == 2", "not understood"),
        ("__import__('os')", "not understood"),
        ("kind ==", "not understood"),
    ],
)
def test_a_condition_that_cannot_be_counted_is_refused_with_a_cure(repairs, condition, cure):
    with pytest.raises(FigureRefused, match=cure) as refused:
        predicate(repairs, condition)

    assert refused.value.message.zh


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("count: act start}", "count: act stop}"),
        ("count: act start}", "count: enter nowhere}"),
        ("count: act start}", "count: start}"),
        ("count: act start}", "sum: watch}"),
        ("count: act start}", "count: act start, sum: words}"),
        ("count: act start}", "count: act start, sum: kind}"),
        ("count: act start}", "ratio: [share, begun]}"),
        ("count: act start}", "ratio: [begun, nothing]}"),
    ],
)
def test_a_short_form_that_names_nothing_is_refused(change, words):
    mechanism = load(TEXT.replace(change, words), "repairs.yaml")

    with pytest.raises(FigureRefused):
        expand(mechanism, "begun")


def test_every_shipped_figure_expands_and_can_be_said():
    book = shipped()

    for mechanism in book.mechanisms.values():
        for name in mechanism.figures:
            words = sentence(expand(mechanism, name), book.mechanisms, book.codes)
            assert words.zh
            assert words.en
