"""A printed text on a page: headings and paragraphs whose numbers open, or are marked as stated or bound to nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Inline:
    """A stretch of text. `href` opens it; `tone` marks it: '' plain, number, stated, unbound."""

    text: str
    href: str = ""
    tone: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A heading (`level` 1 to 3) or a paragraph (0)."""

    level: int
    runs: Sequence[Inline]
