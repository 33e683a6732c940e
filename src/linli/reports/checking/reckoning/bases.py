"""Changes against the base that the text gives: last year's number, how many more, two years side by side, times."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from fractions import Fraction

from linli.reports.checking.findings import Finding, Said, shown
from linli.reports.checking.numbers import Interval, Number, chinese
from linli.reports.checking.texts import Sentence

UP = re.compile(r"增长|增加|增收|上升|提高|提升|增幅|增速|上涨|升幅|涨幅")
DOWN = re.compile(r"下降|减少|减收|降低|下跌|回落|降幅|减幅|跌幅|缩减|压减")
# What grows at constant prices or over another circle is not the quotient of the printed amounts.
OTHERWISE = re.compile(
    r"生产总值|GDP|增加值|产值|可比|同口径|同比口径|剔除|扣除|不变价|实际增长|还原"
)
LAST = r"(?:上一?年|去年|前年|上期|上季度|上月|\d{4}年)(?:度|同期|同月|末|底)?(?:实际|全年)?"
ON_LAST = re.compile(rf"(?:比|较|同比){LAST}的?$")
MORE = re.compile(
    r"^(?:(?:同比|环比|(?:比|较|与)[^比较，,]{1,10}?)(?:相比)?)?净?(?P<word>增加|增长|增收|多|上升|提高|减少|下降|降低|减收|少)了?$"
)
FROM_TO = re.compile(r"(?:由|从)[^由从]*$")
BETWEEN = re.compile(
    r"(?P<word>[\u4e00-\u9fff]{2})(?:到|至|为)了?(?:\d{4}年(?:末|底)?(?:的|度)?)?$"
)
YEAR = re.compile(r"(\d{4})年")
SIDE_BY_SIDE = re.compile(r"^[，,；;]\s*(?:同比|比上年|较上年|比去年|较去年)")
TIMES = re.compile(
    r"(?:增长|增加|提高|提升|上升)了?(?P<rough>近|约|超过?)?(?P<times>[一两二三四五六七八九]|\d+(?:\.\d+)?)倍|翻了?(?P<near>近)?(?P<folds>[一两二三])番"
)
SURE_SLACK, ROUGH_SLACK = Fraction(15, 100), Fraction(35, 100)


@dataclass(frozen=True)
class Grown:
    """What a change stands on: the numbers printed, and the share of the base in per cent that they allow."""

    arithmetic: str
    least: Fraction
    most: Fraction


def grown_by(sentence: Sentence, place: int) -> Grown | None:
    """Give what the per cent at this place among a sentence's numbers must be, when the text gives its base."""
    before, change = sentence.numbers[:place], sentence.numbers[place]
    if OTHERWISE.search(sentence.words):
        return None
    pair = from_to(sentence, before) or _on_last(before) or _years(sentence, before, change)
    if pair:
        return _over(*pair)
    return _more(before)


def from_to(sentence: Sentence, before: list[Number]) -> tuple[Number, Number] | None:
    """Give (first, last) of 'from A … to B' among these numbers."""
    for first, last in itertools.pairwise(before):
        if first.kind == last.kind and first.unit == last.unit and FROM_TO.search(first.label):
            between = BETWEEN.search(sentence.words[first.end : last.start])
            if between and (UP.search(between["word"]) or DOWN.search(between["word"])):
                return first, last
    return None


def turned_round(sentence: Sentence) -> Finding | None:
    """Find 'falls from A to B' where B is larger, or 'grows' where it is smaller, and no change is said."""
    pair = from_to(sentence, sentence.numbers)
    if pair is None or any(
        n.kind in ("rate", "points") and n.start > pair[1].end for n in sentence.numbers
    ):
        return None
    first, last = pair
    is_down = bool(DOWN.search(sentence.words[first.end : last.start]))
    low, high = (first, last) if is_down else (last, first)
    if _surely_less(low, high):
        return _wrong(
            sentence,
            "方向与前后两个数相反。",
            "The numbers go the other way.",
            f"{first.text} → {last.text}",
        )
    return None


def how_many(sentence: Sentence) -> Finding | None:
    """Find 'from A to B, N more' where N is not the difference."""
    for place, more in enumerate(sentence.numbers):
        before = sentence.numbers[:place]
        pair = MORE.match(more.label) and (from_to(sentence, before[-2:]) or _on_last(before[-2:]))
        if not pair or not more.is_like(pair[0]) or OTHERWISE.search(sentence.words):
            continue
        (b0, b1), (n0, n1), (m0, m1) = pair[0].bounds, pair[1].bounds, more.bounds
        if b0 is None or b1 is None or n0 is None or n1 is None or m0 is None or m1 is None:
            continue
        least, most = (n0 - b1, n1 - b0) if n0 >= b0 else (b0 - n1, b1 - n0)
        if m1 < least or m0 > most:
            return _wrong(
                sentence, f"“{more.text}”不是前后两个数之差。", f"{more.text} is not the difference of the two numbers.",
                f"{pair[1].text} - {pair[0].text} = {shown(pair[1].value - pair[0].value)}",
            )  # fmt: skip
    return None


