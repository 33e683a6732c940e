from dataclasses import replace

import pytest

from linli.rulebook.counting.tallying import tally
from linli.rulebook.covering.claims import Told, check_claims, left_out
from linli.rulebook.covering.coverage import TestNames as Names
from linli.rulebook.covering.coverage import all_told, coverage, repository_of
from linli.rulebook.covering.systems import read_systems
from linli.rulebook.loading import FOLDER, read_book, shipped
from linli.rulebook.stories import Claim, read_story, run_story, stories_in

SYSTEMS = read_systems()
NAMES = Names(repository_of(FOLDER))
LENDING = """
mechanism: lending
version: 1
title: {zh: 借用登记, en: Lending}
basis: [社区公约第三条]
covers: [S106]
subject: place
roles: {keeper: {zh: 保管员, en: Keeper, duty: operator}}
fields:
  copies: {type: int, min: 1, max: 9, zh: 件数, en: How many}
  deposit: {type: money, zh: 押金, en: Deposit}
states:
  asked: {zh: 已预约, en: Asked, phase: intake, initial: true, waits_for: [hand_out]}
  lent: {zh: 已借出, en: Lent, phase: open, waits_for: [take_back]}
  back: {zh: 已归还, en: Back, phase: done, final: true}
entries: {paid: {zh: 押金, en: Deposits, fields: [deposit], amount: deposit}}
actions:
  book: {zh: 预约, en: Book, start: true, by: [{role: resident}], form: [copies!]}
  hand_out: {zh: 借出, en: Hand out, from: asked, to: lent, by: [{role: keeper}]}
  pay: {zh: 交押金, en: Pay, from: lent, entry: paid, by: [{role: keeper}], form: [deposit!]}
  take_back: {zh: 收回, en: Take back, from: lent, to: back, by: [{role: keeper}]}
figures:
  lent: {zh: 借出数, en: Lent, count: enter lent, once: true}
  many: {zh: 借出多件数, en: Lent several, count: enter lent where copies > 1}
  back: {zh: 归还数, en: Back, count: enter back}
  out: {zh: 在外数, en: Out, stock: lent}
  held: {zh: 押金, en: Deposits, sum: paid}
  back_rate: {zh: 归还率, en: Rate of return, ratio: [back, lent]}
"""
STORY = """
story: lending
covers:
  S106:
    does: {book: book, hand_out: hand_out, take_back: [take_back]}
    counts: {lent: lent = 3}
at: 2026-03-02 09:00
area: /310000/
actors: {resident: {duty: resident}, keeper: {duty: operator}}
scenes:
  - title: {zh: 借了还, en: Lent and returned}
    lines:
      - {by: resident, act: book, form: {copies: 2}}
      - {by: keeper, act: hand_out}
      - {by: keeper, act: pay, form: {deposit: "50"}}
      - {by: keeper, act: pay, form: {deposit: "12.50"}}
      - {by: keeper, act: take_back}
  - title: {zh: 借了未还, en: Still out}
    lines:
      - {by: resident, act: book, form: {copies: 1}}
      - {by: keeper, act: hand_out}
  - title: {zh: 又借, en: Another}
    lines:
      - {by: resident, act: book, form: {copies: 3}}
      - {by: keeper, act: hand_out}
"""


@pytest.fixture
def lending(tmp_path):
    (tmp_path / "mechanisms").mkdir()
    (tmp_path / "mechanisms" / "lending.yaml").write_text(LENDING, encoding="utf-8")
    book = read_book(tmp_path, upon=shipped())
    return replace(book, mechanisms={"lending": book.mechanisms["lending"]})


def _told(book, story=STORY):
    read = read_story(story, "lending.story.yaml")
    mechanism = book.mechanisms["lending"]
    return Told(mechanism, read, run_story(mechanism, read, book))


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        ("lent", "3"), ("many", "2"), ("back", "1"), ("out", "2"), ("held", "62.5"),
        ("back_rate", "1/3"),
    ],
)  # fmt: skip
def test_figures_are_counted_over_the_cases_of_a_story(lending, figure, value):
    told = _told(lending)

    assert told.result.failures == ()
    assert str(tally(told.mechanism, figure, told.result.tales)) == value


def test_claims_that_hold_are_not_spoken_of(lending):
    assert check_claims(_told(lending), SYSTEMS, NAMES.has) == []


