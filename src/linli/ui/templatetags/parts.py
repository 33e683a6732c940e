"""The parts pages are built from. Each has one template in templates/parts/; /staff/parts/ shows them all.

Pages load this library only: it takes in those of the shell and of the surfaces.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from linli.rulebook.casefile import ClockReading
from linli.rulebook.mechanism import Label
from linli.ui import drawing, moments, printing
from linli.ui.around import in_language, picture
from linli.ui.questions import Question, choice_groups
from linli.ui.shelves import Choice
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
    "over": "check",
    "cut": "close",
}
NOTHING = mark_safe('<span class="muted">—</span>')


@register.simple_tag
def icon(name: str) -> SafeString:
    """Give a drawing from icons.svg; it says nothing to a screen reader."""
    return picture(name)


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


@register.simple_tag
def badge(label: Label | str, *, phase: str = "", tone: str = "grey", icon: str = "") -> SafeString:
    """Give a state as a word with a drawing. `phase` (of a state) or `tone`: info, amber, red, green, grey."""
    tone, drawn = PHASES.get(phase, (tone, TONES.get(tone, "dot")))
    return _badge(in_language(label), tone, icon or drawn)


@lru_cache(maxsize=1024)
def _badge(word: str, tone: str, name: str) -> SafeString:
    """Give the same few badges that lists show over and over."""
    return format_html('<span class="badge badge--{}">{}{}</span>', tone, icon(name), word)


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


@register.simple_tag
def due(
    due_at: datetime | None,
    now: datetime,
    *,
    is_late: bool = False,
    is_amber: bool = False,
    provisional: bool = False,
) -> SafeString:
    """Give a due moment for a row of a table: how long left or late, the moment itself as its title.

    Written here, as are moments: a long list draws hundreds of them.
    """
    if due_at is None:
        return format_html('<span class="muted" aria-label="{}">—</span>', gettext("无时限"))
    state = "late" if is_late else "amber" if is_amber else "running"
    before, after, mark = _due_words(due_at < now, get_language())
    title, span = moments.moment_in_words(due_at, now), moments.span_in_words(due_at - now)
    return mark_safe(  # noqa: S308 - numbers and words of our own
        f'<span class="due due--{state}">{picture(CLOCKS[state])}'
        f'<time datetime="{due_at.isoformat()}" title="{title}">{before}{span}{after}</time>'
        f"{mark if provisional else ''}</span>"
    )


@lru_cache(maxsize=16)
def _due_words(is_over: bool, language: str | None) -> tuple[str, str, SafeString]:  # noqa: FBT001
    """Give what stands before and after a span, and the mark of a provisional one, in the active language."""
    del language
    told = gettext("已超 %(span)s") if is_over else gettext("还有 %(span)s")
    before, _, after = told.partition("%(span)s")
    return (
        escape(before),
        escape(after),
        format_html('<span class="mark">{}</span>', gettext("暂定")),
    )


@register.simple_tag
def moment(at: datetime | None, now: datetime | None = None) -> SafeString:
    """Give a moment in local time, in words."""
    if at is None:
        return NOTHING
    words = moments.moment_in_words(at, now)
    return mark_safe(f'<time datetime="{at.isoformat()}">{words}</time>')  # noqa: S308 - of numbers


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


@register.simple_tag
def options(groups: Iterable[tuple[Label | None, Iterable[Choice]]]) -> SafeString:
    """Give the options of a select, under their headings where they have one. A list of codes has hundreds."""
    return mark_safe("".join(_group(head, choices) for head, choices in groups))  # noqa: S308 - of escaped parts


def _group(head: Label | None, choices: Iterable[Choice]) -> str:
    language = get_language() or "zh"
    listed = "".join(
        _option(choice.value, _word(choice.label, language), choice.is_chosen) for choice in choices
    )
    if head is None:
        return listed
    return f'<optgroup label="{escape(head.in_language(language))}">{listed}</optgroup>'


def _word(label: Label | str, language: str) -> str:
    return label.in_language(language) if isinstance(label, Label) else label


@lru_cache(maxsize=4096)
def _option(value: str, word: str, is_chosen: bool) -> str:  # noqa: FBT001 - a key of the cache
    chosen = " selected" if is_chosen else ""
    return f'<option value="{escape(value)}"{chosen}>{escape(word)}</option>'


@register.simple_tag
def searched(choices: Iterable[Choice]) -> SafeString:
    """Give the options of a select that is searched in either language, each with its count. There are a hundred mechanisms."""
    language = get_language() or "zh"
    return mark_safe("".join(_searched(one, language) for one in choices))  # noqa: S308 - of escaped parts


def _searched(choice: Choice, language: str) -> str:
    label = choice.label if isinstance(choice.label, Label) else Label(zh=choice.label, en="")
    word = label.in_language(language)
    count = "" if choice.count is None else f" ({choice.count})"
    return _found_option(choice.value, f"{label.zh} {label.en}", f"{word}{count}", choice.is_chosen)


@lru_cache(maxsize=4096)
def _found_option(value: str, also: str, word: str, is_chosen: bool) -> str:  # noqa: FBT001 - a key of the cache
    chosen = " selected" if is_chosen else ""
    return f'<option value="{escape(value)}" data-also="{escape(also)}"{chosen}>{escape(word)}</option>'


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
