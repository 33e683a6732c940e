"""The parts pages are built from. Each has one template in templates/parts/; /staff/parts/ shows them all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import template
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from linli.rulebook.casefile import ClockReading
from linli.rulebook.mechanism import Label
from linli.ui import drawing, moments, printing
from linli.ui.faces import is_elder
from linli.ui.questions import Question, choice_groups

register = template.Library()

PHASES = {
    "intake": ("info", "inbox"),
    "open": ("active", "half"),
    "done": ("green", "check"),
    "void": ("grey", "ban"),
}
TONES = {
    "info": "dot",
    "amber": "alert",
    "red": "alarm",
    "green": "check",
    "grey": "ban",
}
CLOCKS = {
    "running": "clock",
    "amber": "alert",
    "late": "alarm",
    "paused": "pause",
    "met": "check",
    "missed": "alarm",
}
NOTICES = {"error": ("red", "alert"), "warning": ("amber", "alert"), "success": ("green", "check")}


def _part(part: str, /, **values: Any) -> SafeString:
    return render_to_string(f"parts/{part}.html", values)


def _request(context: Context) -> HttpRequest | None:
    request = context.get("request")
    return request if isinstance(request, HttpRequest) else None


# --- the shell


@register.simple_tag(takes_context=True)
def print_class(context: Context) -> str:
    """Give the root's class: elder when large print is chosen and the page is a resident's."""
    return "elder" if is_elder(_request(context)) else ""


@register.inclusion_tag("parts/print_switch.html", takes_context=True)
def print_switch(context: Context) -> dict[str, Any]:
    """Give the switch between ordinary and large print (长辈版)."""
    request = _request(context)
    return {"request": request, "is_elder": is_elder(request)}


@register.inclusion_tag("parts/language_switch.html", takes_context=True)
def language_switch(context: Context) -> dict[str, Any]:
    """Give the switch to the other language, which keeps the page."""
    return {"request": _request(context), "english": moments.speaks_english()}


@register.inclusion_tag("parts/notices.html", takes_context=True)
def notices(context: Context) -> dict[str, Any]:
    """Give what has just happened, in words, once."""
    request = _request(context)
    told = get_messages(request) if request else []
    return {
        "notices": [(str(m), *NOTICES.get(m.level_tag, ("info", "info"))) for m in told],
    }


@register.inclusion_tag("parts/nav_item.html", takes_context=True)
def nav_item(
    context: Context, label: str, href: str, icon: str, *, count: int | None = None, exact: bool = False
) -> dict[str, Any]:
    """Give one entry of the navigation; `count` stands beside it; `exact`: current on this very address only."""
    request = _request(context)
    path = request.path if request else ""
    current = path == href if exact else path.startswith(href)
    return {"label": label, "href": href, "icon": icon, "count": count, "current": current}


@register.simple_block_tag(takes_context=True)
def account(context: Context, content: SafeString, *, name: str, post: str = "", leave: str) -> SafeString:
    """Give the menu of the person logged in; `leave` is the address that logs out, content further entries."""
    token = context.get("csrf_token")
    return _part("account", content=content, name=name, post=post, leave=leave, csrf_token=token)


@register.simple_block_tag
def heading(
    content: SafeString, *, title: str, hint: str = "", back: str = "", back_label: str = ""
) -> SafeString:
    """Give the head of a page: its one h1, a way back, and the content as its buttons."""
    return _part("heading", content=content, title=title, hint=hint, back=back, back_label=back_label)


# --- small parts


@register.filter
def in_language(label: Label | str | None) -> str:
    """Give a Label of the book in the page's language."""
    return label.in_language(get_language() or "zh") if isinstance(label, Label) else label or ""


