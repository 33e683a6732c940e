"""What a story may look at on a case: each word that may stand under `then` and `expect`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from linli.rulebook.casefile import RESIDENT, Actor, Casefile, Duty, StepDraft, revised
from linli.rulebook.deciding.effects import blank
from linli.rulebook.deciding.expecting import openings, waiting
from linli.rulebook.deciding.recurring import next_occurrence
from linli.rulebook.deciding.standing import duty_of, standing_of
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Mechanism
from linli.rulebook.telling import told_of

LOCAL = ZoneInfo("Asia/Shanghai")
ALONE = "account:alone"
GUEST = Actor(1, "resident:guest")
WHOLE = ("may", "open", "barred")  # compared whole; of other words only what the story names


@dataclass(frozen=True)
class Sight:
    """A case at one moment of a story, with those who are about and what was done last."""

    mechanism: Mechanism
    book: Book
    case: Casefile | None
    area: str
    cast: Mapping[str, Actor]
    last: str | None = None
    now: datetime | None = None
    children: Mapping[str, str] = field(default_factory=dict)
    fresh: tuple[StepDraft, ...] = ()

    def see(self, word: str) -> Any:
        """Give what a word stands for now."""
        return _WORDS[word](self)

    @property
    def there(self) -> Casefile:
        """Give the case; before the first step, the case as it would begin."""
        return self.case or blank(self.mechanism, "account:nobody", self.area, ())


def words(is_open: bool = True) -> list[str]:  # noqa: FBT001, FBT002 - reads well where it is used
    """Give the words there are; before a case is open only those that need none."""
    return list(_WORDS) if is_open else ["may", "open", "next"]


def clock_words(sight: Sight) -> dict[str, str]:
    """Give how each clock stands, in one word."""
    found = {}
    for key, reading in sight.there.clocks.items():
        if reading.ended_at:
            found[key] = "met" if reading.was_met else "missed"
        elif reading.breached_at:
            found[key] = "late"
        else:
            found[key] = "running" if reading.is_running else "paused"
    return found


def may(sight: Sight) -> dict[str, list[str]]:
    """Give the actions that each of the cast may take now; those who may do nothing are left out."""
    found = {name: _open_to(sight, sight.there, actor) for name, actor in sight.cast.items()}
    return {name: actions for name, actions in found.items() if actions}


def open_to(sight: Sight) -> dict[str, list[str]]:
    """Give who may take which action now, as ROLE/REACH, found out by sending invented people to try it.

    The reach is the widest that holds: office (anybody with the duty), area, body, participant, party, own.
    """
    found: dict[str, list[str]] = {}
    for role in sight.mechanism.roles:
        for action, reach in _reaches(sight, duty_of(sight.mechanism, role)).items():
            found.setdefault(action, []).append(f"{role}/{reach}")
    for action in _open_to(sight, _opened_by(sight, GUEST.id), GUEST):
        found.setdefault(action, []).append(f"{RESIDENT}/own")
    return {action: sorted(set(found[action])) for action in sorted(found)}


def _reaches(sight: Sight, duty: str) -> dict[str, str]:
    """Give the widest reach with which a holder of a duty may take each action."""
    case = sight.there
    bodies = {int(member.key) for member in case.members if member.key.isdigit()} - {case.holder}
    parties = {int(key) for key in case.parties if key.isdigit()}
    tries: list[tuple[str, str, int | None, tuple[str, ...]]] = [
        ("own", ALONE, None, ()),
        ("office", "", None, ()),
        ("area", "", None, (case.area,)),
    ]
    tries += [("body", "", case.holder, ())] if case.holder is not None else []
    tries += [("participant", "", body, ()) for body in sorted(bodies)]
    tries += [("party", "", body, ()) for body in sorted(parties)]
    found: dict[str, str] = {}
    for reach, who, body, areas in tries:
        actor = Actor(1, who or "account:stranger", (Duty(duty, body, areas),))
        for action in _open_to(sight, _opened_by(sight, ALONE), actor):
            if found.get(action) != "office":
                found[action] = reach
    return found


def _opened_by(sight: Sight, who: str) -> Casefile:
    return revised(sight.there, opened_by=who, actors={})


def barred(sight: Sight) -> dict[str, list[str]]:
    """Give which actions are shut to whoever took which earlier ones, whatever posts they hold."""
    case, m = sight.there, sight.mechanism
    bodies = {case.holder, *(int(x.key) for x in case.members if x.key.isdigit())}
    duties = tuple(Duty(duty_of(m, r), body, (case.area,)) for r in m.roles for body in bodies)
    jack = Actor(1, ALONE, duties)
    free = set(_open_to(sight, _opened_by(sight, ALONE), jack))
    found: dict[str, list[str]] = {}
    for done in case.actors:
        alone = revised(case, actors={done: (ALONE,)}, opened_by=ALONE)
        for action in free - set(_open_to(sight, alone, jack)):
            found.setdefault(action, []).append(done)
    return {action: sorted(found[action]) for action in sorted(found)}


def _open_to(sight: Sight, case: Casefile, actor: Actor) -> list[str]:
    if sight.case is None:
        m = sight.mechanism
        return [key for key in m.starts() if standing_of(m, case, key, actor, opening=True)]
    offered = openings(sight.mechanism, case, actor, sight.book, sight.now)
    return sorted({opening.action for opening in offered})


def next_times(sight: Sight) -> dict[str, str]:
    """Give when each schedule happens next."""
    assert sight.now is not None
    found = {
        key: next_occurrence(schedule, sight.now, sight.book.calendars)
        for key, schedule in sight.mechanism.schedule.items()
    }
    return {
        key: one.at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M")
        for key, one in found.items()
        if one
    }


def told(sight: Sight) -> dict[str, list[str]]:
    """Give who has been told by the last act, or while time passed: rule of `tells` -> whom."""
    found: dict[str, list[str]] = {}
    for step in sight.fresh:
        for one in told_of(sight.mechanism, step, sight.there.members):
            found.setdefault(one.tell, []).append(str(one))
    return {key: sorted(set(whom)) for key, whom in found.items()}


def _moments(sight: Sight, which: Callable[[Any], datetime | None]) -> dict[str, str]:
    found = {key: which(reading) for key, reading in sight.there.clocks.items()}
    return {
        key: moment.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M")
        for key, moment in found.items()
        if moment
    }


_WORDS: Mapping[str, Callable[[Sight], Any]] = {
    "state": lambda sight: sight.there.state,
    "phase": lambda sight: sight.mechanism.states[sight.there.state].phase,
    "holder": lambda sight: sight.there.holder,
    "tracks": lambda sight: dict(sight.there.tracks),
    "values": lambda sight: dict(sight.there.values),
    "members": lambda sight: {f"{m.kind}/{m.key}": m.state for m in sight.there.members},
    "entries": lambda sight: dict(sight.there.entry_counts),
    "totals": lambda sight: dict(sight.there.entry_sums),
    "clocks": clock_words,
    "children": lambda sight: dict(sight.children),
    "waiting": lambda sight: sorted({row.action for row in waiting(sight.mechanism, sight.there)}),
    "last": lambda sight: sight.last,
    "due": lambda sight: _moments(sight, lambda reading: reading.due_at),
    "amber": lambda sight: _moments(sight, lambda reading: reading.amber_at),
    "told": told,
    "next": next_times,
    "may": may,
    "open": open_to,
    "barred": barred,
}
