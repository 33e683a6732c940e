"""One command brings everything up, keeps it up when a part is killed, and leaves nothing behind."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

import linli
from linli.project.database.postgres import bundled
from linli.project.home import read_keys

SOURCE = Path(linli.__file__).parents[1]
FIRST_START = 150.0
SECOND_START = 15.0  # five on a machine that does nothing else
RECOVERY = 40.0


class Office:
    """A running `linli up`, with its data folder and port."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("LINLI_")},
            "LINLI_HOME": str(home),
            "LINLI_LANGUAGE": "en",
            "PYTHONPATH": str(SOURCE),
        }

    def run(self, *words: str, **options: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "linli.project", *words],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **options,
        )

    def up(self) -> subprocess.Popen[str]:
        return self.run("up", "--port", str(self.port), "--workers", "1")

    def asks(self, path: str = "/healthz") -> tuple[int, str]:
        asking = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            asking.request("GET", path)
            answer = asking.getresponse()
            return answer.status, answer.read().decode()
        finally:
            asking.close()

    def answers_within(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                if self.asks()[0] == 200:
                    return True
            except (HTTPException, OSError):
                time.sleep(0.1)
        return False

    def processes(self) -> dict[int, str]:
        """Give the processes that belong to this office, by their environment or their data folder."""
        mark = f"LINLI_HOME={self.home}\0".encode()
        tables = str(bundled(self.home).tables)
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                if mark in (folder / "environ").read_bytes() + b"\0" or tables in words:
                    found[int(folder.name)] = words
            except OSError:
                continue
        return {pid: words for pid, words in found.items() if words}

    def database(self) -> int:
        return int((bundled(self.home).tables / "postmaster.pid").read_text().splitlines()[0])

    def recovers_from_the_death_of(self, process: int) -> bool:
        os.kill(process, signal.SIGKILL)
        time.sleep(1)
        return self.answers_within(RECOVERY)

    def process(self, words: str) -> int:
        return min(pid for pid, line in self.processes().items() if words in line)


@pytest.fixture
def office(tmp_path):
    office = Office(tmp_path / "home")
    yield office
    for pid in office.processes():
        os.kill(pid, signal.SIGKILL)
    shutil.rmtree(bundled(office.home).root, ignore_errors=True)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")
def test_the_office_comes_up_survives_and_goes_down(office):
    first = office.up()
    assert office.answers_within(FIRST_START)
    page = office.asks("/first-run/")
    is_back = [
        office.recovers_from_the_death_of(office.process("project serve")),
        office.recovers_from_the_death_of(office.process("project worker")),
        office.recovers_from_the_death_of(office.database()),
    ]
    refusal = office.run("up", "--port", str(office.port)).communicate(timeout=60)[0]
    first.send_signal(signal.SIGINT)
    said = first.communicate(timeout=60)[0]

    assert page[0] == 200
    assert "9 位数字" in page[1]
    assert is_back == [True, True, True]
    assert "already running" in refusal
    assert first.returncode == 0
    assert re.search(r"first run +http://127\.0\.0\.1:\d+/first-run/\?word=[0-9a-f]{8}", said)
    assert said.strip().endswith("✓ stopped")
    assert office.processes() == {}

    second = office.up()
    is_quick = office.answers_within(SECOND_START)
    second.send_signal(signal.SIGTERM)
    said = second.communicate(timeout=60)[0]

    assert is_quick
    assert "tables up to date" not in said
    assert second.returncode == 0
    assert office.processes() == {}


def test_a_port_in_use_is_said_before_anything_starts(office):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        office.port = taken.getsockname()[1]

        started = office.up()
        said = started.communicate(timeout=60)[0]

    assert started.returncode == 1
    assert f"port {office.port} cannot be used" in said
    assert read_keys(office.home, "database") == {}


def test_secrets_are_for_their_owner_only(office):
    started = office.run("verify")
    said = started.communicate(timeout=120)[0]

    assert started.returncode == 1
    assert "no office yet" in said
    assert office.home.stat().st_mode & 0o077 == 0
    kept = sorted((office.home / "keys").iterdir())
    assert [path.name for path in kept] == ["database.json", "signing.json"]
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}
    assert office.processes() == {}
