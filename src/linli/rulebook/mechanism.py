"""The meta-model: what a mechanism file may say. Unknown keys are refused."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

BUDGET = re.compile(r"(\d+) (wm|wh|wd|cm|ch|cd)")
KEY = r"^[a-z][a-z0-9-]*$"
NAME = r"^[a-z][a-z0-9_]*$"

FieldType = Literal[
    "text", "word", "int", "number", "fraction", "money", "date", "moment", "bool",
    "code", "area", "place", "body", "bodies", "dwelling", "photo", "file",
]  # fmt: skip
Scope = Literal["own", "body", "area", "office", "district", "party", "participant"]
Phase = Literal["intake", "open", "done", "void"]


class Wrong(ValueError):
    """A rule that contradicts itself, said in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


class Rule(BaseModel):
    """The ground of every rule: frozen, and no key beyond those declared."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Label(Rule):
    """A text in Chinese and English. Both are mandatory."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def in_language(self, code: str) -> str:
        """Give the text for a language code such as `zh-hans` or `en`; Chinese unless English."""
        return self.en if code.startswith("en") else self.zh


class Role(Label):
    """A local role. `duty` is the code of the duty that a post must carry; the role's own name unless given."""

    duty: str | None = None


class FieldRule(Label):
    """One field of the case file. `text` is free text and sealed; `word` is a short plain value (60 at most)."""

    type: FieldType
    codes: str | list[str] | None = Field(None, alias="list")
    labels: dict[str, Label] = {}
    default: Any = None
    min: int | None = None
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


class Code(Label):
    """One code of a list. `declined` says why no form takes it; `aliases` are other names in use."""

    code: str = ""
    parent: str | None = None
    aliases: list[str] = []
    declined: Label | None = None


class CodeList(Rule):
    """A list of codes. `includes` takes in other lists whole; an `open` list also takes words it does not know."""

    key: str = Field(alias="list", pattern=KEY)
    title: Label
    basis: list[str] = Field(min_length=1)
    open: bool = False
    includes: list[str] = []
    codes: dict[str, Code] = {}

    @model_validator(mode="after")
    def _codes_know_themselves(self) -> CodeList:
        named = {key: code.model_copy(update={"code": key}) for key, code in self.codes.items()}
        object.__setattr__(self, "codes", named)
        return self

    @cached_property
    def parents(self) -> frozenset[str]:
        """Give the codes that have others below them, which no form takes."""
        return frozenset(code.parent for code in self.codes.values() if code.parent)

    def choices(self) -> list[Code]:
        """Give the codes a form offers: those without children that are not declined."""
        return [
            code
            for key, code in self.codes.items()
            if key not in self.parents and not code.declined
        ]


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
    """Append-only notes under a case; `fields` name fields of the case file."""

    fields: list[str] = []
    amount: str | None = None


