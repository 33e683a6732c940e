"""How often a minute somebody may ask: counted in the memory of the process, so that no call waits for another."""

from __future__ import annotations

import math
import threading
import time

MINUTE = 60.0
_counting = threading.Lock()
_minute = [0.0]
_asked: dict[str, int] = {}


def seconds_to_wait(who: str, per_minute: int) -> int:
    """Count a call; give 0 when it may be answered, else the seconds until the next minute begins.

    Each web process counts for itself: with several, a limit holds for each of them.
    """
    now = time.monotonic()
    with _counting:
        if now - _minute[0] >= MINUTE:
            _minute[0] = now
            _asked.clear()
        asked = _asked.get(who, 0)
        if asked >= per_minute:
            return max(1, math.ceil(_minute[0] + MINUTE - now))
        _asked[who] = asked + 1
    return 0


def forget_calls() -> None:
    """Forget who asked how often."""
    with _counting:
        _asked.clear()
