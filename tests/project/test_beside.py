"""Work beside the worker: the same command once at a time, at low priority; hints once a day after three."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from townsfolk import settle

from linli.project import worker
from linli.project.processes import beside as started
from linli.project.processes.beside import beside
from linli.registry.isolation import office_transaction

SHANGHAI = ZoneInfo("Asia/Shanghai")
TIMES = ((2, 2), (2, 3), (2, 9), (3, 1), (3, 4))


@pytest.fixture
def running(monkeypatch):
    monkeypatch.setattr(started, "_running", {})
    yield started._running
    for process in started._running.values():
        process.kill()
        process.wait()


def test_the_same_command_runs_once_at_a_time_and_again_when_it_has_ended(running):
    beside("help")
    first = running["help",]
    beside("help")
    same = running["help",]
    assert same.wait(20) == 0

    beside("help")

    assert same is first
    assert running["help",] is not first


def test_hints_are_learned_once_a_day_after_three_for_each_office(db, running, monkeypatch):
    folk = settle()
    monkeypatch.setattr(worker, "_learned_on", {})

    def turn(moment):
        with time_machine.travel(moment, tick=False), office_transaction(folk.office):
            return worker._learn()

    turns = [turn(datetime(2026, 3, day, hour, tzinfo=SHANGHAI)) for day, hour in TIMES]

    assert turns == [0, 1, 0, 0, 1]
    assert list(running) == [("hints", "--office", "310112006")]
