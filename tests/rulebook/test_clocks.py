"""Clocks: what a history of states makes of them, and the faults other desks are known for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.rulebook.casefile import Casefile
from linli.rulebook.clocks import advance, breached, extended, next_moments
from linli.rulebook.loading import calendars_in
from linli.rulebook.mechanism import Mechanism
from linli.rulebook.workdays import CHINA, CalendarMissing

SHIPPED = Path(__file__).parents[2] / "src" / "linli" / "book" / "calendar"
NAMED = {"zh": "名", "en": "Name"}
PHASES = {
    "reported": "intake",
    "filed": "open",
    "handling": "open",
    "waiting": "open",
    "verifying": "open",
    "closed": "done",
}
CLOCKS = {
    "accept": {"budget": "120 wm", "runs_in": ["reported"], "amber": 50, "breach": "hasten"},
    "assign": {"budget": "1 wd", "runs_in": ["filed"]},
    "handle": {
        "budget": "5 wd",
        "runs_in": ["@work"],
        "pauses_in": ["waiting"],
        "keep": True,
        "amber": 80,
    },
    "stay": {"budget": "2 wh", "calendar": "duty", "runs_in": ["handling"]},
    "hold": {"budget": "90 cd", "runs_in": ["waiting"], "amber": 80},
    "watch": {"budget": "1 wd", "runs_in": ["track.watch.high"]},
    "limit": {"budget": "=limits", "calendar": "=limits", "runs_in": ["verifying"]},
}


@cache
def calendars():
    return calendars_in(SHIPPED)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=CHINA).astimezone(UTC)


def rules(**clocks):
    return Mechanism.model_validate(
        {
            "mechanism": "repair",
            "version": 1,
            "title": NAMED,
            "basis": ["街道默认值"],
            "subject": "place",
            "roles": {"clerk": NAMED},
            "fields": {},
            "states": {
                key: {**NAMED, "phase": phase, "initial": key == "reported"}
                for key, phase in PHASES.items()
            },
            "groups": {"work": ["handling"]},
            "tracks": {
                "watch": {**NAMED, "states": {"normal": NAMED, "high": NAMED}, "initial": "normal"}
            },
            "actions": {"open": {**NAMED, "by": [{"role": "clerk"}], "start": True}},
            "clocks": {key: {**NAMED, **clock} for key, clock in (clocks or CLOCKS).items()},
        }
    )


def no_limit(table):
    return {"budget": None, "calendar": None}


def run(history, mechanism=None, decide=no_limit):
    """Advance step by step through (moment, state) pairs; 'state+' has the watch track high."""
    case = None
    for told, place in history:
        moment = at(told) if isinstance(told, str) else told
        state, watched, _ = place.partition("+")
        after = Casefile(
            mechanism="repair",
            version=1,
            state=state,
            tracks={"watch": "high" if watched else "normal"},
            clocks=case.clocks if case else {},
        )
        readings = advance(mechanism or rules(), case, after, moment, calendars(), decide)
        case = replace(after, clocks=readings)
    return case.clocks


def test_clock_starts_with_due_and_amber_moments():
    clock = run([("2026-03-02 09:00:30", "reported")])["accept"]

    assert clock.started_at == at("2026-03-02 09:00:30")
    assert clock.due_at == at("2026-03-02 11:00:30")
    assert clock.amber_at == at("2026-03-02 10:00:30")
    assert (clock.is_running, clock.was_met, clock.provisional) == (True, None, False)


def test_amber_of_working_days_leaves_the_day_of_receipt_out():
    clock = run([("2026-03-02 09:00", "handling")])["handle"]

    assert clock.due_at == at("2026-03-09 17:30")
    assert clock.amber_at == at("2026-03-06 17:30")


def test_only_clocks_of_the_state_start():
    assert set(run([("2026-03-02 09:00", "reported")])) == {"accept"}
    assert set(run([("2026-03-02 09:00", "handling+")])) == {"handle", "stay", "watch"}


def test_leaving_ends_a_clock_and_coming_back_starts_it_anew():
    left = [("2026-03-02 09:00", "handling"), ("2026-03-02 10:00", "filed")]

    assert run(left)["stay"].ended_at == at("2026-03-02 10:00")
    assert run(left)["stay"].was_met is True
    again = run([*left, ("2026-03-02 16:00", "handling")])["stay"]
    assert (again.started_at, again.due_at) == (at("2026-03-02 16:00"), at("2026-03-02 18:00"))
    assert (again.ended_at, again.was_met) == (None, None)


def test_pause_keeps_the_working_minutes_left():
    paused = [("2026-03-02 09:00", "handling"), ("2026-03-09 16:30", "waiting")]

    held = run(paused)["handle"]
    assert (held.due_at, held.amber_at, held.remaining, held.ended_at) == (None, None, 60, None)
    assert held.is_running is False
    resumed = run([*paused, ("2026-04-03 17:00", "handling")])["handle"]
    assert resumed.due_at == at("2026-04-07 09:30")
    assert (resumed.remaining, resumed.started_at) == (None, at("2026-03-02 09:00"))


def test_pause_of_a_begun_minute_leaves_the_whole_minute():
    held = run([("2026-03-02 09:00", "handling"), ("2026-03-09 17:29:30", "waiting")])["handle"]

    assert held.remaining == 1


def test_clock_does_not_start_in_its_pause():
    assert "handle" not in run([("2026-03-02 09:00", "waiting")])


def test_kept_clock_goes_on_where_it_stopped():
    history = [
        ("2026-03-02 09:00", "handling"),
        ("2026-03-09 15:30", "verifying"),
        ("2026-03-11 09:00", "handling"),
    ]

    assert run(history[:2])["handle"].remaining == 120
    assert run(history)["handle"].due_at == at("2026-03-11 11:00")


def test_kept_clock_ends_with_the_case_and_a_reopened_case_starts_it_anew():
    history = [
        ("2026-03-02 09:00", "handling"),
        ("2026-03-03 09:00", "verifying"),
        ("2026-03-04 09:00", "closed"),
        ("2026-03-05 09:00", "handling"),
    ]

    closed = run(history[:3])["handle"]
    assert (closed.ended_at, closed.was_met, closed.remaining) == (
        at("2026-03-04 09:00"),
        True,
        None,
    )
    assert run(history)["handle"].due_at == at("2026-03-12 17:30")


def test_step_at_the_due_moment_is_in_time_and_a_second_later_is_not():
    start = ("2026-03-02 09:00", "reported")

    assert run([start, ("2026-03-02 11:00:00", "filed")])["accept"].was_met is True
    late = run([start, ("2026-03-02 11:00:01", "filed")])["accept"]
    assert (late.was_met, late.breached_at) == (False, at("2026-03-02 11:00"))


def test_late_pause_counts_how_late_it_is():
    history = [
        ("2026-03-02 09:00", "handling"),
        ("2026-03-10 09:30", "waiting"),
        ("2026-03-20 10:00", "handling"),
    ]

    assert run(history[:2])["handle"].remaining == -30
    assert run(history)["handle"].due_at == at("2026-03-20 09:30")
    assert run(history)["handle"].breached_at == at("2026-03-09 17:30")


def test_breach_is_on_record_as_of_the_due_moment():
    clock = run([("2026-03-02 09:00", "reported")])["accept"]

    assert breached(clock, at("2026-03-02 11:00:40")).breached_at == at("2026-03-02 11:00")
    with pytest.raises(ValueError, match="not due"):
        breached(clock, at("2026-03-02 10:59:59"))


def test_decision_gives_budget_and_calendar():
    answers = {"budget": "2 wh", "calendar": "duty"}

    clock = run([("2026-03-02 17:00", "verifying")], decide=lambda table: answers)["limit"]

    assert (clock.budget, clock.calendar) == ("2 wh", "duty")
    assert clock.due_at == at("2026-03-02 19:00")


def test_decision_with_one_output_may_name_it_anything():
    clock = run(
        [("2026-03-02 09:00", "verifying")],
        rules(limit={"budget": "=grid_limit", "runs_in": ["verifying"]}),
        lambda table: {"limit": "1 wd"},
    )["limit"]

    assert (clock.budget, clock.calendar) == ("1 wd", "office")


def test_decision_of_null_sets_no_limit():
    assert run([("2026-03-02 09:00", "verifying")]) == {}


def test_decision_that_is_no_text_is_refused():
    with pytest.raises(TypeError, match="limits gives 5 as budget"):
        run([("2026-03-02 09:00", "verifying")], decide=lambda table: {"budget": 5})


def test_due_moment_in_a_provisional_year_says_so_until_the_clock_stops():
    history = [("2026-12-30 09:00", "handling"), ("2026-12-31 09:00", "waiting")]

    assert run(history[:1])["handle"].provisional is True
    assert run(history)["handle"].provisional is False


def test_clock_beyond_known_years_is_refused():
    with pytest.raises(CalendarMissing):
        run([("2027-12-30 09:00", "handling")])


def test_extension_counts_on_from_the_due_moment():
    clock = run([("2026-03-02 09:00", "handling")])["handle"]

    longer = extended(clock, "3 wd", at("2026-03-04 10:00"), calendars())

    assert (longer.budget, longer.due_at) == ("8 wd", at("2026-03-12 17:30"))
    assert longer.amber_at == at("2026-03-11 11:48")


def test_extension_in_another_unit_stands_beside_the_budget():
    clock = run([("2026-03-02 09:00", "handling")])["handle"]

    longer = extended(clock, "4 wh", at("2026-03-04 10:00"), calendars())

    assert (longer.budget, longer.due_at) == ("5 wd + 4 wh", at("2026-03-10 14:30"))


def test_extension_of_calendar_days_in_a_pause_counts_as_if_resumed():
    history = [("2026-03-02 09:00", "handling"), ("2026-03-09 16:30", "waiting")]
    held = run(history)["handle"]

    longer = extended(held, "1 cd", at("2026-03-10 09:00"), calendars())

    assert (longer.budget, longer.remaining) == ("5 wd + 1 cd", 60 + 420)


def test_extension_of_an_ended_clock_changes_nothing():
    ended = run([("2026-03-02 09:00", "reported"), ("2026-03-02 10:00", "filed")])["accept"]

    assert extended(ended, "3 wd", at("2026-03-02 11:00"), calendars()) == ended


def test_extension_after_a_breach_leaves_the_breach_on_record():
    clock = run([("2026-03-02 09:00", "handling")])["handle"]
    late = breached(clock, at("2026-03-09 17:30"))

    longer = extended(late, "1 wd", at("2026-03-10 09:00"), calendars())

    assert (longer.due_at, longer.breached_at) == (at("2026-03-10 17:30"), at("2026-03-09 17:30"))


def test_timers_are_amber_and_breach_of_running_clocks_earliest_first():
    readings = run([("2026-03-02 09:00", "reported+")])

    assert next_moments(readings) == [
        ("accept", "amber", at("2026-03-02 10:00")),
        ("accept", "breach", at("2026-03-02 11:00")),
        ("watch", "breach", at("2026-03-03 17:30")),
    ]
    assert next_moments(readings, after=at("2026-03-02 10:00"))[0][:2] == ("accept", "breach")
    assert next_moments(readings.values()) == next_moments(readings)


def test_timer_of_a_missed_moment_stays_until_the_breach_is_recorded():
    readings = run([("2026-03-02 09:00", "reported")])
    later = at("2026-03-05 09:00")

    assert next_moments(readings, after=later) == [("accept", "breach", at("2026-03-02 11:00"))]
    recorded = {"accept": breached(readings["accept"], later)}
    assert next_moments(recorded, after=later) == []


def test_one_limit_does_not_override_another():
    """Known elsewhere: the limit for updates overrode that of the first response (zammad#5177)."""
    alone = run([("2026-03-02 09:00", "handling")])
    watched = run([("2026-03-02 09:00", "handling"), ("2026-03-03 09:00", "handling+")])

    assert watched["handle"] == alone["handle"]
    assert watched["stay"] == alone["stay"]
    assert watched["watch"].due_at == at("2026-03-04 17:30")


def test_nothing_escalates_after_the_answer():
    """Known elsewhere: escalated although the agent had answered (zammad#3140)."""
    readings = run([("2026-03-02 09:00", "reported"), ("2026-03-02 10:30", "closed")])

    assert readings["accept"].was_met is True
    assert next_moments(readings) == []


def test_timers_follow_every_change_of_the_due_moment():
    """Known elsewhere: the escalation moment was not updated (zammad#2082)."""
    history = [
        ("2026-03-02 09:00", "handling"),
        ("2026-03-03 09:00", "waiting"),
        ("2026-03-04 09:00", "handling"),
    ]
    moments = [
        [moment for moment in next_moments(run(history[:count])) if moment[0] == "handle"]
        for count in (1, 2, 3)
    ]

    assert moments == [
        [("handle", "amber", at("2026-03-06 17:30")), ("handle", "breach", at("2026-03-09 17:30"))],
        [],
        [("handle", "amber", at("2026-03-09 17:30")), ("handle", "breach", at("2026-03-10 17:30"))],
    ]


def test_make_up_days_count_and_come_from_a_file():
    """Known elsewhere: time left misread because holidays came from a feed (zammad#390)."""
    clock = run([("2026-02-13 09:00", "handling")])["handle"]

    assert clock.due_at == at("2026-02-27 17:30")
    assert clock.amber_at == at("2026-02-26 17:30")


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 300 * 1440), st.integers(1, 3000), st.integers(1, 99))
def test_nobody_is_reminded_at_night_or_on_free_days(offset, minutes, amber):
    """Known elsewhere: reminders at midnight and at weekends (zammad#4432)."""
    mechanism = rules(ask={"budget": f"{minutes} wm", "runs_in": ["reported"], "amber": amber})
    start = at("2026-01-01 00:00") + timedelta(minutes=offset)
    office = calendars().named("office")

    for _, _, moment in next_moments(run([(start, "reported")], mechanism)):
        just_before = moment - timedelta(minutes=1)
        assert office.between(just_before, moment) == 1


