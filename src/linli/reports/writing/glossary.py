"""The glossary: terms that a writer picks in the prose, each explained once at the end of the report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from pydantic import Field

import linli.book
from linli.reports.writing.content import Block, Run
from linli.reports.writing.references import PIECE
from linli.rulebook.labels import Rule
from linli.rulebook.mechanism import Label
from linli.rulebook.ownbook import own_folder
from linli.rulebook.reading import read_yaml

FILE = "glossary.yaml"
SECTION = "glossary"
TITLE = "名词解释"
SHIPPED = Path(linli.book.__path__[0]) / FILE


class Term(Rule):
    """A term, what it means, and whose definition that is."""

    term: str = Field(min_length=1, max_length=40)
    means: Label
    basis: str = Field(min_length=1)


class _Glossary(Rule):
    glossary: list[Term]


def terms_at_hand() -> dict[str, Term]:
    """Give the terms that Linli brings along and those of the office's own book, which win by name. Raises MechanismRefused."""
    own = own_folder()
    added = _read(own / FILE) if own and (own / FILE).exists() else {}
    return _shipped() | added


def notes(terms: Iterable[Term]) -> Iterator[Block]:
    """Give the blocks that explain terms, each once, in the order in which they were first picked; none for no term."""
    picked = {one.term: one for one in terms}
    if picked:
        yield Block(SECTION, 1, (Run(TITLE),))
    for one in picked.values():
        yield Block(SECTION, 0, (Run(f"{one.term}：{one.means.zh}。"),))


def with_term(text: str, term: str) -> str | None:
    """Mark the first place where prose uses a term; None where it does not, or where the term is marked already."""
    reference = f"{{term:{term}}}"
    at = PIECE.sub(lambda piece: "\0" * len(piece[0]), text).find(term)
    if at < 0 or reference in text:
        return None
    return text[:at] + reference + text[at + len(term) :]


@lru_cache(maxsize=1)
def _shipped() -> dict[str, Term]:
    return _read(SHIPPED)


def _read(file: Path) -> dict[str, Term]:
    glossary, _lines = read_yaml(file.read_text(encoding="utf-8"), file.name, _Glossary)
    return {one.term: one for one in glossary.glossary}
