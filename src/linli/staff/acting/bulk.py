"""Several cases at once: what each of them allows, one form, and what became of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.http import HttpResponse

from linli.budget.actions import perform
from linli.casework.actions import RevisionConflict
from linli.casework.phrases.queries import has_places, said_of
from linli.casework.queries import CaseUnseen, CaseView, case_view
from linli.rulebook.casefile import StepRefused
from linli.rulebook.mechanism import Action, Label, Mechanism
from linli.staff.acting.laying import filled, laid
from linli.staff.acting.phrases import usable, used, words_of
from linli.staff.desk import Desk
from linli.staff.listing.beside import way_back
from linli.ui.sheets import Sheet

MOST = 50
UNFIT = 422
NOT_NOW = Label(zh="现在的状态不能办，或不归您办", en="not open now, or not for you")
OTHER = Label(zh="机制不同，请另选", en="another mechanism: choose it apart")
CHANGED = Label(zh="刚被别人办过，请再看一眼", en="somebody has just acted on it: look again")


@dataclass(frozen=True)
class Way:
    """An action that may be taken on several at once: of which mechanism, its words, and on how many."""

    value: str
    label: Label
    mechanism: Label
    count: int


@dataclass(frozen=True)
class Line:
    """One chosen case: whether the action may be taken on it, or why not, and what became of it.

    `says`: the answers whose places the case fills, as they will stand in it.
    """

    view: CaseView
    why: Label | None = None
    is_done: bool = False
    says: tuple[str, ...] = ()


@dataclass(frozen=True)
class Undoing:
    """What takes back what was just done: the action, and the cases that still allow it."""

    value: str
    label: Label
    views: tuple[CaseView, ...]
    key: str = field(default_factory=lambda: uuid4().hex)


def bulk(desk: Desk) -> HttpResponse:
    """Show what the chosen cases allow; with an action, its form and each case's word on it; sent, do it."""
    post = desk.request.POST
    views = list(_views(desk, list(dict.fromkeys(post.getlist("number")))[:MOST]))
    context = {
        "views": views,
        "ways": ways(views),
        "most": MOST,
        "back": way_back(post.get("back")),
    }
    chosen = next((way for way in ways(views) if way.value == post.get("way")), None)
    if chosen is None:
        return desk.show("staff/bulk.html", context)
    key, _colon, action = chosen.value.partition(":")
    mechanism = next(v.mechanism for v in views if v.mechanism.mechanism == key)
    sheet = laid(desk, mechanism, action)
    context |= {"chosen": chosen, "count": chosen.count, "usable": usable(sheet, None)}
    if "do" not in post:
        told = used(sheet.told(post), None, post["use"]) if "use" in post else sheet
        return desk.show("staff/bulk.html", {**context, **_laid_out(told, views)})
    sent = filled(desk, sheet)
    if sent.faults:
        return desk.show("staff/bulk.html", {**context, **_laid_out(sent, views)}, UNFIT)
    done = [_taken(desk, sent, line) for line in _lines(sent, views)]
    more = {"lines": done, "count": _count(done), "undoing": undoing(done, action)}
    return desk.show("staff/bulk_done.html", {**context, **more})


def undoing(done: list[Line], action: str) -> Undoing | None:
    """Give what takes an action back where it was just taken, as the mechanism says; None where nothing does."""
    views = [line.view for line in done if line.is_done]
    for view in views:
        for opening in view.openings:
            rule = view.mechanism.actions[opening.action]
            if action in (rule.takes_back or {}) and not rule.required and opening.member is None:
                fit = tuple(one for one in views if opening in one.openings)
                value = f"{view.mechanism.mechanism}:{opening.action}"
                return Undoing(value, Label(zh=rule.zh, en=rule.en), fit)
    return None


def ways(views: list[CaseView]) -> list[Way]:
    """Give the actions that any of the cases allows, those for the most cases first."""
    counts: Counter[tuple[str, str]] = Counter()
    rules: dict[tuple[str, str], tuple[Action, Mechanism]] = {}
    for view in views:
        for opening in view.openings:
            rule = view.mechanism.actions[opening.action]
            if opening.member is None and fits_many(rule):
                key = (view.mechanism.mechanism, opening.action)
                counts[key] += 1
                rules[key] = (rule, view.mechanism)
    return [
        Way(
            ":".join(key),
            Label(zh=rules[key][0].zh, en=rules[key][0].en),
            rules[key][1].title,
            count,
        )
        for key, count in counts.most_common()
    ]


def fits_many(rule: Action) -> bool:
    """Say whether an action may be taken on several at once: none that asks for a photo, a file or a signature."""
    return not rule.exhibits


def why_not(view: CaseView, mechanism: str, action: str) -> Label | None:
    """Give why an action may not be taken on a case; None when it may."""
    if view.mechanism.mechanism != mechanism:
        return OTHER
    if any(one.action == action and one.member is None for one in view.openings):
        return None
    return NOT_NOW


def _laid_out(sheet: Sheet, views: list[CaseView]) -> dict[str, object]:
    return {"sheet": sheet, "lines": _lines(sheet, views)}


def _lines(sheet: Sheet, views: list[CaseView]) -> list[Line]:
    key = sheet.mechanism.mechanism
    lines = []
    for view in views:
        why = why_not(view, key, sheet.name)
        words = words_of(view) if why is None else {}
        says = [said_of(text, words) for text in _open_texts(sheet) if why is None]
        lines.append(Line(view, why, says=tuple(says)))
    return lines


def _open_texts(sheet: Sheet) -> list[str]:
    """Give the answers that leave places open, for each case to fill."""
    return [text for text in sheet.form.values() if isinstance(text, str) and has_places(text)]


def _form_for(sheet: Sheet, view: CaseView) -> dict[str, Any]:
    words = words_of(view)
    return {
        name: said_of(answer, words) if isinstance(answer, str) else answer
        for name, answer in sheet.form.items()
    }


def _views(desk: Desk, numbers: list[str]) -> Iterator[CaseView]:
    for number in numbers:
        try:
            yield case_view(number=number, actor=desk.actor, at=desk.at)
        except CaseUnseen:
            continue


def _taken(desk: Desk, sheet: Sheet, line: Line) -> Line:
    """Take the action on one case as it was seen; what refuses is said and holds up none of the others."""
    row = line.view.row
    given = desk.request.POST.get(f"revision.{row.number}", "")
    if line.why is not None or not given.isdecimal():
        return line
    try:
        perform(
            case=row.id,
            action=sheet.name,
            by=desk.actor,
            at=desk.at,
            form=_form_for(sheet, line.view),
            key=f"{sheet.key}:{row.number}",
            revision=int(given),
        )
    except RevisionConflict:
        return Line(line.view, CHANGED)
    except StepRefused as refused:
        return Line(line.view, refused.message)
    return Line(case_view(number=row.number, actor=desk.actor, at=desk.at), is_done=True)


def _count(lines: list[Line]) -> int:
    return sum(line.is_done for line in lines)
