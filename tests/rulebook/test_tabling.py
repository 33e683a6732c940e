"""Linting decision tables: kinds, codes, lists, overlaps, gaps, rows that never decide; and tables at work in a case."""

from datetime import UTC, datetime

import pytest
from shelves import Shelf

from linli.rulebook.casefile import Actor, Duty, StepRefused
from linli.rulebook.deciding import decide
from linli.rulebook.lint import lint
from linli.rulebook.loading import load

GRADING = """{hit: F, in: [tries], out: [grade], rules: [['>= 1', '"poor"'], ['-', '"good"']]}"""
AREA = "/310000/310112/310112006/"
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)


def found_in(small_text, table):
    assert small_text.count(GRADING) == 1
    text = small_text.replace(GRADING, table)
    if "in: [grade]" in table:  # then somebody must answer it
        text = text.replace("by: engine, zh: 等级", "zh: 等级").replace("[unit!]", "[unit!, grade]")
    shelf = Shelf(text)
    found = [f for f in lint(shelf.mechanism, shelf) if f.code in ("table", "unknown")]
    assert all(text.splitlines()[f.line - 1].startswith("  grading: {hit") for f in found)
    return [(f.severity, f.message.zh, f.message.en, f.cure.zh) for f in found]


CURE = "请改窄其中一行，或改用 F、P。"
NEVER = "前面或优先的行已全部覆盖它，请删去、提前或改窄那些行。"
GAP = "请补一行，或写 default，或在末尾补一行全“-”。"


