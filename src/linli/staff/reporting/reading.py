"""A report on a page: its blocks with every number leading to its records, digits bound to nothing marked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from linli.figures.periods import ZONE, Period, period_named
from linli.reports.printing.charts import grid_of
from linli.reports.rounds.queries import Frozen
from linli.reports.writing.content import DATES, DIGITS, Block, Run
from linli.reports.writing.quoting import Quote
from linli.reports.writing.references import reference
from linli.ui.texts import Inline, Paragraph

Numbers = Callable[[str], tuple[str, str]]
PLAIN = re.compile(f"({DATES.pattern})|({DIGITS.pattern})")


def paragraphs(blocks: Iterable[Block], numbers: Numbers) -> list[Paragraph]:
    """Give blocks for the page. `numbers` gives address and hint of the number at a mark."""
    return [_paragraph(block, numbers) for block in blocks]


def _paragraph(block: Block, numbers: Numbers) -> Paragraph:
    if block.table is None:
        return Paragraph(block.level, list(_inlines(block.runs, numbers)))
    cells = [
        Inline(run.text, *_opened(numbers(run.mark))) if run.mark else Inline(run.text)
        for run in block.runs
    ]
    return Paragraph(0, cells, grid_of(block, cells))


def _opened(number: tuple[str, str]) -> tuple[str, str, str]:
    href, hint = number
    return href, "number", hint


def records_of(figure: str, period: str, place: str, by: str | None, part: str | None) -> str:
    """Give the address of the records behind a number; of nothing for a count of codes."""
    if not figure:
        return ""
    query = {"period": period, "place": place}
    if by is not None and part is not None:
        query |= {"by": by, "part": part}
    return f"{reverse('staff:figure-records', args=[figure])}?{urlencode(query)}"


def of_quote(quote: Quote, place: str) -> tuple[str, str]:
    """Give address and hint of a number that was just read."""
    figure = quote.reference.figure
    if quote.reference.plan is not None:
        return _plan_of(quote.reference.plan, quote.period), quote.label.zh
    return records_of(figure, quote.period.text, place, quote.by, quote.part), quote.label.zh


def of_frozen(frozen: Frozen, place: str) -> tuple[str, str]:
    """Give address and hint of a frozen number."""
    number = frozen.number
    referred = reference(number.reference)
    if referred.plan is not None:
        return _plan_of(referred.plan, period_named(number.period)), number.label.zh
    figure = referred.figure
    return records_of(figure, number.period, place, frozen.by, frozen.part), number.label.zh


def _plan_of(plan: str, period: Period) -> str:
    year = period.start.astimezone(ZONE).year
    return f"{reverse('staff:plan', args=[plan])}?{urlencode({'year': year})}"


def _inlines(runs: Iterable[Run], numbers: Numbers) -> Iterator[Inline]:
    for run in runs:
        if run.mark:
            href, hint = numbers(run.mark)
            yield Inline(run.text, href, "number", hint)
        elif run.is_stated:
            yield Inline(run.text, tone="stated", hint=_("填报人写定的数"))
        else:
            yield from _marked(run.text)


def _marked(text: str) -> Iterator[Inline]:
    end = 0
    for match in PLAIN.finditer(text):
        if match[2] is None:
            continue
        yield Inline(text[end : match.start()])
        yield Inline(match[2], tone="unbound", hint=_("没有与记录绑定的数"))
        end = match.end()
    yield Inline(text[end:])
