"""The map of a screen: the neighbourhoods, and a dot for each case, red where its time has run out."""

from __future__ import annotations

from collections.abc import Sequence

from linli.casework.queries import Dot
from linli.ui.outlining import Outline, Sheet, sheet


def drawn(outlines: Sequence[Outline], dots: Sequence[Dot]) -> Sheet | None:
    """Give the sheet to draw; None when the office has neither outlines nor cases with a place."""
    calm = [(dot.lon, dot.lat) for dot in dots if not dot.is_late]
    late = [(dot.lon, dot.lat) for dot in dots if dot.is_late]
    return sheet(outlines, calm, late)
