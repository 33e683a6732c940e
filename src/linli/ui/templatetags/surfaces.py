"""The parts that stand around other parts: cards, tables, trails, tabs, dialogs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from linli.rulebook.mechanism import Label
from linli.ui import moments
from linli.ui.around import drawn, in_language, request_of
from linli.ui.shelves import FEW, Choice, Shelf
from linli.ui.texts import Grid, Inline, Paragraph

register = template.Library()


@register.simple_block_tag
def card(
    content: SafeString,
    *,
    title: str = "",
    hint: str = "",
    link: str = "",
    href: str = "",
    id: str = "",  # noqa: A002 - the attribute's name
    tone: str = "",
) -> SafeString:
    """Give a surface with a heading; `link` and `href` lead on from its head. `tone`: quiet or flush."""
    return drawn(
        "card", content=content, title=title, hint=hint, link=link, href=href, id=id, tone=tone
    )


@register.simple_block_tag
def facts(content: SafeString) -> SafeString:
    """Give a list of facts: the content is {% fact %} parts."""
    return format_html('<dl class="facts">{}</dl>', content)


@register.simple_block_tag
def fact(content: SafeString, *, label: Label | str) -> SafeString:
    """Give one fact: its name and, as content, what it is."""
    return drawn("fact", content=content, label=label)


@register.simple_block_tag
def trail(content: SafeString, *, label: str) -> SafeString:
    """Give what happened, in order: the content is {% event %} parts."""
    return drawn("trail", content=content, label=label)


@register.simple_block_tag
def event(  # noqa: PLR0913 - a step's own attributes
    content: SafeString,
    *,
    action: Label | str,
    at: datetime,
    actor: str = "",
    body: str = "",
    origin: Label | str | None = None,
    state: Label | str | None = None,
    automatic: bool = False,
    now: datetime | None = None,
) -> SafeString:
    """Give one step of a trail; `origin` and `state` are the states before and after it."""
    moved = state if in_language(state) != in_language(origin) else None
    return drawn(
        "event", content=content, action=action, at=at, words=moments.moment_in_words(at, now),
        actor=actor, body=body, origin=origin, state=moved, automatic=automatic,
    )  # fmt: skip


@register.simple_block_tag
def table(
    content: SafeString, *, caption: str, stack: bool = True, dense: bool = False
) -> SafeString:
    """Give a table; the content is thead and tbody. On phones rows become cards: give each td a data-label."""
    return drawn("table", content=content, caption=caption, stack=stack, dense=dense)


@register.inclusion_tag("parts/pager.html", takes_context=True)
def pager(context: Context, page: Any, *, label: str = "") -> dict[str, Any]:
    """Give the ways to other pages of a list that has `page`, `pages` and `total`; keeps the filters."""
    near = [n for n in range(page.page - 2, page.page + 3) if 1 <= n <= page.pages]
    return {"request": request_of(context), "page": page, "near": near, "label": label}


@register.simple_block_tag(takes_context=True)
def filters(context: Context, content: SafeString, *, label: str, clear: str = "") -> SafeString:
    """Give a form that narrows a list by the address line; the content is {% field %} parts."""
    request = request_of(context)
    chosen = (
        [value for key, value in request.GET.items() if value and key != "page"] if request else []
    )
    return drawn("filters", content=content, label=label, clear=clear, chosen=len(chosen))


@register.simple_block_tag
def field(
    content: SafeString,
    *,
    label: str,
    id: str,  # noqa: A002 - the attribute's name
    hint: str = "",
    error: str = "",
    hide: bool = False,
) -> SafeString:
    """Give a label, a hint and an error around a control written as content; `id` is the control's."""
    return drawn("field", content=content, label=label, id=id, hint=hint, error=error, hide=hide)


@register.simple_block_tag
def tabs(content: SafeString, *, label: str) -> SafeString:
    """Give a row of links of which one is current: the content is {% tab %} parts."""
    return drawn("tabs", content=content, label=label)


@register.inclusion_tag("parts/tab.html")
def tab(
    label: Label | str, href: str, *, current: bool = False, count: int | None = None
) -> dict[str, Any]:
    """Give one link of a row of tabs."""
    return {"label": label, "href": href, "current": current, "count": count}


@register.inclusion_tag("parts/pick.html")
def pick(
    shelves: Sequence[Shelf[Choice]],
    *,
    label: str,
    action: str,
    name: str = "mechanism",
    carried: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Give a choice among a few things as tabs, among many as a list to search; `carried` goes along."""
    few = sum(len(shelf.things) for shelf in shelves) <= FEW
    return {
        "shelves": shelves,
        "label": label,
        "action": action,
        "name": name,
        "carried": carried or {},
        "few": few,
    }


@register.inclusion_tag("parts/ways.html")
def ways(items: Sequence[Any]) -> dict[str, Any]:
    """Give ways on, one a line: each has a `label`, a `hint` and an `href`."""
    return {"items": items}


@register.simple_tag
def printed(paragraphs: Sequence[Paragraph]) -> SafeString:
    """Give a printed text: its numbers open what is behind them, digits bound to nothing are underlined."""
    blocks = format_html_join("", "{}", ((_paragraph(one),) for one in paragraphs))
    return format_html('<div class="report">{}</div>', blocks)


def _paragraph(paragraph: Paragraph) -> SafeString:
    """Give one block without any white space between its runs, which would show in Chinese text."""
    if paragraph.grid is not None:
        return _grid(paragraph, paragraph.grid)
    runs = format_html_join("", "{}", ((_run(run),) for run in paragraph.runs))
    if not paragraph.level:
        return format_html("<p>{}</p>", runs)
    if paragraph.level == 1:
        return format_html('<h2 class="report__title">{}</h2>', runs)
    return format_html('<h3 class="report__head">{}</h3>', runs)


def _grid(paragraph: Paragraph, grid: Grid) -> SafeString:
    cells = {"grid": grid, "rows": paragraph.rows}
    title = "" if grid.chart else format_html('<h3 class="report__head">{}</h3>', grid.title)
    inside = render_to_string("parts/printed_grid.html", cells)
    return format_html('{}<div class="report__grid">{}</div>', title, inside)


def _run(run: Inline) -> SafeString:
    if run.href:
        return format_html(
            '<a class="report__number" href="{}" title="{}">{}</a>', run.href, run.hint, run.text
        )
    if run.tone:
        return format_html(
            '<span class="report__{}" title="{}">{}</span>', run.tone, run.hint, run.text
        )
    return format_html("{}", run.text)


@register.simple_block_tag
def dialog(
    content: SafeString,
    *,
    id: str,  # noqa: A002 - the attribute's name
    title: str,
    wide: bool = False,
) -> SafeString:
    """Give a native dialog, opened by a button with opens=id."""
    return drawn("dialog", content=content, id=id, title=title, wide=wide)


@register.simple_block_tag
def empty(content: SafeString, *, title: str, icon: str = "inbox") -> SafeString:
    """Give what stands where nothing is: a sentence, and the content as the way on."""
    return drawn("empty", content=content, title=title, icon=icon)
