"""The verbs of hints: learning anew from closed cases, and saying how sure a hint must be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from linli.casework.definitions import in_force
from linli.casework.queries.past import ClosedCase, closed_cases
from linli.hints.keeping import packed, unpacked
from linli.hints.learning import Past, Score, learn, scored, told_of
from linli.hints.models import Caution, Lesson
from linli.hints.subjects import shown, taught_fields
from linli.registry.isolation import current_office, office_transaction
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Label, Mechanism

MOST_CASES = 10_000
FEWEST_CASES = 50
LOWEST, HIGHEST = 0.3, 0.99


class CautionRefused(Exception):
    """The threshold lies outside what makes sense; `message` says what may be set."""

    def __init__(self) -> None:
        self.message = Label(
            zh=f"请填 {LOWEST:.0%} 到 {HIGHEST:.0%} 之间的数。",
            en=f"Give a number from {LOWEST:.0%} to {HIGHEST:.0%}.",
        )
        super().__init__(self.message.en)


@dataclass(frozen=True)
class Learned:
    """One lesson as it went."""

    mechanism: str
    field: str
    score: Score


def learn_anew(*, office: int, at: datetime) -> list[Learned]:
    """Learn every field that has enough closed cases and new ones since its last lesson."""
    with office_transaction(office):
        mechanisms = in_force()
    return [
        done
        for mechanism in mechanisms.values()
        for field in taught_fields(mechanism)
        if (done := _learned(office, mechanism, field, at)) is not None
    ]


def set_caution(*, least: float, by: Actor, at: datetime) -> None:
    """Say how sure a hint must be in this office before it is shown. Raises CautionRefused."""
    if not LOWEST <= least <= HIGHEST:
        raise CautionRefused
    with office_transaction(by.office):
        values = {"least": least, "by": by.id, "at": at}
        Caution.objects.update_or_create(office_id=by.office, defaults=values)


def _learned(office: int, mechanism: Mechanism, field: str, at: datetime) -> Learned | None:
    """Learn one field. The learning itself holds no transaction: it may take minutes."""
    with office_transaction(office):
        rows = closed_cases(mechanism.mechanism, before=at, most=MOST_CASES)
        last = _lessons(mechanism.mechanism, field).first()
        later = [row for row in rows if last is None or row.closed_at >= last.at]
    past = _past(mechanism, field, rows)
    if len(past) < FEWEST_CASES or not later:
        return None
    model, score = learn(past)
    with office_transaction(office):
        if last is not None:
            _look_back(last, _past(mechanism, field, later))
        Lesson.objects.create(
            office_id=current_office(), mechanism=mechanism.mechanism, field=field, at=at,
            cases=score.cases, first=score.first, three=score.three, macro_f1=score.macro_f1,
            model=packed(model),
        )  # fmt: skip
    return Learned(mechanism.mechanism, field, score)


def _look_back(last: Lesson, later: Sequence[Past]) -> None:
    """Hold the last lesson against what came after it, then let its model go."""
    if last.model:
        score = scored(told_of(unpacked(bytes(last.model)), later))
        last.later, last.later_right = score.cases, score.first
    last.model = None
    last.save(update_fields=["later", "later_right", "model"])


def _lessons(mechanism: str, field: str) -> QuerySet[Lesson]:
    return Lesson.objects.filter(mechanism=mechanism, field=field).order_by("-at", "-id")


def _past(mechanism: Mechanism, field: str, rows: Sequence[ClosedCase]) -> list[Past]:
    """Give the cases whose field was decided, with what it is at the end: corrections count, first tries do not."""
    return [
        Past(
            shown(
                mechanism, field, words=row.words, area=row.area, source=row.source,
                category=row.category,
            ),
            str(row.values[field]),
        )
        for row in rows
        if row.values.get(field) not in (None, "")
    ]  # fmt: skip
