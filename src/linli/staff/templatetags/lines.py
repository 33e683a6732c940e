"""Lines of the longest lists, written here and not in templates: a page draws fifty of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import quote

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from linli.casework.queries import CaseRow
from linli.rulebook.mechanism import Label
from linli.ui.around import address
from linli.ui.templatetags.parts import badge, due, moment

register = template.Library()
CASE = """
<tr id="case-{number}">
    <th scope="row">
        <input type="checkbox" name="number" value="{number}" aria-label="{choose} {number}">
        <a href="{root}{path}/?back={back}">{title}</a>
        <div class="hint">{number}{category}</div>
    </th>
    <td data-label="{state_label}">{state}</td>
    <td data-label="{held_label}"><div>{area}<div class="hint">{holder}</div></div></td>
    <td data-label="{due_label}">{due}</td>
    <td data-label="{opened_label}">{opened}</td>
</tr>"""


@register.simple_tag
def case_lines(rows: Sequence[CaseRow], now: datetime, *, back: str) -> SafeString:
    """Give a row of the table of cases for each case; `back` is the list's own address, quoted."""
    language = get_language() or "zh"
    alike = {
        "choose": gettext("选中"),
        "state_label": gettext("状态"),
        "held_label": gettext("居民区与办理单位"),
        "due_label": gettext("到期或办结"),
        "opened_label": gettext("上报"),
        "root": address("staff:cases"),
        "back": back,
    }
    told = {name: escape(text) for name, text in alike.items()}
    return mark_safe("".join(_case(row, now, language, told) for row in rows))  # noqa: S308 - of escaped parts


def _case(row: CaseRow, now: datetime, language: str, told: Mapping[str, str]) -> str:
    category = _word(row.category_label, language)
    return CASE.format(
        **told,
        number=escape(row.number),
        path=quote(row.number),
        title=_word(row.title, language) or escape(row.number),
        category=f" · {category}" if category else "",
        state=badge(row.state_label, phase=row.phase),
        area=escape(row.area_name),
        holder=_word(row.holder_name, language),
        due=_due(row, now),
        opened=moment(row.opened_at, now),
    )


def _due(row: CaseRow, now: datetime) -> str:
    if row.closed_at is not None:
        return moment(row.closed_at, now)
    if row.due_at is None:
        return "—"
    return due(
        row.due_at, now, is_late=row.is_late, is_amber=row.is_amber, provisional=row.provisional
    )


def _word(label: Label | str | None, language: str) -> str:
    return escape(label.in_language(language) if isinstance(label, Label) else label or "")
