"""The nouns the interpreter works on: who acts, the case file, and what a decision yields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from linli.rulebook.mechanism import Label, Mechanism

Noun = TypeVar("Noun")
RESIDENT = "resident"
JOINED = "resident:joined"
CLOCK_ACTOR = "auto:clock"
RULE_ACTOR = "auto:rule"
SCHEDULE_ACTOR = "auto:schedule"
PARENT_ACTOR = "auto:parent"


@dataclass(frozen=True)
class Duty:
    """What a post lets its holder do: a duty code, for a body, in areas (path prefixes such as '/310112006/')."""

    code: str
    body: int | None = None
    areas: tuple[str, ...] = ()


@dataclass(frozen=True)
class Actor:
    """Who acts, in one office. `id` is 'account:17', 'resident:<opaque>', 'auto:clock' or 'import:<account>'."""

    office: int
    id: str
    duties: tuple[Duty, ...] = ()

    @property
    def is_resident(self) -> bool:
        """True for a resident, who has no account and no post."""
        return self.id.startswith("resident:")

    @property
    def has_joined(self) -> bool:
        """True for a resident who joined somebody else's case: a party to it that did not open it."""
        return self.id.startswith(JOINED)


@dataclass(frozen=True)
class Exhibit:
    """A photo, file or signature brought along with an action. `sha256` names the stored ciphertext."""

    kind: str
    tag: str
    sha256: str
    has_position: bool = False


@dataclass(frozen=True)
class Member:
    """One participant: its kind, its key (a body's id as text, a dwelling's key ...), state and weight."""

    kind: str
    key: str
    state: str
    weight: str | None = None


@dataclass(frozen=True)
class Child:
    """A case that this one opened, the `nth` of them: its mechanism, where it stands, and what that counts as.

    `marks` are the child's own groups that its state is in, and its phase. `told`: a step of this case knows it.
    """

    nth: int
    mechanism: str
    state: str
    marks: tuple[str, ...] = ()
    told: bool = False


@dataclass(frozen=True)
class ClockReading:
    """Where a clock stands. Minutes are working or calendar minutes, as the budget's unit says.

    Running: `due_at` set. Paused or kept: `due_at` None and `remaining` minutes set. Ended: both None.
    `provisional` is true when the due moment crosses a day of a provisional calendar (暂定).
    """

    clock: str
    budget: str
    calendar: str
    started_at: datetime
    due_at: datetime | None = None
    amber_at: datetime | None = None
    remaining: int | None = None
    provisional: bool = False
    breached_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def is_running(self) -> bool:
        """True while the clock runs towards its due moment."""
        return self.due_at is not None and self.ended_at is None

    @property
    def was_met(self) -> bool | None:
        """True or False once the clock has ended; None while it has not."""
        return None if self.ended_at is None else self.breached_at is None


@dataclass(frozen=True)
class Casefile:
    """All that a decision may look at. `values` holds no sealed field; `holder` is the body that has the case.

    `moved`: the last action that led to a state, and when.
    """

    mechanism: str
    version: int
    state: str
    seq: int = 0
    opened_by: str = ""
    area: str = ""
    holder: int | None = None
    tracks: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    members: tuple[Member, ...] = ()
    entry_counts: Mapping[str, int] = field(default_factory=dict)
    entry_sums: Mapping[str, str] = field(default_factory=dict)
    actors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    clocks: Mapping[str, ClockReading] = field(default_factory=dict)
    parties: tuple[str, ...] = ()
    children: tuple[Child, ...] = ()
    moved: tuple[str, datetime] | None = None


@dataclass(frozen=True)
class StepDraft:
    """One step decided but not yet written.

    `values` are the open values this step set, `sealed` the free-text and personal ones to be committed
    to, `body` the body the actor acted for, `holder` the body that holds the case after the step.
    """

    seq: int
    action: str
    actor: str
    at: datetime
    from_state: str
    to_state: str
    role: str | None = None
    body: int | None = None
    holder: int | None = None
    tracks: Mapping[str, str] = field(default_factory=dict)
    member: tuple[str, str] | None = None
    invited: tuple[Member, ...] = ()
    entry: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    sealed: Mapping[str, Any] = field(default_factory=dict)
    exhibits: tuple[Exhibit, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What an action leads to: the new case file, its steps (the action, then automatic ones), its new children."""

    case: Casefile
    steps: tuple[StepDraft, ...]
    births: tuple[Birth, ...] = ()


@dataclass(frozen=True)
class Birth:
    """A child case opened by an action: which of the parent's it is, and what its own opening led to.

    `form` is what the parent gave it.
    """

    nth: int
    mechanism: Mechanism
    action: str
    at: datetime
    form: Mapping[str, Any]
    outcome: Outcome


@dataclass(frozen=True)
class Opening:
    """An action that somebody may take now, on which member if it is about one."""

    action: str
    member: tuple[str, str] | None = None


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a form: the field, and what to do about it."""

    field: str
    message: Label


def revised(noun: Noun, /, **changes: Any) -> Noun:
    """Give a copy of one of the nouns above with some fields changed.

    As dataclasses.replace does it, ten times faster: none of them computes anything when it is made.
    """
    copy = object.__new__(type(noun))
    copy.__dict__.update(noun.__dict__, **changes)
    return copy


class StepRefused(Exception):
    """The action may not be taken; nothing has changed.

    `code` is one of unknown, state, permission, form, evidence, track, participant, guard, loop, and, from
    those who look beyond the case, unique and reference.
    """

    def __init__(self, code: str, message: Label, faults: Sequence[Fault] = ()) -> None:
        super().__init__(f"{code}: {message.en}")
        self.code = code
        self.message = message
        self.faults = tuple(faults)
