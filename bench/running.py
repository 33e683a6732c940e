"""A real installation to measure or to break: `linli up` in a folder of its own, durable, with a small office."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import linli
from linli.project.database.addresses import is_external
from linli.project.database.postgres import Cluster, bundled

ROOMS, BENCH = Path(linli.__file__).parents[1], Path(__file__).parents[1]
START_SECONDS = 120.0
STOP_SECONDS = 60.0


class NotInTime(Exception):
    """What was waited for did not come to pass in time."""


@dataclass(frozen=True)
class Running:
    """A running installation: where it keeps its things, and where it answers."""

    home: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def cluster(self) -> Cluster:
        """Give its bundled database."""
        return bundled(self.home)

    @property
    def database(self) -> int:
        """Give the process id of its database's postmaster. FileNotFoundError while there is none."""
        return int((self.cluster.tables / "postmaster.pid").read_text().splitlines()[0])

    def named(self, verb: str) -> list[int]:
        """Give the process ids of `linli <verb>` and what it started, the first of them first."""
        return [
            process
            for child in children_of(self.process.pid)
            if verb in words_of(child)
            for process in (child, *descendants(child))
        ]


@contextmanager
def running(*, workers: int | None = None, home: Path | None = None) -> Iterator[Running]:
    """Keep an installation up for the time of the block: in a folder that is kept, or in one that is removed afterwards."""
    folder = home or Path(tempfile.mkdtemp(prefix="linli-up-"))
    port = free_port()
    command = [sys.executable, "-P", "-m", "linli.project", "up", "--port", str(port)]
    if workers is not None:
        command += ["--workers", str(workers)]
    with (folder / "up.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own program and our own words
            command, env=environment(folder), stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        until(lambda: answers(port) or process.poll() is not None, START_SECONDS)
        if process.poll() is not None:
            raise NotInTime((folder / "up.log").read_text(encoding="utf-8"))
        yield Running(folder, port, process)
    finally:
        _end(process)
        if home is None:
            forget(folder)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def forget(folder: Path) -> None:
    """Remove an installation that is down: its data folder and its bundled database."""
    if not is_external():
        cluster = bundled(folder)
        cluster.stop()
        shutil.rmtree(cluster.root, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def environment(home: Path) -> dict[str, str]:
    """Give the environment of a process that belongs to the installation of a data folder."""
    kept = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    return {**kept, "LINLI_HOME": str(home), "PYTHONPATH": f"{ROOMS}{os.pathsep}{BENCH}"}


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Say whether the web server answers."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as asking:
            asking.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return asking.recv(12).endswith((b"200", b"204"))
    except OSError:
        return False


def until(holds: Callable[[], object], seconds: float) -> None:
    """Wait until a condition holds. Raises NotInTime."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise NotInTime(f"not within {seconds:.0f} s")
        time.sleep(0.02)


def children_of(process: int) -> list[int]:
    """Give the ids of the processes that a process started and that are alive."""
    try:
        tasks = list(Path(f"/proc/{process}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []


def descendants(process: int) -> list[int]:
    """Give the ids of all processes under a process."""
    return [found for child in children_of(process) for found in (child, *descendants(child))]


def words_of(process: int) -> list[str]:
    """Give the command line of a process; empty when it is gone."""
    try:
        return Path(f"/proc/{process}/cmdline").read_text(encoding="utf-8").split("\0")
    except OSError:
        return []


def memory_of(process: int) -> float:
    """Give the resident memory of a process, without what it shares with others, in MB."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0.0
    kept = dict(line.split(":", 1) for line in lines if ":" in line)
    return int(kept.get("VmRSS", "0 kB").split()[0]) / 1024


def pss_of(process: int) -> float:
    """Give the proportional memory of a process in MB: its own, and its share of what it shares."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0.0
    found = next((line for line in lines if line.startswith("Pss:")), "Pss: 0 kB")
    return int(found.split()[1]) / 1024
