"""Means: a total over a count, over the days or months of a year, over some years, over an area."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from linli.reports.checking.findings import Finding, Said, shown
from linli.reports.checking.numbers import Number, chinese
from linli.reports.checking.texts import Sentence, Text

AVERAGE = re.compile(
    r"(户|人|家|个|台|件|案|次|场|月|日|天)均|平均每(户|人|家|个|台|件|次|场|月|日|天)"
)
TOTAL_OF_CASES = {"案": ("起", "件", "宗")}
YEARLY = re.compile(r"年均|平均每年|每年平均")
SPANS = re.compile(
    r"(?:近|过去|这|前|后)?([两二三四五六七八九十]|\d{1,2})年(?:来|间|内|里|累计|共|合计)"
)
PLAN = re.compile(r"[“\"]?[一二三四十]五[”\"]?(?:规划)?(?:期间|时期|期内|以来)")
PLAN_YEARS = 5
OF_A_YEAR = re.compile(r"全年|年度|(?:19|20)\d{2}年(?!以来|来)")
IN_A_YEAR = {
    "日": ((Fraction(364), Fraction(366)), (Fraction(240), Fraction(260))),
    "天": ((Fraction(364), Fraction(366)), (Fraction(240), Fraction(260))),
    "月": ((Fraction(12), Fraction(12)),),
}
ON_A_RATE = re.compile(r"增长|增速|递增|下降|浓度")
PER = re.compile(r"^\s*[/每]\s*(平方公里|平方米|公顷|亩)")


def means(text: Text) -> Iterator[Finding]:
    """Give means that their own totals and counts refute."""
    for sentence in text.sentences:
        for place, mean in enumerate(sentence.numbers):
            if mean.kind in ("rate", "points"):
                continue
            before = sentence.numbers[:place]
            yield from _over_a_count(sentence, mean, before)
            yield from _over_years(sentence, mean, before)
            yield from _over_a_year(sentence, mean, before)
            yield from _over_an_area(sentence, mean, before)


def _over_a_count(sentence: Sentence, mean: Number, before: list[Number]) -> Iterator[Finding]:
    per = _per(sentence, mean)
    units = TOTAL_OF_CASES.get(per, (per,))
    bases = [n for n in before if n.unit in units and n.kind == "count" and n.value > 1]
    totals = [n for n in _totals(mean, before) if n not in bases]
    if not per or not bases or len(totals) != 1 or any(fits(totals[0], b, mean) for b in bases):
        return
    base, total = bases[-1], totals[0]
    yield _finding(
        sentence, mean, f"{total.text} / {shown(base.value)}{base.unit} = {shown(total.value / base.value)}",
        "总数除以个数", "The total over the count", is_sure=not (mean.signs or base.signs),
    )  # fmt: skip


def _over_years(sentence: Sentence, mean: Number, before: list[Number]) -> Iterator[Finding]:
    if not YEARLY.search(_here(sentence, mean)) or ON_A_RATE.search(_here(sentence, mean)):
        return
    head = sentence.words[: mean.start]
    span, totals = SPANS.search(head), _totals(mean, before)
    years = _count(span[1]) if span else (PLAN_YEARS if PLAN.search(head) else 0)
    if len(totals) != 1 or years < 2 or _fits_between(totals[0], mean, years, years):  # noqa: PLR2004
        return
    yield _finding(
        sentence, mean, f"{totals[0].text} / {years} = {shown(totals[0].value / years)}",
        "累计数除以年数", "The total over the years", is_sure=False,
    )  # fmt: skip


def _over_a_year(sentence: Sentence, mean: Number, before: list[Number]) -> Iterator[Finding]:
    spans, totals = IN_A_YEAR.get(_per(sentence, mean)), _totals(mean, before)
    if spans is None or len(totals) != 1 or not OF_A_YEAR.search(sentence.words[: mean.start]):
        return
    total = totals[0]
    if any(_fits_between(total, mean, least, most) for least, most in spans):
        return
    days = 365 if len(spans) > 1 else 12
    yield _finding(
        sentence, mean, f"{total.text} / {days} = {shown(total.value / days)}",
        "全年数除以天数或月数", "The year's total over its days or months", is_sure=False,
    )  # fmt: skip


def _over_an_area(sentence: Sentence, mean: Number, before: list[Number]) -> Iterator[Finding]:
    per = PER.match(sentence.words[mean.end :])
    if per is None:
        return
    bases = [n for n in before if n.unit == per[1]]
    totals = [n for n in before if n.unit == mean.unit and n.kind == mean.kind]
    if not bases or not totals or any(fits(t, b, mean) for t in totals for b in bases):
        return
    total, base = totals[-1], bases[-1]
    yield _finding(
        sentence, mean, f"{total.text} / {base.text} = {shown(total.value / base.value)}",
        "总数除以面积", "The total over the area", is_sure=len(totals) == len(bases) == 1,
    )  # fmt: skip


def _per(sentence: Sentence, mean: Number) -> str:
    found = AVERAGE.search(_here(sentence, mean))
    return (found[1] or found[2]) if found else ""


def _here(sentence: Sentence, number: Number) -> str:
    """Give the clause of a number, and the one before it when there is no number between."""
    clauses = re.split(r"[，,；;。]", sentence.words[: number.start])[-2:]
    return "，".join(clauses) if not re.search(r"\d", clauses[0]) else clauses[-1]


def _totals(mean: Number, before: list[Number]) -> list[Number]:
    alike = [n for n in before if n.unit == mean.unit and n.step >= 1 and n.value > mean.value]
    return [n for n in alike if not AVERAGE.search(n.label)]


def _count(word: str) -> int:
    return int(word) if word.isdecimal() else (2 if word == "两" else chinese(word) or 0)


def _fits_between(total: Number, mean: Number, least: Fraction | int, most: Fraction | int) -> bool:
    """Say whether the total over so many, from least to most, can be the mean as printed."""
    (low, high), (under, over) = mean.bounds, total.bounds
    if low is None or high is None or under is None or over is None:
        return True
    return under / most <= high and over / least >= low


def fits(total: Number, base: Number, mean: Number) -> bool:
    """Say whether a total over a base can be the mean as printed, with the room that both leave."""
    low, high = mean.bounds
    if (
        "以上" in mean.signs or "以下" in mean.signs
    ):  # a bound speaks of the number as it is printed
        value = total.value / base.value
        return (low is None or value >= low) and (high is None or value <= high)
    least, most = base.bounds
    if least is None or most is None or least <= 0:
        return True
    return _fits_between(total, mean, least, most)


def _finding(
    sentence: Sentence, mean: Number, arithmetic: str, zh: str, en: str, *, is_sure: bool
) -> Finding:
    return Finding(
        "ratio", "wrong" if is_sure else "question", sentence.line, sentence.words,
        Said(f"{zh}，得不出“{mean.text}”。", f"{en} does not give {mean.text}."),
        f"{arithmetic}, {mean.text}",
    )  # fmt: skip
