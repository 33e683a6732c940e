"""The meta-model: what a mechanism file may say. Unknown keys are refused."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from linli.rulebook.labels import KEY, Code, CodeList, Label, Rule, Wrong
from linli.rulebook.lasting.beside import Figure, Opens, Retention, Schedule, Shows, Tell
from linli.rulebook.lasting.matching import Matches, Takes
from linli.rulebook.lasting.money import Allocates, Posts, Ranks
from linli.rulebook.lasting.voting import Votes
from linli.rulebook.overlays import Param

__all__ = [
    "BUDGET", "COLLECTING", "KEY", "NAME", "Action", "By", "Clock", "Code", "CodeList", "Decision", "Entries", "Evidence", "FieldRule",
    "FieldType", "Figure", "Label", "Mechanism", "Opens", "Param", "Participants", "Phase", "Retention", "Role", "Rule", "Schedule",
    "Scope", "Shows", "State", "Tell", "Track", "Votes", "Wrong",
]  # fmt: skip
BUDGET = re.compile(r"(\d+) (wm|wh|wd|cm|ch|cd)")
COLLECTING = ("R", "O", "C")
NAME = r"^[a-z][a-z0-9_]*$"
ASKED = re.compile(r"(?P<name>[^!\s]+)(?P<must>!)?(?: when (?P<when>.+))?")

FieldType = Literal[
    "text", "word", "int", "number", "fraction", "money", "date", "moment", "bool",
    "code", "area", "place", "body", "bodies", "dwelling", "entry", "photo", "file",
]  # fmt: skip
Scope = Literal["own", "body", "area", "office", "district", "party", "participant"]
Phase = Literal["intake", "open", "done", "void"]


class Role(Label):
    """A local role. `duty` is the code of the duty that a post must carry; the role's own name unless given."""

    duty: str | None = None


class FieldRule(Label):
    """One field of the case file. `text` is free text and sealed; `word` is a short plain value (60 at most).

    `entry` names an entry of the register in `of` by its number.
    """

    type: FieldType
    of: str | None = Field(None, pattern=KEY)
    codes: str | list[str] | None = Field(None, alias="list")
    labels: dict[str, Label] = {}
    default: Any = None
    min: int | float | None = None
    max: int | None = None
    by: Literal["form", "engine"] = "form"
    personal: bool = False
    public: bool = False
    hint: Label | None = None

    @property
    def is_sealed(self) -> bool:
        """True when the value enters the journal as a commitment only (free text, personal, files)."""
        return self.personal or self.type in ("text", "photo", "file")

    @cached_property
    def own_codes(self) -> CodeList:
        """Give the codes written in the mechanism itself, for a field whose list is no name."""
        keys = self.codes if isinstance(self.codes, list) else []
        labels = {key: self.labels.get(key) or Label(zh=key, en=key) for key in keys}
        return CodeList(
            key="own",
            title=Label(zh=self.zh, en=self.en),
            basis=["own"],
            codes={key: Code(zh=label.zh, en=label.en) for key, label in labels.items()},
        )


class State(Label):
    """A main state and its phase. `waits_for` names the actions somebody is expected to take next."""

    phase: Phase
    initial: bool = False
    final: bool = False
    waits_for: list[str] = []


class Track(Label):
    """A small state beside the main one. `waits_for`: track state -> actions expected."""

    states: dict[str, Label]
    initial: str
    waits_for: dict[str, list[str]] = {}


class Participants(Label):
    """Dynamic children of one kind, each with a small state of its own."""

    each: Literal["body", "dwelling", "household", "person"]
    states: dict[str, Label]
    initial: str
    done: list[str]
    groups: dict[str, list[str]] = {}
    weight: str | None = None
    waits_for: dict[str, list[str]] = {}


class Entries(Label):
    """Append-only notes under a case; `fields` name fields of the case file. `posts`: how they move money."""

    fields: list[str] = []
    amount: str | None = None
    posts: Posts | None = None


class By(Rule):
    """Who may act: a role within a scope, or `auto` (clock, schedule, parent, or a condition).

    `auto: parent` lets an action of another case open this one, in the name of whoever took it.
    """

    role: str | None = None
    scope: Scope = "office"
    not_actor_of: list[str] = []
    auto: str | None = None

    @model_validator(mode="after")
    def _one_of_role_and_auto(self) -> By:
        if bool(self.role) == bool(self.auto):
            raise Wrong("role 与 auto 恰好写一个", "give exactly one of role and auto")
        return self


