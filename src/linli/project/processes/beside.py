"""Work that is too heavy for the worker: a process of its own beside it, at low priority, gone when the worker goes."""

from __future__ import annotations

import os
import subprocess
import sys

from linli.project.lifeline import SUPERVISED

LOW = 10
_running: dict[tuple[str, ...], subprocess.Popen[bytes]] = {}


def beside(*words: str) -> None:
    """Start a command of the `linli` line beside this process, unless the same one is still at work."""
    earlier = _running.get(words)
    if earlier is not None and earlier.poll() is None:
        return
    _running[words] = subprocess.Popen(
        [sys.executable, "-P", "-m", "linli.project", *words],
        env={**os.environ, SUPERVISED: "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        preexec_fn=lambda: os.nice(LOW),  # noqa: PLW1509 - the worker has one thread
    )
