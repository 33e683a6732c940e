"""The frame of a report: headings and notes in their order, none missing, none twice."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from linli.reports.checking.findings import Finding, Said
from linli.reports.checking.numbers import chinese
from linli.reports.checking.texts import Text

LEVELS = (
    re.compile(r"^\s*([一二三四五六七八九十]{1,3})、"),
    re.compile(r"^\s*[（(]([一二三四五六七八九十]{1,3})[）)]"),
    re.compile(r"^\s*(\d{1,2})(?:、|[.．](?!\d))"),
)
NOTE = re.compile(r"\[\s*(\d{1,3})\s*\]")
NOTES_HEAD = re.compile(r"^\s*(?:名词解释|注释|附注|备注)[：:]?\s*$")
HEADING_LONGEST = 40
BLOCK_LEAST = 3
ARTICLE = re.compile(r"^\s*第[一二三四五六七八九十百\d]+[条章节款]")


def structure(text: Text) -> Iterator[Finding]:
    """Give gaps in the numbering of headings and notes."""
    yield from _headings(text)
    yield from _notes(text)


def _headings(text: Text) -> Iterator[Finding]:
    last: list[int] = [0] * len(LEVELS)
    for line, paragraph in enumerate(text.paragraphs, start=1):
        if NOTES_HEAD.match(paragraph):
            return
        level, number = _numbered(paragraph)
        if level is None:
            yield from _unnumbered(text, line, paragraph, last)
            continue
        if number not in (last[level] + 1, 1):
            yield _finding(line, paragraph, f"{last[level]} → {number}", _gap(last[level], number))
        last[level] = number
        last[level + 1 :] = [0] * (len(LEVELS) - level - 1)


def _numbered(paragraph: str) -> tuple[int | None, int]:
    for level, pattern in enumerate(LEVELS):
        found = pattern.match(paragraph)
        if found:
            number = int(found[1]) if found[1].isdecimal() else chinese(found[1])
            return level, number or 0
    return None, 0


def _unnumbered(text: Text, line: int, paragraph: str, last: list[int]) -> Iterator[Finding]:
    """Find a block that stands among numbered siblings and has no number of its own."""
    if last[1] < BLOCK_LEAST or not paragraph.strip() or ARTICLE.match(paragraph):
        return
    siblings = [_opening(p) for p in text.paragraphs[: line - 1] if LEVELS[1].match(p)]
    own = _opening(paragraph)
    if len(own) <= HEADING_LONGEST and _is_of_the_mould(own, siblings[-last[1] :]):
        yield _finding(
            line, paragraph, f"({last[1] + 1})",
            Said(f"与前面各部分并列，却没有编号（应为第{last[1] + 1}）。", f"Stands beside the numbered parts without a number (it should be {last[1] + 1})."),
        )  # fmt: skip


def _opening(paragraph: str) -> str:
    return re.split(r"[，,。]", LEVELS[1].sub("", paragraph))[0].strip()


def _is_of_the_mould(own: str, siblings: list[str]) -> bool:
    """Tell whether a line ends as all its numbered neighbours do: the same two words before its last."""
    endings = [opening[-6:] for opening in [*siblings, own]]
    if any(len(ending) < len(endings[0]) for ending in endings):
        return False
    shared = [len(set(column)) == 1 for column in zip(*endings, strict=False)]
    return "111" in "".join("1" if same else "0" for same in shared)


def _notes(text: Text) -> Iterator[Finding]:
    cut = next((n for n, p in enumerate(text.paragraphs) if NOTES_HEAD.match(p)), None)
    body = text.paragraphs if cut is None else text.paragraphs[:cut]
    called = [(line, int(n)) for line, p in enumerate(body, start=1) for n in NOTE.findall(p)]
    for (_, before), (line, here) in itertools.pairwise(called):
        if here > before + 1:
            yield _finding(
                line, text.paragraphs[line - 1], f"[{before}] → [{here}]", _gap(before, here)
            )
    if cut is None or not called:
        return
    explained = {_numbered(p)[1] for p in text.paragraphs[cut + 1 :] if LEVELS[2].match(p)}
    missing = sorted({n for _, n in called} - explained)
    unused = sorted(explained - {n for _, n in called})
    if missing or unused:
        yield _finding(
            cut + 1, text.paragraphs[cut], f"{missing} / {unused}",
            Said("注释与正文中的注号不一致。", "The notes and the marks in the text do not match."),
        )  # fmt: skip


def _gap(before: int, here: int) -> Said:
    return Said(f"编号从{before}跳到{here}。", f"The numbering goes from {before} to {here}.")


def _finding(line: int, paragraph: str, arithmetic: str, said: Said) -> Finding:
    return Finding("structure", "question", line, paragraph[:80], said, arithmetic)
