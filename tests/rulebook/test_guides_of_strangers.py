"""The guide and the tables of mechanisms that an office writes itself, as people read them."""

from dataclasses import replace

import pytest

from linli.rulebook.deciding.plans import plan_of
from linli.rulebook.deciding.wording import in_words
from linli.rulebook.explaining.guide import guide
from linli.rulebook.explaining.tables import tables
from linli.rulebook.loading import load, shipped

TEXT = """\
mechanism: shop-front
version: 1
title: {zh: 店招联审, en: Shopfronts}
basis: [街道自定]
subject: facility
roles:
  clerk: {zh: 窗口, en: Window, duty: operator}
  fire: {zh: 消防, en: Fire, duty: handler}
fields:
  size: {type: code, list: [small, large], zh: 大小, en: Size, labels: {small: {zh: 小, en: Small}, large: {zh: 大, en: Large}}}
  why: {type: word, zh: 原因, en: Why}
  cost: {type: money, min: 1, zh: 造价, en: Cost}
  granted: {type: money, by: engine, default: "0", zh: 补贴, en: Granted}
  units: {type: bodies, zh: 会签单位, en: Units}
states:
  filed: {zh: 审核中, en: In review, phase: intake, initial: true, waits_for: [conclude]}
  done: {zh: 已同意, en: Agreed, phase: done, final: true}
tracks:
  safety: {zh: 消防, en: Fire safety, states: {open: {zh: 待审, en: Open}, ok: {zh: 通过, en: Passed}}, initial: open, waits_for: {open: [pass_fire]}}
participants:
  signer: {zh: 会签, en: Signature, each: body, states: {asked: {zh: 待会签, en: Asked}, yes: {zh: 同意, en: Agrees}, no: {zh: 不同意, en: Objects}}, initial: asked, done: [yes, no], groups: {spoken: [yes, no]}, waits_for: {asked: [say_yes, say_no]}}
actions:
  file: {zh: 受理, en: File, start: true, by: [{role: clerk}], form: [size!, "why! when size == 'large'", cost!, units!], evidence: [{any_of: [{photo: front}, {file: plan}]}, {file: permit, when: size == 'large'}], invite: {signer: units}}
  pass_fire: {zh: 消防通过, en: Pass, from: filed, track: {safety: {open: ok}}, by: [{role: fire}]}
  say_yes: {zh: 同意, en: Agree, from: filed, participant: {signer: {asked: yes}}, by: [{role: fire, scope: participant}]}
  say_no: {zh: 不同意, en: Object, from: filed, participant: {signer: {asked: no}}, by: [{role: fire, scope: participant}]}
  conclude: {zh: 联合意见, en: Conclude, from: filed, to: done, by: [{role: clerk}], decide: grant, when: "share('signer','yes','spoken') >= 2/3"}
clocks:
  permit: {zh: 有效期, en: Term, budget: 365 cd, runs_in: [filed], period: true, main: true, basis: 街道自定}
decisions:
  grant: {hit: C+, in: [cost], out: [granted], default: {granted: "0"}, rules: [['<= 100', 'cost * 0.5'], ['> 100', '50']]}
shows: {title: size}
"""


@pytest.fixture(scope="module")
def front():
    return load(TEXT, "shop-front.yaml")


def test_it_says_what_is_one_of_several_and_what_is_asked_for_only_sometimes(front):
    needs = {one.label.zh: one for one in guide(front, shipped()).starts[0].needs}

    assert [*needs] == ["大小", "原因", "造价", "会签单位", "照片 或 文件", "文件"]
    assert [key for key, one in needs.items() if not one.is_required] == ["原因", "文件"]
    assert needs["原因"].note.zh == needs["文件"].note.zh == "“大小”为“大”时必需"
    assert needs["原因"].note.en == "required when “Size” is “Large”"


def test_its_steps_name_what_goes_on_beside_the_main_state(front):
    stage = guide(front, shipped()).stages[1]

    assert [label.zh for label, _ in stage.doings] == ["联合意见", "消防通过", "同意", "不同意"]


def test_a_term_is_no_promise_of_an_answer(front):
    assert [limit.is_main for limit in guide(front, shipped()).limits] == [False]


def test_a_share_names_what_it_is_a_share_of(front):
    said = in_words(plan_of(front).moves["conclude"].guard, front, shipped())

    assert said.zh == "“会签”中同意占同意、不同意的比例不少于 2/3"
    assert said.en == "share of Agrees among Agrees or Objects in “Signature” at least 2/3"


def test_a_table_says_what_it_calculates_how_results_are_put_together_and_what_holds_otherwise(
    front,
):
    (table,) = tables(front, shipped())

    assert [row[-1].label.zh for row in table.rows] == ["“造价” × 0.5", "50", "0"]
    assert next(row[-1].label.en for row in table.rows) == "“Cost” × 0.5"
    assert table.rows[-1][0].label.zh == "各行都不符合时"
    assert "相加" in table.hit.zh


@pytest.mark.parametrize("hit", ["U", "A", "F", "P", "R", "O", "C", "C+", "C<", "C>", "C#"])
def test_every_hit_policy_has_its_words(front, hit):
    rule = front.decisions["grant"].model_copy(update={"hit": hit, "values": {"granted": ["0"]}})
    bent = front.model_copy(update={"decisions": {"grant": rule}})

    assert tables(bent, replace(shipped()))[0].hit.zh != hit
