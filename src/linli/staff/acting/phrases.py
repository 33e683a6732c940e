"""Standard texts: offered under the text questions of a form, and kept on a page of their own."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.casework.phrases.actions import PhraseRefused, keep_phrase, let_phrase_go
from linli.casework.phrases.queries import (
    PLACES,
    KeptPhrase,
    has_texts,
    phrases,
    phrases_for,
    said,
    texts_of,
)
from linli.casework.queries import CaseView
from linli.rulebook.mechanism import Label, Mechanism
from linli.staff.book.pages import keepers_only
from linli.staff.desk import Desk
from linli.ui.sheets import Sheet
from linli.ui.shelves import Choice, shelved_for

UNFIT = 422
ANYTHING = Label(zh="任何机制、任何动作", en="Every mechanism and action")
ANY_ACTION = Label(zh="任何动作", en="Every action")


@dataclass(frozen=True)
class Usable:
    """A standard text as it would stand in a form: its button's value, its name, and what it says of the case."""

    value: str
    name: str
    said: str


@dataclass(frozen=True)
class Usables:
    """The standard texts for one question of a form."""

    label: Label
    texts: tuple[Usable, ...]


@dataclass(frozen=True)
class Line:
    """A standard text on its page: where it belongs, in words."""

    phrase: KeptPhrase
    mechanism: Label | None
    action: Label | None


def usable(sheet: Sheet, view: CaseView | None) -> list[Usables]:
    """Give the standard texts for each text question of a form, filled in for the case; without one, places open."""
    asked = texts_of(sheet.mechanism, sheet.name)
    kept = phrases_for(sheet.mechanism.mechanism, sheet.name) if asked else ()
    if not kept:
        return []
    words = words_of(view) if view else {name: f"<{name}>" for name in PLACES}
    return [
        Usables(
            Label(zh=sheet.mechanism.fields[name].zh, en=sheet.mechanism.fields[name].en),
            tuple(Usable(f"{name}:{one.id}", one.name, said(one, words)) for one in kept),
        )
        for name in asked
    ]


def used(sheet: Sheet, view: CaseView | None, wanted: str) -> Sheet:
    """Give the sheet with a standard text added to an answer, `field:id`; what is none of its own changes nothing."""
    name, _colon, _number = wanted.partition(":")
    found = next(
        (one.said for group in usable(sheet, view) for one in group.texts if one.value == wanted),
        None,
    )
    if found is None:
        return sheet
    before = str(sheet.answers.get(name) or "")
    return replace(sheet, answers={**sheet.answers, name: before + found}, faults=())


def words_of(view: CaseView) -> dict[str, str]:
    """Give what stands in the places of a standard text. It is written to people here, so in Chinese."""
    row = view.row
    return {
        "number": row.number,
        "category": row.category_label.zh if row.category_label else "",
        "area": row.area_name,
        "holder": row.holder_name.zh if row.holder_name else "",
    }


def page(desk: Desk) -> HttpResponse:
    """Show the standard texts; those who keep the book add to them."""
    if desk.request.method != "POST":
        return _page(desk)
    keepers_only(desk)
    post = desk.request.POST
    given = {name: post.get(name, "") for name in ("mechanism", "action", "name", "text")}
    try:
        keep_phrase(**given, by=desk.actor, at=desk.at)
    except PhraseRefused as refused:
        return _page(desk, refused.message)
    messages.success(desk.request, _("常用语“%(name)s”已存好") % {"name": given["name"]})
    return redirect(reverse("staff:phrases", query={"mechanism": given["mechanism"]}))


def let_go(desk: Desk, number: int) -> HttpResponse:
    """Let a standard text go."""
    keepers_only(desk)
    try:
        name = let_phrase_go(number=number, by=desk.actor)
    except PhraseRefused as refused:
        messages.error(desk.request, refused.message.in_language(desk.language))
    else:
        messages.success(desk.request, _("常用语“%(name)s”已删去") % {"name": name})
    return redirect("staff:phrases")


def _page(desk: Desk, refusal: Label | None = None) -> HttpResponse:
    given = desk.request.POST if refusal else desk.request.GET
    known = desk.mechanisms
    chosen = given.get("mechanism", "")
    mechanism = known.get(chosen)

    def choice(one: Mechanism) -> Choice:
        key = one.mechanism
        href = reverse("staff:phrases", query={"mechanism": key})
        return Choice(key, one.title, key == chosen, href=href)

    shelves = shelved_for(desk.actor, known.values(), choice)
    context = {
        "lines": [_line(desk, one) for one in phrases() if chosen in ("", one.mechanism)],
        "shelves": shelves,
        "chosen": mechanism,
        "actions": _actions(mechanism) if mechanism else [],
        "given": given,
        "places": [f"<{name}>" for name in PLACES],
        "refusal": refusal,
        "anything": ANYTHING,
        "any_action": ANY_ACTION,
    }
    return desk.show("staff/phrases.html", context, UNFIT if refusal else 200)


def _actions(mechanism: Mechanism) -> list[tuple[str, Label]]:
    """Give the actions of a mechanism that ask for a text."""
    return [
        (key, Label(zh=rule.zh, en=rule.en))
        for key, rule in mechanism.actions.items()
        if has_texts(mechanism, key)
    ]


def _line(desk: Desk, phrase: KeptPhrase) -> Line:
    mechanism = desk.mechanisms.get(phrase.mechanism)
    rule = mechanism.actions.get(phrase.action) if mechanism else None
    return Line(
        phrase,
        mechanism.title if mechanism else None,
        Label(zh=rule.zh, en=rule.en) if rule else None,
    )
