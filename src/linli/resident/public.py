"""A case in public words: what its mechanism shows to residents, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from linli.casework.covering.queries import hidden_photos
from linli.casework.queries import CaseView, ClockLine, Photo, Said, Shown, Told
from linli.rulebook.casefile import RESIDENT
from linli.rulebook.mechanism import Clock, Label, Mechanism


@dataclass(frozen=True)
class PublicStep:
    """A step that changed the state, or that a resident took: no names of staff. `is_others`: by another resident."""

    seq: int
    at: datetime
    action_label: Label
    body_name: Label | None
    from_label: Label | None
    to_label: Label
    texts: tuple[Said, ...]
    photos: tuple[Photo, ...]
    is_others: bool = False


@dataclass(frozen=True)
class Offer:
    """One thing the resident may do now."""

    action: str
    label: Label
    kind: str


@dataclass(frozen=True)
class PublicCase:
    """What the holder of a receipt sees. `next` is the limit that runs: `is_expected` when it ends the case."""

    number: str
    state_label: Label
    phase: str
    opened_at: datetime
    next: ClockLine | None
    is_expected: bool
    shown: tuple[Shown, ...]
    steps: tuple[PublicStep, ...]
    offers: tuple[Offer, ...]

    @property
    def photos(self) -> list[Photo]:
        """Give the photos among the public steps."""
        return [photo for step in self.steps for photo in step.photos]


def _ends_it(clock: Clock) -> bool:
    """Tell whether the case is to be done by then: a period that is meant to run out says nothing of that."""
    return clock.main and not clock.period


def public_case(view: CaseView, whose: str = "") -> PublicCase:
    """Give the public side of a case to whoever acts under the id `whose`: photos of other residents are left out."""
    public = set(view.mechanism.shows.resident)
    hidden = hidden_photos(view.row.id) if view.photos else set()
    row, clock = view.row, _next_clock(view)
    return PublicCase(
        number=row.number,
        state_label=row.state_label,
        phase=row.phase,
        opened_at=row.opened_at,
        next=clock,
        is_expected=clock is not None and _ends_it(view.mechanism.clocks[clock.clock]),
        shown=tuple(
            one
            for one in view.shown
            if one.field in public
            and not one.is_personal
            and view.mechanism.fields[one.field].type != "place"
        ),
        steps=tuple(_without(hidden, line) for line in _steps(view, public, whose)),
        offers=tuple(_offers(view)),
    )


def _next_clock(view: CaseView) -> ClockLine | None:
    """Give the main clock that runs, or else the first limit of the step at hand."""
    running = [line for line in view.clocks if line.reading.is_running]
    mains = [line for line in running if view.mechanism.clocks[line.clock].main]
    return min(mains or running, key=lambda line: str(line.reading.due_at), default=None)


def _steps(view: CaseView, public: set[str], whose: str) -> Iterator[PublicStep]:
    for line in view.trail:
        is_residents = _is_residents(view.mechanism, line.action)
        is_others = line.actor.startswith(f"{RESIDENT}:") and line.actor != whose
        if is_residents or line.from_label not in (line.to_label, None) or line.seq == 1:
            shows = is_residents and not is_others
            yield _step(line, public, shows_photos=shows, is_others=is_others)


def _without(hidden: set[str], step: PublicStep) -> PublicStep:
    """Give a step without the photos that the office hid from residents."""
    return replace(step, photos=tuple(one for one in step.photos if one.sha256 not in hidden))


def _step(line: Told, public: set[str], *, shows_photos: bool, is_others: bool) -> PublicStep:
    return PublicStep(
        seq=line.seq,
        at=line.at,
        action_label=line.action_label,
        body_name=line.body_name,
        from_label=line.from_label,
        to_label=line.to_label,
        texts=tuple(said for said in line.texts if said.field in public),
        photos=tuple(photo for photo in line.photos if photo.kind == "photo")
        if shows_photos
        else (),
        is_others=is_others,
    )


def _is_residents(mechanism: Mechanism, action: str) -> bool:
    rule = mechanism.actions.get(action)  # none: taken under another version, or a migration
    return rule is not None and any(by.role == RESIDENT for by in rule.by)


def _offers(view: CaseView) -> Iterator[Offer]:
    for opening in view.openings:
        rule = view.mechanism.actions[opening.action]
        kind = "danger" if rule.danger else "primary"
        yield Offer(opening.action, Label(zh=rule.zh, en=rule.en), kind)
