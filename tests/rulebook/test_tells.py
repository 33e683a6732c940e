"""Who is told what: the rules of a mechanism, read, linted, seen in stories and put into words."""

from __future__ import annotations

import pytest
from rulebook.small import DUTIES, SMALL

from linli.rulebook.casefile import Member, StepDraft
from linli.rulebook.explaining.changes import changes
from linli.rulebook.explaining.guide import guide
from linli.rulebook.lint import lint
from linli.rulebook.loading import load, read_book, shipped
from linli.rulebook.stories import read_story, run_story
from linli.rulebook.telling import filled_in, told_of

TOLD = """\
tells:
  begun: {at: [begin], whom: [reporter, holder, chief], zh: 已承办（<number>）, en: "Taken on (<number>)"}
  asked: {at: [ask, help], whom: [helper], zh: 请协办：<note>, en: "Please help: <note>"}
shows: {title"""


def _told(bend, old="shows: {title", new=TOLD):
    return bend(old, new)


def _draft(action, **more):
    at = more.pop("at", None)
    return StepDraft(
        seq=2, action=action, actor="account:1", at=at, from_state="", to_state="doing", **more
    )


def test_a_step_tells_its_opener_the_body_that_has_it_and_a_role(bend):
    mechanism = _told(bend)

    told = told_of(mechanism, _draft("begin", holder=7), [])

    assert [(one.tell, str(one)) for one in told] == [
        ("begun", "reporter"),
        ("begun", "body/7"),
        ("begun", "chief"),
    ]


def test_participants_told_are_those_invited_else_the_one_it_is_about_else_all(bend):
    mechanism = _told(bend)
    there = [Member("helper", "8", "asked"), Member("helper", "9", "done")]

    invited = told_of(mechanism, _draft("ask", values={"units": [5, 9]}), there)
    about = told_of(mechanism, _draft("help", member=("helper", "8")), there)
    everyone = told_of(mechanism, _draft("help"), there)

    assert [str(one) for one in invited] == ["body/5", "body/9"]
    assert [str(one) for one in about] == ["body/8"]
    assert [str(one) for one in everyone] == ["body/8", "body/9"]


def test_nobody_holds_the_case_so_nobody_is_told(bend):
    told = told_of(_told(bend), _draft("begin", holder=None), [])

    assert [str(one) for one in told] == ["reporter", "chief"]


def test_a_text_leaves_out_what_it_does_not_know():
    assert filled_in("事项 <number>：<what>。", {"number": "A1"}) == "事项 A1：。"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("at: [begin]", "at: [begun]", "没有名为“begun”的动作。"),
        ("chief], zh", "boss], zh", "没有名为“boss”的可告知的人。"),
        ("已承办（<number>）", "已承办（<note>）", "中英文里的 <字段> 不一致。"),
        ("请协办：<note>", "请协办：<nothing>", "中英文里的 <字段> 不一致。"),
        ('（<number>）, en: "Taken on (<number>)"', '<note>, en: "<note>"', "“备注”不公开，不能告知居民。"),
        ("whom: [helper]", "whom: [note]", "没有名为“note”的可告知的人。"),
    ],
)  # fmt: skip
def test_a_rule_that_tells_wrongly_is_found_with_a_cure(tmp_path, old, new, said):
    text = SMALL.replace("shows: {title", TOLD)
    assert text.count(old) == 1
    mechanism = load(text.replace(old, new), "small-matter.yaml")

    found = lint(mechanism, _shelf(mechanism))

    assert said in [one.message.zh for one in found if one.severity == "error"]


def test_personal_fields_are_never_in_what_is_told(bend):
    text = TOLD.replace("<note>", "<who>")
    mechanism = load(
        SMALL.replace("shows: {title", text).replace(
            "  note: {type: word,", "  who: {type: word, personal: true, zh: 姓名, en: Name}\n  note: {type: word,"
        ),
        "small-matter.yaml",
    )  # fmt: skip

    found = [one for one in lint(mechanism, _shelf(mechanism)) if one.code == "personal"]

    assert [one.message.zh for one in found] == ["“姓名”不能写进通知。"]


def test_a_story_may_look_at_who_was_told(tmp_path):
    folder = tmp_path / "mechanisms"
    folder.mkdir()
    text = SMALL.replace("shows: {title", TOLD)
    (folder / "small-matter.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "duties.yaml").write_text(DUTIES, encoding="utf-8")
    book = read_book(tmp_path, upon=shipped())
    told = STORY.format(told="{begun: [body/7, chief, reporter]}")
    untold = STORY.format(told="{begun: [chief]}")

    mechanism = book.mechanisms["small-matter"]
    good = run_story(mechanism, read_story(told, "told"), book)
    bad = run_story(mechanism, read_story(untold, "untold"), book)

    assert good.failures == ()
    assert bad.failures == (
        "untold:11: 说：told 应为 {'begun': ['chief']}，实为 {'begun': ['body/7', 'chief', 'reporter']}",
    )


def test_the_guide_says_who_is_told_what(bend, book):
    told = guide(_told(bend), book).tellings

    assert [(one.at.zh, one.whom.zh, one.text.zh) for one in told] == [
        ("承办", "上报人、承办单位、负责人", "已承办（“编号”）"),
        ("请协办、协办", "协办", "请协办：“备注”"),
    ]


def test_other_people_told_are_a_change_said_in_words(bend, book):
    before = _told(bend)
    after = _told(bend, new=TOLD.replace("whom: [helper]", "whom: [helper, clerk]"))

    assert [one.zh for one in changes(before, after, book)] == [
        "告知“请协办：<note>”的告知对象由“协办”改为“协办、经办”"
    ]


def _shelf(mechanism):
    class Shelf:
        duties = {}
        mechanisms = {mechanism.mechanism: mechanism}
        codes = {}

        @staticmethod
        def line_of(_key, _path):
            return 1

    return Shelf()


STORY = """\
story: small-matter
at: 2026-03-02 09:00
area: /310000/310112/310112006/
actors:
  clerk: {{duty: clerk}}
  resident: {{duty: resident}}
scenes:
  - title: {{zh: 说, en: Told}}
    lines:
      - {{by: resident, act: open, form: {{what: 一事}}}}
      - {{by: clerk, act: begin, form: {{unit: 7}}, then: {{told: {told}}}}}
"""
