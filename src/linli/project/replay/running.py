"""Running a replay: its records made unless they are there, its claims judged."""

from __future__ import annotations

from collections.abc import Callable

from linli.figures.periods import period_named
from linli.project.progress import Refused
from linli.project.replay.judging import Finding, judge
from linli.project.replay.script import office_code, read_replay
from linli.project.replay.settling import ground_of
from linli.project.replay.writing import parts_of, write
from linli.registry.isolation import office_transaction
from linli.registry.queries import offices
from linli.rulebook.ownbook import at_hand

OWN = "99"


def replayed(
    text: str, source: str, progress: Callable[[int], None], *, alone: bool = False
) -> list[Finding]:
    """Make a replay's records unless they are there, and judge its claims. Raises Refused, MechanismRefused.

    `alone` writes in this process.
    """
    replay, book = read_replay(text, source), at_hand()
    code = office_code(text)
    ground = ground_of(replay, code, book, period_named(replay.period).start)
    write(parts_of(replay, ground), progress, alone=alone)
    with office_transaction(ground.office):
        return list(judge(replay, book))


def refuse_strangers() -> None:
    """Refuse a database where an office lives that is no replay's."""
    lived_in = [office.code for office in offices() if not office.code.startswith(OWN)]
    if lived_in:
        raise Refused(
            f"这个数据库里已有办事处 {lived_in[0]}；重放请另用一个数据库",
            f"office {lived_in[0]} lives in this database; use another one for replays",
        )
