"""Killed under load: web server, worker and database in turn, and nothing acknowledged is lost or done twice."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from functools import partial
from itertools import count
from pathlib import Path
from threading import Event, Lock, Thread
from uuid import uuid4

import psycopg
import pytest
from bench.reporting import Refused, Resident
from bench.running import answers, environment, running, until

from linli.project.database.addresses import is_external
from linli.rulebook.loading import shipped

pytestmark = [
    pytest.mark.skipif(is_external(), reason="the outside database server is not ours to kill"),
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds processes in /proc"),
]
PASSWORD = "kerbstone-loose-31"
OVERDUE = 300
REPORTERS, CLERKS = 3, 2
RECOVERY, TRY_AGAIN = 90.0, 0.05
RESENT = 3  # every third acknowledged form is sent once more, as a nervous finger does


class Loaded:
    """Residents who report and clerks who act, each trying again with the same key until acknowledged."""

    def __init__(self, port):
        self.port = port
        self.receipts = {}
        self.cases, self.failures = [], []
        self._stopping, self._lock, self._numbers = Event(), Lock(), count()
        works = [self._report] * REPORTERS + [self._act] * CLERKS
        self._threads = [Thread(target=self._watched, args=[work], daemon=True) for work in works]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self._stopping.set()
        for thread in self._threads:
            thread.join(RECOVERY)

    def goes_on(self, more=25):
        """Wait until so many more forms have been acknowledged."""
        wanted = len(self.receipts) + more
        until(lambda: len(self.receipts) >= wanted or self.failures, RECOVERY)

    def _watched(self, work):
        try:
            work()
        except Exception as failure:  # noqa: BLE001 - told to the test, which fails for it
            self.failures.append(repr(failure))

    def _report(self):
        resident = self._persistent(lambda: Resident(self.port))
        while not self._stopping.is_set():
            number = self._sent(resident.report)
            with self._lock:
                self.cases.append(number)
        resident.close()

    def _act(self):
        clerk = self._persistent(lambda: Clerk(self.port))
        while not self._stopping.is_set():
            with self._lock:
                number = self.cases.pop() if self.cases else None
            if number is None:
                time.sleep(TRY_AGAIN)
                continue
            for revision, (action, form) in enumerate(WAY, start=1):
                self._sent(partial(clerk.act, number, action, revision, form))
        clerk.close()

    def _sent(self, send):
        """Send a form with a new number and key, sometimes twice, and give the number of its case."""
        nth, key = next(self._numbers), uuid4().hex
        times = 2 if nth % RESENT == 0 else 1
        told = [_case(self._persistent(partial(send, nth, key))) for _ in range(times)]
        self.receipts[key] = told
        return told[0]

    def _persistent(self, send):
        """Try again until the server takes it: what it refuses for good is a failure of the test."""
        end = time.monotonic() + RECOVERY
        while True:
            try:
                return send()
            except OSError:
                pass
            except Refused as refused:
                if refused.args[0] < 500:
                    raise
            assert time.monotonic() < end, "the server did not come back"
            time.sleep(TRY_AGAIN)


class Clerk(Resident):
    """The founder, logged in, who acts on cases through the pages."""

    def __init__(self, port):
        super().__init__(port, "/staff/login/")
        answer = self.post("/staff/login/", {"username": "founder", "password": PASSWORD})
        if answer.status != 302:
            self.close()
            raise Refused(answer.status, answer.head)
        self.cookies |= dict(re.findall(r"(sessionid|csrftoken)=(\w+)", answer.head))
        self.token = self.cookies["csrftoken"]

    def act(self, number, action, revision, form, _nth, key):
        fields = {"key": key, "revision": revision, "member": "", "back": "", **form}
        answer = self.post(f"/staff/cases/{number}/do/{action}/", fields)
        if answer.status != 302:
            raise Refused(answer.status, answer.head, answer.body.decode())
        return answer.header("location")


CATEGORY = next(
    code.code for code in shipped().codes["grid-category"].codes.values() if code.parent
)
WAY = [("accept", {"category": CATEGORY, "urgency": "normal"}), ("file", {"category": CATEGORY})]


def _case(location):
    return location.split("/cases/")[1].split("/")[0]


@pytest.fixture(scope="module")
def installation():
    with running(workers=2) as found:
        words = ["--password", PASSWORD, "--overdue", str(OVERDUE)]
        settle = [sys.executable, "-m", "bench.settle", *words]
        subprocess.run(settle, env=environment(found.home), check=True)
        yield found


def _kill(processes):
    for process in processes:
        os.kill(process, signal.SIGKILL)


def _is_back(installation, verb, before):
    """Say whether a killed part runs again, as another process."""
    there = installation.named(verb)
    return bool(there) and there[0] not in before


def _database_is_back(installation, before):
    try:
        return installation.database != before and _asked(installation, "SELECT true")
    except (OSError, IndexError, ValueError, psycopg.OperationalError):
        return False


def _asked(installation, question):
    with psycopg.connect(installation.cluster.address("superuser")) as database:
        return database.execute(question).fetchall()


def test_nothing_acknowledged_is_lost_and_nothing_is_done_twice(installation):
    with Loaded(installation.port) as load:
        load.goes_on()
        for verb in ("serve", "worker"):
            killed = installation.named(verb)
            _kill(killed)
            until(lambda: _is_back(installation, verb, killed), RECOVERY)  # noqa: B023
            load.goes_on()
        killed = installation.database
        _kill([killed])
        until(lambda: _database_is_back(installation, killed), RECOVERY)
        load.goes_on()
        load.stop()
    until(lambda: answers(installation.port) and _is_settled(installation), RECOVERY)

    assert load.failures == []
    _check_receipts(installation, load.receipts)
    _check_journal(installation)
    _check_deadlines(installation)
    _check_proof(installation)


def _is_settled(installation):
    waiting = "SELECT (SELECT count(*) FROM casework_pending) + (SELECT count(*) FROM casework_timer WHERE due_at < now())"
    return _asked(installation, waiting) == [(0,)]


def _check_receipts(installation, receipts):
    written = _asked(
        installation,
        "SELECT s.key, c.number FROM casework_step s JOIN casework_case c ON c.id = s.case_id"
        " WHERE s.key IS NOT NULL",
    )
    told = {key: numbers[0] for key, numbers in receipts.items()}
    assert all(len(set(numbers)) == 1 for numbers in receipts.values())
    assert len(written) == len(dict(written))
    assert {key: dict(written).get(key) for key in told} == told
    assert len([1 for numbers in receipts.values() if len(numbers) == 2]) > 10


def _check_journal(installation):
    gaps = "SELECT case_id FROM casework_step GROUP BY 1 HAVING max(seq) <> count(*)"
    behind = "SELECT id FROM casework_case c WHERE seq <> (SELECT max(seq) FROM casework_step s WHERE s.case_id = c.id)"
    log = "SELECT min(position), max(position), count(*), count(DISTINCT (case_id, seq)) FROM casework_position"
    ((steps,),) = _asked(installation, "SELECT count(*) FROM casework_step")
    assert _asked(installation, gaps) == []
    assert _asked(installation, behind) == []
    assert _asked(installation, log) == [(1, steps, steps, steps)]


def _check_deadlines(installation):
    """Of each case left lying, acceptance and supervision fell due: each once."""
    elapsed = _asked(
        installation,
        "SELECT action, count(*), count(DISTINCT case_id) FROM casework_step"
        " WHERE actor = 'auto:clock' GROUP BY 1 ORDER BY 1",
    )
    assert elapsed == [("escalate", OVERDUE, OVERDUE), ("supervise", OVERDUE, OVERDUE)]


def _check_proof(installation):
    command = [sys.executable, "-P", "-m", "linli.project", "verify"]
    own = environment(installation.home)
    said = subprocess.run(command, env=own, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr
