"""Work lists on the page of cases: a filter kept under a name, shared with one's body, let go again."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.casework.worklists.actions import ListRefused, keep_list, let_list_go
from linli.casework.worklists.queries import KeptList, work_lists
from linli.rulebook.mechanism import Label
from linli.staff.desk import Desk

NARROWING = frozenset({
    "mechanism", "state", "phase", "category", "area", "holder", "source", "late", "open", "kind",
    "direct", "words", "number", "from", "to", "due_from", "due_to", "closed_from", "closed_to",
})  # fmt: skip
MOST_DIGITS = 9


@dataclass(frozen=True)
class Lists:
    """The work lists somebody may use, the filter at hand, and with whom it may be shared."""

    kept: tuple[tuple[KeptList, str, bool], ...]
    query: str
    chosen: KeptList | None
    bodies: tuple[tuple[int, Label], ...]


def lists_at(desk: Desk) -> Lists:
    """Give the work lists beside the list of cases at hand; the one whose filter it is, is chosen."""
    query, root = narrowed_by(desk.request.GET), reverse("staff:cases")
    kept = [
        (one, f"{root}?{one.query}" if one.query else root, one.query == query)
        for one in work_lists(desk.actor)
    ]
    chosen = next((one for one, _href, is_here in kept if is_here), None)
    bodies = {post.body: post.body_name for post in desk.posts}
    return Lists(tuple(kept), query, chosen, tuple(bodies.items()))


def narrowed_by(given: QueryDict) -> str:
    """Give what an address line narrows the list of cases to, in one order, without the page."""
    return urlencode(sorted((k, v) for k, v in given.items() if k in NARROWING and v))


def keep(desk: Desk) -> HttpResponse:
    """Keep the filter at hand under a name."""
    post = desk.request.POST
    query, body = narrowed_by(QueryDict(post.get("query", ""))), post.get("body", "")
    name = " ".join(post.get("name", "").split())
    shared = int(body) if body.isdecimal() and len(body) <= MOST_DIGITS else None
    try:
        keep_list(name=name, query=query, body=shared, by=desk.actor, at=desk.at)
    except ListRefused as refused:
        messages.error(desk.request, refused.message.in_language(desk.language))
    else:
        said = (
            _("清单“%(name)s”已存好") if shared is None else _("清单“%(name)s”已存好，本单位都能用")
        )
        messages.success(desk.request, said % {"name": name})
    return _listed(query)


def let_go(desk: Desk, number: int) -> HttpResponse:
    """Let a work list of one's own go."""
    try:
        name = let_list_go(number=number, by=desk.actor)
    except ListRefused as refused:
        messages.error(desk.request, refused.message.in_language(desk.language))
    else:
        messages.success(desk.request, _("清单“%(name)s”已删去") % {"name": name})
    return _listed(narrowed_by(QueryDict(desk.request.POST.get("query", ""))))


def _listed(query: str) -> HttpResponse:
    return redirect(f"{reverse('staff:cases')}?{query}" if query else reverse("staff:cases"))
