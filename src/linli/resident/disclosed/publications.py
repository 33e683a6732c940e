"""Published reports: the text as it was issued, and for every number how it was counted."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import reverse

from linli.figures.periods import period_named
from linli.reports.printing.charts import grid_of
from linli.reports.rounds.publishing import issue_named, issues, number_behind
from linli.reports.rounds.queries import RoundUnknown, SnapshotView
from linli.reports.writing.content import Block, Run
from linli.resident.visits import Visit
from linli.ui.texts import Inline, Paragraph


def publications(visit: Visit) -> HttpResponse:
    """List the issued reports."""
    return visit.show("resident/publications.html", {"issues": issues()})


def publication(visit: Visit, number: int) -> HttpResponse:
    """Show an issued report; each number opens how it was counted."""
    try:
        one, snapshot = issue_named(number)
    except RoundUnknown as unknown:
        raise Http404(number) from unknown
    context = {"issue": one, "text": _text(number, snapshot), "digest": snapshot.sha256}
    return visit.show("resident/publication.html", context)


def definition(visit: Visit, number: int, mark: str) -> HttpResponse:
    """Show what a number of an issued report counts, its numerator and denominator, and when it was frozen."""
    try:
        one, frozen = number_behind(number, mark)
    except RoundUnknown as unknown:
        raise Http404(mark) from unknown
    context = {"issue": one, "frozen": frozen, "period": period_named(frozen.number.period).label}
    return visit.show("resident/publication_number.html", context)


def _text(number: int, snapshot: SnapshotView) -> list[Paragraph]:
    def inline(run: Run) -> Inline:
        if not run.mark:
            return Inline(run.text)
        href = reverse("resident:publication-number", args=[number, run.mark])
        return Inline(run.text, href, "number", snapshot.numbers[run.mark].number.label.zh)

    def paragraph(block: Block) -> Paragraph:
        cells = [inline(run) for run in block.runs]
        return Paragraph(block.level, cells, grid_of(block, cells) if block.table else None)

    return [paragraph(block) for block in snapshot.content.blocks]
