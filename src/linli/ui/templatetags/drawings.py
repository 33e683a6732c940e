"""The parts that draw: a mechanism's states and actions, and QR codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

import segno
from django import template
from django.utils.translation import get_language

from linli.rulebook.explaining.paths import Graph
from linli.ui.diagrams import draw

register = template.Library()
NARROW, WIDE = 290.0, 560.0
QUIET = 4  # modules of quiet zone around a code (ISO/IEC 18004)


@register.inclusion_tag("parts/diagram.html")
def diagram(
    graph: Graph, *, counts: Mapping[str, int] | None = None, label: str, is_small: bool = False
) -> dict[str, Any]:
    """Give the drawing of a graph, twice when there is room for a wide one; `counts` stand at the states.

    The drawing is a picture to a screen reader, with `label` as its name: give its table beside it.
    """
    language = get_language() or "zh-hans"
    known = dict(counts) if counts is not None else None
    widths = (("narrow", NARROW),) if is_small else (("narrow", NARROW), ("wide", WIDE))
    drawn = [(name, draw(graph, language, width, known)) for name, width in widths]
    return {"drawn": drawn, "label": label, "is_small": is_small}


@register.inclusion_tag("parts/qr.html")
def qr(text: str, *, label: str) -> dict[str, Any]:
    """Give a QR code of a text, as it is printed; `label` says where it leads."""
    rows = [bytes(row) for row in segno.make(text, error="m").matrix]
    runs = [
        f"M{begin + QUIET} {nth + QUIET + 0.5}h{len(run)}"
        for nth, row in enumerate(rows)
        for begin, run in _runs(row)
    ]
    return {"path": "".join(runs), "size": len(rows) + 2 * QUIET, "label": label}


def _runs(row: bytes) -> Iterator[tuple[int, bytes]]:
    """Give where each dark run of a row begins, and the run."""
    place = 0
    for dark, run in groupby(row):
        modules = bytes(run)
        if dark:
            yield place, modules
        place += len(modules)
