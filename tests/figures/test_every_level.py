"""Value == number of listed records (or sum over them): every figure, every level of place, every kind of period."""

import os

import pytest
from django.db import connection
from figures.playing import Play
from figures.test_counting_truly import PLACES, _lists_its_records, _sides, looked_at

from linli.figures.dimensions import AREA
from linli.figures.periods import period_named, until_now
from linli.figures.queries import Behind, figure_keys, figure_named, read, records
from linli.rulebook.loading import shipped

PERIODS = {
    "day": period_named("2026-03-04"),
    "week": period_named("2026-03-02..2026-03-09"),
    "month": period_named("2026-03"),
    "quarter": period_named("2026-Q2"),
    "half": period_named("2026-H1"),
    "year": period_named("2026"),
    "year to date": until_now(period_named("2026-05")),
}
BUSY = 400  # moves, some eight minutes apart, in and around the day looked at
BELOW = (AREA, "cell", "holder")  # neighbourhoods, grid cells, bodies


@pytest.fixture
def lived_in(office):
    """Let the office live for some months; two of its days are busy, so that a day and a week count something too."""
    play = Play(office, 20260304)
    play.play(BUSY, within=16)
    play.play(300)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT cell_id), count(DISTINCT holder_id) FROM casework_case"
        )
        cells, holders = cursor.fetchone()
    assert cells
    assert holders >= 2
    return play


def in_turn(every, nth):
    """Give all of them when the whole book is looked at, else one: another for each figure and period."""
    return every if os.environ.get("LINLI_WHOLE_BOOK") == "1" else (every[nth % len(every)],)


def test_a_figure_is_what_it_lists_at_every_level_of_place_and_in_every_period(lived_in):
    seen, nth = set(), 0
    for key in looked_at():
        for kind in PERIODS:
            nth += 1
            levels = (*in_turn(PLACES, nth), *in_turn(BELOW, nth))
            seen |= {(kind, level) for level in levels if _holds(key, kind, level)}

    every = {(kind, level) for kind in PERIODS for level in (*PLACES, *BELOW)}
    for kind, level in (
        every - seen
    ):  # what the figures of the day's sample left empty, another fills
        assert any(_holds(key, kind, level) for key in figure_keys()), (kind, level)


def _holds(key, kind, level):
    """Hold a figure over a period at a level against its records; give whether it counts something there."""
    if level in BELOW:
        return _parts_list_their_records(key, PERIODS[kind], level)
    value = read(key, PERIODS[kind], place=level, book=shipped()).value
    _lists_its_records(figure_named(key), PERIODS[kind], level, value)
    return bool(value.num)


def _parts_list_their_records(key, period, by):
    """Hold two parts of a breakdown against their records; give whether one of them is more than nought."""
    some, slices = False, read(key, period, by=by, book=shipped()).slices
    for part in slices[:2]:
        for side, stated in _sides(figure_named(key), part.value).items():
            page = records(key, period, behind=Behind(side, by, part.key), size=1, book=shipped())
            assert page.value == stated, (key, by, part.key, side)
            some = some or bool(stated)
    return some
