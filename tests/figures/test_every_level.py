"""Value == number of listed records (or sum over them): every figure, every level of place, every kind of period."""

from datetime import UTC, datetime
from random import Random

import pytest
from casework.building import FIRST, SECOND, STREET
from django.db import connection
from figures.playing import Play
from figures.test_counting_truly import _lists_its_records, _sides, looked_at

from linli.casework.models import Case
from linli.figures.dimensions import AREA
from linli.figures.periods import period_named, until_now
from linli.figures.queries import Behind, figure_named, read, records
from linli.rulebook.loading import shipped

DAY, HALF_WAY = "2026-03-04", datetime(2026, 4, 15, tzinfo=UTC)
PERIODS = {
    "day": period_named(DAY),
    "week": period_named("2026-03-02..2026-03-09"),
    "month": period_named("2026-03"),
    "quarter": period_named("2026-Q2"),
    "half": period_named("2026-H1"),
    "year": period_named("2026"),
    "year to date": until_now(period_named("2026-05")),
}
BELOW = (AREA, "cell", "holder")  # neighbourhoods, grid cells, bodies


@pytest.fixture
def lived_in(office):
    """Let the office live for some months; most of it happens on the day and in the week looked at too."""
    play = Play(office, 20260304)
    play.play(420)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT cell_id), count(DISTINCT holder_id) FROM casework_case"
        )
        cells, holders = cursor.fetchone()
    assert cells == 2
    assert holders >= 2
    assert Case.objects.filter(opened_at__lt=HALF_WAY).exists()
    return play


@pytest.mark.parametrize("kind", PERIODS)
def test_a_figure_is_what_it_lists_in_the_office_and_in_its_neighbourhoods(lived_in, kind):
    period, book, seen = PERIODS[kind], shipped(), 0
    for key in looked_at():
        tree = figure_named(key)
        for place in (STREET, FIRST, SECOND):
            value = read(key, period, place=place, book=book).value
            seen += bool(value.num)
            _lists_its_records(tree, period, place, value)
    assert seen


@pytest.mark.parametrize("kind", PERIODS)
def test_a_figure_is_what_it_lists_in_each_cell_and_body(lived_in, kind):
    period, book, chance, seen = PERIODS[kind], shipped(), Random(kind), 0  # noqa: S311
    for key in looked_at():
        tree = figure_named(key)
        for by in BELOW:
            slices = read(key, period, by=by, book=book).slices
            for part in chance.sample(slices, min(2, len(slices))):
                for side, stated in _sides(tree, part.value).items():
                    behind = Behind(side, by, part.key)
                    page = records(key, period, behind=behind, size=1, book=book)
                    assert page.value == stated, (key, by, part.key, side)
                    seen += bool(stated)
    assert seen
