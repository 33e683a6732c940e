"""Every family of figure held against a plain computation over real moments and real numbers.

The times of 10,000 complaints of 2018 and of 4,326 messages of several years: each is one case that ends when the same
trouble, or the same writer, comes back.
"""

import csv
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from figures.conftest import with_repairs

from linli.casework.history import Command, HistoricCase, append_history
from linli.figures.periods import ZONE, period_named
from linli.figures.queries import Behind, read, records
from linli.registry.queries import this_office
from linli.rulebook.casefile import Actor, Duty
from linli.rulebook.counting.definitions import FigureDefinition

DATA = Path(__file__).parents[2].parent / "shared" / "data"
COMPLAINTS, MESSAGES = DATA / "pingshan-cases-2018.csv", DATA / "citizen-messages-with-likes.xlsx"
EVERY = 4
END = datetime(2021, 1, 1, tzinfo=ZONE)
TITLE = {"zh": "测试", "en": "Test"}

pytestmark = pytest.mark.skipif(
    not (COMPLAINTS.exists() and MESSAGES.exists()),
    reason="the shared data folder is not beside this one",
)


@dataclass(frozen=True)
class Real:
    """One real happening: when, whether flagged, its number, and when the same came back."""

    at: datetime
    is_lamp: bool
    rounds: int
    back_at: datetime | None

    @property
    def took(self):
        return None if self.back_at is None else self.back_at - self.at


def _chained(found):
    """Give happenings in order, each with the moment at which the same key came next."""
    found = sorted(found, key=lambda one: one[:2])
    later, chained = {}, []
    for at, key, is_lamp, rounds in reversed(found):
        came = later.get(key)
        chained.append(Real(at, is_lamp, rounds, came if came and came > at else None))
        later[key] = at
    return chained[::-1]


def complaints():
    with COMPLAINTS.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))[::EVERY]
    return _chained(
        (
            _moment(row["CREATE_TIME"].replace("-", "/")),
            (row["COMMUNITY_NAME"], row["SUB_TYPE_NAME"]),
            row["INTIME_ARCHIVE_NUM"] == "1",
            int(row["REPORT_NUM"]) if row["REPORT_NUM"].isdigit() else 0,
        )
        for row in rows
    )


def messages():
    kept = BytesIO(MESSAGES.read_bytes())  # openpyxl leaves a file that it reads lazily open
    sheet = openpyxl.load_workbook(kept, read_only=True).active
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    return _chained(
        (_moment(str(row[3]).replace("-", "/")), str(row[1]), int(row[5]) > 0, int(row[6]))
        for row in rows[::2]
    )


def _moment(text):
    day, _, clock = text.strip().partition(" ")
    year, month, of_month = (int(part) for part in day.split("/"))
    parts = [int(float(part)) for part in clock.split(":")] if clock else []
    return datetime(year, month, of_month, *parts, tzinfo=ZONE)


def entered(office, happenings):
    keeper = Actor(
        office.id, "account:977", (Duty("keeper", office.bodies["patrol"], ("/310000/",)),)
    )
    cases = []
    for number, one in enumerate(happenings):
        form = {"kind": "lamp" if one.is_lamp else "pipe", "rounds": one.rounds}
        steps = [Command("start", keeper, one.at, form)]
        if one.back_at is not None:
            steps.append(Command("close", keeper, one.back_at, {}))
        cases.append(
            HistoricCase(
                mechanism="repairs", steps=steps, area=this_office().path, number=f"T-{number}"
            )
        )
    append_history(
        office=office.id, cases=cases, book=with_repairs(), until=END + timedelta(days=1)
    )


def book():
    made = with_repairs()
    derived = {
        "begun-growth": {"of": "repairs.begun", "span": "year_to_date", "change": "year_on_year"},
        "batch-change": {"of": "repairs.batch", "span": "year_to_date", "change": "year_on_year"},
        "days-p90": {
            "over": ["repairs"], "basis": "happened", "mode": "flow", "missing": "no_data", "once": True,
            "duration": {"since": "act start", "until": "enter done", "count_in": "day", "give": "p90"},
        },
    }  # fmt: skip
    tests = [{"cases": [], "expect": [{"period": "2018", "num": 0}]}]
    figures = {
        key: FigureDefinition.model_validate(
            {"figure": key, "title": TITLE, "source": ["测试"], "tests": tests, **given}
        )
        for key, given in derived.items()
    }
    return replace(made, figures={**made.figures, **figures})


