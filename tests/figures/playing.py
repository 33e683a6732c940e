"""Random journals for figures, and a plain count over them to hold the figures against."""

import operator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from casework.building import AT, FIRST, IN_FIRST, IN_SECOND, NOWHERE, SECOND, STREET, photo
from sampling import sampled

from linli.casework import actions
from linli.casework.definitions import current, published
from linli.casework.journal.reading import locked_case
from linli.casework.models import Case, Entry, Step
from linli.casework.turns.timers import fire_due
from linli.figures.periods import ZONE, before, until_now, year_before
from linli.figures.readings import Value
from linli.rulebook.casefile import Actor, Duty
from linli.rulebook.deciding import openings
from linli.rulebook.forms import code_list
from linli.rulebook.loading import shipped

PLACES = (IN_FIRST, IN_SECOND, NOWHERE)
COMPARED = {
    "eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "le": operator.le, "gt": operator.gt,
    "ge": operator.ge,
}  # fmt: skip
STEPWISE = ("to", "left", "act")


class Play:
    """Lets everybody of an office do whatever they may, at random, for some months."""

    def __init__(self, office, seed):
        self.office = office
        self.chance = Random(seed)  # noqa: S311 - for show
        self.at = AT
        self.cases = []
        keys = sampled([known.mechanism for known in published()])
        self.known = [known for known in published() if known.mechanism in keys]
        everything = {rule.duty or key for known in self.known for key, rule in known.roles.items()}
        duties = tuple(Duty(code, office.bodies["patrol"], ("/310000/",)) for code in everything)
        jacks = [Actor(office.id, f"account:{number}", duties) for number in (991, 992, 993)]
        self.people = [*office.actors.values(), office.resident, *jacks]

    def play(self, moves, within=2500):
        """Make moves at random, each at most `within` minutes after the last."""
        for nth in range(moves):
            self.at += timedelta(minutes=self.chance.randint(1, within))
            if self.chance.random() < 0.5:
                fire_due(self.at, 50)
            if not self.cases or self.chance.random() < 0.2:
                self._open(f"key-{self.at:%m%d%H%M}-{nth}")
            else:
                self._act(f"key-{self.at:%m%d%H%M}-{nth}")

    def _open(self, key):
        mechanism = self.chance.choice(self.known)
        starts = [name for name, rule in mechanism.actions.items() if rule.start]
        action = self.chance.choice(starts)
        is_resident = mechanism.actions[action].by[0].role == "resident"
        by = self.office.resident if is_resident else self.people[-1]
        try:
            receipt = actions.open_case(
                mechanism=mechanism.mechanism, action=action, by=by, at=self.at,
                form=self._form(mechanism, action), key=key, source=self.chance.choice(["web", ""]),
                area=self.chance.choice((STREET, FIRST, SECOND)),
            )  # fmt: skip
        except actions.StepRefused:
            return
        self.cases.append(receipt.case_id)

    def _act(self, key):
        case = self.chance.choice(self.cases)
        held = locked_case(case)
        offers = [
            (actor, opening)
            for actor in self.people
            for opening in openings(held.mechanism, held.casefile, actor, shipped())
        ]
        if not offers:
            return
        rules = held.mechanism.actions
        weights = [5 if rules[opening.action].to else 1 for _, opening in offers]
        by, opening = self.chance.choices(offers, weights)[0]
        rule = rules[opening.action]
        try:
            actions.perform(
                case=case, action=opening.action, by=by, at=self.at,
                form=self._form(held.mechanism, opening.action),
                exhibits=[photo(need.tag) for need in rule.exhibits], key=key, revision=None,
                member=opening.member,
            )  # fmt: skip
        except actions.StepRefused:
            return

    def _form(self, mechanism, action):
        rule = mechanism.actions[action]
        wanted = [f for f in rule.fields if f in rule.required or self.chance.random() < 0.7]
        return {name: self._answer(mechanism.fields[name]) for name in wanted}

    def _answer(self, field):
        bodies = list(self.office.bodies.values())
        if field.type == "code":
            offered = [code.code for code in code_list(field, shipped()).choices()]
            return self.chance.choice(offered or ["甲", "乙", "丙"])
        answers = {
            "int": self.chance.randint(0, 3),
            "money": self.chance.choice(["12.50", "100", "0.01"]),
            "bool": self.chance.random() < 0.5,
            "place": self.chance.choice(PLACES),
            "body": self.chance.choice(bodies),
            "bodies": self.chance.sample(bodies, 2),
            "date": "2026-04-01",
            "moment": "2026-04-01T09:00:00Z",
        }
        return answers.get(field.type, f"说明{self.chance.randint(0, 9)}")


