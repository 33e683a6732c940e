"""Questions about standard texts: all of them, and those for a form, filled in for its case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from linli.casework.tables.phrases import Phrase
from linli.registry.asking.statements import Statement
from linli.registry.isolation import current_office
from linli.rulebook.mechanism import Mechanism
from linli.rulebook.telling import filled_in

PLACES = ("number", "category", "area", "holder")
PLACE = re.compile(rf"<({'|'.join(PLACES)})>")
FITTING = Statement("""
    SELECT id, mechanism, action, name, text FROM casework_phrase
    WHERE office_id = $1 AND mechanism IN ('', $2) AND action IN ('', $3)
    ORDER BY action = '', mechanism = '', name, id
""")


@dataclass(frozen=True)
class KeptPhrase:
    """A standard text: where it belongs, its name, and what it says with its places open."""

    id: int
    mechanism: str
    action: str
    name: str
    text: str


def phrases() -> tuple[KeptPhrase, ...]:
    """Give all standard texts of the open office, those for everything first."""
    rows = Phrase.objects.order_by("mechanism", "action", "name", "pk")
    return tuple(KeptPhrase(r.pk, r.mechanism, r.action, r.name, r.text) for r in rows)


def phrases_for(mechanism: str, action: str) -> tuple[KeptPhrase, ...]:
    """Give the standard texts for an action, its own first. One statement."""
    return tuple(KeptPhrase(*row) for row in FITTING.rows(current_office(), mechanism, action))


def said(phrase: KeptPhrase, words: Mapping[str, str]) -> str:
    """Give what a standard text says of a case: `words` are what stands in its places."""
    return filled_in(phrase.text, words)


def has_places(text: str) -> bool:
    """Say whether a text leaves places open that the case fills."""
    return PLACE.search(text) is not None


def said_of(text: str, words: Mapping[str, str]) -> str:
    """Give a text with its places filled for a case; angle brackets around anything else stay as they are."""
    return PLACE.sub(lambda found: words.get(found[1], ""), text)


def texts_of(mechanism: Mechanism, action: str) -> list[str]:
    """Give the questions of an action that take a text anybody may read: personal ones take none of these."""
    fields = mechanism.fields
    return [
        name
        for name in mechanism.actions[action].fields
        if fields[name].type == "text" and not fields[name].personal
    ]


def has_texts(mechanism: Mechanism, action: str) -> bool:
    """Say whether an action asks for a text."""
    return bool(texts_of(mechanism, action))