@register.simple_tag
def icon(name: str) -> SafeString:
    """Give a drawing from icons.svg; it says nothing to a screen reader."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static("icons.svg"), name
    )


@register.inclusion_tag("parts/button.html")
def button(  # noqa: PLR0913 - a button's own attributes
    label: str,
    *,
    kind: str = "secondary",
    href: str = "",
    icon: str = "",
    name: str = "",
    value: str = "",
    opens: str = "",
    type: str = "submit",  # noqa: A002 - the attribute's name
) -> dict[str, Any]:
    """Give a button, or a link that looks like one (`href`).

    `kind`: primary (one a page), secondary, quiet, danger. `opens`: the id of a dialog; give `href` too
    so that it works without script.
    """
    return {
        "label": label, "kind": kind, "href": href, "icon": icon,
        "name": name, "value": value, "opens": opens, "type": type,
    }  # fmt: skip


@register.inclusion_tag("parts/badge.html")
def badge(label: Label | str, *, phase: str = "", tone: str = "grey", icon: str = "") -> dict[str, Any]:
    """Give a state as a word with a drawing. `phase` (of a state) or `tone`: info, amber, red, green, grey."""
    tone, drawn = PHASES.get(phase, (tone, TONES.get(tone, "dot")))
    return {"label": label, "tone": tone, "icon": icon or drawn}


@register.inclusion_tag("parts/clock.html")
def clock(
    reading: ClockReading, now: datetime, *, label: Label | str, basis: str = "", state: str = ""
) -> dict[str, Any]:
    """Give a clock in full: when due, how long left or late, paused, met; whether provisional; its legal basis."""
    state = state or moments.clock_state(reading, now)
    return {
        "label": label, "basis": basis, "state": state, "icon": CLOCKS[state], "reading": reading,
        "due": reading.due_at and moments.moment_in_words(reading.due_at, now),
        "span": moments.span_in_words(reading.due_at - now) if reading.due_at else "",
        "remaining": moments.remaining_in_words(reading),
    }  # fmt: skip


@register.inclusion_tag("parts/due.html")
def due(
    due_at: datetime | None, now: datetime, *, is_late: bool = False, is_amber: bool = False, provisional: bool = False
) -> dict[str, Any]:
    """Give a due moment for a row of a table: how long left or late, the moment itself as its title."""
    state = "late" if is_late else "amber" if is_amber else "running"
    return {
        "due_at": due_at, "state": state, "icon": CLOCKS[state], "provisional": provisional,
        "due": due_at and moments.moment_in_words(due_at, now),
        "span": moments.span_in_words(due_at - now) if due_at else "",
        "is_past": due_at is not None and due_at < now,
    }  # fmt: skip


@register.inclusion_tag("parts/moment.html")
def moment(at: datetime | None, now: datetime | None = None) -> dict[str, Any]:
    """Give a moment in local time, in words."""
    return {"at": at, "words": at and moments.moment_in_words(at, now)}


@register.inclusion_tag("parts/figure.html")
def figure(  # noqa: PLR0913 - a figure's own attributes
    label: Label | str,
    *,
    value: str | float | None = None,
    num: int | None = None,
    den: int | None = None,
    unit: Label | str = "",
    decimals: int = 2,
    href: str = "",
    num_href: str = "",
    den_href: str = "",
    note: str = "",
    tone: str = "",
) -> dict[str, Any]:
    """Give a number with its numerator and denominator, each opening its records.

    `value` is printed as it is when text; a ratio is printed from `num` and `den`; no value is no data.
    """
    printed = printing.percent(num, den, decimals) if value is None and num is not None and den is not None else None
    said = printed if value is None else value if isinstance(value, str) else printing.counted(value)
    return {
        "label": label, "value": said, "unit": unit, "href": href, "note": note, "tone": tone,
        "num": None if num is None else printing.counted(num), "num_href": num_href,
        "den": None if den is None else printing.counted(den), "den_href": den_href,
    }  # fmt: skip


@register.inclusion_tag("parts/photo.html")
def photo(src: str, *, alt: str, href: str = "", caption: str = "") -> dict[str, Any]:
    """Give a photo that opens in full; `alt` says what it shows, or which photo it is."""
    return {"src": src, "alt": alt, "href": href, "caption": caption}


# --- parts around other parts


@register.simple_block_tag
def card(  # noqa: PLR0913 - a card's own attributes
    content: SafeString, *, title: str = "", hint: str = "", link: str = "", href: str = "", id: str = "", tone: str = ""  # noqa: A002
) -> SafeString:
    """Give a surface with a heading; `link` and `href` lead on from its head. `tone`: quiet or flush."""
    return _part("card", content=content, title=title, hint=hint, link=link, href=href, id=id, tone=tone)


@register.simple_block_tag
def facts(content: SafeString) -> SafeString:
    """Give a list of facts: the content is {% fact %} parts."""
    return format_html('<dl class="facts">{}</dl>', content)


@register.simple_block_tag
def fact(content: SafeString, *, label: Label | str) -> SafeString:
    """Give one fact: its name and, as content, what it is."""
    return _part("fact", content=content, label=label)


@register.simple_block_tag
def trail(content: SafeString, *, label: str) -> SafeString:
    """Give what happened, in order: the content is {% event %} parts."""
    return _part("trail", content=content, label=label)


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
    return _part(
        "event", content=content, action=action, at=at, words=moments.moment_in_words(at, now),
        actor=actor, body=body, origin=origin, state=moved, automatic=automatic,
    )  # fmt: skip


@register.simple_block_tag
def table(content: SafeString, *, caption: str, stack: bool = True, dense: bool = False) -> SafeString:
    """Give a table; the content is thead and tbody. On phones rows become cards: give each td a data-label."""
    return _part("table", content=content, caption=caption, stack=stack, dense=dense)


@register.inclusion_tag("parts/pager.html", takes_context=True)
def pager(context: Context, page: Any, *, label: str = "") -> dict[str, Any]:
    """Give the ways to other pages of a list that has `page`, `pages` and `total`; keeps the filters."""
    near = [n for n in range(page.page - 2, page.page + 3) if 1 <= n <= page.pages]
    return {"request": _request(context), "page": page, "near": near, "label": label}


@register.simple_block_tag(takes_context=True)
def filters(context: Context, content: SafeString, *, label: str, clear: str = "") -> SafeString:
    """Give a form that narrows a list by the address line; the content is {% field %} parts."""
    request = _request(context)
    chosen = [value for key, value in request.GET.items() if value and key != "page"] if request else []
    return _part("filters", content=content, label=label, clear=clear, chosen=len(chosen))


@register.simple_block_tag
def field(content: SafeString, *, label: str, id: str, hint: str = "", error: str = "", hide: bool = False) -> SafeString:  # noqa: A002
    """Give a label, a hint and an error around a control written as content; `id` is the control's."""
    return _part("field", content=content, label=label, id=id, hint=hint, error=error, hide=hide)


