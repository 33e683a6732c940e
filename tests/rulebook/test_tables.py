"""Decision tables: unary tests, exact numbers, and refusals that name the cell."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given as tried
from hypothesis import settings
from hypothesis import strategies as st

from linli.rulebook.mechanism import Decision
from linli.rulebook.tables import (
    NoRuleMatches,
    RowsDisagree,
    TableRefused,
    check,
    decide,
    rows_that_fit,
)
from linli.rulebook.tables.regions import Column, Regions


def table(*rows, given=("x",), out=("y",), hit="F", **more):
    return Decision.model_validate(
        {
            "hit": hit,
            "in": list(given),
            "out": list(out),
            "rules": [list(row) for row in rows],
            **more,
        }
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
        (r'"a \"b\" \\ c"', 'a "b" \\ c', True),
        (r'"\u90bb"', "邻", True),
        ("-1.5", "-1.50", True),
        (".5", "1/2", True),
        ("< -1/2", "-0.6", True),
        ("[-2..-1]", "-1.5", True),
        ("(1..5)", 5, False),
        ("(1+2)*3", 9, True),
        ("> 2 ** 3", 9, True),
        ("null, 3", None, True),
        ("not(null)", 3, True),
        ("not(null)", None, False),
        ('< date("2026-05-01")', "2026-04-30", True),
        ('< date("2026-05-01")', "2026-04-30T10:00:00Z", False),
        ('>= date and time("2026-05-01T08:00:00")', "2026-05-01T00:00:00Z", True),
        ('> date and time("2026-05-01T08:00:00")', "2026-05-01T00:00:00Z", False),
        ('date and time("2026-05-01T00:00:00Z")', "2026-05-01T08:00:00+08:00", True),
        ('<= duration("P1DT2H")', "PT26H", True),
        ('< duration("P1Y")', "P11M", True),
        ('< duration("P1Y")', "P300D", False),
        ('not([date("2026-05-01")..date("2026-05-05")])', "2026-05-06", True),
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
        (r'"\x"', r'row 1, column x: "\x" has a wrong escape'),
        ('duration("3 days")', "row 1, column x: 'duration(\"3 days\")' is not a value"),
        ("> true", "row 1, column x: only numbers and dates have an order"),
        ("[1..null]", "row 1, column x: only numbers and dates have an order"),
        (
            '[1..date("2026-05-01")]',
            "row 1, column x: the interval's low end must lie below its high end",
        ),
        ("y", 'row 1, column x: text needs double quotes: "y"'),
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


def test_a_cell_may_compare_with_another_input():
    rows = (["<= limit", "-", "true"], ["[limit..2*limit)", "-", "null"], ["-", "-", "false"])
    budget = table(*rows, given=("x", "limit"))

    assert decide(budget, {"x": "100.00", "limit": "100"}) == {"y": True}
    assert decide(budget, {"x": "199.99", "limit": "100"}) == {"y": None}
    assert decide(budget, {"x": "200", "limit": "100"}) == {"y": False}
    assert decide(budget, {"x": "200"}) == {"y": False}


def test_declared_kinds_keep_a_text_of_digits_a_text():
    same = table(["other", "-", "true"], ["-", "-", "false"], given=("x", "other"))
    words = {"x": "text", "other": "text"}

    assert decide(same, {"x": "1.0", "other": "1"}, words) == {"y": False}
    assert decide(same, {"x": "1.0", "other": "1"}) == {"y": True}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("x * 0.1 + 1/3", Fraction(19, 30)),
        ("-(x - 4) ** 2", 1),
        ("2 ** -2 * 4", 1),
        ("x / (x - 3)", None),
        ("x + null", None),
        ("2 ** 0.5", None),
        ("9 ** 999 ** 9", None),
        ('x + "3"', None),
        ('"第" + name', "第甲"),
        ('day + duration("P3D")', "2026-03-04"),
        ('day - duration("P1M")', "2026-02-01"),
        ('date("2026-01-31") + duration("P1M")', "2026-02-28"),
        ('day - date("2026-01-01")', "P59D"),
        ('moment + duration("PT90M")', "2026-03-01T02:30:00Z"),
        ('duration("PT1H") * 1.5', "PT1H30M"),
        ('duration("P1D") / duration("PT6H")', 4),
        ('duration("P1Y") + duration("P2M")', "P14M"),
        ("day", "2026-03-01"),
        ("missing", None),
    ],
)
def test_an_output_cell_calculates_exactly(cell, expected):
    given = ("x", "name", "day", "moment", "missing")
    values = {"x": "3.00", "name": "甲", "day": "2026-03-01", "moment": "2026-03-01T01:00:00Z"}

    found = decide(table(["-"] * 5 + [cell], given=given), values)

    assert found == {"y": expected}


FINES = (["< 10", "50"], ["< 20", "50"], ["< 30", "200"])


def test_unique_refuses_two_rows_that_fit():
    with pytest.raises(RowsDisagree) as refusal:
        decide(table(*FINES, hit="U"), {"x": 15})

    assert decide(table(*FINES, hit="U"), {"x": 25}) == {"y": 200}
    assert decide(table(["<5", "1"], [">=5", "2"], hit="U"), {"x": 5}) == {"y": 2}
    assert refusal.value.message.en == (
        "rows 2, 3 fit at once, and a U table allows one (x=15); make them disjoint, or use F or P"
    )
    assert refusal.value.message.zh == (
        "第2, 3行同时符合，U 表只许一行符合（x=15），请改得互不重叠，或改用 F、P"
    )


def test_any_allows_rows_that_agree_and_refuses_others():
    with pytest.raises(RowsDisagree) as refusal:
        decide(table(*FINES, hit="A"), {"x": 5})

    assert decide(table(*FINES[:2], hit="A"), {"x": 5}) == {"y": 50}
    assert "rows 1, 2, 3 fit at once and differ" in refusal.value.message.en
    assert "A 表要求一致" in refusal.value.message.zh


def test_priority_takes_what_stands_first_in_the_list():
    rows = (["< 10", '"watch"'], ["< 20", '"stop"'], ["-", '"pass"'])
    ranked = table(*rows, hit="P", values={"y": ['"stop"', '"watch"', '"pass"']})

    assert [decide(ranked, {"x": x})["y"] for x in (5, 15, 25)] == ["stop", "stop", "pass"]


def test_priority_of_later_outputs_counts_when_the_first_are_alike():
    rows = (["-", '"a"', '"slow"'], ["-", '"a"', '"fast"'], ["-", '"b"', '"fast"'])
    lists = {"y": ['"a"', '"b"'], "z": ['"fast"', '"slow"']}

    assert decide(table(*rows, out=("y", "z"), hit="P", values=lists), {}) == {
        "y": "a",
        "z": "fast",
    }
    assert decide(table(*rows, out=("y", "z"), hit="O", values=lists), {}) == {
        "y": ("a", "a", "b"),
        "z": ("fast", "slow", "fast"),
    }


@pytest.mark.parametrize(
    ("hit", "expected"),
    [
        ("F", 50),
        ("R", (50, 50, 200)),
        ("C", (50, 50, 200)),
        ("C+", 300),
        ("C<", 50),
        ("C>", 200),
        ("C#", 3),
    ],
)
def test_policies_on_three_rows_that_fit(hit, expected):
    assert decide(table(*FINES, hit=hit), {"x": 5}) == {"y": expected}


@pytest.mark.parametrize(("hit", "expected"), [("R", ()), ("C", ()), ("C#", 0)])
def test_nothing_collected_is_an_empty_list_or_nought(hit, expected):
    assert decide(table(*FINES, hit=hit), {"x": 99}) == {"y": expected}


@pytest.mark.parametrize("hit", ["U", "A", "F", "C+", "C<", "C>"])
def test_without_a_row_the_default_decides_or_the_table_refuses(hit):
    with pytest.raises(NoRuleMatches):
        decide(table(*FINES, hit=hit), {"x": 99})

    assert decide(table(*FINES, hit=hit, default={"y": "x + 1"}), {"x": 99}) == {"y": 100}


def test_sums_are_exact_and_refuse_what_is_no_number():
    tenths = table(*[["-", "0.1"]] * 3, hit="C+")

    assert decide(tenths, {}) == {"y": Fraction(3, 10)}
    with pytest.raises(RowsDisagree, match="let every row yield a number"):
        decide(table(["-", "1"], ["-", "x"], hit="C+"), {})


def test_a_result_outside_the_list_is_refused():
    listed = table(["-", "x * 2"], hit="C", values={"y": ["[0..10]"]})

    assert decide(listed, {"x": 5}) == {"y": (10,)}
    with pytest.raises(RowsDisagree, match="row 1 yields 12 for y, which is not in values"):
        decide(listed, {"x": 6})


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"hit": "P"}, "P goes by the order of values; give values"),
        ({"hit": "O"}, "O goes by the order of values; give values"),
        ({"hit": "C+", "out": ("y", "z")}, "C\\+ takes one output"),
        ({"values": {"z": ["1"]}}, "'z' in values or default is not in out"),
        ({"out": ("y", "z"), "default": {"y": "1"}}, "give a default for every output"),
        ({"hit": "X"}, "Input should be 'U', 'A'"),
    ],
)
def test_a_policy_without_what_it_needs_is_refused(more, said):
    with pytest.raises(ValueError, match=said):
        table(["-", "1", "2"], **more)


def test_malformed_lists_and_defaults_are_named():
    bad = table(["-", '"a"'], values={"y": ["a"]}, default={"y": "b +"})

    assert [(fault.row, fault.column, fault.message.en) for fault in check(bad)] == [
        (0, "values.y", 'column values.y: text needs double quotes: "a"'),
        (0, "default.y", 'column default.y: text needs double quotes: "b"'),
    ]


cells = st.sampled_from(
    ["-", "1", "<3", "[2..4)", "(2..6]", ">=5", "not(3)", "null", "2,4", "<1,>5"]
)
flags = st.sampled_from(["-", "true", "false", "not(true)"])
EVERY = list(
    product(
        [*map(Fraction, range(-1, 8)), *(Fraction(n, 2) for n in range(-1, 15, 2)), None],
        [True, False, None],
    )
)


@settings(max_examples=150, deadline=None)
@tried(st.lists(st.tuples(cells, flags), min_size=1, max_size=5))
def test_regions_find_what_trying_every_value_finds(rows):
    tried_out = table(*[[*row, "1"] for row in rows], given=("x", "z"), hit="C")
    regions = Regions(tried_out, [Column("number"), Column("bool")])
    fitting = {
        values: set(rows_that_fit(tried_out, dict(zip("xz", values, strict=True))))
        for values in EVERY
    }
    numbers = range(1, len(rows) + 1)

    pairs = {(a, b) for fits in fitting.values() for a in fits for b in fits if a < b}
    assert {(a, b) for a, b, _ in regions.overlaps()} == pairs
    assert all({a, b} <= _fits(tried_out, example) for a, b, example in regions.overlaps())
    gap = regions.gap()
    assert (gap is None) == all(fitting.values())
    assert gap is None or _fits(tried_out, gap) == set()
    for row in numbers:
        before = set(range(1, row))
        is_reached = any(row in fits and not fits & before for fits in fitting.values())
        assert (regions.is_reached(row, before) and not regions.fits_nothing(row)) == is_reached


def _fits(decision, example):
    return set(rows_that_fit(decision, dict(zip("xz", example, strict=True))))
