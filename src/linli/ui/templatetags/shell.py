"""The parts of the shell: switches, notices, navigation, the head of a page."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import template
from django.contrib.messages import get_messages
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from linli.ui import moments
from linli.ui.around import drawn, picture, request_of
from linli.ui.faces import is_elder

register = template.Library()

HERE = mark_safe(' aria-current="page"')
MOST_COUNTED = 100
NOTICES = {"error": ("red", "alert"), "warning": ("amber", "alert"), "success": ("green", "check")}


@register.simple_tag(takes_context=True)
def print_class(context: Context) -> str:
    """Give the root's class: elder when large print is chosen; only residents' pages heed it."""
    return "elder" if is_elder(request_of(context)) else ""


@register.inclusion_tag("parts/print_switch.html", takes_context=True)
def print_switch(context: Context) -> dict[str, Any]:
    """Give the switch between ordinary and large print (长辈版)."""
    request = request_of(context)
    return {"request": request, "is_elder": is_elder(request)}


@register.inclusion_tag("parts/language_switch.html", takes_context=True)
def language_switch(context: Context) -> dict[str, Any]:
    """Give the switch to the other language, which keeps the page."""
    return {"request": request_of(context), "english": moments.speaks_english()}


@register.inclusion_tag("parts/notices.html", takes_context=True)
def notices(context: Context) -> dict[str, Any]:
    """Give what has just happened, in words, once."""
    request = request_of(context)
    told = get_messages(request) if request else []
    return {
        "notices": [(str(m), *NOTICES.get(m.level_tag, ("info", "info"))) for m in told],
    }


@register.simple_tag(takes_context=True)
def nav_item(
    context: Context,
    label: str,
    href: str,
    icon: str,
    *,
    count: int | None = None,
    exact: bool = False,
) -> SafeString:
    """Give one entry of the navigation; `count` stands beside it; `exact`: current on this very address only.

    Written here: every page of the office draws two dozen.
    """
    request = request_of(context)
    path = request.path if request else ""
    current = path == href if exact else path.startswith(href)
    return _entry(str(label), href, icon, current, count or 0)


@lru_cache(maxsize=2048)
def _entry(label: str, href: str, icon: str, is_current: bool, count: int) -> SafeString:  # noqa: FBT001
    """Give the few entries that all pages draw over and over."""
    return format_html(
        '<li><a class="nav__link" href="{}"{}>{}<span class="nav__label">{}</span>{}</a></li>',
        href,
        HERE if is_current else "",
        picture(icon),
        label,
        _counted(count) if count else "",
    )


def _counted(count: int) -> SafeString:
    told = f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else count
    return format_html('<span class="nav__count">{}</span>', told)


@register.simple_tag
def nav_group(label: str) -> SafeString:
    """Give the heading over the entries of the navigation that follow, on screens that have room for one."""
    return format_html('<li class="nav__group">{}</li>', label)


@register.simple_block_tag(takes_context=True)
def account(
    context: Context,
    content: SafeString,
    *,
    name: str,
    post: str = "",
    leave: str,
    who: int | str = "",
) -> SafeString:
    """Give the menu of the person logged in; `leave` is the address that logs out, content further entries.

    `who` is the account whose letters a phone forgets when it logs out.
    """
    token = context.get("csrf_token")
    return drawn(
        "account", content=content, name=name, post=post, leave=leave, who=who, csrf_token=token
    )


@register.simple_block_tag
def heading(
    content: SafeString, *, title: str, hint: str = "", back: str = "", back_label: str = ""
) -> SafeString:
    """Give the head of a page: its one h1, a way back, and the content as its buttons."""
    return drawn(
        "heading", content=content, title=title, hint=hint, back=back, back_label=back_label
    )
