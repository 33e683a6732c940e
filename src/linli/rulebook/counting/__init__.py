"""Figures in short form, expanded to the one predicate tree that is executed and put into words."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from linli.rulebook.counting.conditions import event, predicate, states, written_by
from linli.rulebook.counting.sentences import sentence
from linli.rulebook.counting.shares import is_part
from linli.rulebook.counting.trees import (
    TRUE,
    Counted,
    FigureRefused,
    FigureTree,
    Mode,
    Predicate,
    Rollup,
    Side,
    Span,
)
from linli.rulebook.lasting.beside import Duration
from linli.rulebook.mechanism import Figure, Label, Mechanism

__all__ = [
    "TRUE",
    "Counted",
    "FigureRefused",
    "FigureTree",
    "Predicate",
    "Side",
    "Span",
    "added_up",
    "both",
    "expand",
    "predicate",
    "rollups",
    "sentence",
    "span_of",
]
SUMMED = ("int", "number", "money")
SECONDS = {"minute": 60, "hour": 3600, "day": 86400}


def expand(mechanism: Mechanism, name: str) -> FigureTree:
    """Give the tree of a figure of this mechanism. Raises FigureRefused, naming the part that is wrong."""
    figure = mechanism.figures.get(name)
    if figure is None:
        raise FigureRefused(f"没有名为“{name}”的数", f"there is no figure {name!r}")
    num, den = _parts(mechanism, name, figure)
    mode = _mode(name, figure, num, den)
    if mode == "cohort" and den is not None:
        num, den = cohort(num, den)
    give = None if figure.duration is None else given(figure.duration.give)
    org, time = rollups(num, has_den=den is not None, give=give)
    return FigureTree(
        key=f"{mechanism.mechanism}.{name}",
        label=Label(zh=figure.zh, en=figure.en),
        mode=mode,
        num=(num,),
        den=None if den is None else (den,),
        unit=figure.unit,
        decimals=figure.decimals,
        direction=figure.direction,
        rounding=figure.rounding,
        missing=figure.missing,
        give=give,
        org_rollup=org,
        time_rollup=time,
    )


def cohort(num: Counted, den: Counted) -> tuple[Counted, Counted]:
    """Give both sides of a cohort: of those that `den` counts, those to whom `num` had happened when read."""
    den = replace(den, asof="reading")
    reached: Predicate = num.where if num.entity == "case" else ("exists", num.where)
    return replace(den, where=both(den.where, reached)), den


def rollups(num: Counted, *, has_den: bool, give: str | int | None = None) -> tuple[Rollup, Rollup]:
    """Give how a figure is put together over places and over times, if it can be."""
    if isinstance(give, int):
        return "none", "none"
    if num.last:
        return ("ratio_of_sums", "none") if has_den else ("sum", "last")
    if has_den or give:
        return (
            "ratio_of_sums",
            "none" if num.distinct or num.basis == "period_end" else "ratio_of_sums",
        )
    if num.basis == "period_end":
        return "sum", "last"
    return "sum", "distinct" if num.distinct else "sum"


def given(text: str) -> Literal["mean"] | int:
    """Give what is told of durations: 'mean', or the number of the percentile."""
    return "mean" if text == "mean" else int(text[1:])


def span_of(mechanism: Mechanism, duration: Duration) -> tuple[Predicate, Span]:
    """Give the event that ends a duration, and how it is measured."""
    since, until = event(mechanism, duration.since), event(mechanism, duration.until)
    return until, Span(since, SECONDS[duration.count_in])


def _mode(name: str, figure: Figure, num: Counted, den: Counted | None) -> Mode:
    """Give the mode that the short form says, or the one that its kind has; refuse to guess.

    A ratio of happenings whose numerator is no part of its denominator looks at what became of those that the
    denominator counts: what was closed in a month over what came in during it would exceed 100 %.
    """
    if figure.mode is not None:
        return figure.mode
    if den is not None and _is_of_cases(num, den) and not is_part(num, den):
        return "cohort"
    kinds = {side.basis == "period_end" for side in (num, den) if side is not None}
    if len(kinds) > 1:
        raise FigureRefused(
            f"比率“{name}”一边是期内发生数、一边是期末存量，请写明 mode: flow",
            f"ratio {name!r} holds what happened in the period against a stock at its end: say mode: flow",
        )
    return "stock" if kinds == {True} else "flow"


def _is_of_cases(num: Counted, den: Counted) -> bool:
    """Say whether both sides count happenings, the denominator each case once."""
    return num.entity == den.entity == "step" and den.once and num.total is den.total is None


def _parts(mechanism: Mechanism, name: str, figure: Figure) -> tuple[Counted, Counted | None]:
    key = mechanism.mechanism
    if figure.ratio is not None:
        num, den = (_named(mechanism, name, part) for part in figure.ratio)
        return num, den
    if figure.duration is not None:
        until, span = span_of(mechanism, figure.duration)
        return Counted("step", until, once=figure.once, mechanism=key, span=span), None
    if figure.stock is not None:
        return _stock(mechanism, figure.stock, figure.sum), None
    happened = figure.count or figure.distinct
    if figure.sum is not None and happened is None:
        text, condition = _divided(figure.sum)
        noted = mechanism.entries[text].fields if text in mechanism.entries else []
        return _sum(mechanism, text, predicate(mechanism, condition, noted)), None
    text, condition = _divided(happened or "")
    is_each = not figure.once and figure.distinct is None
    told = written_by(mechanism, text, is_each=is_each)
    where = both(event(mechanism, text), predicate(mechanism, condition, told))
    total = added_up(mechanism, figure.sum)
    counted = Counted(
        "step",
        where,
        once=figure.once,
        total=total,
        distinct=figure.distinct is not None,
        mechanism=key,
        own=is_each and total in told,
    )
    return counted, None


def _stock(mechanism: Mechanism, stock: str, total: str | None) -> Counted:
    text, condition = _divided(stock)
    where: Predicate = ("in", "state", states(mechanism, text))
    where = both(where, predicate(mechanism, condition))
    return Counted(
        "case",
        where,
        total=added_up(mechanism, total),
        mechanism=mechanism.mechanism,
        basis="period_end",
    )


def added_up(mechanism: Mechanism, total: str | None) -> str | None:
    """Give the name of a number field that is added up over what is counted; refuse any other."""
    field = mechanism.fields.get(total or "")
    if total and (field is None or field.is_sealed or field.type not in SUMMED):
        raise FigureRefused(
            f"“{total}”不是可以相加的数字字段", f"{total!r} is no number field that can be added up"
        )
    return total


def _named(mechanism: Mechanism, name: str, part: str) -> Counted:
    other, condition = _divided(part)
    figure = mechanism.figures.get(other)
    if figure is None or figure.ratio or figure.duration or other == name:
        raise FigureRefused(
            f"比率“{name}”用到的“{other}”不是本机制的计数",
            f"ratio {name!r} names {other!r}, which is no count of this mechanism",
        )
    counted, _ = _parts(mechanism, other, figure)
    text, _ = _divided(figure.count or figure.distinct or "")
    is_each = not figure.once and figure.distinct is None
    told = written_by(mechanism, text, is_each=is_each) if text else frozenset[str]()
    where = both(counted.where, predicate(mechanism, condition, told))
    return replace(counted, where=where)


def _divided(text: str) -> tuple[str, str]:
    head, _, condition = text.partition(" where ")
    return head.strip(), condition.strip()


def both(*parts: Predicate) -> Predicate:
    """Give the predicate that holds where all of these hold."""
    kept = [part for part in parts if part != TRUE]
    return kept[0] if len(kept) == 1 else ("and", *kept)


def _sum(mechanism: Mechanism, text: str, condition: Predicate) -> Counted:
    entries = mechanism.entries.get(text)
    if entries is None or entries.amount is None:
        raise FigureRefused(
            f"“{text}”不是带金额的记录", f"{text!r} names no entries that carry an amount"
        )
    where = both(("entry", text), condition)
    return Counted("entry", where, total=entries.amount, mechanism=mechanism.mechanism)
