"""A whole office run as its users run it: by the command, in processes of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import linli
from linli.project.database.postgres import bundled

SOURCE = Path(linli.__file__).parents[1]
RECOVERY = 40.0


class WholeOffice:
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

    def up(self, word: str = "up") -> subprocess.Popen[str]:
        return self.run(word, "--port", str(self.port), "--workers", "1")

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
