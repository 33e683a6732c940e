"""The text of a report with its numbers set in: headings and paragraphs of runs, as they are frozen and printed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from unicodedata import normalize

from linli.reports.checking.texts import Text
from linli.reports.writing.quoting import Quote, Quoter
from linli.reports.writing.references import Reference, ReferenceUnclear, Stated, pieces

HEADING = re.compile(r"(#{1,3})\s+(.+)")
DATES = re.compile(
    r"\d{4}\s*[—–-]\s*\d{4}年|\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月(?:\d{1,2}日)?"
)
DIGITS = re.compile(r"\d+(?:[.,]\d+)*%?")
BOOKMARK_LENGTH = 40


@dataclass(frozen=True)
class Run:
    """A stretch of a paragraph. `mark` names the figure it prints, `is_stated` a number the writer answers for."""

    text: str
    mark: str = ""
    is_stated: bool = False


@dataclass(frozen=True)
class Block:
    """A heading (`level` 1 to 3) or a paragraph (`level` 0) of a section."""

    section: str
    level: int
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """Give the block as it is printed."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Content:
    """A report as it is printed: its heading, and the blocks of its sections in order."""

    heading: str
    blocks: tuple[Block, ...]

    @property
    def checked_text(self) -> Text:
        """Give the report as the checker reads it."""
        return Text.of([self.heading, *(block.text for block in self.blocks)])

    def plain(self) -> dict[str, Any]:
        """Give the content for JSON."""
        return asdict(self)

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Content:
        """Give the content back from JSON."""
        return cls(
            plain["heading"],
            tuple(
                Block(one["section"], one["level"], tuple(Run(**run) for run in one["runs"]))
                for one in plain["blocks"]
            ),
        )


@dataclass(frozen=True)
class Setting:
    """Prose with its numbers set in: the blocks, the quotes by their marks, and what refers to no number."""

    blocks: tuple[Block, ...]
    quotes: dict[str, Quote]
    unclear: tuple[ReferenceUnclear, ...]


def set_in(section: str, text: str, quoter: Quoter) -> Setting:
    """Set the numbers into a section's prose. A line of `#` is a heading, an empty line ends a paragraph."""
    typesetter = _Typesetter(section, quoter)
    blocks = tuple(typesetter.blocks(text))
    return Setting(blocks, typesetter.quotes, tuple(typesetter.unclear))


class _Typesetter:
    """One pass over a section; each reference gets a mark of its own, in order."""

    def __init__(self, section: str, quoter: Quoter) -> None:
        self.section = section
        self.quoter = quoter
        self.quotes: dict[str, Quote] = {}
        self.unclear: list[ReferenceUnclear] = []

    def blocks(self, text: str) -> Iterator[Block]:
        for paragraph in _paragraphs(text):
            heading = HEADING.fullmatch(paragraph)
            level = len(heading[1]) if heading else 0
            yield Block(self.section, level, self._runs(heading[2] if heading else paragraph))

    def _runs(self, text: str) -> tuple[Run, ...]:
        try:
            parts = list(pieces(text))
        except ReferenceUnclear as unclear:
            self.unclear.append(unclear)
            return (Run(text),)
        return tuple(self._run(part) for part in parts)

    def _run(self, part: str | Stated | Reference) -> Run:
        if isinstance(part, str):
            return Run(part)
        if isinstance(part, Stated):
            return Run(part.text, is_stated=True)
        try:
            quote = self.quoter.quote(part)
        except ReferenceUnclear as unclear:
            self.unclear.append(unclear)
            return Run(f"{{{part.text}}}")
        mark = self._mark()
        self.quotes[mark] = quote
        return Run(quote.printed, mark)

    def _mark(self) -> str:
        name = re.sub(r"\W", "_", self.section)[: BOOKMARK_LENGTH - 8]
        return f"fig_{name}_{len(self.quotes) + 1:03d}"


def unbound_in(text: str) -> list[str]:
    """Give the digits in free text that no record and nobody answers for; dates are let pass."""
    return DIGITS.findall(DATES.sub("", normalize("NFKC", text)))


def _paragraphs(text: str) -> Iterable[str]:
    for part in re.split(r"\n\s*\n", text.strip()):
        lines = [line.strip() for line in part.splitlines() if line.strip()]
        while lines and HEADING.fullmatch(lines[0]):
            yield lines.pop(0)
        if lines:
            yield "".join(lines)
