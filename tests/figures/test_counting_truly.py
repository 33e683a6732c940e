"""Every figure equals a plain count over the rows, and lists as many records as it says."""

import os
from decimal import Decimal

import pytest
from casework.building import FIRST, SECOND, STREET
from django.db import transaction
from figures.playing import Play, plain_value
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sampling import sampled

from linli.casework.definitions import current
from linli.figures.dimensions import dimensions
from linli.figures.finding import defined_keys
from linli.figures.periods import period_named
from linli.figures.queries import Behind, figure_keys, figure_named, read, read_all, records
from linli.rulebook.counting.shares import is_share
from linli.rulebook.loading import shipped

PERIODS = ("2026", "2026-03", "2026-Q2", "2026-03-02..2026-03-20", "2025", "2026-H1")
PLACES = (STREET, FIRST, SECOND)
CHANCE = settings(
    max_examples=20 if os.environ.get("LINLI_WHOLE_BOOK") == "1" else 3,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def looked_at():
    """Give the figures of the mechanisms looked at."""
    keys = figure_keys()
    chosen = sampled({owner for owner, dot, _ in (key.partition(".") for key in keys) if dot})
    own = sampled(set(defined_keys(shipped())))
    return [key for key in keys if key in own or key.split(".")[0] in chosen]


@CHANCE
@given(seed=st.integers(0, 2**32), period=st.sampled_from(PERIODS), place=st.sampled_from(PLACES))
def test_every_figure_is_a_plain_count_and_lists_its_records(office, seed, period, place):
    chosen, book = period_named(period), shipped()
    with transaction.atomic():
        Play(office, seed).play(220)
        for key in looked_at():
            tree = figure_named(key)
            value = read(key, chosen, place=place, book=book).value
            assert value == plain_value(tree, chosen, place), key
            assert not is_share(tree) or tree.is_sum or value.num <= value.den, key
            _lists_its_records(tree, chosen, place, value)
        transaction.set_rollback(True)


def _lists_its_records(tree, period, place, value):
    key, book = tree.key, shipped()
    for side, stated in _sides(tree, value).items():
        first = records(key, period, place=place, behind=Behind(side), size=7, book=book)
        listed = [
            record
            for page in range(1, first.pages + 1)
            for record in records(
                key, period, place=place, behind=Behind(side), page=page, size=7, book=book
            ).records
        ]
        assert len({(one.number, one.seq) for one in listed}) == len(listed) == first.total, key
        assert first.value == stated, key
        assert _come_to(tree, side, [one.amount for one in listed]) == stated, key


def _sides(tree, value):
    """Give the numbers behind a value, by the side whose records they are."""
    sides = {"num": value.num}
    if value.den is not None:
        sides["den"] = value.den
    if value.before is not None:
        sides |= {f"{side}_before": n for side, n in _sides(tree, value.before).items()}
    return sides


def _come_to(tree, side, amounts):
    """Give what a list of amounts comes to, the plain way."""
    if isinstance(tree.give, int):
        nth = -(-tree.give * len(amounts) // 100)
        return sorted(amounts)[nth - 1] if amounts else 0
    is_sum = tree.adds_up(side) or (tree.give == "mean" and side.startswith("num"))
    return sum(amounts, Decimal(0)) if is_sum else len(amounts)


@settings(CHANCE, max_examples=1)
@given(seed=st.integers(0, 2**32), period=st.sampled_from(PERIODS))
def test_every_breakdown_adds_up_to_the_figure(office, seed, period):
    chosen, book = period_named(period), shipped()
    with transaction.atomic():
        Play(office, seed).play(220)
        for key in looked_at():
            tree = figure_named(key)
            mechanisms = [current(one) for one in tree.mechanisms]
            for by in dimensions(mechanisms):
                reading = read(key, chosen, by=by, book=book)
                if not isinstance(tree.give, int):
                    parts = sum(part.value.num for part in reading.slices)
                    assert parts == reading.value.num, (key, by)
                for part in reading.slices[:2]:
                    behind = Behind("num", by, part.key)
                    assert records(key, chosen, behind=behind, book=book).value == part.value.num
        transaction.set_rollback(True)


def test_reading_all_figures_of_a_mechanism_counts_each_side_once(
    office, django_assert_max_num_queries
):
    chosen = period_named("2026")
    read_all("repairs", chosen, book=shipped())

    with django_assert_max_num_queries(27):
        readings = read_all("repairs", chosen, book=shipped())

    assert len(readings) == 27
    assert {reading.printed.zh for reading in readings if reading.figure.den} == {"无数据"}


@pytest.mark.parametrize("key", ["repairs.paid", "repairs.begun", "repairs.open"])
def test_nothing_counted_is_nought_and_not_no_data(office, key):
    reading = read(key, period_named("2026"), book=shipped())

    assert reading.value.num == 0
    assert reading.printed.zh in ("0", "0.00")