@pytest.mark.parametrize(
    ("table", "severity", "zh", "en", "cure"),
    [
        (
            """{hit: U, in: [tries], out: [grade], rules: [['<= 3', '"good"'], ['>= 3', '"poor"']]}""",
            "error",
            "第1行与第2行都符合 tries=3；U 表的行不能重叠。",
            "Rows 1 and 2 both fit tries=3; rows of a U table may not overlap.",
            CURE,
        ),
        (
            """{hit: U, in: [tries, cost], out: [grade], rules: [['<= 3', '< 5', '"good"'], ['>= 3', '>= 5', '"poor"'], ['< 4', '[5..6]', '"poor"'], ['-', 'null', '"poor"']]}""",
            "error",
            "第2行与第3行都符合 tries=3, cost=5；U 表的行不能重叠。",
            "Rows 2 and 3 both fit tries=3, cost=5; rows of a U table may not overlap.",
            CURE,
        ),
        (
            """{hit: A, in: [tries], out: [grade], rules: [['<= 3', '"good"'], ['>= 3', '"poor"']]}""",
            "error",
            "第1行与第2行都符合 tries=3；A 表中重叠的行结果要一样。",
            "Rows 1 and 2 both fit tries=3; rows of an A table that overlap must yield the same.",
            CURE,
        ),
        (
            """{hit: F, in: [tries], out: [grade], rules: [['< 3', '"good"'], ['[3..9]', '"poor"'], ['[2..5]', '"good"'], ['-', '"poor"']]}""",
            "error",
            "第3行永远轮不到。",
            "Row 3 never decides.",
            NEVER,
        ),
        (
            """{hit: P, in: [tries], out: [grade], values: {grade: ['"poor"', '"good"']}, rules: [['< 3', '"good"'], ['-', '"poor"']]}""",
            "error",
            "第1行永远轮不到。",
            "Row 1 never decides.",
            NEVER,
        ),
        (
            """{hit: F, in: [tries], out: [grade], rules: [['(2..3)', '"good"'], ['-', '"poor"']]}""",
            "error",
            "第1行永远轮不到。",
            "Row 1 never decides.",
            NEVER,
        ),
        (
            """{hit: U, in: [tries], out: [grade], rules: [['< 3', '"good"'], ['> 3', '"poor"']]}""",
            "warning",
            "没有一行符合 tries=3，届时动作办不成。",
            "No row fits tries=3; the action is then refused.",
            GAP,
        ),
        (
            """{hit: U, in: [cost], out: [grade], rules: [['>= 0', '"good"']]}""",
            "warning",
            "没有一行符合 cost=null，届时动作办不成。",
            "No row fits cost=null; the action is then refused.",
            GAP,
        ),
        (
            """{hit: F, in: [tries, cost], out: [grade], rules: [['< cost', '-', '"good"']]}""",
            "warning",
            "“grading”可能无一行适用。",
            "'grading' may find no row.",
            GAP,
        ),
        (
            """{hit: F, in: [tries], out: [grade], rules: [['"1"', '"poor"'], ['-', '"good"']]}""",
            "error",
            "第1行“tries”列的种类不对。",
            "Row 1, column tries is of the wrong kind.",
            "此列应写数。",
        ),
        (
            """{hit: F, in: [tries, note], out: [grade], rules: [['< note', '-', '"poor"'], ['-', '-', '"good"']]}""",
            "error",
            "第1行“tries”列的种类不对。",
            "Row 1, column tries is of the wrong kind.",
            "此列应写数。",
        ),
        (
            """{hit: F, in: [tries], out: [grade], rules: [['>= 1', 'tries'], ['-', '"good"']]}""",
            "error",
            "第1行“grade”列的种类不对。",
            "Row 1, column grade is of the wrong kind.",
            "此列应写文字。",
        ),
        (
            """{hit: F, in: [tries], out: [score], rules: [['>= 1', '1/0'], ['-', '1']]}""",
            "error",
            "第1行“score”列算不出结果。",
            "Row 1, column score has no result.",
            "请改算式；要清空请写 null。",
        ),
        (
            """{hit: F, in: [tries], out: [grade], rules: [['>= 1', '"bad"'], ['-', '"good"']]}""",
            "error",
            "没有名为“bad”的“grade”的代码（第1行）。",
            "There is no code of grade (row 1) 'bad'.",
            "可用：good、poor。",
        ),
        (
            """{hit: F, in: [tries], out: [score], values: {score: ['[0..10]']}, rules: [['>= 1', '11'], ['-', '10']]}""",
            "error",
            "第1行“score”列：11 不在 values 中。",
            "Row 1, column score: 11 is not in values.",
            "请补入 values，或改这一格。",
        ),
        (
            """{hit: C, in: [tries], out: [grade], rules: [['>= 1', '"poor"'], ['-', '"good"']]}""",
            "error",
            "“grade”放不下 C 得出的列表。",
            "'grade' cannot hold the list that C gives.",
            "列表只能写进 word 字段（各项以“、”相连）；要一个结果请用 F、P 或 C+ C< C> C#。",
        ),
        (
            """{hit: 'C#', in: [tries], out: [grade], rules: [['>= 1', '"poor"'], ['-', '"good"']]}""",
            "error",
            "C# 得出个数，“grade”不是数。",
            "C# gives a count, and 'grade' is no number.",
            "请输出到 int 字段。",
        ),
        (
            """{hit: 'C>', in: [tries], out: [grade], rules: [['>= 1', '"poor"'], ['-', '"good"']]}""",
            "error",
            "“grade”不能用 C> 合计。",
            "C> cannot be taken of 'grade'.",
            "C+ 要数，C< C> 要数、日期或时间；文字请用 P 或 R。",
        ),
        (
            f"""{{hit: R, in: [tries], out: [note], rules: [['>= 1', '"{"甲" * 30}"'], ['-', '"{"乙" * 30}"']]}}""",
            "error",
            "“note”各行都符合时超过60字。",
            "'note' is longer than 60 when every row fits.",
            "请把各项写短。",
        ),
    ],
)
def test_what_a_table_gets_wrong_is_said_with_its_cure(small_text, table, severity, zh, en, cure):
    assert (severity, zh, en, cure) in found_in(small_text, table)


