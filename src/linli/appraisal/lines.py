"""Lines of a score as they are kept: every number as the text of a fraction, so that nothing is rounded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from linli.appraisal.scoring import Line


def lines_of(kept: Sequence[Mapping[str, Any]]) -> list[Line]:
    """Give the lines of a score as they are kept."""
    return [
        Line(
            one["key"], Fraction(one["num"]), None if one["den"] is None else Fraction(one["den"]),
            None if one["points"] is None else Fraction(one["points"]), one["is_deduction"],
        )
        for one in kept
    ]  # fmt: skip


def stored(line: Line) -> dict[str, Any]:
    """Give a line as it is kept."""
    return {
        "key": line.key,
        "num": str(line.num),
        "den": None if line.den is None else str(line.den),
        "points": None if line.points is None else str(line.points),
        "is_deduction": line.is_deduction,
    }
