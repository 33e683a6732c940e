"""Figures defined on their own, as files: what they count over one or more mechanisms, and toy cases that prove it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field, model_validator

from linli.rulebook.counting import added_up, both, cohort, expand, given, rollups, span_of
from linli.rulebook.counting.reading import entries_named, read_predicate
from linli.rulebook.counting.trees import (
    Counted,
    Entity,
    FigureRefused,
    FigureTree,
    Predicate,
    Rollup,
    Side,
)
from linli.rulebook.labels import KEY, Label, Rule, Wrong
from linli.rulebook.lasting.beside import Duration
from linli.rulebook.mechanism import Mechanism

MOMENTS = ("happened", "opened", "closed", "period_end")
ENTITIES: Mapping[str, Entity] = {"steps": "step", "cases": "case", "entries": "entry"}
BRIDGED = re.compile(r"-?[0-9]+(\.[0-9]+)?%?")


class ToyStep(Rule):
    """One step of a toy case. `at` is local time of Shanghai."""

    act: str
    at: datetime | date
    to: str | None = None
    values: dict[str, Any] = {}
    entry: str | None = None


class ToyClock(Rule):
    """How a clock of a toy case went."""

    ended: datetime | date | None = None
    breached: datetime | date | None = None


class ToyCase(Rule):
    """One case to count: its mechanism (the first counted unless said), where it came from, its steps and clocks."""

    mechanism: str | None = None
    source: str = ""
    steps: list[ToyStep] = Field(min_length=1)
    clocks: dict[str, ToyClock] = {}


class Expected(Rule):
    """What a figure comes to over the toy cases in a period, read as of a moment if one is given."""

    period: str
    as_of: datetime | date | None = None
    num: Decimal
    den: Decimal | None = None
    printed: str | None = None


class ToyTest(Rule):
    """Toy cases, and what must come out over one period or more."""

    cases: list[ToyCase]
    expect: list[Expected] = Field(min_length=1)


class Superseding(Rule):
    """Which version this one takes the place of, and why; the values of both where they cannot be compared."""

    version: int = Field(ge=1)
    on: date
    reason: Label
    comparable: bool
    bridge: dict[str, dict[Literal["old", "new"], str]] = {}

    @model_validator(mode="after")
    def _bridged(self) -> Superseding:
        if not self.comparable and not self.bridge:
            raise Wrong(
                "不可比的新版本要写 bridge：至少一个时段的新旧两个值",
                "a version that cannot be compared needs a bridge: old and new value of one period at least",
            )
        for text in (text for pair in self.bridge.values() for text in pair.values()):
            if not BRIDGED.fullmatch(text):
                raise Wrong(f"“{text}”不是一个数", f"{text!r} is no number")
        return self


class FigureDefinition(Rule):
    """A figure as a file. Exactly one of `num`, `duration`, `ratio` and `of` says what it is made of."""

    figure: str = Field(pattern=KEY)
    version: int = Field(1, ge=1)
    title: Label
    source: list[str] = Field(min_length=1)
    note: Label | None = None
    over: list[str] = []
    counts: Literal["steps", "cases", "entries"] = "steps"
    basis: str | None = None
    mode: Literal["flow", "cohort", "stock"] | None = None
    asof: Literal["period_end", "reading"] = "reading"
    num: list[Any] | None = None
    den: list[Any] | None = None
    once: bool = False
    distinct: bool = False
    total: str | None = None
    den_total: str | None = None
    quotient: bool = False
    last: bool = False
    expires: str | None = None
    needs_record: bool = False
    duration: Duration | None = None
    ratio: list[str] | None = Field(None, min_length=2, max_length=2)
    of: str | None = None
    span: Literal["year_to_date"] | None = None
    change: Literal["year_on_year"] | None = None
    unit: Label | None = None
    decimals: int | None = Field(None, ge=0, le=6)
    rounding: Literal["half_up", "half_even"] = "half_up"
    missing: Literal["no_data", "zero", "carry_forward"] | None = None
    carry: int = Field(0, ge=0, le=12)
    small: int = Field(0, ge=0)
    direction: Literal["up", "down", "none"] = "none"
    org_rollup: Rollup | None = None
    time_rollup: Rollup | None = None
    responsible: Label | None = None
    supersedes: Superseding | None = None
    tests: list[ToyTest] = Field(min_length=1)

    @model_validator(mode="after")
    def _whole(self) -> FigureDefinition:
        made = (self.num, self.duration, self.ratio, self.of)
        if sum(one is not None for one in made) != 1:
            raise Wrong(
                "num、duration、ratio、of 恰好写一个",
                "give exactly one of num, duration, ratio and of",
            )
        counted = self.num is not None or self.duration is not None
        if counted and not (self.over and self.basis and self.mode and self.missing):
            raise Wrong(
                "over、basis（按哪个日期）、mode（批次、流量或存量）、missing（缺数如何）都要写明",
                "say over, basis (which date), mode (cohort, flow or stock) and missing (what no data is)",
            )
        if (self.missing == "carry_forward") is not bool(self.carry):
            raise Wrong(
                "carry 与 missing: carry_forward 要同时写", "carry goes with missing: carry_forward"
            )
        if counted and (self.mode == "stock") is not (self.basis == "period_end" or self.last):
            raise Wrong(
                "存量的 basis 是 period_end，或写明 last（取最后一个值）",
                "a stock has the basis period_end, and only it, or takes the last value by a date",
            )
        if self.last is not (self.expires is not None) or (self.last and self.total is None):
            raise Wrong("last、expires、total 要同时写", "last goes with expires and total")
        if self.mode == "cohort" and self.den is None:
            raise Wrong("cohort 要写 den：看的是哪一批", "a cohort needs den: those looked at")
        if self.supersedes is not None and self.supersedes.version >= self.version:
            raise Wrong("被取代的版本应更早", "a version supersedes an earlier one")
        return self


def tree_of(
    definitions: Mapping[str, FigureDefinition], key: str, mechanisms: Mapping[str, Mechanism]
) -> FigureTree:
    """Give the tree of a figure defined on its own. Raises FigureRefused, naming the part that is wrong."""
    return _tree(definitions, key, mechanisms, ())


def _tree(
    definitions: Mapping[str, FigureDefinition],
    key: str,
    mechanisms: Mapping[str, Mechanism],
    seen: Sequence[str],
) -> FigureTree:
    if key in seen:
        raise FigureRefused(f"“{key}”用到了自己", f"{key!r} is made of itself")
    d = definitions[key]

    def other(named: str) -> FigureTree:
        owner, dot, name = named.partition(".")
        if dot and owner in mechanisms:
            return expand(mechanisms[owner], name)
        if named not in definitions:
            raise FigureRefused(f"没有“{named}”这个数", f"there is no figure {named!r}")
        return _tree(definitions, named, mechanisms, (*seen, key))

    tree = _made(d, mechanisms) if d.of is None and d.ratio is None else _derived(d, other)
    has_den = tree.den is not None
    org, time = rollups(tree.num[0], has_den=has_den, give=tree.give)
    if d.change is not None or d.span is not None or tree.change or tree.until_now:
        org, time = ("none" if d.change or tree.change else org), "none"
    return replace(
        tree,
        key=key,
        label=d.title,
        version=d.version,
        **_broken(d, tree),
        until_now=tree.until_now or d.span is not None,
        change=tree.change or d.change is not None,
        org_rollup=_declared(d.org_rollup, org),
        time_rollup=_declared(d.time_rollup, time),
        **_printing(d, tree),
    )


def _printing(d: FigureDefinition, tree: FigureTree) -> dict[str, Any]:
    return {
        "unit": d.unit or (None if d.change else tree.unit),
        "decimals": tree.decimals if d.decimals is None else d.decimals,
        "rounding": d.rounding,
        "missing": d.missing or tree.missing,
        "carry": d.carry or tree.carry,
        "small": d.small or tree.small,
        "is_quotient": d.quotient or tree.is_quotient,
        "direction": d.direction,
    }


def _broken(d: FigureDefinition, tree: FigureTree) -> dict[str, Any]:
    """Give since when the figure is counted so that nothing before compares, and what bridges it: its own break, or that of what it is made of."""
    old = d.supersedes
    if old is None or old.comparable:
        return {"broken_on": tree.broken_on, "bridge": tree.bridge}
    bridge = {
        period: Decimal(pair["new"].rstrip("%"))
        for period, pair in old.bridge.items()
        if "new" in pair
    }
    return {"broken_on": old.on, "bridge": tuple(sorted(bridge.items()))}


def _declared(declared: Rollup | None, possible: Rollup) -> Rollup:
    """Give the roll-up declared; refuse one that would not give the figure back. 'max' and 'last' choose, 'none' is less."""
    if declared is None or declared == possible:
        return possible
    if declared == "none" or {declared, possible} <= {"last", "max"}:
        return declared
    raise FigureRefused(
        f"这个数不能按“{declared}”汇总，只能按“{possible}”",
        f"this figure cannot be rolled up by {declared!r}, only by {possible!r}",
    )


def _derived(d: FigureDefinition, other: Callable[[str], FigureTree]) -> FigureTree:
    if d.of is not None:
        tree = other(d.of)
        if d.span and tree.change:
            raise FigureRefused(
                "先累计、后同比：span 不能写在同比之上",
                "first to date, then year on year: not the other way",
            )
        return tree
    assert d.ratio is not None
    num, den = (other(named) for named in d.ratio)
    if num.den or den.den or num.give or den.give or num.change or den.change:
        raise FigureRefused(
            "比率的两边应是计数、合计或存量", "both sides of a ratio are counts, sums or stocks"
        )
    if d.mode is None and num.mode != den.mode:
        raise FigureRefused(
            "两边口径不同，请写明 mode", "the sides differ in mode: say which it is"
        )
    return replace(num, den=den.num, mode=d.mode or num.mode, missing=d.missing or "no_data")


def _made(d: FigureDefinition, mechanisms: Mapping[str, Mechanism]) -> FigureTree:
    unknown = [key for key in d.over if key not in mechanisms]
    if unknown:
        raise FigureRefused(f"没有机制“{unknown[0]}”", f"there is no mechanism {unknown[0]!r}")
    pairs = [_sides(d, mechanisms[key]) for key in d.over]
    nums: Side = tuple(num for num, _ in pairs)
    dens: Side = tuple(den for _, den in pairs if den is not None)
    assert d.mode is not None
    return FigureTree(
        d.figure, d.title, d.mode, nums, dens or None,
        give=None if d.duration is None else given(d.duration.give),
    )  # fmt: skip


def _sides(d: FigureDefinition, mechanism: Mechanism) -> tuple[Counted, Counted | None]:
    key, basis = mechanism.mechanism, _basis(d, mechanism)
    if d.duration is not None:
        until, span = span_of(mechanism, d.duration)
        return Counted("step", until, once=d.once, mechanism=key, span=span, basis=basis), None
    entity = ENTITIES[d.counts]
    num, den = _counted(d, d.num, mechanism, basis, entity), None
    if d.den is not None:
        of_den = d if d.den_total is None else d.model_copy(update={"total": d.den_total})
        den = _counted(of_den, d.den, mechanism, basis, entity)
    if d.mode == "cohort" and den is not None:
        num, den = cohort(num, den)
        return replace(num, asof=d.asof), replace(den, asof=d.asof)
    return num, den


def _counted(
    d: FigureDefinition, tree: Any, mechanism: Mechanism, basis: str, entity: Entity
) -> Counted:
    where: Predicate = read_predicate(mechanism, tree)
    total = added_up(mechanism, d.total)
    if d.expires is not None:
        dated(mechanism, d.expires)
    if entity == "entry":
        named = entries_named(where)
        total = mechanism.entries[named].amount if named else None
        if total is None:
            raise FigureRefused(
                "entries 要用 [entry, 名称] 指明带金额的记录",
                "entries need [entry, NAME] of a kind with an amount",
            )
    return Counted(
        entity, both(where), once=d.once, total=total, distinct=d.distinct, mechanism=mechanism.mechanism,
        basis=basis, asof=d.asof if entity == "case" else "event", last=d.last, expires=d.expires,
        needed=d.last or d.needs_record,
    )  # fmt: skip


def _basis(d: FigureDefinition, mechanism: Mechanism) -> str:
    basis = d.basis or "happened"
    if basis in MOMENTS:
        if (basis == "happened") is (d.counts == "cases" and d.duration is None):
            raise FigureRefused(
                "步骤和记录按 happened 计，事项按 opened、closed、period_end 或日期字段计",
                "steps and entries go by 'happened', cases by opened, closed, period_end or a date field",
            )
        return basis
    if d.counts != "cases":
        raise FigureRefused("按日期字段计的是事项", "only cases go by a date field")
    return f"values.{dated(mechanism, basis)}"


def dated(mechanism: Mechanism, name: str) -> str:
    """Give the name of a date field of the cases; refuse any other."""
    field = mechanism.fields.get(name)
    if field is None or field.is_sealed or field.type not in ("date", "moment"):
        raise FigureRefused(
            f"“{name}”不是事项的日期字段", f"{name!r} is no date field of the cases"
        )
    return name
