"""Plans as files, and how their rows stand: fixed formulas on exact values."""

from decimal import Decimal
from fractions import Fraction

import pytest

from linli.rulebook.loading import MechanismRefused, read_book, shipped
from linli.rulebook.planning import Plan, PlanRow
from linli.rulebook.planning.standing import expected, light, status

ROW = {
    "row": 1, "name": {"zh": "率", "en": "Rate"}, "heading": {"zh": "公共", "en": "Public"},
    "attribute": "binding", "responsible": "城运中心", "unit": "%", "final": 100, "printed": "100%",
    "figure": "grid-case.close_rate",
}  # fmt: skip


def row(**changes):
    return PlanRow.model_validate({**ROW, **changes})


def plan(*rows, **changes):
    given = {
        "plan": "five", "title": ROW["name"], "source": ["测试"], "first_year": 2021, "last_year": 2025,
        "midterm": 2023, "rows": [one.model_dump() for one in rows] or [ROW],
    }  # fmt: skip
    return Plan.model_validate({**given, **changes})


def stands(one, year, value, before=None):
    exact = None if value is None else Fraction(value)
    return status(plan(one), one, year, exact, None if before is None else Fraction(before))


@pytest.mark.parametrize(
    ("path", "year", "due"),
    [
        ({"path": "hold"}, 2021, 100),
        ({"path": "cumulative"}, 2021, 20),
        ({"path": "cumulative"}, 2023, 60),
        ({"path": "cumulative"}, 2025, 100),
        ({"path": "linear", "base": 50}, 2021, 60),
        ({"path": "linear", "base": 50}, 2025, 100),
        ({"path": "end"}, 2024, 0),
        ({"path": "end"}, 2025, 100),
    ],
)
def test_the_path_says_what_is_due_at_the_end_of_a_year(path, year, due):
    one = row(**path)

    assert expected(plan(one), one, year) == due


@pytest.mark.parametrize(
    ("one", "year", "value", "before", "word"),
    [
        (row(), 2023, None, None, "no_data"),
        (row(), 2023, "100", None, "met"),
        (row(), 2023, "9999/100", "99", "behind"),  # 99.99 % prints as 100.0 % but is not met
        (row(), 2023, "95", "90", "behind"),
        (row(), 2023, "95", "94", "at_risk"),
        (row(), 2023, "95", "95", "at_risk"),
        (row(), 2023, "0", "0", "at_risk"),
        (row(), 2023, "95", None, "behind"),
        (row(), 2025, "95", None, "at_risk"),
        (row(), 2025, "95", "90", "at_risk"),
        (row(final=6000, path="cumulative"), 2022, "2400", None, "on_track"),
        (row(final=6000, path="cumulative"), 2022, "2399", "1000", "behind"),
        (row(final=6000, path="cumulative"), 2022, "2399", "2300", "at_risk"),
        (row(final=6000, path="cumulative"), 2022, "6000", "0", "met"),
        (row(final=2, path="end"), 2022, "0", "0", "on_track"),
        (row(final=2, path="end"), 2025, "1", "1", "at_risk"),
        (row(final=10, comparator="<="), 2023, "10", None, "met"),
        (row(final=10, comparator="<="), 2023, "14", "16", "behind"),
        (row(final=10, comparator="<="), 2023, "14", "15", "at_risk"),
    ],
)
def test_the_word_follows_from_value_path_and_trend(one, year, value, before, word):
    assert stands(one, year, value, before) == word


@pytest.mark.parametrize(
    ("attribute", "lights"),
    [
        ("binding", ["green", "green", "red", "red", "grey"]),
        ("expected", ["green", "green", "amber", "red", "grey"]),
    ],
)
def test_binding_rows_are_red_as_soon_as_they_are_behind(attribute, lights):
    words = ["met", "on_track", "behind", "at_risk", "no_data"]

    assert [light(row(attribute=attribute), word) for word in words] == lights


def test_a_revised_target_holds_from_its_year_on():
    revision = {
        "on": "2023-06-01", "before": 6000, "after": 5000, "kind": "diminished", "reason": ROW["name"],
        "decided_by": "党工委", "document": "古委〔2023〕1号",
    }  # fmt: skip
    one = row(final=5000, path="cumulative", revisions=[revision])

    assert [one.target(year) for year in (2021, 2022, 2023, 2025)] == [6000, 6000, 5000, 5000]
    assert expected(plan(one), one, 2022) == 2400
    assert expected(plan(one), one, 2023) == 3000


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: row(path="linear"), "a linear path needs a base"),
        (lambda: row(attribute="wished"), "attribute"),
        (lambda: plan(midterm=2025), "out of order"),
        (lambda: plan(row(), row()), "the same number"),
        (lambda: plan(row(), row(row=3)), "not consecutive"),
        (
            lambda: row(
                final=7000,
                revisions=[{
                    "on": "2023-06-01", "before": 6000, "after": 5000, "kind": "diminished",
                    "reason": ROW["name"], "decided_by": "党工委", "document": "1号",
                }],
            ),
            "final is the target after the last revision",
        ),
        (
            lambda: row(
                final=5000,
                revisions=[{
                    "on": "2023-06-01", "before": 6000, "after": 5000, "kind": "augmented",
                    "reason": ROW["name"], "decided_by": "党工委", "document": "1号",
                }],
            ),
            "does not fit",
        ),
    ],
)  # fmt: skip
def test_a_plan_that_contradicts_itself_is_refused(made, words):
    with pytest.raises(ValueError, match=words):
        made()


def test_a_plan_over_an_unknown_figure_is_refused_with_its_row(tmp_path):
    (tmp_path / "plans").mkdir()
    text = plan(row(figure="no-such")).model_dump_json()
    (tmp_path / "plans" / "five.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(MechanismRefused) as refused:
        read_book(tmp_path, upon=shipped())

    assert "no-such" in str(refused.value)


def test_the_plan_of_gumei_has_its_37_rows():
    gumei = shipped().plans["gumei-14th-five-year-plan"]
    firsts = {one.row: one for one in gumei.rows}
    split = sorted(one.number for one in gumei.rows if one.part)

    assert len(firsts) == 37
    assert sum(one.attribute == "binding" for one in firsts.values()) == 19
    assert sum(one.attribute == "expected" for one in firsts.values()) == 18
    assert split == ["6a", "6b", "7a", "7b", "8a", "8b"]
    assert len({one.responsible for one in gumei.rows}) == 13
    assert (firsts[9].final, firsts[9].path, firsts[36].final) == (
        6000,
        "cumulative",
        Decimal("28.5"),
    )
    assert all(one.base is None for one in gumei.rows)
    assert len(gumei.gaps) == 2