@pytest.mark.parametrize(
    "table",
    [
        GRADING,
        """{hit: U, in: [tries], out: [grade], rules: [['<= 3', '"good"'], ['>= 4', '"poor"']]}""",
        """{hit: U, in: [grade], out: [score], rules: [['"good"', '1'], ['"poor"', '2'], ['null', '0']]}""",
        """{hit: U, in: [grade], out: [score], default: {score: '0'}, rules: [['"good"', '1']]}""",
        """{hit: U, in: [unit], out: [score], rules: [['< 3', '1'], ['>= 3', '2']]}""",
        """{hit: A, in: [tries], out: [grade], rules: [['<= 3', '"good"'], ['<= 5', '"good"'], ['> 5', '"poor"']]}""",
        """{hit: R, in: [tries], out: [note], rules: [['>= 1', '"身份证"'], ['>= 2', '"房产证"']]}""",
        """{hit: 'C+', in: [tries], out: [score], default: {score: '0'}, rules: [['>= 1', 'tries/3'], ['>= 2', '0.5']]}""",
        """{hit: 'C#', in: [tries], out: [tries], rules: [['>= 1', '"x"'], ['>= 2', '"y"']]}""",
    ],
)
def test_a_table_in_order_is_passed(small_text, table):
    assert found_in(small_text, table) == []


def test_a_table_of_too_many_combinations_says_so(small_text):
    names = ["tries", "cost", "score", "spent", "unit"]
    fields = [f"n{n}" for n in range(9)]
    rows = [
        [*(f"{k}" if m % 7 == n else "-" for m in range(14)), '"good"']
        for n in range(7)
        for k in range(1, 6)
    ]
    rows += [[*["-"] * 13, last, '"poor"'] for last in ("< 20", ">= 20")]
    listed = ", ".join("[" + ", ".join(f"'{cell}'" for cell in row) + "]" for row in rows)
    table = f"{{hit: F, in: [{', '.join(names + fields)}], out: [grade], rules: [{listed}]}}"
    extra = "".join(f"  {f}: {{type: int, default: 0, zh: 甲, en: A}}\n" for f in fields)
    text = small_text.replace("  note: {type: word", extra + "  note: {type: word")

    found = found_in(text, table)

    assert ("warning", "“grading”的组合太多，无法查重查漏。") in [each[:2] for each in found]


def begun(small_text, table, book, form=None):
    """Open a small matter and take the action that asks the table."""
    mechanism = load(small_text.replace(GRADING, table), "small-matter.yaml")
    clerk = Actor(1, "account:1", (Duty("clerk", 7, (AREA,)),))
    opened = decide(
        mechanism, None, "open", actor=clerk, at=NOW, form={"what": "门", **(form or {})}, book=book, area=AREA,
    )  # fmt: skip
    return decide(mechanism, opened.case, "begin", actor=clerk, at=NOW, form={"unit": 7}, book=book)


def test_a_collected_list_enters_a_word_field_each_once(small_text, book):
    table = """{hit: R, in: [tries], out: [note], rules: [['0', '"身份证"'], ['< 3', '"房产证"'], ['-', '"身份证"'], ['> 1', '"委托书"']]}"""

    outcome = begun(small_text, table, book)

    assert outcome.case.values["note"] == "身份证、房产证"
    assert outcome.steps[0].values["note"] == "身份证、房产证"


def test_a_sum_enters_a_number_field_exactly(small_text, book):
    table = """{hit: 'C+', in: [unit], out: [score], rules: [['7', '0.1'], ['<= 7', '0.2'], ['-', 'unit / 3']]}"""

    assert begun(small_text, table, book).case.values["score"] == "79/30"


def test_rows_that_clash_refuse_the_action_with_the_reason(small_text, book):
    table = """{hit: U, in: [unit], out: [grade], rules: [['> 5', '"good"'], ['< 9', '"poor"']]}"""

    with pytest.raises(StepRefused) as refusal:
        begun(small_text, table, book)

    assert refusal.value.code == "guard"
    assert refusal.value.message.zh.startswith("判定表“grading”得不出结果：第1, 2行同时符合")
    assert "rows 1, 2 fit at once" in refusal.value.message.en