def test_extension_in_a_pause_keeps_the_paused_time():
    """Known elsewhere: changing the limit forgot the time paused (glpi#15605)."""
    history = [("2026-03-02 09:00", "handling"), ("2026-03-09 16:30", "waiting")]
    held = run(history)["handle"]

    longer = extended(held, "2 wd", at("2026-03-16 09:00"), calendars())

    assert (longer.budget, longer.remaining, longer.due_at) == ("7 wd", 60 + 2 * 420, None)


def test_resumed_extension_is_amber_by_the_whole_budget():
    mechanism, held = (
        rules(),
        run([("2026-03-02 09:00", "handling"), ("2026-03-09 16:30", "waiting")]),
    )
    held = {**held, "handle": extended(held["handle"], "5 wd", at("2026-03-10 09:00"), calendars())}
    before = Casefile("repair", 1, "waiting", clocks=held)
    after = replace(before, state="handling")

    clock = advance(mechanism, before, after, at("2026-03-16 09:00"), calendars(), no_limit)[
        "handle"
    ]

    assert clock.due_at == at("2026-03-23 10:00")
    assert clock.amber_at == at("2026-03-19 10:00")


def test_limit_runs_from_the_hand_over_not_from_the_opening():
    """Known elsewhere: always from the opening, even when handed to another group (glpi#1911)."""
    history = [
        ("2026-03-02 09:00", "filed"),
        ("2026-03-03 09:00", "handling"),
        ("2026-03-05 09:00", "filed"),
    ]

    clock = run(history)["assign"]

    assert (clock.started_at, clock.due_at) == (at("2026-03-05 09:00"), at("2026-03-06 17:30"))


