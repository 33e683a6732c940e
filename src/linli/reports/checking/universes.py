"""One number for one thing: universes that are not named, leaders without places, totals that differ."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from linli.reports.checking.findings import Finding, Said, shown
from linli.reports.checking.numbers import Number
from linli.reports.checking.texts import Sentence, Text

CASES = re.compile(r"工单|案件|案卷|诉求|来信|信访件|投诉件")
LEADERS = re.compile(r"(点|路|楼|河|站|桶|弄|片|网格|楼组|组|街)长$")
DETERMINED = re.compile(r"(?:全部|所有|下辖|辖有|辖区内?共?有|现有|共有|全街道共?有?|覆盖全部)$")
FIXED_THINGS = re.compile(r"^(居民区|居委会?|小区|网格|村|社区|片区|街面网格|楼组|业委会)")


def universes(text: Text) -> Iterator[Finding]:
    """Give numbers whose universe the text leaves open, or gives twice."""
    yield from _mixed(text)
    for sentence in text.sentences:
        yield from _leaders(sentence)
    yield from _one_thing(text)


def _mixed(text: Text) -> Iterator[Finding]:
    """Find an exact total of cases and rough ones of other kinds of cases in one paragraph."""
    by_line: dict[int, list[tuple[Sentence, Number]]] = defaultdict(list)
    for sentence in text.sentences:
        for number in sentence.numbers:
            if number.kind == "count" and CASES.search(number.label[-8:] + number.tail[:6]):
                by_line[sentence.line].append((sentence, number))
    for found in by_line.values():
        exact = [pair for pair in found if pair[1].is_exact]
        rough = [
            pair for pair in found if pair[1].is_rough and pair[0] not in {s for s, _ in exact}
        ]
        if exact and len(rough) > 1:
            sentence = rough[0][0]
            total = sum(n.value for _, n in rough)
            yield Finding(
                "universe", "question", sentence.line, sentence.words,
                Said(
                    "同类事项一处是确数，一处是约数，两者是什么关系没有写明。",
                    "Like things are counted exactly in one place and roughly in another, and how they relate is not said.",
                ),
                " + ".join(n.text for _, n in rough) + f" = {shown(total + 0 * exact[0][1].value)}; {exact[0][1].text}",
            )  # fmt: skip


def _leaders(sentence: Sentence) -> Iterator[Finding]:
    """Compare the leaders of places (点长) with the places (点位) in one sentence."""
    for heads in sentence.numbers:
        found = LEADERS.search(heads.label) or re.match(
            r"(点|路|楼|河|站|桶|弄|片|网格|楼组)长", heads.tail
        )
        if not found or heads.unit not in ("人", "名", "位"):
            continue
        for places in sentence.numbers:
            named = re.search(rf"{found[1]}(?:位|段|站|道|组|房)?$", places.label)
            if places is not heads and named and places.is_exact and heads.value < places.value:
                short = shown(places.value - heads.value)
                yield Finding(
                    "universe", "question", sentence.line, sentence.words,
                    Said(f"有{short}处没有{found[1]}长，还是两个数口径不同？", f"Are {short} places without a leader, or do the two numbers count different things?"),
                    f"{places.text} - {heads.text} = {short}",
                )  # fmt: skip


def _one_thing(text: Text) -> Iterator[Finding]:
    """Find a thing of which there is one number (all residential areas) given as two."""
    told: dict[str, tuple[Sentence, Number]] = {}
    for sentence in text.sentences:
        for number in sentence.numbers:
            thing = FIXED_THINGS.match(number.tail)
            if not thing or not number.is_exact or not DETERMINED.search(number.label):
                continue
            first = told.setdefault(thing[1], (sentence, number))
            if first[1].value != number.value:
                yield Finding(
                    "same-entity", "question", sentence.line, sentence.words,
                    Said(f"“{thing[1]}”前文为{first[1].text}，此处为{number.text}。", f"{thing[1]}: {first[1].text} before, {number.text} here."),
                    f"{first[1].text} ≠ {number.text}",
                )  # fmt: skip