def times_of(sentence: Sentence) -> Finding | None:
    """Find 'grew n times over' or 'doubled' beside two numbers that give another factor."""
    pair, said = from_to(sentence, sentence.numbers), TIMES.search(sentence.words)
    if pair is None or said is None or pair[0].value <= 0:
        return None
    folds, times = said["folds"], said["times"]
    meant = Fraction(2 ** int(_numeral(folds))) if folds else 1 + _numeral(times)
    factor = pair[1].value / pair[0].value
    slack = ROUGH_SLACK if said["rough"] or said["near"] else SURE_SLACK
    if abs(factor / meant - 1) <= slack:
        return None
    return _wrong(
        sentence, f"“{said[0]}”与前后两个数不符。", f"{said[0]} is not what the two numbers give.",
        f"{pair[1].text} / {pair[0].text} = {shown(factor)}",
    )  # fmt: skip


def _on_last(before: list[Number]) -> tuple[Number, Number] | None:
    """Give (last year's, now) of '86亿元，比上年的81亿元增长', also with how many more between."""
    for base_at in (len(before) - 1, len(before) - 2):
        if base_at < 1:
            continue
        now, base = before[base_at - 1], before[base_at]
        more = before[base_at + 1 :]
        if now.is_like(base) and ON_LAST.search(base.label) and all(n.is_like(base) for n in more):
            return base, now
    return None


def _years(
    sentence: Sentence, before: list[Number], change: Number
) -> tuple[Number, Number] | None:
    """Give (before, now) of two years that stand side by side: 2022年受理…，2023年受理…，同比."""
    if len(before) < 2 or not before[-1].is_like(before[-2]):  # noqa: PLR2004 - two years
        return None
    first, last = before[-2:]
    years = [YEAR.search(one.label) for one in (first, last)]
    if not all(years) or not SIDE_BY_SIDE.match(sentence.words[last.end :]):
        return None
    told = [int(found[1]) for found in years if found]
    names = [YEAR.sub("", one.label) for one in (first, last)]
    is_next = told[1] == told[0] + 1 and change.start > last.end
    return (first, last) if is_next and names[0].startswith(names[1]) else None


def _more(before: list[Number]) -> Grown | None:
    """Give the change of '320起，比上年减少80起': the base is what the two give."""
    if len(before) < 2:  # noqa: PLR2004 - now and the change
        return None
    now, more = before[-2:]
    said = MORE.match(more.label)
    if said is None or not now.is_like(more) or MORE.match(now.label):
        return None
    sign = -1 if DOWN.search(said["word"]) or said["word"] == "少" else 1
    (n0, n1), (m0, m1) = now.bounds, more.bounds
    if n0 is None or n1 is None or m0 is None or m1 is None or n0 <= sign * m1:
        return None
    ends = [sign * m0 / (n1 - sign * m0), sign * m1 / (n0 - sign * m1), sign * m0 / (n0 - sign * m0), sign * m1 / (n1 - sign * m1)]  # fmt: skip
    base = now.value - sign * more.value
    true = sign * more.value / base * 100
    arithmetic = f"{shown(sign * more.value)} / {shown(base)} = {shown(true)}%"
    return Grown(arithmetic, min(ends) * 100, max(ends) * 100)


def _over(base: Number, now: Number) -> Grown | None:
    (b0, b1), (n0, n1) = base.bounds, now.bounds
    if b0 is None or b1 is None or n0 is None or n1 is None or b0 <= 0:
        return None
    change, true = now.value - base.value, (now.value / base.value - 1) * 100
    arithmetic = f"{shown(change)} / {shown(base.value)} = {shown(true)}%"
    return Grown(arithmetic, (n0 / b1 - 1) * 100, (n1 / b0 - 1) * 100)


def _surely_less(one: Number, other: Number) -> bool:
    """Say whether one is less than another whatever their printed forms can mean."""
    most: Interval = one.bounds
    return most[1] is not None and other.bounds[0] is not None and most[1] < other.bounds[0]


def _numeral(word: str) -> Fraction:
    if word[0].isdecimal():
        return Fraction(word)
    return Fraction(2 if word == "两" else chinese(word) or 0)


def _wrong(sentence: Sentence, zh: str, en: str, arithmetic: str) -> Finding:
    return Finding("growth", "wrong", sentence.line, sentence.words, Said(zh, en), arithmetic)
