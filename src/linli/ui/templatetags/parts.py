"""The parts pages are built from. Each has one template in templates/parts/; /staff/parts/ shows them all.

Pages load this library only: it takes in those of the shell and of the surfaces.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from linli.rulebook.casefile import ClockReading
from linli.rulebook.mechanism import Label
from linli.ui import drawing, moments, printing
from linli.ui.around import in_language
from linli.ui.questions import Question, choice_groups
from linli.ui.templatetags import drawings, shell, surfaces

register = template.Library()
register.filter(in_language)
for taken_in in (shell.register, surfaces.register, drawings.register):
    register.tags.update(taken_in.tags)

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


@register.simple_tag
def icon(name: str) -> SafeString:
    """Give a drawing from icons.svg; it says nothing to a screen reader."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static("icons.svg"), name
    )


@register.inclusion_tag("parts/button.html")
def button(
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
def badge(
    label: Label | str, *, phase: str = "", tone: str = "grey", icon: str = ""
) -> dict[str, Any]:
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
    due_at: datetime | None,
    now: datetime,
    *,
    is_late: bool = False,
    is_amber: bool = False,
    provisional: bool = False,
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


@register.filter
def grouped(number: float | Decimal | str | None) -> str:
    """Give a number grouped by thousands; nothing for none."""
    return "" if number is None else printing.counted(number)


@register.inclusion_tag("parts/figure.html")
def figure(  # noqa: PLR0913 - a figure's own attributes
    label: Label | str,
    *,
    value: str | float | None = None,
    num: int | Decimal | None = None,
    den: int | Decimal | None = None,
    unit: Label | str = "",
    decimals: int = 2,
    href: str = "",
    num_href: str = "",
    den_href: str = "",
    note: str = "",
    tone: str = "",
    beside: object = None,
) -> dict[str, Any]:
    """Give a number with its numerator and denominator, each opening its records.

    `value` is printed as it is when text; a ratio is printed from `num` and `den`; no value is no data.
    """
    printed = (
        printing.percent(num, den, decimals)
        if value is None and num is not None and den is not None
        else None
    )
    said = (
        printed if value is None else value if isinstance(value, str) else printing.counted(value)
    )
    return {
        "label": label, "value": said, "unit": unit, "href": href, "note": note, "tone": tone, "beside": beside,
        "num": None if num is None else printing.counted(num), "num_href": num_href,
        "den": None if den is None else printing.counted(den), "den_href": den_href,
    }  # fmt: skip


@register.inclusion_tag("parts/photo.html")
def photo(src: str, *, alt: str, href: str = "", caption: str = "") -> dict[str, Any]:
    """Give a photo that opens in full; `alt` says what it shows, or which photo it is."""
    return {"src": src, "alt": alt, "href": href, "caption": caption}


@register.inclusion_tag("parts/map.html")
def map(  # noqa: A001 - the part's name
    *,
    label: str,
    areas: str = "",
    points: str = "",
    lon: float | None = None,
    lat: float | None = None,
    tall: bool = False,
) -> dict[str, Any]:
    """Give a map: `areas` and `points` are addresses of GeoJSON, `lon` and `lat` (WGS-84) mark one place."""
    return {"label": label, "areas": areas, "points": points, "lon": lon, "lat": lat, "tall": tall}


@register.inclusion_tag("parts/chart.html")
def chart(
    marks: Sequence[drawing.Mark],
    *,
    label: str,
    kind: str = "bar",
    unit: Label | str = "",
    head: str = "",
) -> dict[str, Any]:
    """Give a chart of marks: bar (lying), column or line; the numbers stand beside it as a table."""
    draw = {"bar": drawing.bars, "column": drawing.columns, "line": drawing.line}[kind]
    return {"drawing": draw(marks), "label": label, "kind": kind, "unit": unit, "head": head}


@register.inclusion_tag("parts/question.html")
def question(question: Question) -> dict[str, Any]:
    """Give one question of a form with its control, hint and errors."""
    return {"q": question, "groups": choice_groups(question)}


@register.inclusion_tag("parts/faults.html")
def faults(questions: Sequence[Question], general: Sequence[str] = ()) -> dict[str, Any]:
    """Give all that is wrong with a form, at its top, each linked to its question; nothing when all is well."""
    return {"wrong": [q for q in questions if q.errors], "general": general}