class Plainly:
    """What the figures come to, from the list of happenings alone."""

    def __init__(self, happenings, first, last):
        self.all = happenings
        self.first = datetime.fromisoformat(first).replace(tzinfo=ZONE)
        self.last = datetime.fromisoformat(last).replace(tzinfo=ZONE)

    def begun(self):
        return [one for one in self.all if self.first <= one.at < self.last]

    def ended(self):
        return [one for one in self.all if one.back_at and self.first <= one.back_at < self.last]

    def open_at_end(self):
        return [
            one
            for one in self.all
            if one.at < self.last and not (one.back_at and one.back_at < self.last)
        ]

    def percentile(self, percent):
        days = sorted(one.took.days for one in self.ended())
        return days[-(-percent * len(days) // 100) - 1]

    def mean_hours(self):
        hours = [one.took.total_seconds() // 3600 for one in self.ended()]
        return Decimal(int(sum(hours))), Decimal(len(hours))

    def batch(self):
        begun = self.begun()
        return sum(one.back_at is not None for one in begun), len(begun)


PERIODS = {
    complaints: {
        "2018": ("2018-01-01", "2019-01-01"),
        "2018-Q3": ("2018-07-01", "2018-10-01"),
        "2018-02": ("2018-02-01", "2018-03-01"),
        "2018-06-10..2018-07-20": ("2018-06-10", "2018-07-20"),
    },
    messages: {
        "2019": ("2019-01-01", "2020-01-01"),
        "2020-01": ("2020-01-01", "2020-02-01"),
        "2019-02": ("2019-02-01", "2019-03-01"),
        "2019-12-31": ("2019-12-31", "2020-01-01"),
    },
}


@pytest.mark.parametrize("source", [complaints, messages])
def test_every_family_is_a_plain_computation_over_real_rows(office, source):
    happenings, chosen = source(), book()
    entered(office, happenings)

    for text, (first, last) in PERIODS[source].items():
        plain = Plainly(happenings, first, last)
        begun, ended = plain.begun(), plain.ended()
        lamps_ended = [one for one in ended if one.is_lamp]
        value = {
            key: read(key if "-" in key else f"repairs.{key}", period_named(text), book=chosen).value
            for key in (
                "begun", "first", "open", "rounds_begun", "lamp_rounds", "lamp_share", "batch", "days",
                "days-p90", "hours", "rounds_open", "begun-growth", "batch-change",
            )
        }  # fmt: skip
        assert len(begun) > 0, text
        assert value["begun"].num == len(begun), text  # count
        assert value["first"].num == len(ended), text
        assert value["open"].num == len(plain.open_at_end()), text  # stock
        assert value["rounds_begun"].num == sum(one.rounds for one in begun), text  # sum
        assert value["rounds_open"].num == sum(one.rounds for one in plain.open_at_end()), text
        assert value["lamp_rounds"].num == sum(one.rounds for one in lamps_ended), text  # distinct
        assert _pair(value["lamp_share"]) == (len(lamps_ended), len(ended)), text  # ratio
        assert _pair(value["batch"]) == plain.batch(), text  # cohort
        if ended:
            assert value["days"].num == plain.percentile(50), text  # percentiles
            assert value["days-p90"].num == plain.percentile(90), text
        assert _pair(value["hours"]) == plain.mean_hours(), text  # mean
        _grew(value, happenings, last)
        _lists_its_records(text, value, chosen)


def _grew(value, happenings, last):
    """The change since the same days of the year before, counted over the rows."""
    end = datetime.fromisoformat(last) - timedelta(days=1)
    now = Plainly(happenings, f"{end.year}-01-01", last)
    then = Plainly(happenings, f"{end.year - 1}-01-01", f"{int(last[:4]) - 1}{last[4:]}")
    assert value["begun-growth"].num == len(now.begun())
    assert value["begun-growth"].before.num == len(then.begun())
    if then.begun():
        assert value["begun-growth"].exact == Fraction(len(now.begun()), len(then.begun())) - 1
        assert value["batch-change"].exact == Fraction(*now.batch()) - Fraction(*then.batch())
    else:
        assert value["begun-growth"].exact is None


def _lists_its_records(text, value, chosen):
    period = period_named(text)
    for key in ("begun", "open", "first"):
        assert records(f"repairs.{key}", period, book=chosen).total == value[key].num
    for key in ("days", "rounds_begun", "hours"):
        assert records(f"repairs.{key}", period, book=chosen).value == value[key].num
    before = records("begun-growth", period, behind=Behind("num_before"), book=chosen)
    assert before.total == value["begun-growth"].before.num


def _pair(value):
    return value.num, value.den


def test_the_real_rows_hold_what_makes_them_hard():
    by_writer = defaultdict(int)
    for one in messages():
        by_writer[one.at.year] += 1

    assert len(complaints()) == 2500
    assert sum(by_writer.values()) == 2163
    assert {2018, 2019, 2020} == set(by_writer)
    assert any(one.back_at for one in messages())
    assert any(one.took and one.took.days == 0 for one in complaints())
