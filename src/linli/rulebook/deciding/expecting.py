"""What is open to an actor, and who is expected to do what: buttons and inbox rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from linli.rulebook.casefile import RESIDENT, Actor, Casefile, Opening
from linli.rulebook.deciding.plans import MemberKey, Move, plan_of
from linli.rulebook.deciding.standing import duty_of, is_possible, members_of, standing_of
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import By, Mechanism, Scope


@dataclass(frozen=True)
class Waiting:
    """An action that somebody is expected to take: the row of an inbox.

    `duty` is a duty code or 'resident'. `body` or `person` say whose it is when the scope is not the
    case's area or the office; `barred` are actors kept out by separation of duties.
    """

    action: str
    duty: str
    scope: Scope
    body: int | None = None
    person: str | None = None
    member: MemberKey | None = None
    barred: tuple[str, ...] = ()


def openings(
    mechanism: Mechanism, case: Casefile, actor: Actor, book: Book, at: datetime | None = None
) -> list[Opening]:
    """Give the actions this actor may take at a moment, once for each participant they are about.

    Without a moment, what may be taken back only for some time is among them.
    """
    del book  # part of the signature so that callers need not know which questions need the lists
    return [
        Opening(move.key, member)
        for move in plan_of(mechanism).leaving.get(case.state, ())
        for member in members_for(case, move)
        if standing_of(mechanism, case, move.key, actor, member)
        and is_possible(mechanism, case, move, member, at)
    ]


def waiting(mechanism: Mechanism, case: Casefile) -> list[Waiting]:
    """Give who is expected to do what now, as the `waits_for` of states, tracks and participants say."""
    moves = plan_of(mechanism).moves
    return [
        row
        for action, member in _expected(mechanism, case)
        if case.state in moves[action].origins
        and is_possible(mechanism, case, moves[action], member)
        for by in moves[action].action.by
        if by.role
        for row in _rows(mechanism, case, action, by, member)
    ]


def members_for(case: Casefile, move: Move) -> list[MemberKey | None]:
    """Give the participants an action can be about now; None alone when it is about none."""
    if not move.action.participant:
        return [None]
    return [
        (m.kind, m.key)
        for kind, steps in move.action.participant.items()
        for m in members_of(case, kind)
        if m.state in steps
    ]


def _expected(mechanism: Mechanism, case: Casefile) -> Iterator[tuple[str, MemberKey | None]]:
    state = mechanism.states[case.state]
    named = state.waits_for
    if "waits_for" not in state.model_fields_set:
        leaving = plan_of(mechanism).leaving.get(case.state, ())
        ways = () if mechanism.is_register else leaving  # an entry stands; nobody is to retire it
        named = [m.key for m in ways if m.action.to and not m.triggers]
    yield from ((action, None) for action in named)
    for key, track in mechanism.tracks.items():
        yield from ((action, None) for action in track.waits_for.get(case.tracks[key], ()))
    for member in case.members:
        expected = mechanism.participants[member.kind].waits_for.get(member.state, ())
        yield from ((action, (member.kind, member.key)) for action in expected)


def _rows(
    mechanism: Mechanism, case: Casefile, action: str, by: By, member: MemberKey | None
) -> Iterator[Waiting]:
    assert by.role is not None
    scope: Scope = "own" if by.role == RESIDENT else by.scope
    barred = tuple(sorted({a for x in by.not_actor_of for a in case.actors.get(x, ())}))
    row = Waiting(action, duty_of(mechanism, by.role), scope, member=member, barred=barred)
    if scope == "body":
        if case.holder is not None:
            yield replace(row, body=case.holder)
    elif scope == "own":
        yield replace(row, person=case.opened_by)
    elif scope == "party":
        yield from (_addressed(row, party) for party in case.parties)
    elif scope == "participant":
        if member:
            yield _addressed(row, member[1])
    else:
        yield row


def _addressed(row: Waiting, key: str) -> Waiting:
    return replace(row, body=int(key)) if key.isdigit() else replace(row, person=key)
