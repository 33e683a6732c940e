"""Which office a call from outside is for: remembered for a few seconds, because every call asks."""

from __future__ import annotations

import time
from collections.abc import Sequence

from linli.registry.queries import OfficeRow, offices

REMEMBERED_SECONDS = 10.0
_remembered: list[tuple[float, Sequence[OfficeRow]]] = []


def offices_here() -> Sequence[OfficeRow]:
    """Give all offices as they were a few seconds ago at most."""
    now = time.monotonic()
    if _remembered and now - _remembered[0][0] < REMEMBERED_SECONDS:
        return _remembered[0][1]
    known = offices()
    if known:
        _remembered[:] = [(now, known)]
    return known


def forget_offices() -> None:
    """Forget which offices there are."""
    _remembered.clear()
