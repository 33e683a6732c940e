"""Reach on pages: shares by kind of facility, the map and list of gaps, measuring anew, putting a gap on record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from linli.casework.queries.lists import Page
from linli.figures.dimensions import code_name
from linli.reach.actions import find_gap, measure
from linli.reach.queries import Gap, Progress, facilities, gaps, network_loaded, progress
from linli.reach.standards import Standard, standards_at_hand
from linli.registry.dwellings.queries import housing_estates
from linli.registry.queries import areas_of_office
from linli.rulebook.casefile import StepRefused
from linli.rulebook.mechanism import Label
from linli.rulebook.ownbook import at_hand
from linli.staff.desk import Desk
from linli.staff.starts import starts_for
from linli.ui.outlining import Outline, Sheet, sheet
from linli.ui.shelves import Choice

SIZE = 25


@dataclass(frozen=True)
class Row:
    """A kind of facility on the page, and where its numbers lead."""

    label: Label
    within: int
    one: Progress
    estates_in_href: str
    gaps_href: str
    gaps: int


@dataclass(frozen=True)
class GapRow:
    """A gap on the page: the kind and the band in words."""

    gap: Gap
    kind: Label
    band: Label
    lacking: int


def reach(desk: Desk) -> HttpResponse:
    """Show how far each kind of facility has come, and what lies out of reach."""
    standard = _standard(desk)
    asked = desk.request.GET.get("kind", "")
    kind = asked if asked in standard.kinds else ""
    out = gaps(standard, kind)
    context = {
        "standard": standard,
        "rows": [_row(desk, standard, one) for one in progress(standard)],
        "kinds": _kinds(desk, standard, kind),
        "kind": kind and _names(desk, standard.kept_in, "kind")(kind),
        "page": _page(desk, standard, out),
        "map": _drawn(desk, standard, kind, out),
        "network": network_loaded(),
        "may_measure": _may(desk, standard.kept_in),
        "may_find": _may(desk, standard.gap),
        "figures": reverse("staff:figures") + "?" + urlencode({"mechanism": standard.kept_in}),
        "filled": reverse("staff:figures") + "?" + urlencode({"mechanism": standard.gap}),
    }
    return desk.show("staff/reach.html", context)


def measured(desk: Desk) -> HttpResponse:
    """Measure every estate anew, and say what changed."""
    standard = _standard(desk)
    if not _may(desk, standard.kept_in):
        raise Http404("may not measure")
    done = measure(standard=standard, by=desk.actor, at=desk.at)
    text = _("测算完：新 {new} 项，变 {changed} 项，没变 {same} 项")
    messages.success(desk.request, text.format(new=done.new, changed=done.changed, same=done.same))
    return redirect("staff:reach")


def found(desk: Desk) -> HttpResponse:
    """Put a gap on record with what was measured; nothing is typed again."""
    standard = _standard(desk)
    if not _may(desk, standard.gap):
        raise Http404("may not find gaps")
    entry = desk.request.POST.get("entry", "")
    try:
        receipt = find_gap(standard=standard, entry=entry, by=desk.actor, at=desk.at)
    except LookupError as unknown:
        raise Http404(entry) from unknown
    except StepRefused as refused:
        messages.error(desk.request, refused.message.in_language(desk.language))
        return redirect("staff:reach")
    return redirect("staff:case", receipt.number)


def _standard(desk: Desk) -> Standard:
    known = standards_at_hand()
    asked = desk.request.GET.get("standard") or next(iter(known))
    if asked not in known or not {known[asked].kept_in, known[asked].gap} <= set(desk.mechanisms):
        raise Http404(asked)
    return known[asked]


def _may(desk: Desk, mechanism: str) -> bool:
    return bool(starts_for([desk.mechanisms[mechanism]], desk.actor))


def _names(desk: Desk, mechanism: str, field: str) -> Callable[[str], Label]:
    rule = desk.mechanisms[mechanism].fields[field]

    return lambda code: code_name(rule, code, at_hand())


def _kinds(desk: Desk, standard: Standard, chosen: str) -> list[Choice]:
    name = _names(desk, standard.kept_in, "kind")
    every = Choice("", Label(zh="全部类别", en="All kinds"), not chosen)
    return [every, *(Choice(one, name(one), one == chosen) for one in standard.kinds)]


def _row(desk: Desk, standard: Standard, one: Progress) -> Row:
    inside, measured_in_all = one.estates
    figure = reverse("staff:figure-records", args=[f"{standard.kept_in}.estate_share"])
    query = urlencode({"by": "category", "part": one.kind, "side": "num"})
    return Row(
        label=_names(desk, standard.kept_in, "kind")(one.kind),
        within=standard.bands[standard.kinds[one.kind].within],
        one=one,
        estates_in_href=f"{figure}?{query}",
        gaps_href=f"{reverse('staff:reach')}?{urlencode({'kind': one.kind})}#gaps",
        gaps=measured_in_all - inside,
    )


def _page(desk: Desk, standard: Standard, out: list[Gap]) -> Page[GapRow]:
    """Give a page of gaps; the last one for a number beyond it."""
    pages = max(1, -(-len(out) // SIZE))
    number = min(desk.page_number, pages)
    shown = out[(number - 1) * SIZE : number * SIZE]
    return Page(tuple(_gap(desk, standard, one) for one in shown), len(out), number, pages)


def _gap(desk: Desk, standard: Standard, gap: Gap) -> GapRow:
    return GapRow(
        gap,
        _names(desk, standard.kept_in, "kind")(gap.values["kind"]),
        _names(desk, standard.kept_in, "band")(gap.values["band"]),
        gap.values["dwellings"] - gap.values["dwellings_in"],
    )


def _drawn(desk: Desk, standard: Standard, kind: str, out: list[Gap]) -> Sheet | None:
    """Give the map: neighbourhoods, facilities as dots, estates out of reach as red dots."""
    areas = areas_of_office(on=desk.today)
    outlines = [Outline(one.name, one.outline) for one in areas if one.outline is not None]
    there = facilities(standard)
    shown = [one for key, listed in there.items() if not kind or key == kind for one in listed]
    lacking = {gap.values["estate_code"] for gap in out}
    estates = [one for one in housing_estates(on=desk.today) if one.code in lacking]
    return sheet(
        outlines,
        [(one.lon, one.lat) for one in shown],
        [one.middle for one in estates if one.middle is not None],
    )