def test_every_level_of_escalation_has_its_own_timer():
    """Known elsewhere: only the first level of escalation ran (glpi#5319)."""
    first = run([("2026-03-02 09:00", "reported")])
    late = {"accept": breached(first["accept"], at("2026-03-02 11:00"))}
    before = Casefile("repair", 1, "reported", tracks={"watch": "normal"}, clocks=late)
    after = replace(before, tracks={"watch": "high"})

    readings = advance(rules(), before, after, at("2026-03-02 11:00"), calendars(), no_limit)

    assert next_moments(readings) == [("watch", "breach", at("2026-03-03 17:30"))]


def test_each_timer_names_its_own_clock():
    """Known elsewhere: time to own was executed as time to resolve (glpi#2765, #4170)."""
    readings = run([("2026-03-02 09:00", "handling")])

    assert [moment[:2] for moment in next_moments(readings)] == [
        ("stay", "breach"),
        ("handle", "amber"),
        ("handle", "breach"),
    ]
    after_stay = {**readings, "stay": breached(readings["stay"], at("2026-03-02 11:00"))}
    assert after_stay["handle"].breached_at is None


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-03-02 11:30", "2026-03-02 15:00"),
        ("2026-03-06 17:00", "2026-03-09 10:30"),
        ("2026-04-30 17:00", "2026-05-06 10:30"),
    ],
)
def test_lunch_weekends_and_holidays_do_not_count(start, due):
    """Known elsewhere: lunch breaks, weekends and holidays counted (osTicket#1168, helpdesk#2212)."""
    assert run([(start, "reported")])["accept"].due_at == at(due)


