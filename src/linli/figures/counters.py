"""Counting in the database: one part of a side over a frame, whole or in groups, and the columns of its records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from linli.figures.compiling import Clause, Frame, amount_of, moment_of, selection, summed, took
from linli.figures.dimensions import grouping
from linli.figures.rollups.asking import rows
from linli.figures.rollups.reading import Rollups
from linli.rulebook.counting import Counted, FigureTree, Side
from linli.rulebook.mechanism import Mechanism


@dataclass
class Counters:
    """Counts over some mechanisms, each part of a side once for each frame."""

    mechanisms: Mapping[str, Mechanism]
    rollups: Rollups = field(default_factory=Rollups)
    counts: dict[tuple[Counted, Frame], Decimal | None] = field(default_factory=dict)

    def amount(self, counted: Counted, frame: Frame) -> Decimal | None:
        """Give how many records there are, or the sum of their amounts; None where there must be one and is none."""
        kept = self.rollups.amounts(counted, frame)
        if kept is not None:
            return sum(kept.values(), Decimal(0) if counted.total is None else Decimal("0.00"))
        if (counted, frame) not in self.counts:
            chosen = self._chosen(counted, frame)
            text = f"SELECT {summed(counted)}, count(*) FROM {chosen.text}"
            ((amount, total),) = rows(text, chosen.parameters)
            is_missing = counted.needed and not total
            self.counts[counted, frame] = None if is_missing else Decimal(amount)
        return self.counts[counted, frame]

    def histogram(self, counted: Counted, frame: Frame) -> dict[int, int]:
        """Give how many records took how many full units."""
        kept = self.rollups.histograms(counted, frame)
        if kept is not None:
            return kept.get("", {})
        chosen, spent = (
            self._chosen(counted, frame),
            took(counted, self.mechanisms[counted.mechanism]),
        )
        text = f"SELECT {spent.text}, count(*) FROM {chosen.text} GROUP BY 1"
        return dict(rows(text, [*spent.parameters, *chosen.parameters]))

    def amounts(self, side: Side, frame: Frame, by: str) -> dict[str, Decimal]:
        """Give the amount of each group of a side."""
        found: dict[str, Decimal] = {}
        for part in side:
            kept = self.rollups.amounts(part, frame, by)
            grouped = self._amounts(part, frame, by) if kept is None else kept
            for key, amount in grouped.items():
                found[key] = found.get(key, Decimal(0)) + amount
        return found

    def _amounts(self, part: Counted, frame: Frame, by: str) -> dict[str, Decimal]:
        chosen, groups = self._chosen(part, frame), self._groups(part, frame, by)
        text = f"SELECT coalesce({groups.text}, ''), {summed(part)} FROM {chosen.text} GROUP BY 1"
        grouped = rows(text, [*groups.parameters, *chosen.parameters])
        return {key: Decimal(amount) for key, amount in grouped}

    def histograms(self, side: Side, frame: Frame, by: str) -> dict[str, dict[int, int]]:
        """Give the exact histogram of each group of a side."""
        found: dict[str, dict[int, int]] = {}
        for part in side:
            kept = self.rollups.histograms(part, frame, by)
            grouped = self._histograms(part, frame, by) if kept is None else kept
            for key, histogram in grouped.items():
                added = found.setdefault(key, {})
                for each, times in histogram.items():
                    added[each] = added.get(each, 0) + times
        return found

    def _histograms(self, part: Counted, frame: Frame, by: str) -> dict[str, dict[int, int]]:
        found: dict[str, dict[int, int]] = {}
        chosen, groups = self._chosen(part, frame), self._groups(part, frame, by)
        spent = took(part, self.mechanisms[part.mechanism])
        text = (
            f"SELECT coalesce({groups.text}, ''), {spent.text}, count(*)"
            f" FROM {chosen.text} GROUP BY 1, 2"
        )
        given = [*groups.parameters, *spent.parameters, *chosen.parameters]
        for key, each, times in rows(text, given):
            found.setdefault(key, {})[each] = times
        return found

    def _chosen(self, counted: Counted, frame: Frame) -> Clause:
        return selection(counted, self.mechanisms[counted.mechanism], frame)

    def _groups(self, counted: Counted, frame: Frame, by: str) -> Clause:
        return grouping(self.mechanisms[counted.mechanism], counted, frame.place, by)


def parts_of(
    side: Side, mechanisms: Mapping[str, Mechanism], frame: Frame, by: str | None, part: str | None
) -> Clause:
    """Give the records of a side as one SELECT, or those of one part of a breakdown; of a sum, those with an amount."""
    texts, parameters = [], []
    for counted in side:
        mechanism = mechanisms[counted.mechanism]
        columns, chosen = record_columns(counted, mechanism), selection(counted, mechanism, frame)
        text, given = chosen.text, [*columns.parameters, *chosen.parameters]
        if by is not None and part is not None:
            groups = grouping(mechanism, counted, frame.place, by)
            text = f"{text} AND coalesce({groups.text}, '') = %s"
            given += [*groups.parameters, part]
        if counted.total is not None:
            text = f"{text} AND {amount_of(counted)} IS NOT NULL"
        texts.append(f"SELECT {columns.text} FROM {text}")
        parameters += given
    return Clause(" UNION ALL ".join(texts), parameters)


def record_columns(counted: Counted, mechanism: Mechanism) -> Clause:
    """Give the columns of a record: number, step, moment, action, category, area, amount, mechanism."""
    moment, spent = moment_of(counted), Clause(amount_of(counted))
    if counted.span is not None:
        spent = took(counted, mechanism)
    seq = "c.seq" if counted.entity == "case" else "x.seq"
    action = "x.action" if counted.entity == "step" else "NULL::text"
    text = (
        f"c.number, {seq}, {moment.text} AS at, {action}, c.category, c.area,"
        f" ({spent.text})::numeric AS amount, c.mechanism"
    )
    return Clause(text, [*moment.parameters, *spent.parameters])


def measure(tree: FigureTree, side: str) -> str:
    """Give what listed records come to: their number, the sum of their amounts, or the percentile of these."""
    if isinstance(tree.give, int):
        return f"percentile_disc({tree.give / 100}) WITHIN GROUP (ORDER BY r.amount)"
    if tree.give == "mean" and side.startswith("num"):
        return "coalesce(sum(r.amount), 0)"
    return "coalesce(sum(r.amount), 0.00)" if tree.adds_up(side) else "count(*)"