@pytest.mark.parametrize(
    ("before", "after", "line", "said", "cure"),
    [
        ("lent = 3", "lent = 4", 6, "“lent”写的是 4，故事里数出来是 3。", "请照故事逐件核对"),
        ("lent: lent = 3", "lent: lend = 3", 6, "没有名为“lend”的数", "是否想写“lent”？"),
        ("lent = 3", "lent is three", 6, "“lent is three”看不懂。", "请写“数 = 值”"),
        ("{lent: lent = 3}", "{lend: lent = 3}", 6, "没有“lend”。", "是否想写“lent”？"),
        ("[take_back]", "take", 5, "没有“take”。", "是否想写“take_back”？"),
        ("take_back: [", "bring_back: [", 5, "没有“bring_back”。", "可用：book、hand_out、take_back"),
        ("      - {by: keeper, act: take_back}\n", "", 5, "动作“take_back”在故事里没有办过。", "请在故事里办一次。"),
        ("  S106:", "  S107:", 4, "故事证明了 S107，机制的 covers 里没有。", "请在机制的 covers 里加上 S107"),
        ("[take_back]", "tests/house/test_book.py::test_nothing", 5, "没有测试“tests/house/test_book.py::test_nothing”。", "请写“tests/文件.py::test_名称”。"),
    ],
)  # fmt: skip
def test_a_claim_that_does_not_hold_names_line_and_cure(lending, before, after, line, said, cure):
    assert before in STORY

    found = check_claims(_told(lending, STORY.replace(before, after)), SYSTEMS, NAMES.has)

    named = next(one for one in found if one.message.zh == said)
    assert named.line == line
    assert named.cure.zh.startswith(cure)


def test_a_number_that_shows_nothing_is_no_proof(lending):
    thin = STORY.replace("lent: lent = 3", "lent: back = 0").replace(
        "      - {by: keeper, act: take_back}\n", ""
    )

    found = check_claims(_told(lending, thin), SYSTEMS, NAMES.has)

    assert [one.message.zh for one in found] == [
        "动作“take_back”在故事里没有办过。",
        "“back”为 0，说明不了什么。",
    ]


def test_a_ratio_of_all_shows_nothing(lending):
    scenes = STORY.split("  - title: {zh: 借了未还", maxsplit=1)[0]

    found = check_claims(
        _told(lending, scenes.replace("lent = 3", "back_rate = 1/1")), SYSTEMS, NAMES.has
    )

    assert [one.message.zh for one in found] == ["“back_rate”为 1/1，说明不了什么。"]


def test_a_mechanism_covers_what_its_story_proves(lending):
    silent = STORY.replace(STORY[STORY.index("covers:") : STORY.index("at: 2026")], "")

    found = check_claims(_told(lending, silent), SYSTEMS, NAMES.has)

    assert [(one.line, one.message.zh) for one in found] == [
        (2, "机制写了 covers S106，故事没有证明。")
    ]


def test_what_nobody_claims_of_a_system_is_left_out():
    system = SYSTEMS.all["S106"]
    claims = [Claim(does={"book": "book"}), Claim(does={"hand_out": "hand_out"}, counts={})]

    assert left_out(system, claims) == (["take_back"], ["lent"])


def test_a_system_works_only_when_all_of_its_row_is_proved(lending):
    half = STORY.replace(", take_back: [take_back]", "")

    whole, part = (
        _one(lending, {"lending": told}, "S106") for told in (_told(lending), _told(lending, half))
    )

    assert (whole.works, whole.by) == (True, ("lending",))
    assert [label.zh for label in part.lacking] == ["S106 还缺动作：take_back"]
    assert not part.works


def test_a_system_does_not_work_when_its_story_fails(lending):
    told = _told(
        lending, STORY.replace("{by: keeper, act: take_back}", "{by: resident, act: take_back}")
    )

    found = _one(lending, {"lending": told}, "S106")

    assert not found.works
    assert found.lacking[0].zh.startswith(
        "lending.story.yaml:17: 借了还：“take_back”被拒：permission"
    )


def test_a_system_carried_by_a_mechanism_without_a_story_does_not_work(lending):
    found = _one(lending, {}, "S106")

    assert found.lacking[0].zh == "lending 没有故事"
    assert not found.works


def test_a_system_that_names_a_test_works_when_the_test_is_there(lending):
    here = "tests/rulebook/test_covering.py::test_a_system_that_names_a_test_works_when_the_test_is_there"
    for name, works in (
        (here, True),
        (f"{here}[x]", True),
        (f"{here}_not", False),
        ("tests/x.py::test_y", False),
    ):
        systems = replace(
            SYSTEMS,
            all={**SYSTEMS.all, "S035": SYSTEMS.all["S035"].model_copy(update={"test": name})},
        )

        found = {c.number: c for c in coverage(lending, {}, systems, NAMES)}["S035"]

        assert found.works is works


def _one(book, told, number):
    return {c.number: c for c in coverage(book, told, SYSTEMS, NAMES)}[number]


def test_shipped_systems_that_work_are_those_the_shipped_mechanisms_cover():
    book = shipped()

    found = coverage(book, all_told(book, stories_in()), SYSTEMS, NAMES)

    claimed = {number for mechanism in book.mechanisms.values() for number in mechanism.covers}
    tested = {number for number, system in SYSTEMS.wanted.items() if system.test}
    assert {one.number for one in found if one.works} == claimed | tested
    assert len(found) == 308
