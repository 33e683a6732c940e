"""Questions about hints: what is likely for a field, how sure a hint must be, how good lessons were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from linli.casework.definitions import in_force
from linli.hints.keeping import model_of
from linli.hints.learning import Guess
from linli.hints.models import Caution, Lesson
from linli.hints.signs import TOGETHER, Shown, told
from linli.rulebook.mechanism import Label

LEAST = 0.5
SHOWN_LESSONS = 60


@dataclass(frozen=True)
class Hint:
    """What is likely for one field. Not `is_sure`: nothing is likely enough to be said."""

    field: str
    guesses: tuple[Guess, ...]
    is_sure: bool
    cases: int


@dataclass(frozen=True)
class LessonTold:
    """One lesson in words: how many cases, how many told rightly when held out, how many of the later ones."""

    mechanism: Label
    field: Label
    at: datetime
    cases: int
    first: int
    three: int
    macro_f1: float
    later: int
    later_right: int
    is_latest: bool


def hint(mechanism: str, field: str, case: Shown) -> Hint | None:
    """Give what is likely for a field, from the latest lesson; None where nothing was learned yet."""
    latest = Lesson.objects.filter(mechanism=mechanism, field=field).order_by("-at", "-id")
    row = latest.values_list("id", "cases").first()
    model = model_of(row[0]) if row else None
    if row is None or model is None:
        return None
    guesses = tuple(model.guesses(case))
    is_sure = bool(guesses) and guesses[0].sure >= least_sure()
    return Hint(field, guesses if is_sure else (), is_sure, row[1])


def reasons(guess: Guess) -> list[str]:
    """Give what speaks for a guess in readable words; codes of places and categories are left to the page."""
    said = [
        " ".join(told(sign)) if TOGETHER in sign else next(told(sign)) for sign in guess.reasons
    ]
    return list(dict.fromkeys(said))


def least_sure() -> float:
    """Give how sure a hint must be in the open office."""
    least = Caution.objects.values_list("least", flat=True).first()
    return LEAST if least is None else least


def lessons() -> list[LessonTold]:
    """Give the latest lessons, the latest first."""
    known = in_force()
    rows = Lesson.objects.defer("model").order_by("-at", "-id")[:SHOWN_LESSONS]
    met: set[tuple[str, str]] = set()
    told_rows = []
    for row in rows:
        mechanism = known.get(row.mechanism)
        field = mechanism.fields.get(row.field) if mechanism else None
        if mechanism is None or field is None:
            continue
        told_rows.append(
            LessonTold(
                mechanism.title, Label(zh=field.zh, en=field.en), row.at, row.cases, row.first,
                row.three, row.macro_f1, row.later, row.later_right,
                (row.mechanism, row.field) not in met,
            )
        )  # fmt: skip
        met.add((row.mechanism, row.field))
    return told_rows
