"""Parts and wholes: what is listed under a total may not exceed it, and adds up where the text says so."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from fractions import Fraction

from linli.reports.checking.findings import Finding, Said, shown
from linli.reports.checking.numbers import Number
from linli.reports.checking.texts import Sentence, Text

TOTAL = re.compile(r"共计?|总计|合计|累计|总(?!结|体|书记|工会|则|站|部)|全年|全部")
GRAND = re.compile(r"(?:^|[，,；;])\s*(?:共计|合计|总计|总共|两项共|三项共|以上共)[^，,]{0,6}$")
AMONG = re.compile(r"其中|包括|包含|内含")
SPLIT = re.compile(r"分别为|分别是|由.{0,30}(?:组成|构成)|(?:按|分).{0,8}(?:统计|类)[:：]")
NESTED = re.compile(r"其中")
OUTCOME = re.compile(
    r"办结|结案|满意|按时|完成|解决|通过|整改|答复|回复|已|新增|达到|获|评|属于|占"
)
PEOPLE = ("人", "名", "位", "人次", "户", "家")
LISTED = re.compile(r"^\s*[、和及]|^\s*$")


def sums(text: Text) -> Iterator[Finding]:
    """Give totals that their parts refute."""
    for sentence in text.sentences:
        yield from _among(sentence)
        yield from _added(sentence)
        yield from _persons(sentence)


def _among(sentence: Sentence) -> Iterator[Finding]:
    cue = AMONG.search(sentence.words) or SPLIT.search(sentence.words)
    if cue is None:
        return
    whole = _whole(sentence, cue.start())
    if whole is None:
        return
    after = [n for n in sentence.numbers if n.start >= cue.end()]
    nested = NESTED.search(sentence.words, cue.end())
    parts = [n for n in after if _alike(n, whole) and (nested is None or n.start < nested.start())]
    parts = [n for n in parts if not TOTAL.search(n.label[-4:])]
    if not parts:
        return
    larger = [n for n in parts if _surely_more([n], whole)]
    if larger and sentence.words.find("。", whole.end, larger[0].start) < 0:
        part = larger[0]
        yield _finding(
            sentence, "subset", f"{part.text} > {whole.text}",
            Said("其中的一项大于总数。", "A part is larger than its whole."),
        )  # fmt: skip
    elif len(parts) > 1 and _is_partition(sentence, parts, whole) and _surely_more(parts, whole):
        yield _finding(
            sentence, "sum", _written(parts, whole),
            Said("各部分相加大于总数。", "The parts add up to more than the whole."),
        )  # fmt: skip
    elif SPLIT.fullmatch(cue[0]) and len(parts) > 1 and not _may_equal(parts, whole):
        yield _finding(
            sentence, "sum", _written(parts, whole),
            Said("分别列出的各数相加不等于总数。", "What is listed in full does not add up to the total."),
        )  # fmt: skip


def _whole(sentence: Sentence, cue: int) -> Number | None:
    before = [n for n in sentence.numbers if n.end <= cue and n.kind in ("count", "money", "area")]
    named = [n for n in before if TOTAL.search(n.label)]
    if not before:
        return None
    last = before[-1]
    same = [n for n in named if _alike(n, last)]
    return same[-1] if same else last


def _alike(part: Number, whole: Number) -> bool:
    if part.kind != whole.kind:
        return False
    if part.kind in ("area", "money"):
        return _family(part.unit) == _family(whole.unit)
    return part.unit == whole.unit and part.kind == "count"


def _family(unit: str) -> str:
    if unit in ("平方米", "平米", "平方", "㎡", "m²", "m2"):
        return "平方米"
    return {"人民币": "元", "块钱": "元", "美金": "美元"}.get(unit, unit)


def _is_partition(sentence: Sentence, parts: list[Number], whole: Number) -> bool:
    """Tell whether the parts exclude each other: areas, money, or a plain list of kinds of one thing."""
    if whole.kind in ("area", "money"):
        return True
    if whole.unit in PEOPLE or any(OUTCOME.search(n.label) for n in parts):
        return False
    between = [sentence.words[a.end : b.start] for a, b in itertools.pairwise(parts)]
    return all("，" not in gap and "," not in gap for gap in between)


def _surely_more(parts: list[Number], whole: Number) -> bool:
    lows = [n.bounds[0] for n in parts]
    most = whole.bounds[1]
    return most is not None and None not in lows and sum(v for v in lows if v is not None) > most


def _may_equal(parts: list[Number], whole: Number) -> bool:
    lows, highs = [n.bounds[0] for n in parts], [n.bounds[1] for n in parts]
    least, most = whole.bounds
    if None in (*lows, *highs, least, most):
        return True
    low, high = sum(v for v in lows if v is not None), sum(v for v in highs if v is not None)
    return low <= (most or 0) and high >= (least or 0)


def _added(sentence: Sentence) -> Iterator[Finding]:
    """Check 'a, b and c, together N': some run of like numbers just before must give N."""
    for place, total in enumerate(sentence.numbers):
        if total.kind not in ("count", "money", "area"):
            continue
        if not GRAND.search(sentence.words[: total.start]):
            continue
        parts = [n for n in sentence.numbers[:place] if _alike(n, total)]
        if len(parts) < 2 or len(parts) != place:  # noqa: PLR2004 - one part is no sum
            continue
        if not any(_may_equal(parts[i:], total) for i in range(len(parts) - 1)):
            yield _finding(
                sentence, "sum", _written(parts, total),
                Said("前面各数相加不等于合计。", "The numbers before do not add up to this total."),
            )  # fmt: skip


def _persons(sentence: Sentence) -> Iterator[Finding]:
    """Check that visits are not fewer than the persons visited (人次 against 人)."""
    for times in sentence.numbers:
        stem = re.sub(r"[共达为计]+$", "", times.label)
        if times.unit != "人次" and not stem.endswith("人次"):
            continue
        stem = stem.removesuffix("人次")[-4:]
        for persons in sentence.numbers:
            counted = persons is not times and persons.unit in ("人", "名")
            if counted and stem and stem in persons.label and "人次" not in persons.label:
                low, high = persons.bounds[0], times.bounds[1]
                if low is not None and high is not None and low > high:
                    yield _finding(
                        sentence, "subset", f"{times.text} < {persons.text}",
                        Said("人次少于人数。", "There are fewer visits than persons."),
                    )  # fmt: skip


def _written(parts: list[Number], whole: Number) -> str:
    total = shown(sum((n.value for n in parts), Fraction(0)))
    return " + ".join(n.text for n in parts) + f" = {total}; {whole.text} = {shown(whole.value)}"


def _finding(sentence: Sentence, rule: str, arithmetic: str, said: Said) -> Finding:
    return Finding(rule, "wrong", sentence.line, sentence.words, said, arithmetic)
