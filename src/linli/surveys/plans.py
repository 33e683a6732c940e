"""The plan of a sample: what is drawn from, by which strata, how many; fixed with its seed before the frame is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from linli.casework.queries.past import closed_between
from linli.registry.dwellings.queries import housing_estates
from linli.registry.queries import area_names
from linli.surveys.sampling import Unit, drawn

ZONE = ZoneInfo("Asia/Shanghai")
DWELLINGS = "dwellings"
STRATA = ("area", "estate", "none")
ALLOCATIONS = ("proportional", "equal")
MOST = 2_000


@dataclass(frozen=True)
class Plan:
    """What is drawn: `source` 'dwellings', or a mechanism whose cases closed in [begin, end); `reserve` in per cent."""

    source: str
    ground: str
    strata: str
    size: int
    allocation: str
    reserve: int
    least: int
    begin: str = ""
    end: str = ""

    def told(self) -> dict[str, Any]:
        """Give the plan as it is kept."""
        return asdict(self)


def frame_of(plan: Plan, *, on: date) -> dict[str, list[str]]:
    """Give all that may be drawn, by stratum, as it stands now."""
    if plan.source != DWELLINGS:
        return _calls(plan)
    frame: dict[str, list[str]] = defaultdict(list)
    estates = housing_estates(on=on, under=plan.ground)
    names = area_names([one.area for one in estates])
    for estate in estates:
        named = {"area": names.get(estate.area, estate.area), "estate": estate.name, "none": "全部"}
        for building in estate.buildings:
            frame[named[plan.strata]] += [
                f"{estate.name}（{estate.code}）{building.number}{room}室"
                for room in building.dwellings
            ]
    return {stratum: units for stratum, units in frame.items() if units}


def units_of(plan: Plan, frame: Mapping[str, list[str]], seed: str) -> list[Unit]:
    """Give the sample that a plan, a frame and a seed make."""
    return drawn(
        frame, seed, size=plan.size, rule=plan.allocation, reserve=Fraction(plan.reserve, 100)
    )


def _calls(plan: Plan) -> dict[str, list[str]]:
    begin, end = (_midnight(day) for day in (plan.begin, plan.end))
    closed = closed_between(plan.source, begin=begin, end=end, under=plan.ground)
    names = area_names({area for _number, area in closed})
    frame: dict[str, list[str]] = defaultdict(list)
    for number, area in closed:
        frame["全部" if plan.strata == "none" else names.get(area, area)].append(number)
    return dict(frame)


def _midnight(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(), ZONE)
