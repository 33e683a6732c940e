"""Routing tables: the first row that fits decides, and faults are found before a table is kept."""

import pytest
from townsfolk import AT, settle

from linli.hints.models import RuleSet
from linli.hints.routing.actions import TableFaulty, keep_table
from linli.hints.routing.deciding import (
    AREA,
    Decided,
    Failure,
    Row,
    Table,
    Trial,
    columns_of,
    decided,
    failures,
    never_reached,
)
from linli.hints.routing.queries import history, table_in_force
from linli.registry.isolation import office_transaction
from linli.rulebook.loading import shipped

ROWS = (
    Row({AREA: "/a/", "category": "0102"}, 7),
    Row({"category": "0102"}, 8),
    Row({}, 9),
)
TABLE = Table(ROWS)


@pytest.mark.parametrize(
    ("case", "found"),
    [
        ({AREA: "/a/", "category": "0102"}, Decided(7, 1, ROWS[0].given)),
        ({AREA: "/b/", "category": "0102"}, Decided(8, 2, ROWS[1].given)),
        ({AREA: "/b/", "category": ""}, Decided(9, 3, {})),
    ],
)
def test_the_first_row_that_fits_decides_and_says_what_it_asked(case, found):
    assert decided(TABLE, case) == found


def test_without_a_row_that_fits_nothing_is_decided():
    assert decided(Table(ROWS[:2]), {AREA: "/a/", "category": "0201"}) is None
    assert decided(Table(), {AREA: "/a/"}) is None


def test_test_cases_that_do_not_come_out_are_named():
    trials = (
        Trial({"category": "0102"}, 8),
        Trial({"category": "0102"}, 7),
        Trial({"category": "x"}, 0),
    )

    assert failures(Table(ROWS, trials)) == [Failure(2, 7, 8), Failure(3, 0, 9)]


def test_rows_behind_one_that_asks_for_less_are_never_reached():
    assert never_reached(ROWS) == []
    assert never_reached([Row({}, 9), *ROWS[:2]]) == [2, 3]


def test_a_table_may_ask_for_the_place_and_the_codes_known_from_the_start():
    assert columns_of(shipped().mechanisms["grid-case"]) == [AREA, "category", "urgency"]


def test_a_table_kept_is_in_force_and_the_earlier_ones_stay(db):
    folk = settle()
    by, body = folk.actor("operator", AT), next(iter(folk.bodies.values()))
    first, second = Table((Row({"category": "0102"}, body),)), Table((Row({}, body),))
    for table in (first, second):
        keep_table(mechanism="grid-case", field="unit", table=table, by=by, at=AT, note="试")
    other = settle("310112007", "龙柏街道")

    with office_transaction(folk.office):
        assert table_in_force("grid-case", "unit") == second
        assert [(one.version, one.rows) for one in history("grid-case", "unit")] == [(2, 1), (1, 1)]
    with office_transaction(other.office):
        assert table_in_force("grid-case", "unit") == Table()
    assert RuleSet.objects.count() == 0


def test_a_faulty_table_is_refused_and_nothing_changes(db):
    folk = settle()
    body = next(iter(folk.bodies.values()))
    rows = (Row({}, body), Row({"category": "0102"}, 999_999))
    table = Table(rows, (Trial({}, 0),))

    with pytest.raises(TableFaulty) as refused:
        keep_table(
            mechanism="grid-case", field="unit", table=table, by=folk.actor("operator", AT), at=AT
        )

    assert refused.value.failed == [Failure(1, 0, body)]
    assert (refused.value.unreached, refused.value.bodiless) == ([2], [2])
    with office_transaction(folk.office):
        assert RuleSet.objects.count() == 0
