"""Which parts of figures can be kept by month, and the one statement that counts each of them for some months."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import blake2b

from linli.figures.compiling import EVERYWHERE, Clause, Frame, amount_of, moment_of, selection, took
from linli.figures.periods import ZONE, Period
from linli.rulebook.counting import Counted, FigureTree, Predicate
from linli.rulebook.counting.trees import TRUE
from linli.rulebook.mechanism import Mechanism

MONTHS_A_YEAR = 12
STATES = ("state", "phase")
ANY_TIME = Period("", datetime(1971, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC))
WHOLE, AREA, CATEGORY = range(3)
MONTH_OF = (
    "(date_part('year', {0} AT TIME ZONE 'Asia/Shanghai') * 12"
    " + date_part('month', {0} AT TIME ZONE 'Asia/Shanghai') - 1)::int"
)
# Which steps brought a case into the states asked for (1) or out of them (-1). A step that moves a case to another
# version enters no state, but what the state is called may change with it.
TURNS = """
    SELECT l.case_id, l.at, ({held})::int - coalesce(({before})::int, 0) AS turn
    FROM casework_step l
    LEFT JOIN casework_step p ON p.case_id = l.case_id AND p.seq = l.seq - 1
    WHERE l.case_id = c.id
"""


@dataclass(frozen=True)
class Part:
    """What is counted of one mechanism, in a form that adds up over months.

    `counted` is without its condition on the state, which `states` and `outside` tell: inside them or outside.
    """

    key: int
    counted: Counted
    mechanism: Mechanism
    states: tuple[str, ...] | None = None
    outside: bool = False

    @property
    def is_stock(self) -> bool:
        """Say whether the value is the sum of all months up to the period's end."""
        return self.counted.basis == "period_end"

    @property
    def is_turning(self) -> bool:
        """Say whether a record may come to count, or cease to, in a later month than its own."""
        return self.states is not None

    @property
    def kind(self) -> tuple[bool, bool]:
        """Give what tells parts apart that cannot be read together: durations or not, stocks or not."""
        return self.counted.span is not None, self.is_stock

    def found(self, period: Period, place: str, more: Clause | None = None) -> Clause:
        """Give SELECT month, told, area, category, took, times, amount: a row for each group of records of the period.

        `more` adds a last column, 'named', by which the groups are told apart as well.
        """
        chosen = self._chosen(period, place)
        moment = "s.at" if self.is_stock else moment_of(self.counted).text
        spent = Clause("0") if self.counted.span is None else took(self.counted, self.mechanism)
        month = MONTH_OF.format(moment)
        told = f"greatest({month}, {MONTH_OF.format('s.at')})" if self.is_turning else month
        named = Clause("''") if more is None else more
        text = (
            f"SELECT {month} AS month, {told} AS told, c.area, c.category, {spent.text} AS took,"
            f" {'sum(s.turn)' if self.is_turning else 'count(*)'} AS times, {self._amount()} AS amount,"
            f" coalesce({named.text}, '') AS named FROM {chosen.text} GROUP BY 1, 2, 3, 4, 5, 8"
        )
        return Clause(text, [*spent.parameters, *named.parameters, *chosen.parameters])

    def _amount(self) -> str:
        if self.counted.total is None:
            return "0"
        amount = amount_of(self.counted)
        return f"coalesce(sum({amount}{' * s.turn' if self.is_turning else ''}), 0.00)"

    def _chosen(self, period: Period, place: str) -> Clause:
        """Give FROM … WHERE …; where states count, with the turns of each case as `s`."""
        frame = Frame(ANY_TIME if self.is_stock else period, place)
        chosen = selection(self.counted, self.mechanism, frame)
        if self.states is None:
            return chosen
        tables, _, conditions = chosen.text.partition(" WHERE ")
        sign = "NOT " if self.outside else ""
        turns = TURNS.format(
            held=f"{sign}l.to_state = ANY(%s::text[])",
            before=f"{sign}p.to_state = ANY(%s::text[])",
        )
        asked, bounds = "s.turn <> 0", []
        if self.is_stock:
            asked, bounds = "s.turn <> 0 AND s.at >= %s AND s.at < %s", [period.start, period.end]
        states = list(self.states)
        return Clause(
            f"{tables} CROSS JOIN LATERAL ({turns}) s WHERE {conditions} AND {asked}",
            [states, states, *chosen.parameters, *bounds],
        )


