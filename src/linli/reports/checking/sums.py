"""Parts and wholes: what is listed under a total may not exceed it, and adds up where the text says so."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from fractions import Fraction

from linli.reports.checking.findings import Finding, Said, Severity, shown
from linli.reports.checking.numbers import Number
from linli.reports.checking.reckoning.exclusive import ends_with_rest, exclude
from linli.reports.checking.texts import Sentence, Text

TOTAL = re.compile(r"共计?|总计|合计|累计|总(?!结|体|书记|工会|则|站|部)|全年|全部")
GRAND = re.compile(
    r"(?:^|[，,；;])\s*(?:(?:共计|合计|总计|总共|[两二三四五六]项共|以上共|[两二三四五六七八九十]年(?:累计|合计|共计?|总共))[^，,]{0,6}|共有?)$"
)
AMONG = re.compile(r"其中|包括|包含|内含")
SPLIT = re.compile(r"分别为|分别是|由.{0,30}(?:组成|构成)|(?:按|分).{0,8}(?:统计|类)[:：]")
SENTENCE_END = re.compile(r"[；;。]")
INCOME, OUTGO = re.compile(r"收入"), re.compile(r"支出|投资|存款|贷款|结余")
NESTED = re.compile(r"其中")
OUTCOME = re.compile(
    r"办结|结案|满意|按时|完成|解决|通过(?!.{1,12}(?:公开|受理|办理|发布|报名|登记))|整改|答复|回复|已|新增|达到|获|评|属于|占"
)
PEOPLE = ("人", "名", "位", "人次", "户", "家")
FOUND = re.compile(r"(?:发现|查出|排查出?|受理|接到|收到|收集)[^\d]{0,12}$")
OPEN = re.compile(r"正在|在办|未(?:办结|整改|完成|解决)|待(?:办|整改)|尚(?:未|有)")
DONE = re.compile(r"^(?:已|并|督促|全部|完成)*(?:整改|消除|办结|结案|解决|答复|化解)[^\d]{0,6}$")


def sums(text: Text) -> Iterator[Finding]:
    """Give totals that their parts refute."""
    for sentence in text.sentences:
        yield from _among(sentence)
        yield from _added(sentence)
        yield from _persons(sentence)
        yield from _done(sentence)
        yield from _done_and_open(sentence)


def _among(sentence: Sentence) -> Iterator[Finding]:
    cue = AMONG.search(sentence.words) or SPLIT.search(sentence.words)
    whole = _whole(sentence, cue.start()) if cue else None
    if cue is None or whole is None:
        return
    parts = list(_parts(sentence, cue.end(), whole))
    larger = [n for n in parts if _surely_more([n], whole)]
    if larger and sentence.words.find("。", whole.end, larger[0].start) < 0:
        said = Said("其中的一项大于总数。", "A part is larger than its whole.")
        yield _finding(sentence, "subset", f"{larger[0].text} > {whole.text}", said)
    elif len(parts) > 1:
        yield from _together(sentence, parts, whole, is_split=bool(SPLIT.fullmatch(cue[0])))


def _parts(sentence: Sentence, begin: int, whole: Number) -> Iterator[Number]:
    """Give the numbers after the cue that are parts of the whole: up to the next 其中, or another thing."""
    nested = NESTED.search(sentence.words, begin)
    for number in sentence.numbers:
        if number.start < begin or (nested and number.start > nested.start()):
            continue
        if INCOME.search(whole.label) and OUTGO.search(number.label):
            return
        if number.is_like(whole) and not TOTAL.search(number.label[-4:]):
            yield number


def _together(
    sentence: Sentence, parts: list[Number], whole: Number, *, is_split: bool
) -> Iterator[Finding]:
    written = _written(parts, whole)
    if _is_partition(sentence, parts, whole) and _surely_more(parts, whole):
        said = Said("各部分相加大于总数。", "The parts add up to more than the whole.")
        yield _finding(sentence, "sum", written, said)
    elif is_split and not _may_equal(parts, whole):
        said = Said(
            "分别列出的各数相加不等于总数。", "What is listed in full does not add up to the total."
        )
        yield _finding(sentence, "sum", written, said)
    elif ends_with_rest([n.label for n in parts]) and not _may_equal(parts, whole):
        said = Said(
            "列到“其他”为止，相加却不等于总数。",
            "The list ends with 'other' and does not add up to the total.",
        )
        yield _finding(sentence, "sum", written, said, "question")
    elif whole.kind in ("money", "area") and _more_as_printed(parts, whole):
        said = Said(
            "按印出的数，各部分相加大于总数。",
            "As printed, the parts add up to more than the whole.",
        )
        yield _finding(sentence, "sum", written, said, "question")


def _whole(sentence: Sentence, cue: int) -> Number | None:
    before = [n for n in sentence.numbers if n.end <= cue and n.kind in ("count", "money", "area")]
    named = [n for n in before if TOTAL.search(n.label)]
    if not before:
        return None
    last = before[-1]
    same = [n for n in named if n.is_like(last)]
    if not same and SENTENCE_END.search(sentence.words[last.end : cue]):
        return max((n for n in before if n.is_like(last)), key=lambda n: n.value)
    return same[-1] if same else last


def _is_partition(sentence: Sentence, parts: list[Number], whole: Number) -> bool:
    """Tell whether the parts exclude each other: areas, money, or a plain list of kinds of one thing."""
    if whole.kind in ("area", "money"):
        return True
    labels = [n.label for n in parts]
    if exclude(labels) or ends_with_rest(labels):
        return True
    if whole.unit in PEOPLE or any(OUTCOME.search(label) for label in labels):
        return False
    between = [sentence.words[a.end : b.start] for a, b in itertools.pairwise(parts)]
    return all("，" not in gap and "," not in gap for gap in between)


def _surely_more(parts: list[Number], whole: Number) -> bool:
    lows = [n.bounds[0] for n in parts]
    most = whole.bounds[1]
    return most is not None and None not in lows and sum(v for v in lows if v is not None) > most


def _more_as_printed(parts: list[Number], whole: Number) -> bool:
    """Say whether the parts exceed the whole when a noughtless 1亿 is read as exactly as its neighbours (1.0亿)."""
    if any(n.signs for n in (*parts, whole)):
        return False
    finest = min(n.step for n in (*parts, whole))
    return sum(n.value for n in parts) - whole.value > finest * (len(parts) + 1) / 2


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
        parts = [n for n in sentence.numbers[:place] if n.is_like(total)]
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


def _done(sentence: Sentence) -> Iterator[Finding]:
    """Check that no more is put right than was found: 整改 after 发现, of the same unit, nothing between."""
    for found, done in itertools.pairwise(sentence.numbers):
        if not (found.is_like(done) and FOUND.search(found.label) and DONE.search(done.label)):
            continue
        if _surely_more([done], found):
            yield _finding(
                    sentence, "subset", f"{done.text} > {found.text}",
                    Said("做完的比发现的多：含上年结转的，应写明。", "More is done than was found: if some is left from last year, say so."), "question",
            )  # fmt: skip


def _done_and_open(sentence: Sentence) -> Iterator[Finding]:
    """Check that what is done and what is still open are together what there was, when all three stand in a row."""
    for whole, done, left in zip(
        sentence.numbers, sentence.numbers[1:], sentence.numbers[2:], strict=False
    ):
        named = FOUND.search(whole.label) and DONE.search(done.label) and OPEN.search(left.label)
        alike = whole.is_like(done) and whole.is_like(left)
        if (
            named
            and alike
            and not _surely_more([done], whole)
            and not _may_equal([done, left], whole)
        ):
            yield _finding(
                    sentence, "sum", _written([done, left], whole),
                    Said("办完的与没办完的相加不等于总数。", "What is done and what is open do not add up to the total."), "question",
            )  # fmt: skip


def _written(parts: list[Number], whole: Number) -> str:
    total = shown(sum((n.value for n in parts), Fraction(0)))
    return " + ".join(n.text for n in parts) + f" = {total}; {whole.text} = {shown(whole.value)}"


def _finding(
    sentence: Sentence, rule: str, arithmetic: str, said: Said, severity: Severity = "wrong"
) -> Finding:
    return Finding(rule, severity, sentence.line, sentence.words, said, arithmetic)
