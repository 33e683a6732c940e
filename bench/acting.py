"""Actions to take: reported cases by the hundred, and the way of each until it is in hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from bench.reporting import WHAT, spot
from django.db import connection

from linli.casework.actions import perform
from linli.casework.history import Command, HistoricCase, append_history
from linli.casework.models import Case
from linli.registry.actors import actor_of
from linli.registry.isolation import office_transaction
from linli.registry.models import Account
from linli.registry.queries import offices
from linli.rulebook.casefile import Actor, Exhibit
from linli.rulebook.loading import shipped

AT = datetime.now(UTC)  # noqa: TID251 - in the present: the worker lets what is overdue elapse
PHOTO = Exhibit("photo", "after", "ab" * 32, has_position=True)


def office_and_actor() -> tuple[int, Actor]:
    """Give the office and the one account there, which holds every duty."""
    office = offices()[0].id
    with office_transaction(office):
        return office, actor_of(Account.objects.order_by("pk")[0], AT)


def reported_cases(count: int, at: datetime = AT) -> list[int]:
    """Give cases that residents reported at a moment, with no clock run down since."""
    office, _ = office_and_actor()
    source = uuid4().hex[:8]
    cases = [
        HistoricCase("grid-case", [_reported(office, nth, at)], source=source)
        for nth in range(count)
    ]
    append_history(office=office, cases=cases, book=shipped(), until=at)
    with office_transaction(office):
        return list(Case.objects.filter(source=source).values_list("id", flat=True))


def actions_on(cases: Sequence[int], actions: Sequence[str], keys: Iterator[int]) -> Iterator[None]:
    """Take the actions on each case in turn, as a page does: with its revision and a key."""
    _, actor = office_and_actor()
    run = uuid4().hex[:8]
    for case in cases:
        for revision, action in enumerate(actions, start=1):
            perform(
                case=case,
                action=action,
                by=actor,
                at=AT + timedelta(minutes=revision),
                form=_form(action, actor),
                key=f"{run}-{next(keys)}",
                revision=revision,
            )
            yield


def append(count: int) -> int:
    """Append cases that went the whole way, and give how many steps they have."""
    office, actor = office_and_actor()
    verifier = Actor(office, "account:2", actor.duties)
    cases = [
        HistoricCase("grid-case", list(_whole_way(office, actor, verifier, n)))
        for n in range(count)
    ]
    book = shipped()
    return append_history(office=office, cases=cases, book=book, until=AT + timedelta(days=1)).steps


@contextmanager
def own_connection() -> Iterator[None]:
    """Give this thread a database connection for the time of the block."""
    connection.ensure_connection()
    try:
        yield
    finally:
        connection.close()


def _whole_way(office: int, actor: Actor, verifier: Actor, nth: int) -> Iterator[Command]:
    yield _reported(office, nth)
    for minute, action in enumerate(("accept", "file", "dispatch", "take_on"), start=1):
        yield Command(action, actor, AT + timedelta(minutes=minute), _form(action, actor))
    done = AT + timedelta(hours=2)
    yield Command("finish", actor, done, {"result": "已修好并清理现场"}, [PHOTO])
    yield Command("verify", verifier, done + timedelta(hours=1))
    answer = {"satisfaction": "satisfied"}
    yield Command("call_back", verifier, done + timedelta(hours=2), answer)


def _reported(office: int, nth: int, at: datetime = AT) -> Command:
    lon, lat = spot(nth)
    place = {"lon": lon, "lat": lat, "datum": "wgs84"}
    by = Actor(office, f"resident:{nth:016x}")
    return Command("report", by, at, {"what": WHAT, "place": place})


def _form(action: str, actor: Actor) -> dict[str, object]:
    if action == "accept":
        codes = shipped().codes["grid-category"].codes.values()
        return {"category": next(c.code for c in codes if c.parent and not c.declined)}
    if action == "dispatch":
        return {"unit": actor.duties[0].body}
    return {}