def plain_value(tree, period, place):
    """Give the value of a figure, counted in plain Python over every row there is."""
    plain = {one: Plain(current(one), place) for one in tree.mechanisms}
    value, earlier = _plain_value(tree, period, plain), period
    for _ in range(tree.carry):
        earlier = before(earlier) if earlier and value.exact is None else None
        older = _plain_value(tree, earlier, plain) if earlier else value
        value = value if older.exact is None else older
    return value


def _plain_value(tree, period, plain):
    now = _plain_level(tree, until_now(period) if tree.until_now else period, plain)
    if not tree.change:
        return now
    earlier = year_before(until_now(period) if tree.until_now else period)
    blank = Value(Decimal(0), is_blank=True)
    return replace(now, before=_plain_level(tree, earlier, plain) if earlier else blank)


def _plain_level(tree, period, plain):
    for one in plain.values():
        one.period = period
    if tree.give is not None:
        took = sorted(n for part in tree.num for n in plain[part.mechanism].spans(part))
        if tree.give == "mean":
            return Value(Decimal(sum(took)), Decimal(len(took)), is_mean=True)
        if not took:
            return Value(Decimal(0), is_blank=True)
        return Value(Decimal(took[-(-tree.give * len(took) // 100) - 1]))
    num = _plain_sum(tree.num, plain)
    if tree.den is None:
        return Value(num or Decimal(0), is_blank=num is None)
    den = _plain_sum(tree.den, plain)
    return Value(num or Decimal(0), den or Decimal(0), is_blank=num is None or den is None)


def _plain_sum(side, plain):
    counts = [plain[part.mechanism].count(part) for part in side]
    return None if None in counts else sum(map(Decimal, counts))


class Plain:
    """Counts the cases of one mechanism in plain Python over every row there is."""

    def __init__(self, mechanism, place):
        self.mechanism = mechanism
        self.period = None
        cases = Case.objects.filter(mechanism=mechanism.mechanism, area__startswith=place)
        self.cases = {case.id: case for case in cases}
        self.steps = {number: [] for number in self.cases}
        for step in Step.objects.filter(case_id__in=self.cases).order_by("case_id", "seq"):
            self.steps[step.case_id].append(step)

    def count(self, counted):
        if counted.entity == "entry":
            entries = Entry.objects.filter(case_id__in=self.cases)
            amounts = [
                entry.amount
                for entry in entries
                if self._falls(entry.at)
                and self.holds(counted.where, entry.case_id, entry, counted)
            ]
            return sum(amounts, Decimal(0))
        if counted.entity == "case":
            chosen = [
                number
                for number, case in self.cases.items()
                if self._belongs(counted, case) and self.holds(counted.where, number, None, counted)
            ]
            if counted.last:
                chosen = self._still_valid(counted, self._last_of_each_area(counted, chosen))
            if counted.needed and not chosen:
                return None
            return sum(self._weight(counted, number) for number in chosen)
        return sum(
            self._weight(counted, number, step)
            for number, steps in self.steps.items()
            for step in steps
            if self._falls(step.at)
            and self.holds(counted.where, number, step, counted)
            and not (counted.once and self._came_before(counted.where, number, step))
            and not (
                counted.distinct
                and self._came_before(counted.where, number, step, since=self.period.start)
            )
        )

    def spans(self, counted):
        """Give how many full units each step that counts took."""
        return [
            (step.at - began.at).total_seconds() // counted.span.unit
            for number, steps in self.steps.items()
            for step in steps
            if self._falls(step.at)
            and self.holds(counted.where, number, step, counted)
            and not (counted.once and self._came_before(counted.where, number, step))
            for began in self._began(counted, number, step)
        ]

    def _began(self, counted, number, step):
        earlier = [
            one
            for one in self.steps[number]
            if one.seq <= step.seq and self.holds(counted.span.since, number, one)
        ]
        return earlier[:1] if counted.once else earlier[-1:]

    def _last_of_each_area(self, counted, chosen):
        ordered = sorted(chosen, key=lambda number: (self._dated(counted.basis, number), number))
        return list({self.cases[number].area: number for number in ordered}.values())

    def _still_valid(self, counted, chosen):
        ends = self.period.end - timedelta(days=1)
        return [one for one in chosen if self._dated(f"values.{counted.expires}", one) >= ends]

    def _dated(self, name, number):
        day = self.cases[number].values.get(name.removeprefix("values."))
        return datetime.fromisoformat(day or "9999-12-30").replace(tzinfo=ZONE)

    def _belongs(self, counted, case):
        if counted.last:
            return self._dated(counted.basis, case.id) < self.period.end
        if counted.basis == "period_end":
            return case.opened_at < self.period.end
        moment = case.opened_at if counted.basis == "opened" else case.closed_at
        return moment is not None and self._falls(moment)

    def _weight(self, counted, number, step=None):
        if counted.total is None:
            return 1
        if step is not None and counted.own:
            return Decimal(str(step.values.get(counted.total) or 0))
        return Decimal(str(self.cases[number].values.get(counted.total) or 0))

    def _falls(self, at):
        return self.period.start <= at < self.period.end

    def _came_before(self, where, number, step, since=None):
        kinds = [where] if where[0] in STEPWISE else [p for p in where[1:] if p[0] in STEPWISE]
        return any(
            all(self.holds(part, number, earlier) for part in kinds)
            for earlier in self.steps[number]
            if earlier.seq < step.seq and (since is None or earlier.at >= since)
        )

    def holds(self, where, number, row, counted=None):
        kind, *parts = where
        if kind in ("and", "or"):
            every = all if kind == "and" else any
            return every(self.holds(p, number, row, counted) for p in parts)
        if kind == "not":
            return not self.holds(parts[0], number, row, counted)
        if kind == "exists":
            return any(self.holds(parts[0], number, step, counted) for step in self.steps[number])
        if kind in ("to", "left", "act", "entry"):
            return self._happened(kind, parts[0], row)
        if kind in ("met", "breached"):
            clock = self.cases[number].clocks.get(parts[0], {})
            late = "breached_at" in clock
            return late if kind == "breached" else "ended_at" in clock and not late
        is_now = counted is not None and counted.asof == "reading"
        owner, _, key = parts[0].partition(".")
        if owner == "step":
            found = self._typed(key, row.values.get(key))
        else:
            found = self._found(parts[0], number, is_now=is_now)
        return self._compared(kind, found, parts[1])

    def _typed(self, key, found):
        number_like = self.mechanism.fields[key].type in ("int", "money", "number")
        return Decimal(str(found)) if number_like and found is not None else found

    @staticmethod
    def _happened(kind, what, row):
        if kind in ("act", "entry"):
            return what == (row.action if kind == "act" else row.kind)
        came, went = row.to_state in what, row.from_state in what
        return came and not went if kind == "to" else went and not came

    def _found(self, name, number, *, is_now):
        case = self.cases[number]
        owner, _, key = name.partition(".")
        if owner == "values":
            return self._typed(key, case.values.get(key))
        if owner == "tracks":
            return case.tracks.get(key, self.mechanism.tracks[key].initial)
        if name in ("state", "phase"):
            steps = self.steps[number]
            state = [s.to_state for s in steps if is_now or s.at < self.period.end][-1:]
            found = state[0] if state else None
            return self.mechanism.states[found].phase if found and name == "phase" else found
        return getattr(case, name)

    @staticmethod
    def _compared(kind, found, value):
        if kind == "in":
            return found in value
        if kind in ("eq", "ne"):
            return COMPARED[kind](found, value)
        return found is not None and COMPARED[kind](found, value)
