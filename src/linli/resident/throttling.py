"""How often one address may send in what anybody may: a few times a minute, then it is asked to wait."""

from __future__ import annotations

from linli.registry.limits import seconds_to_wait
from linli.resident.visits import Visit
from linli.rulebook.labels import Label

A_MINUTE = 3


class Throttled(Exception):
    """Too many from one address this minute; `message` says how long to wait. Nothing was kept."""

    def __init__(self, wait: int) -> None:
        self.message = Label(
            zh=f"提交过于频繁，请在 {wait} 秒后再试", en=f"Too many at once: try again in {wait} s"
        )
        super().__init__(self.message.en)


def check_pace(visit: Visit, what: str) -> None:
    """Count one more from the visitor's address. Raises Throttled; no address is kept."""
    wait = seconds_to_wait(f"{what} {visit.request.META.get('REMOTE_ADDR', '')}", A_MINUTE)
    if wait:
        raise Throttled(wait)
