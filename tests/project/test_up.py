"""One command brings everything up, keeps it up when a part is killed, and leaves nothing behind."""

from __future__ import annotations

import re
import signal
import socket
from pathlib import Path

import pytest

from linli.project.home import read_keys

FIRST_START = 150.0
SECOND_START = 15.0  # five on a machine that does nothing else


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
