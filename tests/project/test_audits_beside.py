"""The nightly audit of roll-ups has a process of its own: the worker neither waits for it nor is kept from ending."""

import argparse
import os
import signal
import threading
import time
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from casework.building import AT, IN_FIRST, an_office
from django.db import connection
from townsfolk import settle

from linli.casework.actions import open_case
from linli.casework.sequencing import sequence
from linli.figures.models import RollupAudit, RollupCell
from linli.figures.rollups.auditing import audit, audit_by_parts, last_audits
from linli.figures.rollups.keeping import build, is_being_counted, refresh
from linli.project import worker
from linli.project.commands.counting.auditing import hold
from linli.project.processes import beside as started
from linli.registry.isolation import office_transaction

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2026, 3, 2, 4, tzinfo=SHANGHAI)
LONGEST = 60


@pytest.fixture
def running(monkeypatch):
    monkeypatch.setattr(started, "_running", {})
    for memory in ("_audited_on", "_learned_on", "_noted_at", "_rolled_at", "_unbuilt"):
        monkeypatch.setattr(worker, memory, {})
    yield started._running
    for process in started._running.values():
        process.kill()
        process.wait()


@pytest.fixture
def built(db):
    """Give an office with a case, whose roll-ups are all built."""
    office = an_office()
    with office_transaction(office.id):
        open_case(
            mechanism="grid-case", action="report", by=office.resident, at=AT,
            form={"what": "路灯不亮", "place": IN_FIRST}, key="report-1", source="web",
        )  # fmt: skip
        while build(AT):
            pass
        while sequence() or refresh(AT):
            pass
    return office.id


@contextmanager
def an_audit_under_way(office):
    """Hold what an audit holds while it counts, on a connection of its own; it ends when the block does."""
    counting, may_end = threading.Event(), threading.Event()

    def count():
        with office_transaction(office):
            refresh(AT)
            counting.set()
            may_end.wait(LONGEST)
        connection.close()

    thread = threading.Thread(target=count)
    thread.start()
    assert counting.wait(LONGEST)
    try:
        yield thread
    finally:
        may_end.set()
        thread.join()


def test_an_audit_begins_beside_the_worker_once_a_day_and_not_where_one_is_on_record(db, running):
    folk = settle()

    def turn(moment):
        with time_machine.travel(moment, tick=False), office_transaction(folk.office):
            return worker._audit()

    assert [turn(MORNING.replace(hour=hour)) for hour in (2, 3, 9)] == [0, 1, 0]
    assert list(running) == [("audit", "--office", "310112006")]
    worker._audited_on.clear()
    with office_transaction(folk.office):
        audit(at=MORNING)
    assert turn(MORNING) == 0


@pytest.mark.django_db(transaction=True)
def test_the_worker_takes_its_turns_and_ends_while_an_audit_counts(running):
    folk = settle()
    with office_transaction(folk.office):
        build(AT)
    today = datetime.now(SHANGHAI).date()  # noqa: TID251 - the worker goes by the real clock
    worker._audited_on[folk.office] = worker._learned_on[folk.office] = today

    def ask_to_end():
        while not worker._noted_at:  # its first turn
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGTERM)

    handlers = {sign: signal.getsignal(sign) for sign in (signal.SIGTERM, signal.SIGINT)}
    try:
        with an_audit_under_way(folk.office) as counting:
            with office_transaction(folk.office):
                assert is_being_counted()
            threading.Thread(target=ask_to_end).start()
            worker.run()

            assert counting.is_alive()
            assert worker._rolled_at == {}
    finally:
        for sign, handler in handlers.items():
            signal.signal(sign, handler)
    with office_transaction(folk.office):
        assert not is_being_counted()


def test_an_audit_by_parts_finds_what_one_in_a_single_transaction_finds(built):
    with office_transaction(built):
        spoiled = RollupCell.objects.filter(times=1).values_list("part", flat=True)[:1]
        RollupCell.objects.filter(part__in=list(spoiled)).update(times=7)

    found = audit_by_parts(office=built, at=AT, whole=True)

    with office_transaction(built):
        again = audit(at=AT, whole=True)
        assert found.differing > 0
        assert (found.parts, again.differing) == (again.parts, 0)
        assert [one.differing for one in last_audits()] in (
            [0, found.differing],
            [found.differing, 0],
        )


def test_the_command_writes_an_audit_down_and_says_whether_all_was_well(built):
    told = hold(argparse.Namespace(office=None))

    assert told == 0
    with office_transaction(built):
        assert RollupAudit.objects.count() == 1
