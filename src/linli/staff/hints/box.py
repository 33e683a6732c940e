"""What is likely for the questions of a form, in words, to be taken with one press or left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from linli.casework.queries import CaseView
from linli.hints import queries
from linli.hints.learning import Guess
from linli.hints.signs import Shown
from linli.hints.subjects import shown, taught_fields, words_of
from linli.rulebook.mechanism import Label
from linli.staff.desk import Desk
from linli.ui.sheets import Sheet

SOURCE = "desk"


@dataclass(frozen=True)
class Likely:
    """One answer that may be taken: its value, its words, how sure in hundredths, and what speaks for it."""

    value: str
    label: Label
    percent: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Offered:
    """What is likely for one question; none of `answers` where nothing is likely enough."""

    name: str
    label: Label
    answers: tuple[Likely, ...]
    cases: int


def offered(desk: Desk, sheet: Sheet, view: CaseView | None = None) -> list[Offered]:
    """Give what is likely for each question of a form that something was learned about."""
    return [one for name in _asked(sheet) if (one := _offered(desk, sheet, view, name))]


def taken(sheet: Sheet, wanted: str) -> Sheet:
    """Give the sheet with a likely answer set, `name:value`; what is no choice of the form changes nothing."""
    name, _colon, value = wanted.partition(":")
    if name not in _asked(sheet) or value not in _choices(sheet, name):
        return sheet
    answer = int(value) if sheet.mechanism.fields[name].type == "body" else value
    return replace(sheet, answers={**sheet.answers, name: answer}, faults=())


def _asked(sheet: Sheet) -> list[str]:
    return [name for name in taught_fields(sheet.mechanism) if name in sheet.action.fields]


def _choices(sheet: Sheet, name: str) -> dict[str, Label]:
    asked = next(question for question in sheet.questions if question.name == name)
    return {choice.value: choice.label for choice in asked.choices}


def _offered(desk: Desk, sheet: Sheet, view: CaseView | None, name: str) -> Offered | None:
    given = sheet.answers.get(name)
    case = _shown(desk, sheet, view, name)
    if not case.words and view is None:
        return None
    found = queries.hint(sheet.mechanism.mechanism, name, case)
    if found is None or (found.guesses and found.guesses[0].answer == str(given or "")):
        return None
    choices = _choices(sheet, name)
    answers = tuple(
        Likely(guess.answer, choices[guess.answer], round(guess.sure * 100), tuple(_reasons(guess)))
        for guess in found.guesses
        if guess.answer in choices and round(guess.sure * 100)
    )
    rule = sheet.mechanism.fields[name]
    return Offered(name, Label(zh=rule.zh, en=rule.en), answers, found.cases)


def _shown(desk: Desk, sheet: Sheet, view: CaseView | None, name: str) -> Shown:
    mechanism = sheet.mechanism
    at_first = {field for start in mechanism.starts() for field in mechanism.actions[start].fields}
    texts: Mapping[str, object] = view.texts if view else sheet.answers
    words = words_of(mechanism, {field: texts[field] for field in texts if field in at_first})
    category = sheet.answers.get(mechanism.shows.category or "") or (
        view.row.category if view else ""
    )
    return shown(
        mechanism,
        name,
        words=words,
        area=view.row.area if view else (desk.ground or ""),
        source=view.row.source if view else SOURCE,
        category=str(category or ""),
    )


def _reasons(guess: Guess) -> Iterator[str]:
    """Give what speaks for a guess: words as they stand, known things by their kind, each once."""
    kinds = {"area": _("所在居民区"), "source": _("来源"), "category": _("案件类别")}
    said = []
    for reason in queries.reasons(guess):
        known = [
            kinds[kind] for part in reason.split(" ") if (kind := part.partition("=")[0]) in kinds
        ]
        said.append(
            "、".join(dict.fromkeys(known)) if known else _("“%(word)s”") % {"word": reason}
        )
    yield from dict.fromkeys(said)