class By(Rule):
    """Who may act: a role within a scope, or `auto` (clock, schedule, or a condition)."""

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
    """A photo, file or signature that an action asks for. The value is its tag."""

    photo: str | None = None
    file: str | None = None
    signature: str | None = None
    min: int = 1
    geotag: bool = False
    label: Label | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Evidence:
        if sum(map(bool, (self.photo, self.file, self.signature))) != 1:
            raise Wrong(
                "photo、file、signature 恰好写一个", "give exactly one of photo, file and signature"
            )
        return self

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
    `danger` asks for a second look before sending.
    """

    by: list[By] = Field(min_length=1)
    start: bool = False
    from_: str | list[str] | None = Field(None, alias="from")
    to: str | None = None
    track: dict[str, dict[str, str]] = {}
    participant: dict[str, dict[str, str]] = {}
    invite: dict[str, str] = {}
    entry: str | None = None
    form: list[str] = []
    evidence: list[Evidence] = []
    when: str | None = None
    set_: dict[str, Any] = Field({}, alias="set")
    assign: str | None = None
    decide: str | None = None
    extend: dict[str, str] = {}
    danger: bool = False

    @cached_property
    def fields(self) -> list[str]:
        """Give the names the form asks for, in order, without the mark of the required ones."""
        return [name.rstrip("!") for name in self.form]

    @cached_property
    def required(self) -> set[str]:
        """Give the names that must be filled (`name!` in the file)."""
        return {name[:-1] for name in self.form if name.endswith("!")}


class Clock(Label):
    """A time limit. `budget`: '5 wd' (working minutes/hours/days wm wh wd, calendar cm ch cd) or '=decision'."""

    budget: str
    calendar: str = "office"
    runs_in: list[str] = Field(min_length=1)
    pauses_in: list[str] = []
    keep: bool = False
    amber: int | None = Field(None, ge=1, le=99)
    breach: str | None = None
    main: bool = False
    basis: str | None = None

    @field_validator("budget")
    @classmethod
    def _known_unit(cls, value: str) -> str:
        if not value.startswith("=") and not BUDGET.fullmatch(value):
            raise Wrong(
                f"时限“{value}”写法不对，应为“数 wm|wh|wd|cm|ch|cd”或“=决策表”",
                f"budget {value!r}: write '<n> wm|wh|wd|cm|ch|cd' or '=decision'",
            )
        return value


class Decision(Rule):
    """A decision table. First-hit only so far; cells are S-FEEL unary tests, '-' matches all."""

    hit: Literal["F"]
    in_: list[str] = Field(alias="in", min_length=1)
    out: list[str] = Field(min_length=1)
    rules: list[list[str]] = Field(min_length=1)


class Figure(Label):
    """A figure in short form; `rulebook.counting` expands it to the one predicate tree.

    `count`: 'enter STATE', 'leave STATE' or 'act ACTION', each with an optional ' where GUARD'.
    `stock`: STATE or @group. `sum`: FIELD. `ratio`: [num, den], names of figures of this file,
    each with an optional ' where GUARD'. `once`: count the first such step of a case only.
    """

    count: str | None = None
    stock: str | None = None
    sum: str | None = None
    ratio: list[str] | None = Field(None, min_length=2, max_length=2)
    once: bool = False
    unit: Label | None = None
    decimals: int = 2
    direction: Literal["up", "down", "none"] = "none"

    @model_validator(mode="after")
    def _one_form(self) -> Figure:
        if sum(value is not None for value in (self.count, self.stock, self.sum, self.ratio)) != 1:
            raise Wrong(
                "count、stock、sum、ratio 恰好写一个",
                "give exactly one of count, stock, sum and ratio",
            )
        return self


class Shows(Rule):
    """How a case is shown: list columns, the line that names it, what residents see."""

    title: str | None = None
    category: str | None = None
    place: str | None = None
    columns: list[str] = []
    resident: list[str] = []


class Mechanism(Rule):
    """A rule of the office as data. `basis` is the law or document passage it rests on."""

    mechanism: str = Field(pattern=KEY)
    version: int = Field(ge=1)
    title: Label
    basis: list[str] = Field(min_length=1)
    covers: list[str] = []
    kind: Literal["case", "register"] = "case"
    subject: Literal[
        "office", "area", "estate", "building", "doorway", "dwelling", "facility", "body", "case", "place"
    ]  # fmt: skip
    roles: dict[str, Role]
    fields: dict[str, FieldRule]
    states: dict[str, State]
    groups: dict[str, list[str]] = {}
    tracks: dict[str, Track] = {}
    participants: dict[str, Participants] = {}
    entries: dict[str, Entries] = {}
    actions: dict[str, Action]
    clocks: dict[str, Clock] = {}
    decisions: dict[str, Decision] = {}
    figures: dict[str, Figure] = {}
    shows: Shows = Shows()

    def __hash__(self) -> int:
        return hash((self.mechanism, self.version))

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

    def starts(self) -> list[str]:
        """Give the actions that open a case."""
        return [key for key, action in self.actions.items() if action.start]
