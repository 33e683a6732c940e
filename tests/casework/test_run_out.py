"""A period is a time that is meant to run out: its end makes no case late."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from linli.casework.journal.rows import due_reading
from linli.casework.journal.runs import late_by
from linli.casework.queries.rows import is_period
from linli.casework.queries.views import _tone
from linli.rulebook.casefile import ClockReading
from linli.rulebook.loading import shipped

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
BOOK = shipped()


def reading(**given):
    return ClockReading("notice", "5 wd", "office", AT - timedelta(days=9), **given)


@pytest.mark.parametrize(
    ("given", "period", "limit"),
    [
        ({"due_at": AT + timedelta(days=1)}, "running", "running"),
        ({"due_at": AT - timedelta(days=1)}, "over", "late"),
        ({"due_at": AT - timedelta(days=1), "breached_at": AT}, "over", "late"),
        ({"ended_at": AT, "breached_at": AT}, "over", "missed"),
        ({"ended_at": AT}, "cut", "met"),
    ],
)
def test_a_period_runs_out_where_a_limit_is_missed(given, period, limit):
    assert _tone(reading(**given), AT, is_period=True) == period
    assert _tone(reading(**given), AT, is_period=False) == limit


def test_a_case_is_due_by_a_period_until_it_has_run_out_and_late_by_it_never():
    mechanism = BOOK.mechanisms["title-award"]
    due = AT - timedelta(days=1)

    running = due_reading(mechanism, "noticed", {"notice": reading(due_at=due)})
    over = due_reading(mechanism, "noticed", {"notice": reading(due_at=due, breached_at=due)})

    assert mechanism.clocks["notice"].period
    assert running is not None
    assert over is None
    assert "notice" not in late_by(mechanism)


MAIN_PERIODS = sorted(
    (key, clock)
    for key, mechanism in BOOK.mechanisms.items()
    for clock, rule in mechanism.clocks.items()
    if rule.period and rule.main
)


def test_what_is_valid_until_a_day_is_told_by_such_clocks_alone():
    assert {key for key, _clock in MAIN_PERIODS} >= {
        "attested-value", "care-facility", "filed-licence", "mentor-pair",
    }  # fmt: skip


@pytest.mark.parametrize(("key", "clock"), MAIN_PERIODS)
def test_no_list_paints_a_validity_red_before_its_end_is_recorded_or_after(key, clock):
    mechanism = BOOK.mechanisms[key]
    state = mechanism.clocks[clock].runs_in[0]
    due = ClockReading(clock, "30 cd", "office", AT, due_at=AT - timedelta(minutes=1))

    before = due_reading(mechanism, state, {clock: due})
    after = due_reading(mechanism, state, {clock: replace(due, breached_at=due.due_at)})

    assert is_period(mechanism, before)
    assert after is None
    assert clock not in late_by(mechanism)
