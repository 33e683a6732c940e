"""What can be hinted at in a mechanism, and what a case shows before somebody decides it."""

from __future__ import annotations

from collections.abc import Mapping

from linli.hints.signs import Shown
from linli.rulebook.mechanism import Mechanism

MOST_SIGNS = 400


def taught_fields(mechanism: Mechanism) -> list[str]:
    """Give the fields worth a hint: the category, and the bodies that actions assign a case to."""
    category = mechanism.shows.category
    assigned = {
        action.assign
        for action in mechanism.actions.values()
        if action.assign in mechanism.fields and mechanism.fields[action.assign].type == "body"
    }
    chosen = [category] if category and mechanism.fields[category].type == "code" else []
    return [*chosen, *sorted(name for name in assigned if name)]


def shown(
    mechanism: Mechanism, field: str, *, words: str, area: str, source: str, category: str
) -> Shown:
    """Give what is known before a field is decided. The category counts for the others, never for itself."""
    known = {"area": area, "source": source}
    if field != mechanism.shows.category:
        known["category"] = category
    return Shown(words[:MOST_SIGNS], known)


def words_of(mechanism: Mechanism, given: Mapping[str, object]) -> str:
    """Give the free text among answers; personal fields are no part of it."""
    texts = (
        given[name]
        for name in sorted(given)
        if name in mechanism.fields
        and mechanism.fields[name].type == "text"
        and not mechanism.fields[name].personal
    )
    return " ".join(str(text) for text in texts if text)
