"""Freezing: all sections set, every number kept with its definition, exact pair and the records behind it."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

import rfc8785

from linli.figures.periods import period_named
from linli.registry.isolation import current_office
from linli.reports.models import FrozenFigure, ReportRound, ReportSection, ReportSnapshot
from linli.reports.rounds.findings import tally_references
from linli.reports.writing.content import Block, Content, Run
from linli.reports.writing.glossary import Term, notes
from linli.reports.writing.quoting import Quote, Quoter, digest_of_records
from linli.reports.writing.references import ReferenceUnclear, reference
from linli.reports.writing.templates import ReportTemplate, read_template
from linli.reports.writing.typesetting import Setting, set_in
from linli.rulebook.loading import Book

TALLY_MARK = "tally_{:03d}"


@dataclass(frozen=True)
class Draft:
    """A report with the numbers of this moment: its content, the quotes by mark, what refers to no number."""

    content: Content
    quotes: dict[str, Quote]
    unclear: tuple[ReferenceUnclear, ...]


def template_of(round_: ReportRound) -> ReportTemplate:
    """Give the template that a round was opened with."""
    return read_template(round_.text, round_.template)


def quoter_of(round_: ReportRound, book: Book) -> Quoter:
    """Give the reader of a round's numbers."""
    return Quoter(period_named(round_.period), round_.place, book)


def drafted(round_: ReportRound, sections: Sequence[ReportSection], book: Book) -> Draft:
    """Set the numbers of this moment into all sections of a round."""
    template, quoter = template_of(round_), quoter_of(round_, book)
    blocks: list[Block] = []
    quotes: dict[str, Quote] = {}
    unclear: list[ReferenceUnclear] = []
    terms: list[Term] = []
    for nth, section in enumerate(sections):
        setting = titled(nth, template.sections[section.key].title.zh, section, quoter)
        blocks += setting.blocks
        quotes |= setting.quotes
        unclear += setting.unclear
        terms += setting.terms
    blocks += notes(terms)
    for nth, text in enumerate(tally_references(template.tallies), start=1):
        try:
            quotes[TALLY_MARK.format(nth)] = quoter.quote(reference(text))
        except ReferenceUnclear as refused:
            unclear.append(refused)
    return Draft(Content(round_.heading, tuple(blocks)), quotes, tuple(unclear))


def titled(nth: int, title: str, section: ReportSection, quoter: Quoter) -> Setting:
    """Set a section under its numbered title."""
    setting = set_in(section.key, section.text, quoter)
    head = Block(section.key, 1, (Run(f"{chinese(nth + 1)}、{title}"),))
    return replace(setting, blocks=(head, *setting.blocks))


def chinese(number: int) -> str:
    """Give a whole number from 1 to 99 in Chinese."""
    digits = "〇一二三四五六七八九"
    tens, ones = divmod(number, 10)
    front = "" if not tens else ("十" if tens == 1 else f"{digits[tens]}十")
    return f"{front}{digits[ones] if ones or not tens else ''}"


def keep(
    round_: ReportRound, draft: Draft, quoter: Quoter, by: str, at: datetime
) -> ReportSnapshot:
    """Write a draft down as a snapshot of its round."""
    rows = [_frozen(mark, quote, quoter) for mark, quote in draft.quotes.items()]
    content = draft.content.plain()
    snapshot = ReportSnapshot.objects.create(
        office_id=current_office(), round=round_, content=content,
        sha256=sha256(rfc8785.dumps(_sealed(content, rows))).hexdigest(), by=by, at=at,
    )  # fmt: skip
    for row in rows:
        row.snapshot = snapshot
    FrozenFigure.objects.bulk_create(rows)
    return snapshot


def _frozen(mark: str, quote: Quote, quoter: Quoter) -> FrozenFigure:
    marks = quoter.record_marks(quote)
    return FrozenFigure(
        office_id=current_office(), mark=mark, reference=quote.reference.text,
        definition=quote.definition, period=quote.period.text, num=quote.value.num,
        den=quote.value.den, printed=quote.printed, records=quote.records,
        digest=digest_of_records(marks), marks=zlib.compress("\n".join(marks).encode()),
        words={
            "label": quote.label.model_dump(), "words": quote.words.model_dump(),
            "unit": quote.unit, "by": quote.by, "part": quote.part,
        },
    )  # fmt: skip


def _sealed(content: dict[str, Any], rows: Sequence[FrozenFigure]) -> dict[str, Any]:
    figures = [
        [row.mark, row.reference, row.definition, row.period, f"{row.num:f}",
         None if row.den is None else f"{row.den:f}", row.printed, row.records, row.digest]
        for row in rows
    ]  # fmt: skip
    return {"content": content, "figures": figures}
