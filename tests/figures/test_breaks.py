"""Year on year across a change of definition: refused where nothing bridges it, else held against the bridge."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from linli.figures.compiling import Frame
from linli.figures.periods import period_named
from linli.figures.readings import NO_DATA, printed
from linli.figures.valuing import period_before, value_of
from linli.rulebook.counting.definitions import FigureDefinition, tree_of
from linli.rulebook.loading import shipped

TESTS = [{"cases": [], "expect": [{"period": "2025", "num": 0}]}]
NAMED = {"zh": "数", "en": "Figure"}


class Hundred:
    """Counts 90 of what has a condition of its own and 100 of all else, in every period."""

    def amount(self, counted, frame):
        return Decimal(90 if counted.where[0] == "and" else 100)

    def histogram(self, counted, frame):
        raise AssertionError


def change(bridge, *, ratio=False):
    base = {
        "figure": "base", "version": 2, "title": NAMED, "source": ["测试"], "over": ["grid-case"],
        "basis": "happened", "mode": "flow", "num": ["enter", "closed"], "missing": "no_data", "tests": TESTS,
        "supersedes": {"version": 1, "on": "2026-01-01", "reason": NAMED, "comparable": False, "bridge": bridge},
    }  # fmt: skip
    if ratio:
        base |= {
            "num": ["and", ["enter", "closed"], ["eq", "source", "web"]],
            "den": ["enter", "closed"],
        }
    over = {
        "figure": "change", "title": NAMED, "source": ["测试"], "of": "base", "change": "year_on_year",
        "tests": TESTS,
    }  # fmt: skip
    known = {one["figure"]: FigureDefinition.model_validate(one) for one in (base, over)}
    return tree_of(known, "change", shipped().mechanisms)


def read(tree, period):
    return value_of(tree, Frame(period_named(period), "/"), Hundred())


@pytest.mark.parametrize("period", ["2026", "2026-03", "2026-Q1", "2026-H1"])
def test_a_change_across_a_break_without_a_bridge_is_refused(period):
    tree = change({"2024": {"old": "1", "new": "2"}})

    value = read(tree, period)

    assert tree.broken_on == date(2026, 1, 1)
    assert value.num == 100
    assert value.exact is None
    assert printed(value, tree) == NO_DATA
    assert period_before(tree, period_named(period)) is None


@pytest.mark.parametrize("period", ["2025", "2027", "2027-01", "2024-06"])
def test_a_change_on_one_side_of_the_break_is_counted(period):
    assert read(change({"2025": {"old": "1", "new": "2"}}), period).exact == 0


def test_a_count_is_held_against_the_bridge():
    value = read(change({"2025": {"old": "70", "new": "80"}}), "2026")

    assert value.exact == Fraction(1, 4)


def test_a_share_is_held_against_the_share_of_the_bridge():
    value = read(change({"2025": {"old": "97.10%", "new": "86.40%"}}, ratio=True), "2026")

    assert value.exact == Fraction(36, 1000)
    assert value.printed(2).zh == "+3.60个百分点"


def test_a_bridge_holds_numbers():
    with pytest.raises(ValueError, match="is no number"):
        change({"2025": {"old": "many", "new": "2"}})
