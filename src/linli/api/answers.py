"""Answers in XML and JSON: one tree of dictionaries and lists written either way (Open311, Spark convention)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from django.http import HttpResponse

ZONE = ZoneInfo("Asia/Shanghai")
TYPES = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ONE_OF = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
    "notes": "note",
}
Tree = Mapping[str, Any] | Sequence[Any]


def answer(form: str, root: str, tree: Tree, status: int = 200) -> HttpResponse:
    """Give the answer in a format; `root` names the whole in XML and is left out in JSON."""
    text = as_xml(root, tree) if form == "xml" else json.dumps(tree, ensure_ascii=False)
    return HttpResponse(text, content_type=TYPES[form], status=status)


def as_xml(root: str, tree: Tree) -> str:
    """Give the tree as an XML document without namespaces; nothing becomes an empty element."""
    return f'<?xml version="1.0" encoding="utf-8"?>\n{_element(root, tree)}\n'


def moment(at: datetime | None) -> str | None:
    """Give a moment as the W3C note writes it, with the offset of the office's clocks."""
    return None if at is None else at.astimezone(ZONE).isoformat(timespec="seconds")


def _element(name: str, value: Any) -> str:
    inside = _inside(name, value)
    return f"<{name}>{inside}</{name}>" if inside else f"<{name}/>"


def _inside(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "".join(_element(key, one) for key, one in value.items())
    if isinstance(value, list | tuple):
        return "".join(_element(ONE_OF[name], one) for one in value)
    return escape(UNWRITABLE.sub("�", str(value)))
