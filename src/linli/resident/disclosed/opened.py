"""What is open to all: registers and disclosures that anybody may read one by one, without a receipt."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from linli.casework.queries.public.opened import is_sought_by_words, open_entries, opened
from linli.resident.visits import Visit

MOST_DIGITS, MOST_WORDS = 7, 60


def kinds(visit: Visit) -> HttpResponse:
    """List what kinds of things are open to all."""
    listed = sorted(opened().items(), key=lambda one: one[1].title.zh)
    return visit.show("resident/opened.html", {"kinds": listed})


def entries(visit: Visit, mechanism: str) -> HttpResponse:
    """Show the entries of one kind, latest first, a page at a time."""
    rules = opened().get(mechanism)
    if rules is None:
        raise Http404(mechanism)
    asked = visit.request.GET
    page, words = asked.get("page", ""), asked.get("words", "").strip()[:MOST_WORDS]
    number = int(page) if page.isdecimal() and len(page) <= MOST_DIGITS else 1
    context = {
        "mechanism": rules,
        "words": words,
        "has_words": is_sought_by_words(rules),
        "page": open_entries(mechanism=rules, words=words, at=visit.at, page=number),
    }
    return visit.show("resident/opened_entries.html", context)