@register.simple_block_tag
def tabs(content: SafeString, *, label: str) -> SafeString:
    """Give a row of links of which one is current: the content is {% tab %} parts."""
    return _part("tabs", content=content, label=label)


@register.inclusion_tag("parts/tab.html")
def tab(label: Label | str, href: str, *, current: bool = False, count: int | None = None) -> dict[str, Any]:
    """Give one link of a row of tabs."""
    return {"label": label, "href": href, "current": current, "count": count}


@register.simple_block_tag
def dialog(content: SafeString, *, id: str, title: str, wide: bool = False) -> SafeString:  # noqa: A002
    """Give a native dialog, opened by a button with opens=id."""
    return _part("dialog", content=content, id=id, title=title, wide=wide)


@register.simple_block_tag
def empty(content: SafeString, *, title: str, icon: str = "inbox") -> SafeString:
    """Give what stands where nothing is: a sentence, and the content as the way on."""
    return _part("empty", content=content, title=title, icon=icon)


# --- maps and charts


@register.inclusion_tag("parts/map.html")
def map(  # noqa: A001 - the part's name
    *, label: str, areas: str = "", points: str = "", lon: float | None = None, lat: float | None = None, tall: bool = False
) -> dict[str, Any]:
    """Give a map: `areas` and `points` are addresses of GeoJSON, `lon` and `lat` (WGS-84) mark one place."""
    return {"label": label, "areas": areas, "points": points, "lon": lon, "lat": lat, "tall": tall}


@register.inclusion_tag("parts/chart.html")
def chart(
    marks: Sequence[drawing.Mark], *, label: str, kind: str = "bar", unit: Label | str = "", head: str = ""
) -> dict[str, Any]:
    """Give a chart of marks: bar (lying), column or line; the numbers stand beside it as a table."""
    draw = {"bar": drawing.bars, "column": drawing.columns, "line": drawing.line}[kind]
    return {"drawing": draw(marks), "label": label, "kind": kind, "unit": unit, "head": head}


# --- forms


@register.inclusion_tag("parts/question.html")
def question(question: Question) -> dict[str, Any]:
    """Give one question of a form with its control, hint and errors."""
    return {"q": question, "groups": choice_groups(question)}


@register.inclusion_tag("parts/faults.html")
def faults(questions: Sequence[Question], general: Sequence[str] = ()) -> dict[str, Any]:
    """Give all that is wrong with a form, at its top, each linked to its question; nothing when all is well."""
    return {"wrong": [q for q in questions if q.errors], "general": general}
