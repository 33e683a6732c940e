"""Two at the same case at the same time, in real transactions of their own: one after the other, nothing lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event

import pytest
from building import AT, IN_FIRST, an_office
from django.db import connection

from linli.casework.actions import Receipt, RevisionConflict, StepRefused, open_case, perform
from linli.casework.models import Case, Pending, Position, Step, Timer
from linli.casework.proof.verifying import verify
from linli.casework.sequencing import sequence
from linli.casework.turns.timers import fire_due
from linli.registry.isolation import office_transaction
from linli.rulebook.loading import shipped

PATIENCE = 60
CROWD = 6
LATE = AT + timedelta(hours=7)  # past the four working hours to accept, and the noon break


@pytest.fixture
def office(transactional_db, settings, tmp_path):
    settings.LINLI_HOME = tmp_path
    return an_office()


def alone(work):
    """Run in this thread on a connection of its own, and give what came out or was raised."""
    try:
        return work()
    except (RevisionConflict, StepRefused) as refused:
        return refused
    finally:
        connection.close()


def one_while_the_other(office, first, second):
    """Do the first, and before its transaction commits begin the second; give both outcomes."""
    begun, may_begin = Event(), Event()

    def holding():
        with office_transaction(office.id):
            done = first()
            may_begin.set()
            assert begun.wait(PATIENCE)
            _wait_until_somebody_waits()
        return done

    def following():
        assert may_begin.wait(PATIENCE)
        begun.set()
        return second()

    with ThreadPoolExecutor(2) as pool:
        outcomes = [pool.submit(alone, holding), pool.submit(alone, following)]
        return [outcome.result(PATIENCE) for outcome in outcomes]


def _wait_until_somebody_waits():
    with connection.cursor() as cursor:
        for _ in range(100_000):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
    pytest.fail("nobody waits")


def at_once(count, work):
    """Let many do the same at the same moment; give their outcomes."""
    together = Barrier(count)

    def begin(nth):
        connection.ensure_connection()
        together.wait(PATIENCE)
        return work(nth)

    with ThreadPoolExecutor(count) as pool:
        outcomes = [pool.submit(alone, lambda nth=nth: begin(nth)) for nth in range(count)]
        return [outcome.result(PATIENCE) for outcome in outcomes]


def reported(office, key="report-1"):
    form = {"what": "井盖松动", "place": IN_FIRST}
    return open_case(
        mechanism="grid-case", action="report", by=office.resident, at=AT, form=form, key=key
    )


def act(office, case, action, key, form, *, revision=1, at=AT):
    by = office.actors["operator"]
    return perform(case=case, action=action, by=by, at=at, form=form, key=key, revision=revision)


def accepting():
    codes = shipped().codes["grid-category"].codes.values()
    return {"category": next(code.code for code in codes if code.parent and not code.declined)}


def steps_of(office, case):
    with office_transaction(office.id):
        steps = Step.objects.filter(case_id=case).order_by("seq")
        return list(steps.values_list("seq", "action", "key"))


def test_of_two_at_the_same_revision_the_second_is_shown_what_the_first_did(office):
    case = reported(office).case_id

    won, lost = one_while_the_other(
        office,
        lambda: act(office, case, "accept", "a", accepting()),
        lambda: act(office, case, "reject", "b", {"reason": "重复"}),
    )

    assert isinstance(won, Receipt)
    assert won.seq == 2
    assert isinstance(lost, RevisionConflict)
    assert lost.revision == 2
    assert [(told.seq, told.action) for told in lost.theirs] == [(2, "accept")]
    assert steps_of(office, case) == [(1, "report", "report-1"), (2, "accept", "a")]


def test_who_asks_for_no_check_acts_on_the_case_as_the_other_left_it(office):
    case = reported(office).case_id

    first, second = one_while_the_other(
        office,
        lambda: act(office, case, "accept", "a", accepting()),
        lambda: act(office, case, "reject", "b", {"reason": "重复"}, revision=None),
    )

    assert (first.seq, second.seq) == (2, 3)
    assert [seq for seq, *_ in steps_of(office, case)] == [1, 2, 3]
    with office_transaction(office.id):
        assert Case.objects.get(id=case).state == "rejected"
        sequence()
        assert verify(office=office.id).is_sound


def test_of_a_crowd_at_the_same_revision_exactly_one_wins(office):
    case = reported(office).case_id

    outcomes = at_once(CROWD, lambda nth: act(office, case, "accept", f"key-{nth}", accepting()))

    (winner,) = (outcome for outcome in outcomes if isinstance(outcome, Receipt))
    conflicts = [outcome for outcome in outcomes if isinstance(outcome, RevisionConflict)]
    assert winner.seq == 2
    assert len(conflicts) == CROWD - 1
    assert {(told.seq, told.action) for one in conflicts for told in one.theirs} == {(2, "accept")}
    assert len(steps_of(office, case)) == 2


def test_a_double_click_takes_one_step_and_gives_the_same_receipt_twice(office):
    case = reported(office).case_id

    first, second = one_while_the_other(
        office,
        lambda: act(office, case, "accept", "same", accepting()),
        lambda: act(office, case, "accept", "same", accepting()),
    )

    assert first == second
    assert steps_of(office, case) == [(1, "report", "report-1"), (2, "accept", "same")]


def test_a_report_sent_twice_at_once_opens_one_case(office):
    first, second = one_while_the_other(
        office, lambda: reported(office, "same"), lambda: reported(office, "same")
    )

    assert first == second
    assert len(first.code) == 8
    with office_transaction(office.id):
        assert (Case.objects.count(), Step.objects.count(), Pending.objects.count()) == (1, 1, 1)


def test_a_report_sent_by_a_crowd_of_retries_opens_one_case(office):
    receipts = at_once(CROWD, lambda _: reported(office, "same"))

    assert len(set(receipts)) == 1
    with office_transaction(office.id):
        assert (Case.objects.count(), Step.objects.count()) == (1, 1)


def test_two_workers_let_every_deadline_elapse_once(office):
    cases = [reported(office, f"report-{nth}").case_id for nth in range(20)]

    def work(_):
        fired = 0
        while True:
            with office_transaction(office.id):
                done = fire_due(LATE, limit=3)
            if not done:
                return fired
            fired += done

    fired = at_once(2, work)

    assert sum(fired) == len(cases)
    for case in cases:
        assert [action for _, action, _ in steps_of(office, case)] == ["report", "supervise"]
    with office_transaction(office.id):
        assert not Timer.objects.filter(due_at__lte=LATE).exists()


def test_a_deadline_passes_over_a_case_somebody_acts_on_who_lets_it_elapse_first(office):
    case = reported(office).case_id
    fired = []

    def acting():
        with office_transaction(office.id):
            receipt = act(office, case, "accept", "a", accepting(), at=LATE)
            with ThreadPoolExecutor(1) as pool:
                fired.append(pool.submit(alone, working).result(PATIENCE))
        return receipt

    def working():
        with office_transaction(office.id):
            return fire_due(LATE)

    receipt = alone(acting)
    fired.append(alone(working))

    assert fired == [0, 0]
    assert receipt.seq == 3
    assert [action for _, action, _ in steps_of(office, case)] == ["report", "supervise", "accept"]


def test_a_worker_killed_before_it_commits_leaves_the_deadline_to_the_next(office):
    case = reported(office).case_id

    def killed():
        with office_transaction(office.id):
            fire_due(LATE)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()

    assert [action for _, action, _ in steps_of(office, case)] == ["report"]
    with office_transaction(office.id):
        assert fire_due(LATE) == 1
        assert fire_due(LATE) == 0
    assert [action for _, action, _ in steps_of(office, case)] == ["report", "supervise"]


def test_two_sequencers_leave_no_gap_and_give_no_step_two_places(office):
    for nth in range(20):
        reported(office, f"report-{nth}")

    def work(_):
        with office_transaction(office.id):
            return sequence(limit=7)

    placed = sum(sum(at_once(2, work)) for _ in range(6))

    assert placed == 20
    with office_transaction(office.id):
        log = Position.objects.order_by("position").values_list("position", "case_id")
        assert [position for position, _ in log] == list(range(1, 21))
        assert len({case for _, case in log}) == 20
        assert Pending.objects.count() == 0
