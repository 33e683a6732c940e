"""Questions about appraisal: rounds, the scores in them with every line, and objections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from linli.appraisal.cards import Deduction, Scorecard, Weighted, card_of
from linli.appraisal.lines import lines_of
from linli.appraisal.models import Score, ScoreObjection, ScoreRound
from linli.appraisal.scoring import Line, ranks
from linli.figures.periods import Period, period_named
from linli.figures.queries import Behind, records
from linli.figures.readings import RecordPage
from linli.rulebook.labels import Label
from linli.rulebook.ownbook import at_hand
from linli.ui.printing import rounded

PLACES = 2
STATES = {
    "draft": Label(zh="草稿", en="Draft"),
    "objection": Label(zh="公示异议", en="Open to objections"),
    "final": Label(zh="已定稿", en="Final"),
}


class RoundUnknown(LookupError):
    """There is no such round, score or line in this office."""


@dataclass(frozen=True)
class RoundRow:
    """One round: its scorecard and period, and how far it is."""

    id: int
    card: Scorecard
    period: Period
    state: str
    state_label: Label
    read_at: datetime
    drafted_by: str
    objections_until: date | None
    final_by: str


@dataclass(frozen=True)
class ScoreLine:
    """One line in print: what was read, the points, and whether there were records enough."""

    key: str
    label: Label
    num: str
    den: str | None
    points: str | None
    is_deduction: bool


@dataclass(frozen=True)
class ScoreRow:
    """One body's score. `total` is None when too little could be scored; then it has no rank."""

    id: int
    group: str
    subject: str
    name: Label
    lines: tuple[ScoreLine, ...]
    total: str | None
    rank: int | None


@dataclass(frozen=True)
class ObjectionRow:
    """One objection and its answer."""

    id: int
    score: int
    name: Label
    line: Label
    reason: str
    by: str
    at: datetime
    points: str | None
    answer: str
    is_open: bool

    @property
    def key(self) -> str:
        """Give what tells its controls on a page apart."""
        return str(self.id)


def rounds() -> tuple[RoundRow, ...]:
    """Give all rounds, newest first."""
    return tuple(_round(row) for row in ScoreRound.objects.order_by("-period", "card"))


def round_numbered(number: int) -> RoundRow:
    """Give one round. Raises RoundUnknown."""
    row = ScoreRound.objects.filter(pk=number).first()
    if row is None:
        raise RoundUnknown(number)
    return _round(row)


def scores(of: RoundRow) -> dict[str, list[ScoreRow]]:
    """Give the scores by peer group, best first, those without a total last."""
    found = list(Score.objects.filter(round_id=of.id))
    listed: dict[str, list[ScoreRow]] = {}
    for group in of.card.groups:
        rows = [row for row in found if row.group == group]
        totals = {row.subject: Fraction(row.total) if row.total else None for row in rows}
        places = ranks(totals)
        ordered = sorted(
            rows, key=lambda row: (places.get(row.subject, len(rows) + 1), row.name_zh)
        )
        listed[group] = [_score(row, of.card, places.get(row.subject)) for row in ordered]
    return listed


def objections(of: RoundRow) -> tuple[ObjectionRow, ...]:
    """Give the objections of a round, those that wait first."""
    rows = ScoreObjection.objects.filter(score__round_id=of.id).select_related("score")
    return tuple(
        ObjectionRow(
            row.pk, row.score_id, Label(zh=row.score.name_zh, en=row.score.name_en),
            label_of(of.card, row.line), row.reason, row.by, row.at,
            None if row.points is None else str(row.points), row.answer, row.decided_at is None,
        )
        for row in rows.order_by("decided_at", "at")
    )  # fmt: skip


def behind(
    of: RoundRow, score: int, line: str, side: str, *, page: int = 1
) -> tuple[Label, Label, RecordPage]:
    """Give the records behind one side of a line of a score, read as of the round's own moment. Raises RoundUnknown."""
    row = Score.objects.filter(pk=score, round_id=of.id).first()
    rules: dict[str, Weighted | Deduction] = {**of.card.weighted, **of.card.deductions}
    if row is None or line not in rules or side not in ("num", "den"):
        raise RoundUnknown(score)
    found = records(
        rules[line].figure, of.period,
        behind=Behind(side, of.card.groups[row.group].by, row.subject),
        as_of=of.read_at, page=page, book=at_hand(),
    )  # fmt: skip
    return Label(zh=row.name_zh, en=row.name_en), label_of(of.card, line), found


def label_of(card: Scorecard, line: str) -> Label:
    """Give the name of a line."""
    rule = card.weighted.get(line) or card.deductions[line]
    return Label(zh=rule.zh, en=rule.en)


def _round(row: ScoreRound) -> RoundRow:
    return RoundRow(
        row.pk, card_of(row.text, row.card), period_named(row.period), row.state, STATES[row.state],
        row.read_at, row.drafted_by, row.objections_until, row.final_by,
    )  # fmt: skip


def _score(row: Score, card: Scorecard, rank: int | None) -> ScoreRow:
    total = rounded(Fraction(row.total), PLACES) if row.total else None
    lines = tuple(_line(line, card) for line in lines_of(row.lines))
    name = Label(zh=row.name_zh, en=row.name_en)
    return ScoreRow(row.pk, row.group, row.subject, name, lines, total, rank)


def _line(line: Line, card: Scorecard) -> ScoreLine:
    points = None if line.points is None else rounded(line.points, PLACES)
    den = None if line.den is None else str(line.den)
    return ScoreLine(
        line.key, label_of(card, line.key), str(line.num), den, points, line.is_deduction
    )