def test_pausing_stops_the_clock_for_any_length():
    """Known elsewhere: pause did not work (frappe/helpdesk#1554)."""
    history = [("2026-03-02 09:00", "handling"), ("2026-03-03 09:00", "waiting")]

    assert [moment[0] for moment in next_moments(run(history))] == ["hold", "hold"]
    resumed = run([*history, ("2026-11-02 09:00", "handling")])["handle"]
    assert resumed.due_at == at("2026-11-06 17:30")
    assert resumed.breached_at is None


gaps = st.integers(1, 3000)
places = st.sampled_from(["reported", "filed", "handling", "waiting", "verifying", "handling+"])


def due_from_the_whole_history(history, budget_minutes, office):
    """Give (running, due moment or minutes left) of `handle` from all spans at once; None while it never ran."""
    first = next((n for n, (_, place) in enumerate(history) if "handling" in place), None)
    if first is None:
        return None
    spans = [
        (moment, history[n + 1][0])
        for n, (moment, place) in enumerate(history[:-1])
        if "handling" in place
    ]
    left = budget_minutes - sum(office.between(begin, end) for begin, end in spans)
    moment, place = history[-1]
    if "handling" not in place:
        return False, left
    while first < len(history) - 1 and "handling" in history[-2][1]:
        history = [*history[:-2], (history[-2][0], place)]
        left += office.between(history[-1][0], moment)
        moment = history[-1][0]
    return True, office.add_minutes(moment, left).at


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(gaps, places), min_size=1, max_size=12), st.integers(1, 4000))
def test_step_by_step_agrees_with_the_whole_history(steps, budget):
    office = calendars().named("office")
    mechanism = rules(handle={**CLOCKS["handle"], "budget": f"{budget} wm"})
    moment, history = at("2026-01-05 09:00"), []
    for gap, place in steps:
        moment += timedelta(minutes=gap)
        history.append((moment, place))

    reading = run(history, mechanism).get("handle")

    expected = due_from_the_whole_history(history, budget, office)
    if reading is None or expected is None:
        assert reading is expected is None
    else:
        found = reading.due_at if reading.is_running else reading.remaining
        assert (reading.is_running, found) == expected


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(gaps, places), min_size=2, max_size=10), st.integers(0, 59))
def test_readings_do_not_depend_on_steps_that_change_nothing(steps, seconds):
    moment, history, doubled = at("2026-01-05 09:00") + timedelta(seconds=seconds), [], []
    for gap, place in steps:
        moment += timedelta(minutes=gap)
        history.append((moment, place))
        doubled += [(moment, place), (moment + timedelta(seconds=30), place)]

    assert run(doubled) == run(history)
