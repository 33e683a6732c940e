"""Counted lists: what is said to be four things must name four; 一是, 二是 follow each other."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from linli.reports.checking.findings import Finding, Said
from linli.reports.checking.numbers import chinese, worded_counts
from linli.reports.checking.texts import Sentence, Text

ORDERED = re.compile(r"(?:^|[，,；;。：:])\s*([一二三四五六七八九十])是")
AND = re.compile(r"和|及|与|以及|、")
DEFINED = re.compile(r"[：:]\s*([^：:。]+)[。]?$")
SLOGAN = re.compile(
    r"[“\"](?P<numeral>[两二三四五六七八九十])(?:个)?(?P<word>[\u4e00-\u9fff])[”\"][^。；;“”\d]{0,6}?(?:，即|[：:（(]|，就是|——?)(?:即)?(?P<items>[^。；;，,）)“”]+)"
)
ORDER_LEAST = 2


def lists(text: Text) -> Iterator[Finding]:
    """Give lists that do not hold what their number says."""
    for sentence in text.sentences:
        yield from _et_cetera(sentence)
        yield from _defined(sentence)
        yield from _spelt_out(sentence)
    for line, paragraph in enumerate(text.paragraphs, start=1):
        yield from _one_by_one(Sentence(line, paragraph))


def _et_cetera(sentence: Sentence) -> Iterator[Finding]:
    """Check 'a, b, c and d, such four': the named ones may not be more than the number."""
    for value, start, end in worded_counts(sentence.words):
        head = sentence.words[:start].removesuffix("这").rstrip()
        if not head.endswith("等"):
            continue
        named = _named(re.split(r"[，,；;：:。]", head.removesuffix("等"))[-1])
        if named > value:
            yield Finding(
                "list", "wrong", sentence.line, sentence.words,
                Said(f"写明{value}，列出的却有{named}。", f"It says {value}, but names {named}."),
                f"{sentence.words[start:end]}: {named} > {value}",
            )  # fmt: skip


def _named(listed: str) -> int:
    """Count what stands between enumeration marks outside quotes and brackets."""
    outside = re.sub(r"[“‘《（(][^”’》）)]*[”’》）)]", "名", listed)
    return outside.count("、") + 1 if "、" in outside else 0


def _defined(sentence: Sentence) -> Iterator[Finding]:
    """Check a definition such as 'five things: a, b, c, d, e'."""
    found = DEFINED.search(sentence.words)
    if not found:
        return
    head, listed = sentence.words[: found.start()], found[1]
    counts = [
        value
        for value, start, end in worded_counts(head)
        if end >= len(head) - 6 and not head[:start].endswith("每")
    ]
    if len(counts) != 1 or ";" in listed or "；" in listed or "等" in listed:
        return
    outside = re.sub(r"[“‘《（(][^”’》）)]*[”’》）)]", "名", listed)
    if "," in outside or "，" in outside or "、" not in outside:
        return
    least = outside.count("、") + 1
    most = len(AND.split(outside))
    if not least <= counts[0] <= most:
        yield Finding(
            "list", "question", sentence.line, sentence.words,
            Said(f"写明{counts[0]}，列出{least}。", f"It says {counts[0]} and lists {least}."),
            f"{least} ≠ {counts[0]}",
        )  # fmt: skip


def _spelt_out(sentence: Sentence) -> Iterator[Finding]:
    """Check a slogan that is spelt out: “三进”，即进社区、进学校、进企业."""
    for found in SLOGAN.finditer(sentence.words):
        value, word = chinese(found["numeral"].replace("两", "二")), found["word"]
        items = re.split(r"[、和及与]", found["items"])
        named = [item for item in items if word in item[:4]]
        if len(named) == len(items) > 1 and len(items) != value:
            yield Finding(
                "list", "question", sentence.line, sentence.words,
                Said(f"写明{value}，列出{len(items)}。", f"It says {value} and lists {len(items)}."),
                f"{len(items)} ≠ {value}",
            )  # fmt: skip


def _one_by_one(paragraph: Sentence) -> Iterator[Finding]:
    found = [chinese(numeral) or 0 for numeral in ORDERED.findall(paragraph.words)]
    if len(found) < ORDER_LEAST or found[0] != 1:
        return
    for before, here in itertools.pairwise(found):
        if here not in (before + 1, 1):
            yield Finding(
                "structure", "wrong", paragraph.line, paragraph.words[:60],
                Said(f"“{before}是”之后是“{here}是”。", f"Item {before} is followed by item {here}."),
                f"{before} → {here}",
            )  # fmt: skip
            return
