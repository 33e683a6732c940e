"""Typesetting: a section's prose with its numbers, tables and charts set in, as blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from linli.reports.writing.content import Block, Run
from linli.reports.writing.glossary import Term, terms_at_hand
from linli.reports.writing.inserts import inserted
from linli.reports.writing.quoting import Quote, Quoter
from linli.reports.writing.references import (
    Chart,
    Insert,
    Named,
    Piece,
    PlanPart,
    Reference,
    ReferenceUnclear,
    Stated,
    pieces,
)

HEADING = re.compile(r"(#{1,3})\s+(.+)")
BOOKMARK_LENGTH = 40


@dataclass(frozen=True)
class Setting:
    """Prose with its numbers set in: the blocks, the quotes by their marks, what refers to nothing, the terms picked."""

    blocks: tuple[Block, ...]
    quotes: dict[str, Quote]
    unclear: tuple[ReferenceUnclear, ...]
    terms: tuple[Term, ...] = ()


def set_in(section: str, text: str, quoter: Quoter) -> Setting:
    """Set the numbers into a section's prose. A line of `#` is a heading, an empty line ends a paragraph."""
    typesetter = _Typesetter(section, quoter)
    blocks = tuple(typesetter.blocks(text))
    return Setting(blocks, typesetter.quotes, tuple(typesetter.unclear), tuple(typesetter.terms))


class _Typesetter:
    """One pass over a section; each reference gets a mark of its own, in order."""

    def __init__(self, section: str, quoter: Quoter) -> None:
        self.section = section
        self.quoter = quoter
        self.quotes: dict[str, Quote] = {}
        self.unclear: list[ReferenceUnclear] = []
        self.terms: list[Term] = []

    def blocks(self, text: str) -> Iterator[Block]:
        for paragraph in _paragraphs(text):
            heading = HEADING.fullmatch(paragraph)
            level = len(heading[1]) if heading else 0
            parts = self._parts(heading[2] if heading else paragraph)
            if len(parts) == 1 and isinstance(parts[0], Chart | PlanPart) and not level:
                yield from self._insert(parts[0])
            else:
                yield Block(self.section, level, tuple(self._run(part) for part in parts))

    def _parts(self, text: str) -> list[Piece]:
        try:
            return list(pieces(text))
        except ReferenceUnclear as unclear:
            self.unclear.append(unclear)
            return [text]

    def _insert(self, asked: Insert) -> Iterator[Block]:
        try:
            yield from inserted(asked, self.section, self.quoter, self._number)
        except ReferenceUnclear as unclear:
            self.unclear.append(unclear)
            yield Block(self.section, 0, (Run(f"{{{asked.text}}}"),))

    def _run(self, part: Piece) -> Run:
        if isinstance(part, str):
            return Run(part)
        if isinstance(part, Stated):
            return Run(part.text, is_stated=True)
        try:
            return self._term(part) if isinstance(part, Named) else self._number(part)
        except ReferenceUnclear as unclear:
            self.unclear.append(unclear)
            return Run(f"{{{part.text}}}")

    def _number(self, part: Reference | Insert) -> Run:
        """Give the number of a reference under a mark of its own. Raises ReferenceUnclear."""
        if not isinstance(part, Reference):
            raise ReferenceUnclear(
                part.text, "图和表要单独成段", "charts and tables take a paragraph of their own"
            )
        quote = self.quoter.quote(part)
        mark = self._mark()
        self.quotes[mark] = quote
        return Run(quote.printed, mark)

    def _term(self, part: Named) -> Run:
        """Note down a term to be explained. Raises ReferenceUnclear."""
        term = terms_at_hand().get(part.term)
        if term is None:
            raise ReferenceUnclear(
                part.text, "名词解释里没有这个词", "the glossary does not hold this term"
            )
        self.terms.append(term)
        return Run(term.term)

    def _mark(self) -> str:
        name = re.sub(r"\W", "_", self.section)[: BOOKMARK_LENGTH - 8]
        return f"fig_{name}_{len(self.quotes) + 1:03d}"


def _paragraphs(text: str) -> Iterable[str]:
    for part in re.split(r"\n\s*\n", text.strip()):
        lines = [line.strip() for line in part.splitlines() if line.strip()]
        while lines and HEADING.fullmatch(lines[0]):
            yield lines.pop(0)
        if lines:
            yield "".join(lines)
