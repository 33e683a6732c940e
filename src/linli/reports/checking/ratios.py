"""Rates against the counts they stand on: recomputed, reachable at all, and never above the whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from linli.reports.checking.findings import Finding, Said, shown
from linli.reports.checking.numbers import Number
from linli.reports.checking.texts import Sentence, Text

STEM = re.compile(r"([\u4e00-\u9fff]{2,6}?)(?:率|度|比例|比重|占比)(?:为|是|达|达到|均为)?$")
SHARE = re.compile(
    r"占(?!地)[^占]{0,14}$|占比(?:为|达|达到)?$|比例(?:为|达|达到)?$|比重(?:为|达|达到)?$"
)
CHANGE = re.compile(
    r"增长|增幅|增速|上升|下降|提高|提升|降低|减少|增加|升幅|降幅|同比|环比|涨|跌|回落|翻"
)
AIM = re.compile(r"目标|力争|确保|计划|争取|不低于|要求|指标|预期|拟|将达|达标")
BEYOND = re.compile(
    r"完成率|完成|执行|达成|超额|使用率|利用率|入住率|增长率|负荷|回报|偿债|负债|杠杆|周转|覆盖率"
)
WHOLE = re.compile(
    r"共|总|受理|应|全部|全年|累计|接到|接收|收到|登记|涉及|发现|查出|收集|排查|派发|发放|检查|抽查|参加|参与"
)
SAME = {"办结": "结案", "结案": "办结", "解决": "化解", "化解": "解决", "回复": "答复", "答复": "回复", "整改": "消除", "满意": "满意", "签约": "签约"}  # fmt: skip
FULL = Fraction(100)
PER_MOST = Fraction(100)


def ratios(text: Text) -> Iterator[Finding]:
    """Give rates that their own numerator and denominator refute, and rates no count could give."""
    for sentence in text.sentences:
        yield from _above_the_whole(sentence)
        for rate in sentence.numbers:
            if rate.kind == "rate" and not CHANGE.search(rate.label) and not rate.signs:
                yield from _against_counts(sentence, rate)
        yield from _averages(sentence)


def _against_counts(sentence: Sentence, rate: Number) -> Iterator[Finding]:
    if AIM.search(rate.label):
        return
    before = [n for n in sentence.numbers if n.end <= rate.start and n.kind == "count"]
    stem = _stem(rate)
    parts = [n for n in before if stem and _names(n, stem)]
    if not parts and SHARE.search(rate.label) and len(before) >= 2:  # noqa: PLR2004 - a part and its whole
        parts = before[-1:]
    if len(parts) == 1:
        yield from _recomputed(sentence, rate, parts[0], before)
    elif stem and len(before) == 1 and _is_people_asked(rate):
        yield from _unreachable(sentence, rate, before[0])


def _stem(rate: Number) -> str:
    found = STEM.search(rate.label)
    return found[1] if found else ""


def _names(number: Number, stem: str) -> bool:
    words = number.label + number.tail
    tails = {stem[i:] for i in range(len(stem) - 1)}
    named = {*tails, *(SAME[tail] for tail in tails if tail in SAME)}
    return any(tail in words and f"不{tail}" not in words for tail in named)


def _recomputed(
    sentence: Sentence, rate: Number, part: Number, before: list[Number]
) -> Iterator[Finding]:
    wholes = [
        n for n in before if n is not part and n.unit == part.unit and n.value >= part.value > 0
    ]
    if not wholes or any(_agrees(part, whole, rate) for whole in wholes):
        return
    sure = [n for n in wholes if WHOLE.search(n.label)]
    if len(wholes) > 1 and len(sure) != 1:
        return
    whole = sure[0] if len(sure) == 1 else wholes[0]
    true = part.value / whole.value * 100
    if rate.value == FULL and part.value < whole.value:
        rule, said = (
            "hundred",
            Said(
                "100%只有在分子等于分母时才成立。",
                "100% holds only when numerator and denominator are equal.",
            ),
        )
    else:
        rule, said = (
            "ratio",
            Said(
                f"“{rate.text}”与前面的两个数算出来的不符。",
                f"{rate.text} is not what the two counts before it give.",
            ),
        )
    yield Finding(
        rule, "wrong", sentence.line, sentence.words, said,
        f"{part.text} / {whole.text} = {shown(true, _places(rate) + 1)}%",
    )  # fmt: skip


def _agrees(part: Number, whole: Number, rate: Number) -> bool:
    low, high = part.bounds
    least, most = whole.bounds
    if low is None or high is None or least is None or most is None or least <= 0:
        return True
    under, over = low / most * 100, high / least * 100
    if rate.value == FULL and part.is_exact and whole.is_exact:
        return part.value == whole.value
    return under < rate.value + rate.step / 2 and over >= rate.value - rate.step / 2


def _is_people_asked(rate: Number) -> bool:
    return bool(
        re.search(
            r"满意|成功|答复|回复|办结|结案|合格|达标|整改|解决|接通|及格|通过|按时|到场|出席",
            rate.label,
        )
    )


def _unreachable(sentence: Sentence, rate: Number, base: Number) -> Iterator[Finding]:
    """Tell when no whole number over the base rounds to the printed rate (the GRIM test)."""
    if not base.is_exact or base.value <= 0:
        return
    near = int(rate.value * base.value / 100)
    half = rate.step / 2
    tried = [Fraction(k) / base.value * 100 for k in range(max(near - 1, 0), near + 3)]
    if any(rate.value - half <= value < rate.value + half for value in tried):
        return
    below = max((v for v in tried if v < rate.value), default=tried[0])
    above = min((v for v in tried if v > rate.value), default=tried[-1])
    places = _places(rate) + 2
    yield Finding(
        "grim", "question", sentence.line, sentence.words,
        Said(
            f"以{base.text}为分母，任何整数都得不出{rate.text}：分母另有其数，应写明。",
            f"No whole number over {base.text} rounds to {rate.text}: the base is another one; state it.",
        ),
        f"{shown(below * base.value / 100, 0)}/{shown(base.value)} = {shown(below, places)}%, "
        f"{shown(above * base.value / 100, 0)}/{shown(base.value)} = {shown(above, places)}%",
    )  # fmt: skip


def _above_the_whole(sentence: Sentence) -> Iterator[Finding]:
    shares = []
    for rate in sentence.numbers:
        if rate.kind != "rate" or CHANGE.search(rate.label):
            continue
        is_share = bool(SHARE.search(rate.label)) or bool(_stem(rate))
        if is_share and rate.value > PER_MOST and not BEYOND.search(rate.label):
            yield Finding(
                "share", "wrong", sentence.line, sentence.words,
                Said(f"{rate.text}：部分不能大于整体。", f"{rate.text}: a part cannot exceed its whole."),
                f"{shown(rate.value)}% > 100%",
            )  # fmt: skip
        if re.search(r"占(?!地)[^占,，]{0,4}$", rate.label):
            shares.append(rate)
    total, slack = sum(r.value for r in shares), sum(r.step for r in shares) / 2
    if len(shares) > 1 and total - slack > PER_MOST and not re.search(r"其中", sentence.words):
        yield Finding(
            "share", "question", sentence.line, sentence.words,
            Said("各项占比相加超过100%：请写明各自占什么。", "The shares add up to more than 100%: say what each is a share of."),
            " + ".join(r.text for r in shares) + f" = {shown(Fraction(total))}%",
        )  # fmt: skip


AVERAGE = re.compile(r"(户|人|家|个|台|件|月|日|天)均|平均每(户|人|家|个|台|件|月|日|天)")


def _averages(sentence: Sentence) -> Iterator[Finding]:
    for mean in sentence.numbers:
        found = AVERAGE.search(_here(sentence, mean))
        per = found and (found[1] or found[2])
        if not per or mean.kind in ("rate", "points"):
            continue
        before = [n for n in sentence.numbers if n.end <= mean.start]
        bases = [n for n in before if n.unit == per and n.kind == "count" and n.value > 1]
        totals = [n for n in before if n.unit == mean.unit and n.step >= 1 and n.value > mean.value]
        totals = [n for n in totals if n not in bases and not AVERAGE.search(n.label)]
        if bases and len(totals) == 1:
            yield from _mean(sentence, mean, totals[0], bases)


def _here(sentence: Sentence, number: Number) -> str:
    """Give the clause of a number, and the one before it when there is no number between."""
    clauses = re.split(r"[，,；;。]", sentence.words[: number.start])[-2:]
    return "，".join(clauses) if not re.search(r"\d", clauses[0]) else clauses[-1]


def _mean(
    sentence: Sentence, mean: Number, total: Number, bases: list[Number]
) -> Iterator[Finding]:
    if any(_can_be(total, base, mean) for base in bases):
        return
    base = bases[-1]
    yield Finding(
        "ratio", "question" if mean.signs or base.signs else "wrong", sentence.line, sentence.words,
        Said(
            f"总数除以个数，得不出“{mean.text}”。", f"The total over the count does not give {mean.text}."
        ),
        f"{total.text} / {shown(base.value)}{base.unit} = {shown(total.value / base.value)}, {mean.text}",
    )  # fmt: skip


def _can_be(total: Number, base: Number, mean: Number) -> bool:
    low, high = mean.bounds
    if (
        "以上" in mean.signs or "以下" in mean.signs
    ):  # a bound speaks of the number as it is printed
        value = total.value / base.value
        return (low is None or value >= low) and (high is None or value <= high)
    under, over = total.bounds
    least, most = base.bounds
    if None in (low, high, under, over, least, most):
        return True
    assert low is not None and high is not None and under is not None  # noqa: PT018
    assert over is not None and least is not None and most is not None  # noqa: PT018
    return least <= 0 or (under / most <= high and over / least >= low)


def _places(rate: Number) -> int:
    places = 0
    while rate.step * 10**places < 1:
        places += 1
    return places


def rates_with_bases(sentence: Sentence) -> Iterator[tuple[Number, Number, Number]]:
    """Give the rates of a sentence that its own counts do give: (rate, part, whole)."""
    counts = [n for n in sentence.numbers if n.kind == "count"]
    for rate in sentence.numbers:
        if rate.kind == "rate":
            for part, whole in product(counts, counts):
                if part is not whole and part.unit == whole.unit and _agrees(part, whole, rate):
                    yield rate, part, whole
                    break
