"""Questions about letters: what came, what became of each, and the whole of one that was kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from linli.casework import keys
from linli.exchange.models import InboundLetter
from linli.registry.isolation import current_office
from linli.rulebook.labels import Label


@dataclass(frozen=True)
class LetterRow:
    """A letter: when it was taken, what became of it, its case, what was not taken and why, and whether it is kept whole."""

    id: int
    at: datetime
    became: str
    case: str
    notes: tuple[Label, ...]
    is_kept: bool


def letters(*, most: int = 100) -> tuple[LetterRow, ...]:
    """Give the latest letters, newest first. One statement."""
    rows = InboundLetter.objects.select_related("case").defer("sealed").order_by("-at", "-pk")
    return tuple(
        LetterRow(
            row.pk, row.at, row.became, row.case.number if row.case else "",
            tuple(Label(**one) for one in row.notes), row.wrapped_key is not None,
        )
        for row in rows[:most]
    )  # fmt: skip


def whole_letter(letter: int) -> bytes | None:
    """Give a kept letter as it came; None when it is not kept, or no more. Raises KeyMissing."""
    row = InboundLetter.objects.filter(pk=letter, wrapped_key__isnull=False).first()
    if row is None or row.wrapped_key is None or row.sealed is None:
        return None
    data_key = keys.unwrap(current_office(), bytes(row.wrapped_key))
    return keys.decrypt(data_key, bytes(row.sealed), bytes(row.digest))
