from datetime import timedelta

from building import AT
from test_actions import report

from linli.casework.models import Case, Pending, Position, Step, Timer
from linli.casework.sequencing import sequence
from linli.casework.turns.timers import fire_due

DUE = AT + timedelta(
    hours=6, minutes=30
)  # four working hours after nine, with the noon break between


def test_a_deadline_elapses_once_and_at_its_own_moment(office):
    case = report(office).case_id
    due_at = Timer.objects.get(case_id=case, clock="intake").due_at

    assert fire_due(due_at - timedelta(seconds=1)) == 0
    assert fire_due(due_at + timedelta(hours=1)) == 1
    assert fire_due(due_at + timedelta(hours=1)) == 0

    steps = list(Step.objects.filter(case_id=case).order_by("seq"))
    assert [(step.action, step.actor) for step in steps] == [
        ("report", office.resident.id), ("supervise", "auto:clock"),
    ]  # fmt: skip
    assert steps[1].at == due_at
    assert {timer.clock for timer in Timer.objects.filter(case_id=case)} == {"watch"}


def test_the_worker_that_was_away_lets_clocks_elapse_in_order(office):
    case = report(office).case_id

    assert fire_due(AT + timedelta(days=30)) == 1

    steps = list(Step.objects.filter(case_id=case).order_by("seq"))
    assert [step.action for step in steps] == ["report", "supervise", "escalate"]
    assert steps[0].at < steps[1].at < steps[2].at
    assert Timer.objects.count() == 0


def test_as_many_cases_are_taken_as_asked(office):
    for nth in range(3):
        report(office, key=f"report-{nth}")

    assert [fire_due(AT + timedelta(days=1), limit=2) for _ in range(3)] == [2, 1, 0]


def test_positions_have_no_gaps_and_keep_the_order_of_commits(office):
    cases = [report(office, key=f"report-{nth}").case_id for nth in range(3)]

    assert [sequence(limit=2), sequence(limit=2), sequence(limit=2)] == [2, 1, 0]

    places = list(Position.objects.order_by("position").values_list("position", "case_id", "seq"))
    assert places == [(1, cases[0], 1), (2, cases[1], 1), (3, cases[2], 1)]
    assert Pending.objects.count() == 0
    leaves = list(Position.objects.order_by("position").values_list("leaf", flat=True))
    hashes = {case.id: case.last_hash for case in Case.objects.all()}
    assert [bytes(leaf) for leaf in leaves] == [bytes(hashes[case]) for case in cases]
