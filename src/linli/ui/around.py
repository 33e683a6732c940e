"""Rendering one part, and what parts ask of the page around them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from linli.rulebook.mechanism import Label


def drawn(part: str, /, **values: Any) -> SafeString:
    """Give a part's template filled in."""
    return render_to_string(f"parts/{part}.html", values)


def request_of(context: Context) -> HttpRequest | None:
    """Give the request a page is drawn for, if it is for one."""
    request = context.get("request")
    return request if isinstance(request, HttpRequest) else None


def in_language(label: Label | str | None) -> str:
    """Give a Label of the book in the page's language."""
    return label.in_language(get_language() or "zh") if isinstance(label, Label) else label or ""


@lru_cache(maxsize=8192, typed=True)
def address(page: str, *parts: str | int) -> str:
    """Give the address of a page by its name, as Django's `reverse` does; looked up once a process.

    No address of ours depends on who asks or in which language. Raises NoReverseMatch.
    """
    return reverse(page, args=parts)


@lru_cache(maxsize=256)
def picture(name: str) -> SafeString:
    """Give a drawing from icons.svg; it says nothing to a screen reader. Written once a process."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static("icons.svg"), name
    )
