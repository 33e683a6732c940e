"""Projects that public money pays for, for everybody: class, stage, progress, budget against what was paid."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from linli.budget.projects import first_of, kinds_of, paid_for, public_projects, totals
from linli.resident.visits import Visit

MOST_DIGITS = 7


def listed(visit: Visit) -> HttpResponse:
    """Show the projects of one kind, latest first."""
    kinds, asked = paid_for(publicly=True), visit.request.GET
    key, page = asked.get("mechanism") or first_of(kinds), asked.get("page", "")
    if key not in kinds:
        raise Http404(key)
    number = int(page) if page.isdecimal() and len(page) <= MOST_DIGITS else 1
    context = {
        "kinds": kinds_of(kinds, key),
        "totals": totals(mechanism=key),
        "page": public_projects(mechanism=key, at=visit.at, page=number),
    }
    return visit.show("resident/projects.html", context)