def part_of(counted: Counted, mechanism: Mechanism) -> Part | None:
    """Give a part as it is kept, or None where what it counts in a year is not what it counts in the months of it."""
    if counted.last or counted.needed or counted.distinct or counted.basis.startswith("values."):
        return None
    is_stock = counted.basis == "period_end"
    if counted.asof == "period_end" or (is_stock and counted.asof != "event"):
        return None
    is_now = counted.asof == "reading"
    if not _speaks_of_state(counted.where) or is_now:
        return None if is_stock else _named(Part(0, counted, mechanism))
    told, rest = _divided(counted.where)
    if len(told) != 1 or any(_speaks_of_state(part) for part in rest):
        return None
    where: Predicate = TRUE if not rest else rest[0] if len(rest) == 1 else ("and", *rest)
    sign, name, value = told[0]
    if sign not in ("eq", "in", "ne"):
        return None
    states = _states(mechanism, str(name), value)
    return _named(Part(0, replace(counted, where=where), mechanism, states, outside=sign == "ne"))


def parts_of_trees(
    trees: Iterable[FigureTree], mechanisms: Mapping[str, Mechanism]
) -> dict[int, Part]:
    """Give every part of these figures that can be kept, by its key."""
    found: dict[int, Part] = {}
    for tree in trees:
        for counted in (*tree.num, *(tree.den or ())):
            part = kept_part(counted, mechanisms[counted.mechanism])
            if part is not None:
                found[part.key] = part
    return found


_known: dict[tuple[Counted, int], tuple[Mechanism, Part | None]] = {}


def kept_part(counted: Counted, mechanism: Mechanism) -> Part | None:
    """Give a part as it is kept, worked out once a process."""
    key = (counted, id(mechanism))
    if key not in _known:
        _known[key] = (mechanism, part_of(counted, mechanism))
    return _known[key][1]


def _named(part: Part) -> Part:
    """Name a part by the statement that counts it: two offices whose rules say the same keep the same part."""
    clause = part.found(ANY_TIME, EVERYWHERE)
    digest = blake2b(repr((clause.text, clause.parameters)).encode(), digest_size=8).digest()
    return replace(part, key=int.from_bytes(digest, signed=True))


def _divided(where: Predicate) -> tuple[list[Predicate], list[Predicate]]:
    """Give the comparisons of the state that must hold, and all else that must."""
    if where[:1] == ("and",):
        pairs = [_divided(part) for part in where[1:] if isinstance(part, tuple)]
        return [p for told, _ in pairs for p in told], [p for _, rest in pairs for p in rest]
    is_told = len(where) == 3 and where[1] in STATES  # noqa: PLR2004 - sign, name, value
    return ([where], []) if is_told else ([], [where])


def _speaks_of_state(where: Predicate) -> bool:
    if len(where) == 3 and where[1] in STATES:  # noqa: PLR2004 - sign, name, value
        return True
    return any(_speaks_of_state(part) for part in where[1:] if isinstance(part, tuple) and part)


def _states(mechanism: Mechanism, name: str, value: object) -> tuple[str, ...]:
    wanted: Sequence[object] = value if isinstance(value, tuple) else [value]
    if name == "state":
        return tuple(str(one) for one in wanted)
    return tuple(key for key, state in mechanism.states.items() if state.phase in wanted)


def month_of(moment: datetime) -> int:
    """Give the number of the month that a moment lies in, counted from the year 0."""
    local = moment.astimezone(ZONE)
    return local.year * MONTHS_A_YEAR + local.month - 1


def month_begins(month: int) -> datetime:
    """Give the first moment of a month."""
    year, nth = divmod(month, MONTHS_A_YEAR)
    return datetime(year, nth + 1, 1, tzinfo=ZONE).astimezone(UTC)


def months(first: int, last: int) -> Period:
    """Give the months from `first` up to but without `last` as a period."""
    return Period("", month_begins(first), month_begins(last))
