"""A report beside that of the year before: its figures by reference, its prose by section, what was promised then."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from linli.figures.periods import period_named
from linli.figures.readings import Value
from linli.reports.models import ReportRound, ReportSnapshot
from linli.reports.rounds.freezing import template_of
from linli.reports.rounds.queries import Frozen, SnapshotView, found, snapshot_of
from linli.reports.writing.content import Block
from linli.reports.writing.quoting import a_year_before, change_in_words
from linli.rulebook.mechanism import Label

SENTENCE = re.compile(r"(?<=[。；！？])")
GAP = "□"


@dataclass(frozen=True)
class FigureCompared:
    """One figure in both reports; empty where only the other has it. `is_comparable`: counted by one definition."""

    label: Label
    before: str
    now: str
    change: str
    is_comparable: bool


@dataclass(frozen=True)
class SectionCompared:
    """What a section says that it did not say before, and what it says no more; numbers are left out of account."""

    title: Label
    new: tuple[str, ...]
    gone: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """A report beside the one before. `promised`: what that one said of the period to come."""

    heading_before: str
    figures: tuple[FigureCompared, ...]
    sections: tuple[SectionCompared, ...]
    promised: tuple[str, ...]


def compared(number: int) -> Comparison | None:
    """Give a frozen report beside the last frozen one of the same template a year before; None without one.

    Raises RoundUnknown.
    """
    round_ = found(number)
    earlier = _year_before(round_)
    now = snapshot_of(round_)
    before = None if earlier is None else snapshot_of(earlier)
    if earlier is None or before is None or now is None:
        return None
    rules = {key: rule.title for key, rule in template_of(round_).sections.items()}
    ahead = [key for key, rule in template_of(earlier).sections.items() if rule.ahead]
    promised = [
        said for key in ahead for block in _prose(before, key) for said in _sentences(block.text)
    ]
    sections = (_section(key, title, before, now) for key, title in rules.items())
    return Comparison(
        earlier.heading,
        tuple(_figures(before, now)),
        tuple(one for one in sections if one.new or one.gone),
        tuple(promised),
    )


def _year_before(round_: ReportRound) -> ReportRound | None:
    period = a_year_before(period_named(round_.period)).text
    frozen = ReportSnapshot.objects.filter(round__template=round_.template, round__period=period)
    last = frozen.filter(round__place=round_.place).order_by("-round__pk").first()
    return None if last is None else last.round


def _figures(before: SnapshotView, now: SnapshotView) -> Iterable[FigureCompared]:
    then, today = _by_reference(before), _by_reference(now)
    for reference in dict.fromkeys((*today, *then)):
        old, new = then.get(reference), today.get(reference)
        known = new or old
        assert known is not None
        yield FigureCompared(
            known.number.label,
            old.number.printed if old else "",
            new.number.printed if new else "",
            change_in_words(_value(old), _value(new), None) if old and new else "",
            old is not None and new is not None and old.definition == new.definition,
        )


def _by_reference(snapshot: SnapshotView) -> dict[str, Frozen]:
    shown = {run.mark for block in snapshot.content.blocks for run in block.runs if run.mark}
    return {
        one.number.reference: one
        for mark, one in snapshot.numbers.items()
        if mark in shown and "change" not in one.number.reference.split("|")
    }


def _value(frozen: Frozen) -> Value:
    return Value(frozen.number.num, frozen.number.den)


def _section(key: str, title: Label, before: SnapshotView, now: SnapshotView) -> SectionCompared:
    old, new = _said(before, key), _said(now, key)
    return SectionCompared(
        title,
        tuple(said for said in new if said not in old),
        tuple(said for said in old if said not in new),
    )


def _said(snapshot: SnapshotView, key: str) -> list[str]:
    """Give the sentences of a section with their numbers left out."""
    texts = (
        "".join(GAP if run.mark else run.text for run in one.runs) for one in _prose(snapshot, key)
    )
    return [said for text in texts for said in _sentences(text)]


def _prose(snapshot: SnapshotView, key: str) -> list[Block]:
    return [
        one
        for one in snapshot.content.blocks
        if one.section == key and not one.level and one.table is None
    ]


def _sentences(text: str) -> list[str]:
    return [said for said in SENTENCE.split(text) if said.strip()]
