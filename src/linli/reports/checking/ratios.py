"""Rates against the counts they stand on: recomputed, reachable at all, and never above the whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from linli.reports.checking.findings import Finding, Said, shown
from linli.reports.checking.numbers import Number
from linli.reports.checking.reckoning.exclusive import exclude
from linli.reports.checking.texts import Sentence, Text

STEM = re.compile(r"([\u4e00-\u9fff]{2,6}?)(?:率|度|比例|比重|占比)(?:为|是|达|达到|均为)?$")
SHARE = re.compile(
    r"占(?!地)[^占]{0,14}$|占比(?:为|达|达到)?$|比例(?:为|达|达到)?$|比重(?:为|达|达到)?$"
)
CHANGE = re.compile(
    r"增长|增幅|增速|上升|下降|提高|提升|降低|减少|增加|升幅|降幅|同比|环比|涨|跌|回落|翻"
)
OF = re.compile(r"占(?!比|地)(.{2,}?)(?:的|比例为?|比重为?)$")
GENERIC = re.compile(r"^(?:总|全部|合计|其)|(?:总数|总量|总额|总人数|总面积)$")
DUE = re.compile(r"应到|应参加|应有|应收|应缴|计划(?!生育)[^，,]{0,6}$")
ACTUAL = re.compile(r"实到|实际|实有|实收|实缴")
GOAL = re.compile(r"^\s*的\s*$")
AIM = re.compile(r"目标|力争|确保|计划|争取|不低于|要求|指标|预期|拟|将达|达标")
BEYOND = re.compile(
    r"完成率|完成|执行|达成|超额|使用率|利用率|入住率|增长率|负荷|回报|偿债|负债|杠杆|周转|任务|计划|目标|指标"
)
QUALIFIED = re.compile(r"按时|按期|及时|限时|准时|一次|先行|实际|当场|首次|提前|超期|逾期")
WHOLE = re.compile(
    r"共|总|受理|应|全部|全年|累计|接到|接收|收到|登记|涉及|发现|查出|收集|排查|派发|发放|检查|抽查|参加|参与"
)
SAME = {"办结": "结案", "结案": "办结", "解决": "化解", "化解": "解决", "回复": "答复", "答复": "回复", "整改": "消除", "满意": "满意", "签约": "签约"}  # fmt: skip
STRUCTURE = re.compile(
    r"(?:结构|构成|比例|占比|之比)[^，,。；;:：\d]{0,12}(\d+(?:\.\d+)?(?:[:：∶]\d+(?:\.\d+)?)+)"
)
FULL = Fraction(100)
PER_MOST = Fraction(100)


def ratios(text: Text) -> Iterator[Finding]:
    """Give rates that their own numerator and denominator refute, and rates no count could give."""
    for sentence in text.sentences:
        yield from _above_the_whole(sentence)
        for rate in sentence.numbers:
            if rate.kind == "rate" and not CHANGE.search(rate.label) and not rate.signs:
                yield from _against_counts(sentence, rate)


def _against_counts(sentence: Sentence, rate: Number) -> Iterator[Finding]:
    if (goal := _goal(sentence, rate)) is not None:
        alike = [n for n in sentence.numbers if n.end <= goal.start and n.is_like(goal)]
        yield from _of_a_goal(sentence, rate, goal, alike)
        return
    if AIM.search(rate.label):
        return
    kinds = ("count", "money", "area")
    before = [n for n in sentence.numbers if n.end <= rate.start and n.kind in kinds]
    stem = _stem(rate)
    parts = [n for n in before if stem and _names(n, stem)]
    if "分别" in rate.label:
        yield from _respectively(sentence, rate)
        return
    if not parts and len(pair := _due_and_actual(before)) > 1 and "率" in rate.label:
        yield from _of_a_goal(sentence, rate, pair[0], pair[1:])
        return
    if not parts and SHARE.search(rate.label) and len(before) >= 2:  # noqa: PLR2004 - a part and its whole
        parts = before[-1:]
    if len(parts) == 1:
        yield from _recomputed(sentence, rate, parts[0], before)
    elif stem and len(before) == 1 and _is_people_asked(rate):
        yield from _unreachable(sentence, rate, before[0])


def _goal(sentence: Sentence, rate: Number) -> Number | None:
    """Give the number that a rate is of by the text's own words: 目标6000个的102%."""
    before = [n for n in sentence.numbers if n.end <= rate.start]
    found = before and GOAL.match(sentence.words[before[-1].end : rate.start])
    return before[-1] if found and before[-1].kind in ("count", "money", "area") else None


def _due_and_actual(before: list[Number]) -> list[Number]:
    """Give [due, actual] of 应到86人，实到72人; nothing when the two are not there once each and alike."""
    due = [n for n in before if DUE.search(n.label)]
    actual = [n for n in before if ACTUAL.search(n.label)]
    is_pair = len(due) == len(actual) == 1 and due[0].is_like(actual[0])
    return [due[0], actual[0]] if is_pair else []


