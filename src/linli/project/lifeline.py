"""No process of ours outlives the one that started it, not even when that one is killed."""

from __future__ import annotations

import os
import signal
import threading
import time

import django

SUPERVISED = "LINLI_SUPERVISED"
PATIENCE_SECONDS = 5.0


def is_supervised() -> bool:
    """Say whether `linli up` started this process, and sees to what it needs."""
    return os.environ.get(SUPERVISED) == "1"


def follow_parent() -> None:
    """End this process soon after its parent has gone; does nothing for a process started by hand."""
    if is_supervised():
        threading.Thread(target=_watch, args=[os.getppid()], daemon=True).start()


def begin_beside() -> None:
    """Make a process of a pool ready: Django's own set-up, and an end when its parent has gone."""
    django.setup()
    follow_parent()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.25)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE_SECONDS)
    os._exit(1)
