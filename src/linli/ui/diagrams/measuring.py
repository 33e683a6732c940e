"""How much room words take: an estimate on the safe side, for fonts nobody knows beforehand."""

from __future__ import annotations

import re
import unicodedata

NARROW = frozenset("iljftrI.,:;!'|()[] -/·")
BROAD = frozenset("mwMWQOGC@%—&")
PIECES = re.compile(r"[\x21-\u2e7f]+[ ]?|.", re.DOTALL)


def width_of(text: str, size: float) -> float:
    """Give the width of a text at a size, rather too much than too little."""
    return size * sum(_width(sign) for sign in text)


def wrapped(text: str, size: float, room: float) -> tuple[str, ...]:
    """Give a text in lines of which none is wider than the room: Chinese between signs, English between words."""
    lines, line = [], ""
    for piece in _pieces(text, size, room):
        if line and width_of(line + piece.rstrip(), size) > room:
            lines.append(line.rstrip())
            line = piece
        else:
            line += piece
    return (*lines, line.rstrip()) if line.strip() else tuple(lines)


def _pieces(text: str, size: float, room: float) -> list[str]:
    """Give what may not be broken; a word that is too long for any line is broken anywhere."""
    found: list[str] = []
    for piece in PIECES.findall(text):
        found += [piece] if width_of(piece.rstrip(), size) <= room else list(piece)
    return found


def _width(sign: str) -> float:
    if unicodedata.east_asian_width(sign) in "WFA":
        return 1.0
    if sign in NARROW:
        return 0.38
    if sign in BROAD:
        return 0.95
    return 0.74 if sign.isupper() else 0.62