def _respectively(sentence: Sentence, first: Number) -> Iterator[Finding]:
    """Check 'a, b and c, which are p, q and r per cent': each rate against its own part."""
    place = sentence.numbers.index(first)
    rates = [first]
    for rate in sentence.numbers[place + 1 :]:
        if rate.kind != "rate" or not re.fullmatch(
            r"\s*[、和与及]\s*", sentence.words[rates[-1].end : rate.start]
        ):
            break
        rates.append(rate)
    parts, earlier = (
        sentence.numbers[place - len(rates) : place],
        sentence.numbers[: place - len(rates)],
    )
    for rate, part in zip(rates, parts, strict=False):
        wholes = [n for n in earlier if n.is_like(part) and n.value >= part.value > 0]
        if len(wholes) == 1 and not _agrees(part, wholes[0], rate):
            yield from _of_a_goal(sentence, rate, wholes[0], [part])


def _of_a_goal(
    sentence: Sentence, rate: Number, goal: Number, parts: list[Number]
) -> Iterator[Finding]:
    if not parts or any(_agrees(part, goal, rate) for part in parts):
        return
    yield Finding(
        "ratio", "wrong" if len(parts) == 1 else "question", sentence.line, sentence.words,
        Said(f"“{rate.text}”与前面的两个数算出来的不符。", f"{rate.text} is not what the two counts before it give."),
        f"{parts[-1].text} / {goal.text} = {shown(parts[-1].value / goal.value * 100, _places(rate) + 1)}%",
    )  # fmt: skip


def _stem(rate: Number) -> str:
    found = STEM.search(rate.label)
    return found[1] if found else ""


def _names(number: Number, stem: str) -> bool:
    words = number.label + number.tail
    qualified = QUALIFIED.search(stem)
    if qualified and qualified[0] not in words:  # 按时办结率 stands on what was closed, not on 办结
        return False
    tails = {stem[i:] for i in range(len(stem) - 1)}
    named = {*tails, *(SAME[tail] for tail in tails if tail in SAME)}
    return any(tail in words and f"不{tail}" not in words for tail in named)


def _recomputed(
    sentence: Sentence, rate: Number, part: Number, before: list[Number]
) -> Iterator[Finding]:
    wholes = [
        n
        for n in before
        if n is not part
        and n.is_like(part)
        and n.value >= part.value > 0
        and _is_meant(sentence, n, part, rate)
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


def _is_meant(sentence: Sentence, whole: Number, part: Number, rate: Number) -> bool:
    """Say whether a rate may stand on this whole: it is named there, or nothing else is, and amounts say 其中."""
    named = OF.search(rate.label)
    if named and not GENERIC.search(named[1]):
        words = whole.label + whole.tail
        return any(named[1][at : at + 2] in words for at in range(len(named[1]) - 1))
    return whole.kind == "count" or "其中" in sentence.words[whole.end : part.start]


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
                "share", "question" if "覆盖率" in rate.label else "wrong", sentence.line, sentence.words,
                Said(f"{rate.text}：部分不能大于整体。", f"{rate.text}: a part cannot exceed its whole."),
                f"{shown(rate.value)}% > 100%",
            )  # fmt: skip
        if re.search(r"占(?!地)[^占,，]{0,4}$", rate.label):
            shares.append(rate)
    yield from _shares_together(sentence, shares)
    yield from _structure(sentence)


def _shares_together(sentence: Sentence, shares: list[Number]) -> Iterator[Finding]:
    total, slack = sum(r.value for r in shares), sum(r.step for r in shares) / 2
    apart = "其中" not in sentence.words or exclude([r.label for r in shares])
    if len(shares) > 1 and total - slack > PER_MOST and apart:
        yield Finding(
            "share", "question", sentence.line, sentence.words,
            Said("各项占比相加超过100%：请写明各自占什么。", "The shares add up to more than 100%: say what each is a share of."),
            " + ".join(r.text for r in shares) + f" = {shown(Fraction(total))}%",
        )  # fmt: skip


def _structure(sentence: Sentence) -> Iterator[Finding]:
    """Check that the parts of a structure (三次产业结构比0.8:33.6:65.6) are a hundred together."""
    for found in STRUCTURE.finditer(sentence.words):
        printed = re.split(r"[:：∶]", found[1])
        total, slack = sum(map(Fraction, printed), Fraction()), Fraction(len(printed), 20)
        if len(printed) > 2 and total > FULL / 2 and abs(total - FULL) > slack:  # noqa: PLR2004 - three parts and more
            yield Finding(
                "share", "wrong", sentence.line, sentence.words,
                Said("结构比各项相加不是100。", "The parts of the structure are not 100 together."),
                f"{' + '.join(printed)} = {shown(total)}",
            )  # fmt: skip


def _places(rate: Number) -> int:
    places = 0
    while rate.step * 10**places < 1:
        places += 1
    return places
