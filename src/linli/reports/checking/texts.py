"""A report as read: paragraphs and table rows, sentences, and the numbers in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from linli.reports.checking.numbers import Number, numbers_in

ENDS = re.compile(r"(?<=[。！？!?；;])(?![”’）)])")
AMONG = "其中"
NUMBERED = re.compile(
    r"^\s*(?:第?[一二三四五六七八九十百]+[、.．章节]|[（(][一二三四五六七八九十]+[）)]|[（(]?\d{1,2}[）)、.．](?!\d))\s*"
)


@dataclass(frozen=True)
class Sentence:
    """One sentence, and the paragraph it stands in (counted from 1)."""

    line: int
    words: str

    @cached_property
    def numbers(self) -> list[Number]:
        """Give the numbers printed in it."""
        return numbers_in(self.words)


@dataclass(frozen=True)
class Text:
    """The paragraphs of a report, and the rows of its tables."""

    paragraphs: tuple[str, ...]
    tables: tuple[tuple[tuple[str, ...], ...], ...] = ()

    @classmethod
    def of(cls, lines: Iterable[str], tables: Iterable[Iterable[Iterable[str]]] = ()) -> Text:
        """Read paragraphs and tables; full-width digits and marks become plain ones."""
        return cls(
            tuple(_plain(line) for line in lines),
            tuple(tuple(tuple(map(_plain, row)) for row in table) for table in tables),
        )

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """Give all sentences in order, without the numbering they begin with."""
        return tuple(self._sentences())

    def _sentences(self) -> Iterator[Sentence]:
        for line, paragraph in enumerate(self.paragraphs, start=1):
            for words in _joined(ENDS.split(NUMBERED.sub("", paragraph))):
                yield Sentence(line, words)

    @cached_property
    def title(self) -> str:
        """Give the first line that says something."""
        return next((line for line in self.paragraphs if line.strip()), "")


def _joined(pieces: Iterable[str]) -> list[str]:
    """Give the sentences of a paragraph; one that begins with 其中 goes on about the total before it."""
    sentences: list[str] = []
    for piece in filter(None, (one.strip() for one in pieces)):
        if sentences and piece.startswith(AMONG) and AMONG not in sentences[-1]:
            sentences[-1] += piece
        else:
            sentences.append(piece)
    return sentences


def _plain(line: str) -> str:
    wide = {ord("％"): "%", ord("＋"): "+", ord("．"): ".", ord("\u3000"): " ", ord("\xa0"): " "}
    digits = {c: unicodedata.normalize("NFKC", chr(c)) for c in range(0xFF10, 0xFF1A)}
    return line.translate({**wide, **digits}).strip()