class Evidence(Rule):
    """A photo, file or signature that an action asks for. The value is its tag.

    `any_of`: one of several is enough. `when`: asked for only while this guard holds; it may look at the form.
    """

    photo: str | None = None
    file: str | None = None
    signature: str | None = None
    any_of: list[Evidence] = []
    min: int = Field(1, ge=0)
    geotag: bool = False
    label: Label | None = None
    when: str | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Evidence:
        if sum(map(bool, (self.photo, self.file, self.signature, self.any_of))) != 1:
            raise Wrong(
                "photo、file、signature、any_of 恰好写一个",
                "give exactly one of photo, file, signature and any_of",
            )
        if any(one.any_of or one.when for one in self.any_of) or len(self.any_of) == 1:
            raise Wrong(
                "any_of 要写两种以上，里面不再写 any_of 和 when",
                "any_of names two or more, without any_of or when among them",
            )
        return self

    @property
    def choices(self) -> list[Evidence]:
        """Give the single kinds of evidence that meet it: itself, or those of `any_of`."""
        return self.any_of or [self]

    @property
    def kind(self) -> str:
        """Give `photo`, `file` or `signature`."""
        return "photo" if self.photo else "file" if self.file else "signature"

    @property
    def tag(self) -> str:
        """Give the tag the evidence is filed under."""
        return self.photo or self.file or self.signature or ""


class Action(Label):
    """One thing that can be done to a case, by whom, from where, and what follows.

    `assign` moves the case to the body named in that form field, to 'self' (the actor's own body)
    or to 'none'. `invite`: participants' kind -> the form field (type bodies) that names them.
    `form` names fields: 'note', 'note!' when it must be filled, 'note! when GUARD' when it must be then.
    `restart`: clocks that begin anew. `danger` asks for a second look. `takes_back`: {action it undoes: for how long}.
    """

    by: list[By] = Field(min_length=1)
    start: bool = False
    from_: str | list[str] | None = Field(None, alias="from")
    to: str | None = None
    track: dict[str, dict[str, str]] = {}
    participant: dict[str, dict[str, str]] = {}
    invite: dict[str, str] = {}
    entry: str | None = None
    open: Opens | None = None
    form: list[str] = []
    evidence: list[Evidence] = []
    when: str | None = Field(None, min_length=1)
    set_: dict[str, Any] = Field({}, alias="set")
    assign: str | None = None
    decide: str | None = None
    extend: dict[str, str] = {}
    restart: list[str] = []
    danger: bool = False
    takes_back: dict[str, str] | None = None

    @field_validator("form")
    @classmethod
    def _asked_well(cls, asked: list[str]) -> list[str]:
        for one in asked:
            found = ASKED.fullmatch(one)
            if found is None or (found["when"] and not found["must"]):
                raise Wrong(
                    f"“{one}”写法不对，应为“字段”“字段!”或“字段! when 条件”",
                    f"write {one!r} as 'field', 'field!' or 'field! when GUARD'",
                )
        return asked

    @cached_property
    def fields(self) -> list[str]:
        """Give the names the form asks for, in order, without the mark of the required ones."""
        return [str(found["name"]) for found in self._asked]

    @cached_property
    def required(self) -> set[str]:
        """Give the names that must always be filled (`name!` in the file)."""
        return {str(f["name"]) for f in self._asked if f["must"] and not f["when"]}

    @cached_property
    def required_when(self) -> dict[str, str]:
        """Give the names that must be filled while a guard holds, with it (`name! when GUARD`)."""
        return {str(f["name"]): str(f["when"]) for f in self._asked if f["when"]}

    @cached_property
    def exhibits(self) -> list[Evidence]:
        """Give every single kind of evidence the action takes, those of alternatives too."""
        return [one for need in self.evidence for one in need.choices]

    @property
    def is_of_parent(self) -> bool:
        """True when another case may open one by it."""
        return any(by.auto == "parent" for by in self.by)

    @property
    def _asked(self) -> list[re.Match[str]]:
        return [found for one in self.form if (found := ASKED.fullmatch(one))]


class Clock(Label):
    """A time limit. `budget`: '5 wd' (working minutes/hours/days wm wh wd, calendar cm ch cd) or '=decision'.

    `period`: a time that is meant to run out (公示期, 异议期, a rest before archiving): its end is nobody's delay.
    `roll`: a limit in calendar days is counted as 民法典 art. 201 and 203 count it: the first day is left out,
    a last day that is a holiday gives way to the next working day, and it ends when the office closes.
    """

    budget: str
    calendar: str = "office"
    runs_in: list[str] = Field(min_length=1)
    pauses_in: list[str] = []
    keep: bool = False
    roll: bool = False
    period: bool = False
    amber: int | None = Field(None, ge=1, le=99)
    breach: str | None = None
    main: bool = False
    basis: str | None = None

    @field_validator("budget")
    @classmethod
    def _known_unit(cls, value: str) -> str:
        if not value.startswith("=") and not BUDGET.fullmatch(value):
            raise Wrong(
                f"时限“{value}”写法不对，应为“数 wm|wh|wd|cm|ch|cd”或“=判定表”",
                f"budget {value!r}: write '<n> wm|wh|wd|cm|ch|cd' or '=decision'",
            )
        return value


