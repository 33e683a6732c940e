"""Keeps the web server, the worker and the bundled database alive, and stops all of them cleanly."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from linli.project.database.postgres import Cluster
from linli.project.database.standing import child_environment, recover
from linli.project.lifeline import SUPERVISED
from linli.project.progress import Refused, say, worded

STOP_SECONDS = 12.0
RESTARTS, WITHIN_SECONDS = 5, 60.0
STOP_SIGNS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_asked: list[int] = []


@dataclass
class Child:
    """A process that is started again when it dies; a few deaths in a row are too many."""

    zh: str
    en: str
    words: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C in the terminal reaches the supervisor alone."""
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "linli.project", *self.words],
            env={**child_environment(), SUPERVISED: "1"},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def is_dead(self) -> bool:
        """Say whether it has ended."""
        return self.process is None or self.process.poll() is not None

    def revive(self) -> None:
        """Start it again and say so. Raises Refused when it keeps dying."""
        now = time.monotonic()
        self.deaths = [*(at for at in self.deaths if now - at < WITHIN_SECONDS), now]
        if len(self.deaths) > RESTARTS:
            raise Refused(
                f"{self.zh}反复退出，已停止；原因见上方日志",
                f"the {self.en} keeps ending; the reason stands above",
            )
        say(
            worded(
                f"! {self.zh}意外退出，正在重启",
                f"! the {self.en} ended unexpectedly: restarting it",
            )
        )
        self.start()

    def signal(self, sign: signal.Signals) -> None:
        """Send a signal to it and all that it started."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, sign)


class Stopped(BaseException):
    """Somebody asked us to stop."""


def supervise(children: Sequence[Child], cluster: Cluster | None) -> None:
    """Watch until asked to stop; then stop the children, the web server first. The database is the caller's."""
    try:
        while not _asked:
            if cluster is not None and not cluster.is_running():
                say(
                    worded(
                        "! 数据库意外退出，正在恢复",
                        "! the database ended unexpectedly: recovering",
                    )
                )
                recover(cluster)
            for child in children:
                if child.is_dead():
                    child.revive()
            time.sleep(0.2)
    finally:
        stop(children)


def stop(children: Sequence[Child]) -> None:
    """Ask every child to stop, wait, and end those that do not."""
    for sign in STOP_SIGNS:
        signal.signal(sign, signal.SIG_IGN)
    for child in children:
        child.signal(signal.SIGTERM)
    until = time.monotonic() + STOP_SECONDS
    while time.monotonic() < until and not all(child.is_dead() for child in children):
        time.sleep(0.05)
    for child in children:
        child.signal(signal.SIGKILL)
        if child.process is not None:
            child.process.wait()


def stop_on_signals() -> None:
    """Turn SIGINT, SIGTERM and SIGHUP into Stopped, wherever we are."""

    def raise_stopped(number: int, frame: object) -> None:  # noqa: ARG001
        for sign in STOP_SIGNS:  # once is enough: what follows must not be cut short
            signal.signal(sign, signal.SIG_IGN)
        _asked.append(number)  # Python drops an exception that is raised while it tidies up
        raise Stopped

    for sign in STOP_SIGNS:
        signal.signal(sign, raise_stopped)
