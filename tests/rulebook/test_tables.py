"""Decision tables: unary tests, exact numbers, and refusals that name the cell."""

from fractions import Fraction

import pytest

from linli.rulebook.mechanism import Decision
from linli.rulebook.tables import NoRuleMatches, TableRefused, check, decide


def table(*rows, given=("x",), out=("y",)):
    return Decision.model_validate(
        {"hit": "F", "in": list(given), "out": list(out), "rules": [list(row) for row in rows]}
    )


def fits(cell, value):
    return decide(table([cell, "true"], ["-", "false"]), {"x": value})["y"]


@pytest.mark.parametrize(
    ("cell", "value", "expected"),
    [
        ("-", "anything", True),
        ("-", None, True),
        ('"urgent"', "urgent", True),
        ('"urgent"', "normal", False),
        ('"urgent"', None, False),
        ('"a", "b"', "b", True),
        ('"a","b"', "c", False),
        ('not("a","b")', "c", True),
        ('not("a","b")', "a", False),
        ('not("a")', None, True),
        ("3", 3, True),
        ("3", "3.00", True),
        ("3", "three", False),
        ("3", True, False),
        ("58.4", "58.40", True),
        ("0.1", Fraction(1, 10), True),
        ("<5", 4, True),
        ("< 5", 5, False),
        (">=2/3", "2/3", True),
        (">= 2/3", Fraction(8, 12), True),
        (">=2/3", "7/12", False),
        (">=2/3", "0.6666666666", False),
        (">=75", None, False),
        ("-1", -1, True),
        ("<-1", "-1.5", True),
        ("[1..5]", 5, True),
        ("[1..5)", 5, False),
        ("(1..5]", 1, False),
        ("]1..5[", "4.99", True),
        ("]1..5[", 1, False),
        ("<1, [3..4], 9", 9, True),
        ("not([1..5], 7)", 7, False),
        ("true", True, True),
        ("true", "true", False),
        ("false", False, True),
        ("false", None, False),
        ("null", None, True),
        ("null", "", False),
        ('>= date("2026-05-01")', "2026-05-01", True),
        ('[date("2026-05-01")..date("2026-05-05")]', "2026-05-06", False),
        ('"a, b"', "a, b", True),
        ('"路面破损"', "路面破损", True),
    ],
)
def test_cell_fits_exactly_these_inputs(cell, value, expected):
    assert fits(cell, value) is expected


def test_first_row_that_fits_decides():
    limits = table(
        ["-", '"urgent"', '"2 wh"'],
        ['"hazard"', "-", '"1 wd"'],
        ["-", "-", '"5 wd"'],
        given=("category", "urgency"),
        out=("budget",),
    )

    assert decide(limits, {"category": "hazard", "urgency": "urgent"}) == {"budget": "2 wh"}
    assert decide(limits, {"category": "hazard", "urgency": "normal"}) == {"budget": "1 wd"}
    assert decide(limits, {}) == {"budget": "5 wd"}


def test_outputs_are_exact_values():
    outputs = table(["-", '"good"', "95", "2/3", "true", "null", "0.1"], out=tuple("abcdef"))

    assert decide(outputs, {}) == {
        "a": "good",
        "b": 95,
        "c": Fraction(2, 3),
        "d": True,
        "e": None,
        "f": Fraction(1, 10),
    }


def test_no_row_that_fits_is_refused_with_the_inputs():
    with pytest.raises(NoRuleMatches) as refusal:
        decide(table(["<5", "1"]), {"x": 7})

    assert refusal.value.message.en == "no row of the table fits (x=7); add a last row of '-' cells"
    assert "补一行" in refusal.value.message.zh


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("urgent", 'row 1, column x: text needs double quotes: "urgent"'),
        ('"urgent', "row 1, column x: cannot be read from '\"urgent' on"),
        ("", "row 1, column x: is incomplete; write '-' for anything"),
        ("<", "row 1, column x: is incomplete; write '-' for anything"),
        ('<"b"', "row 1, column x: only numbers and dates have an order"),
        ("[5..1]", "row 1, column x: the interval's low end must lie below its high end"),
        ("[1..5", "row 1, column x: expected ] ) ["),
        ("1 2", "row 1, column x: has more than one value: 2"),
        ("not(1", "row 1, column x: expected )"),
        ("1/0", "row 1, column x: '1/0' is not a value"),
        ('date("2026-02-30")', "row 1, column x: 'date(\"2026-02-30\")' is not a value"),
        ("__import__('os')", "row 1, column x: cannot be read from \"'os')\" on"),
    ],
)
def test_malformed_cell_is_named_by_row_and_column(cell, message):
    bad = table([cell, "1"])

    with pytest.raises(TableRefused) as refusal:
        decide(bad, {"x": 1})

    assert refusal.value.message.en == message
    assert refusal.value.message.zh.startswith("第1行“x”列：")
    assert [fault.message for fault in check(bad)] == [refusal.value.message]


def test_check_lists_every_malformed_cell():
    bad = table(["-", "1"], ["open", "shut"], ["-"], ["-", "1", "2"], ["-", "-"])

    assert [(fault.row, fault.column) for fault in check(bad)] == [
        (2, "x"),
        (2, "y"),
        (3, "y"),
        (4, "3"),
        (5, "y"),
    ]


def test_check_finds_nothing_wrong_with_a_good_table():
    assert check(table(["[1..2]", '"a"'], ["-", '"b"'])) == []
