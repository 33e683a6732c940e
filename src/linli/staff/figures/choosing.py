"""What a figure is read over: the period and the place asked for, among those one's posts cover."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from linli.figures.periods import Period, PeriodUnknown, period_named
from linli.figures.queries import years
from linli.registry.queries import names_of_areas
from linli.registry.scope import covers
from linli.rulebook.mechanism import Label
from linli.staff.desk import Desk
from linli.ui.shelves import Choice

PARTS = [
    ("", Label(zh="全年", en="Whole year")),
    ("H1", Label(zh="上半年", en="First half")),
    ("H2", Label(zh="下半年", en="Second half")),
    *((f"Q{n}", Label(zh=f"第{n}季度", en=f"Quarter {n}")) for n in range(1, 5)),
    *((f"{n:02}", Label(zh=f"{n}月", en=f"Month {n}")) for n in range(1, 13)),
]


@dataclass(frozen=True)
class Choosing:
    """The period and place chosen, what else could be, and what was not understood."""

    period: Period
    place: str
    years: list[Choice]
    parts: list[Choice]
    places: list[Choice]
    refusal: Label | None = None

    @property
    def kept(self) -> dict[str, str]:
        """Give what links carry along so that the next page reads the same period and place."""
        return {"period": self.period.text, "place": self.place}


class NothingCovered(Exception):
    """The person's posts cover no area of the office, so there is nothing to count for them."""


def chosen(desk: Desk) -> Choosing:
    """Give what the address line chooses; this year and the widest area of one's posts unless it says more.

    Raises NothingCovered.
    """
    places = _places(desk)
    if not places:
        raise NothingCovered
    wanted = desk.request.GET.get("place", "")
    place = wanted if wanted in places else next(iter(places))
    this_year, refusal = str(timezone.localdate(desk.at).year), None
    try:
        period = period_named(_asked(desk) or this_year)
    except PeriodUnknown as unknown:
        period, refusal = period_named(this_year), unknown.message
    year, _, part = period.text.partition("-")
    known = {this_year, year[:4], *map(str, years())}
    return Choosing(
        period,
        place,
        [Choice(one, one, one == year) for one in sorted(known, reverse=True)],
        [Choice(value, label, value == part) for value, label in PARTS],
        [Choice(path, name, path == place) for path, name in places.items()],
        refusal,
    )


def _asked(desk: Desk) -> str:
    given = desk.request.GET
    if given.get("year"):
        return "-".join(filter(None, (given["year"], given.get("part", ""))))
    return given.get("period", "")


def _places(desk: Desk) -> dict[str, str]:
    """Give the areas that one's posts cover, by path, widest first."""
    prefixes = [prefix for duty in desk.actor.duties for prefix in duty.areas]
    known = {desk.office.path: desk.office.name}
    known |= names_of_areas(on=desk.today)
    return {path: name for path, name in known.items() if covers(prefixes, path)}
