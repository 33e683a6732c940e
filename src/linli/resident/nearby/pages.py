"""Near me: which facility of each kind is nearest to an estate, how far on foot, and when it is open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from django.http import HttpResponse

from linli.reach.queries import Reached, near, network_loaded
from linli.reach.standards import Standard, standards_at_hand
from linli.registry.dwellings.queries import housing_estates
from linli.resident.visits import Visit
from linli.rulebook.mechanism import Label
from linli.rulebook.ownbook import at_hand

SLOW = 48.0  # metres a minute: 0.8 m/s, as older people walk
FIELDS = ("address", "hours")


@dataclass(frozen=True)
class Line:
    """A kind of facility: the nearest one in its public words, the way on foot, and whether it is in reach."""

    kind: Label
    one: Reached
    minutes: int | None
    words: dict[str, str]
    is_within: bool


def near_me(visit: Visit) -> HttpResponse:
    """Show what is near an estate, or the estates to choose from."""
    standard = next(iter(standards_at_hand().values()))
    estates = housing_estates(on=visit.today)
    asked = visit.request.GET.get("estate", "")
    chosen = next((one for one in estates if one.code == asked), None)
    context = {
        "standard": standard,
        "estates": [(one.code, one.name, one is chosen) for one in estates],
        "chosen": chosen,
        "lines": list(_lines(visit, standard, chosen.code)) if chosen else [],
        "network": network_loaded(),
    }
    return visit.show("resident/near.html", context)


def _lines(visit: Visit, standard: Standard, estate: str) -> Iterator[Line]:
    codes = at_hand().codes[_list_of_kinds(visit, standard)].codes
    for one in near(standard, estate, on=visit.today):
        public = one.nearest.public if one.nearest else {}
        yield Line(
            kind=codes[one.kind],
            one=one,
            minutes=None if one.metres is None else ceil(one.metres / SLOW),
            words={name: str(public[name]) for name in FIELDS if public.get(name)},
            is_within=standard.is_within(one.kind, one.metres),
        )


def _list_of_kinds(visit: Visit, standard: Standard) -> str:
    codes = visit.mechanisms[standard.kept_in].fields["kind"].codes
    assert isinstance(codes, str)
    return codes