class Decision(Rule):
    """A decision table; cells are S-FEEL (see `rulebook.tables`), '-' matches all.

    `hit` is the DMN hit policy: U A F P give one result, R O C a list, C+ C< C> C# the sum, least, greatest or count.
    `values`: output -> what it may be, first the one of highest priority (P, O). `default`: output -> what is decided
    when no row fits.
    """

    hit: Literal["U", "A", "F", "P", "R", "O", "C", "C+", "C<", "C>", "C#"]
    in_: list[str] = Field(alias="in", min_length=1)
    out: list[str] = Field(min_length=1)
    values: dict[str, list[str]] = {}
    default: dict[str, str] = {}
    rules: list[list[str]] = Field(min_length=1)

    @model_validator(mode="after")
    def _policy_has_what_it_needs(self) -> Decision:
        if beyond := [name for name in (*self.values, *self.default) if name not in self.out]:
            raise Wrong(
                f"values、default 中的“{beyond[0]}”不在 out 中",
                f"{beyond[0]!r} in values or default is not in out",
            )
        if self.hit in ("P", "O") and not self.values:
            raise Wrong(
                f"{self.hit} 按 values 的先后排，请写 values",
                f"{self.hit} goes by the order of values; give values",
            )
        if self.hit[1:] and len(self.out) > 1:
            raise Wrong(f"{self.hit} 只能有一个输出", f"{self.hit} takes one output")
        if self.default and self.default.keys() != set(self.out):
            raise Wrong("default 要写全每个输出", "give a default for every output")
        return self


ENROL, AMEND, RETIRE = "enrol", "amend", "retire"
STANDING = {  # the states of a register that names none
    "current": State(zh="在册", en="On the register", phase="open", initial=True, waits_for=[]),
    "retired": State(zh="已注销", en="Retired", phase="done", final=True),
}


class Mechanism(Rule):
    """A rule of the office as data. `basis` is the law or document passage it rests on.

    A `register` has long-lived entries: the actions enrol, amend and retire, and the fields in `unique`,
    which together no two entries that are not retired may share.
    """

    mechanism: str = Field(pattern=KEY)
    version: int = Field(ge=1)
    title: Label
    basis: list[str] = Field(min_length=1)
    covers: list[str] = []
    kind: Literal["case", "register"] = "case"
    subject: Literal["office", "area", "estate", "building", "doorway", "dwelling", "facility", "body", "case", "place", "person"]  # fmt: skip
    params: dict[str, Param] = {}
    roles: dict[str, Role]
    fields: dict[str, FieldRule]
    states: dict[str, State] = {}
    unique: list[str] = []
    groups: dict[str, list[str]] = {}
    tracks: dict[str, Track] = {}
    participants: dict[str, Participants] = {}
    entries: dict[str, Entries] = {}
    actions: dict[str, Action]
    clocks: dict[str, Clock] = {}
    decisions: dict[str, Decision] = {}
    schedule: dict[str, Schedule] = {}
    retention: Retention | None = None
    allocates: Allocates | None = None
    ranks: Ranks | None = None
    takes: dict[str, Takes] = {}
    matches: Matches | None = None
    votes: Votes | None = None
    figures: dict[str, Figure] = {}
    tells: dict[str, Tell] = {}
    shows: Shows = Shows()

    @model_validator(mode="after")
    def _states_of_a_register(self) -> Mechanism:
        if not self.states and self.kind != "register":
            raise Wrong("缺少 states", "states are missing")
        if not self.states:
            object.__setattr__(self, "states", STANDING)
        return self

    def __hash__(self) -> int:
        return hash((self.mechanism, self.version))

    @property
    def is_register(self) -> bool:
        """True for a register, whose cases are entries."""
        return self.kind == "register"

    @property
    def initial_state(self) -> str:
        """Give the key of the state a new case begins in."""
        return next(key for key, state in self.states.items() if state.initial)

    def states_named(self, names: str | list[str] | None) -> list[str]:
        """Give state keys for a `from`: one name, '@group' or a list of either; `None` gives none."""
        listed = [names] if isinstance(names, str) else names or []
        return [
            state
            for name in listed
            for state in (self.groups.get(name[1:], []) if name.startswith("@") else [name])
        ]

    def marks_of(self, state: str) -> tuple[str, ...]:
        """Give what a state counts as for a parent case: the groups it is in, and its phase.

        A group named as a phase takes the phase's place.
        """
        groups = [group for group, states in self.groups.items() if state in states]
        phase = self.states[state].phase
        return tuple(groups if phase in self.groups else [*groups, phase])

    def starts(self) -> list[str]:
        """Give the actions that open a case."""
        return [key for key, action in self.actions.items() if action.start]
