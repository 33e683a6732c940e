"""Growth and decline: bases recompute, directions agree, percentage points are not per cent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from linli.reports.checking.findings import Finding, Said, shown
from linli.reports.checking.numbers import Number
from linli.reports.checking.reckoning.bases import (
    DOWN,
    UP,
    Grown,
    from_to,
    grown_by,
    how_many,
    times_of,
    turned_round,
)
from linli.reports.checking.texts import Sentence, Text

ANY = re.compile(f"{UP.pattern}|{DOWN.pattern}")
ON_BASE = re.compile(r"基础上[^，,]{0,6}(?:增长|提升|提高|增加)$")
PER_CENT_MOST = Fraction(100)
RATE_WORD = re.compile(r"率|占比|比重|比例|占")


def growth(text: Text) -> Iterator[Finding]:
    """Give changes that their own bases refute, and rates whose change is said in the wrong measure."""
    for sentence in text.sentences:
        yield from filter(None, (turned_round(sentence), times_of(sentence), how_many(sentence)))
        for place, change in enumerate(sentence.numbers):
            if change.kind == "rate" and ANY.search(change.label):
                yield from _per_cent(sentence, place, change)
            elif change.kind == "points":
                yield from _points(sentence, place, change)


def _per_cent(sentence: Sentence, place: int, change: Number) -> Iterator[Finding]:
    before = sentence.numbers[:place]
    pair = from_to(sentence, before)
    if pair and pair[0].kind == "rate":
        yield from _difference(sentence, change, *pair)
    elif (grown := grown_by(sentence, place)) is not None:
        yield from _recomputed(sentence, change, grown)
    elif before and before[-1].kind == "rate" and not ANY.search(before[-1].label):
        yield from _of_a_rate(sentence, before[-1], change)
    if DOWN.search(change.label) and change.value > PER_CENT_MOST:
        yield Finding(
            "growth", "wrong", sentence.line, sentence.words,
            Said("减少不可能超过100%。", "Nothing falls by more than 100%."), f"{change.text} > 100%",
        )  # fmt: skip
    if ON_BASE.search(change.label):
        yield from _base_unsaid(sentence, place, change)


def _recomputed(sentence: Sentence, change: Number, grown: Grown) -> Iterator[Finding]:
    low, high = change.bounds
    if low is None or high is None:
        return
    if DOWN.search(change.label):
        low, high = -high, -low
    if low <= grown.most and high >= grown.least:
        return
    yield Finding(
        "growth", "wrong", sentence.line, sentence.words,
        Said(f"“{change.text}”与前后两个数算出来的不符。", f"{change.text} is not what the two numbers give."),
        grown.arithmetic,
    )  # fmt: skip


def _difference(
    sentence: Sentence, change: Number, first: Number, last: Number
) -> Iterator[Finding]:
    points, share = last.value - first.value, (last.value - first.value) / first.value * 100
    if abs(abs(points) - change.value) <= change.step / 2:
        yield Finding(
            "pp", "question", sentence.line, sentence.words,
            Said("两个比率相减，应写“个百分点”。", "The difference of two rates is said in percentage points."),
            f"{last.text} - {first.text} = {shown(points)}",
        )  # fmt: skip
    elif abs(abs(share) - change.value) > change.step / 2:
        yield Finding(
            "growth", "wrong", sentence.line, sentence.words,
            Said("变化幅度与两个比率不符。", "The change is not what the two rates give."),
            f"{last.text} - {first.text} = {shown(points)}; {shown(share)}%",
        )  # fmt: skip


def _of_a_rate(sentence: Sentence, rate: Number, change: Number) -> Iterator[Finding]:
    gap = sentence.words[rate.end : change.start]
    if RATE_WORD.search(rate.label) and re.search(r"同比|环比|比|较", gap) and "。" not in gap:
        yield Finding(
            "pp", "question", sentence.line, sentence.words,
            Said(
                f"比率{rate.text}的变化“{change.text}”是百分之几，还是几个百分点？请写明。",
                f"The rate {rate.text} changed by {change.text}: per cent or percentage points? Say which.",
            ),
            f"{shown(rate.value)} / (1 + {shown(change.value)}%) or {shown(rate.value)} - {shown(change.value)}",
        )  # fmt: skip


def _points(sentence: Sentence, place: int, change: Number) -> Iterator[Finding]:
    before = sentence.numbers[:place]
    pair = from_to(sentence, before)
    if pair and pair[0].kind == "rate":
        points = pair[1].value - pair[0].value
        if abs(abs(points) - change.value) > change.step / 2:
            yield Finding(
                "pp", "wrong", sentence.line, sentence.words,
                Said("百分点之差与两个比率不符。", "The points are not the difference of the two rates."),
                f"{pair[1].text} - {pair[0].text} = {shown(points)}",
            )  # fmt: skip
        return
    near = [n for n in before if n.end > change.start - 30]
    rated = any(n.kind == "rate" for n in before) or RATE_WORD.search(
        sentence.words[: change.start]
    )
    if near and not rated and not re.search(r"度|指数|水平", sentence.words[: change.start]):
        yield Finding(
            "pp", "wrong", sentence.line, sentence.words,
            Said("数量的变化不能用百分点表示。", "A count does not change by percentage points."),
            f"{near[-1].text}, {change.text}",
        )  # fmt: skip


def _base_unsaid(sentence: Sentence, place: int, change: Number) -> Iterator[Finding]:
    after = [n for n in sentence.numbers[place + 1 :] if n.kind == "count" and n.step == 1]
    before = [n for n in sentence.numbers[:place] if n.kind == "count"]
    if not after or before:
        return
    base = after[0].value / (1 + change.value / 100)
    if base.denominator != 1:
        yield Finding(
            "growth", "question", sentence.line, sentence.words,
            Said("没有写出增长的基数，倒算也不是整数。", "The base of the growth is not given, and working back gives no whole number."),
            f"{shown(after[0].value)} / (1 + {shown(change.value)}%) = {shown(base, 1)}",
        )  # fmt: skip
