"""Five bugs that a desk system's users published, tried here from the form to the worker's timers.

The arithmetic of the clocks is tried in tests/rulebook/test_clocks.py; here stands what people would see of it.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from test_actions import act, grid_category, report

from linli.casework.models import Case, Step, Timer
from linli.casework.turns.timers import fire_due
from linli.rulebook.loading import shipped

CHINA = ZoneInfo("Asia/Shanghai")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=CHINA).astimezone(UTC)


def due_of(case, clock):
    """Give the moments at which a clock's time is up, as the worker knows them."""
    timers = Timer.objects.filter(case_id=case, clock=clock, kind="breach")
    return list(timers.values_list("due_at", flat=True))


def handled_since(office, moment):
    """Give a case that its body has taken on at a moment."""
    case = report(office, at=moment, key=f"{moment}").case_id
    act(office, case, "accept", "operator", at=moment, form={"category": grid_category()})
    act(office, case, "file", "operator", at=moment)
    act(office, case, "dispatch", "dispatcher", at=moment, form={"unit": office.bodies["patrol"]})
    act(office, case, "take_on", "handler", at=moment)
    return case


def test_what_happens_on_a_case_leaves_its_limit_where_it_is(office):
    """The limit for updates overrode that of the first response (zammad#5177)."""
    case = handled_since(office, at("2026-03-02 09:00"))
    due = due_of(case, "handle")
    later = at("2026-03-03 10:00")

    act(office, case, "supervise", "supervisor", at=later)
    act(office, case, "whistle", "dispatcher", at=later, form={"units": [office.bodies["green"]]})

    assert due_of(case, "handle") == due == [at("2026-03-09 17:30")]
    assert Case.objects.get(id=case).due_at == due[0]


def test_nobody_is_hurried_over_what_was_answered_in_time(office):
    """It escalated although the agent had answered (zammad#3140)."""
    case = report(office, at=at("2026-03-02 09:00")).case_id
    [due] = due_of(case, "intake")
    act(
        office, case, "reject", "operator",
        at=due - timedelta(minutes=1), form={"reason": "不属本街道"},
    )  # fmt: skip

    assert fire_due(due + timedelta(days=30)) == 0
    actions = Step.objects.filter(case_id=case).order_by("seq").values_list("action", flat=True)
    assert list(actions) == ["report", "reject"]
    assert not Timer.objects.filter(case_id=case).exists()


def test_the_workers_timers_follow_every_change_of_the_limit(office):
    """The escalation moment was not updated (zammad#2082)."""
    case = handled_since(office, at("2026-03-02 09:00"))

    act(office, case, "suspend", "supervisor", at=at("2026-03-03 09:00"), form={"reason": "待批复"})
    suspended = due_of(case, "handle"), Case.objects.get(id=case).due_at
    act(office, case, "resume", "supervisor", at=at("2026-03-05 09:00"))
    resumed = due_of(case, "handle")
    act(office, case, "ask_time", "lead", at=at("2026-03-05 10:00"), form={"reason": "需开挖"})
    act(office, case, "extend_time", "supervisor", at=at("2026-03-05 11:00"))

    assert suspended == ([], at("2026-06-01 09:00"))  # ninety days is the longest suspension
    assert resumed == [at("2026-03-11 17:30")]
    assert due_of(case, "handle") == [at("2026-03-16 17:30")]
    assert Case.objects.get(id=case).due_at == at("2026-03-16 17:30")
    assert fire_due(at("2026-03-12 09:00")) == 0


def test_days_off_and_days_made_up_come_from_the_calendar_file(office):
    """Time left was misread because holidays came from a feed (zammad#390).

    Spring Festival of 2026: 15 to 23 February are off, and 14 and 28 February, two Saturdays, are worked.
    """
    case = handled_since(office, at("2026-02-13 09:00"))

    assert due_of(case, "handle") == [at("2026-02-27 17:30")]


@pytest.mark.parametrize(
    "reported",
    ["2026-03-02 23:50", "2026-03-06 17:29", "2026-03-07 03:00", "2026-02-17 12:00"],
)
def test_no_limit_ends_at_night_or_on_a_day_off(office, reported):
    """Reminders went out at midnight and at weekends (zammad#4432)."""
    case = report(office, at=at(reported)).case_id
    working = shipped().calendars.named("office")

    fire_due(at(reported) + timedelta(days=60))

    moments = Step.objects.filter(case_id=case, actor="auto:clock").values_list("at", flat=True)
    assert len(moments) == 2
    assert [working.between(one - timedelta(minutes=1), one) for one in moments] == [1, 1]
