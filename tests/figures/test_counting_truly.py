"""Every figure equals a plain count over the rows, and lists as many records as it says."""

from decimal import Decimal

import pytest
from casework.building import FIRST, SECOND, STREET
from django.db import transaction
from figures.playing import Plain, Play
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.figures.dimensions import dimensions
from linli.figures.periods import period_named
from linli.figures.queries import Behind, figure_keys, figure_named, read, read_all, records
from linli.rulebook.loading import shipped

PERIODS = ("2026", "2026-03", "2026-Q2", "2026-03-02..2026-03-20", "2025", "2026-H1")
PLACES = (STREET, FIRST, SECOND)
CHANCE = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@CHANCE
@given(seed=st.integers(0, 2**32), period=st.sampled_from(PERIODS), place=st.sampled_from(PLACES))
def test_every_figure_is_a_plain_count_and_lists_its_records(office, seed, period, place):
    chosen, book = period_named(period), shipped()
    with transaction.atomic():
        Play(office, seed).play(220)
        for key in figure_keys():
            tree, mechanism = figure_named(key)
            plain = Plain(mechanism, chosen, place)
            value = read(key, chosen, place=place, book=book).value
            assert value.num == plain.count(tree.num), key
            assert value.den == (None if tree.den is None else plain.count(tree.den)), key
            _lists_its_records(key, chosen, place, value, is_sum=tree.num.total is not None)
        transaction.set_rollback(True)


def _lists_its_records(key, period, place, value, *, is_sum):
    sides = {"num": value.num} | ({} if value.den is None else {"den": value.den})
    for side, stated in sides.items():
        first = records(key, period, place=place, behind=Behind(side), size=7, book=shipped())
        listed = [
            record
            for page in range(1, first.pages + 1)
            for record in records(
                key, period, place=place, behind=Behind(side), page=page, size=7, book=shipped()
            ).records
        ]
        assert len({(one.number, one.seq) for one in listed}) == len(listed) == first.total, key
        assert first.value == stated, key
        amounts = sum((one.amount for one in listed), Decimal(0)) if is_sum else len(listed)
        assert amounts == stated, key


@settings(CHANCE, max_examples=3)
@given(seed=st.integers(0, 2**32), period=st.sampled_from(PERIODS))
def test_every_breakdown_adds_up_to_the_figure(office, seed, period):
    chosen, book = period_named(period), shipped()
    with transaction.atomic():
        Play(office, seed).play(220)
        for key in figure_keys():
            _, mechanism = figure_named(key)
            for by in dimensions(mechanism):
                reading = read(key, chosen, by=by, book=book)
                assert sum(part.value.num for part in reading.slices) == reading.value.num, (
                    key,
                    by,
                )
                for part in reading.slices[:2]:
                    behind = Behind("num", by, part.key)
                    assert records(key, chosen, behind=behind, book=book).value == part.value.num
        transaction.set_rollback(True)


def test_reading_all_figures_of_a_mechanism_counts_each_side_once(
    office, django_assert_max_num_queries
):
    chosen = period_named("2026")
    read_all("repairs", chosen, book=shipped())

    with django_assert_max_num_queries(18):
        readings = read_all("repairs", chosen, book=shipped())

    assert len(readings) == 17
    assert {reading.printed.zh for reading in readings if reading.figure.den} == {"无数据"}


@pytest.mark.parametrize("key", ["repairs.paid", "repairs.begun", "repairs.open"])
def test_nothing_counted_is_nought_and_not_no_data(office, key):
    reading = read(key, period_named("2026"), book=shipped())

    assert reading.value.num == 0
    assert reading.printed.zh in ("0", "0.00")
