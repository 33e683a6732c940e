"""Posts and places of the office: who holds which post over which ground, and handing over."""

from __future__ import annotations

from typing import TypedDict

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.registry.actions import RegistryRefused, add_post
from linli.registry.gazetteer.cells import CELL_KINDS
from linli.registry.queries import areas_of_office, bodies
from linli.registry.staffing.actions import change_post, hand_over
from linli.registry.staffing.queries import (
    PostRow,
    accounts,
    cells_by_kind,
    cells_of,
    changes_about,
    estates_of,
    ground,
    posts,
)
from linli.rulebook.mechanism import Label
from linli.staff.administering.duties import for_registrars, known_duties
from linli.staff.administering.verbs import VERBS, number_of
from linli.staff.desk import Desk
from linli.ui.shelves import Choice

UNFIT = 422
NEW = Label(zh="设立岗位", en="New post")
ESTATES = {
    "housing": Label(zh="住宅小区", en="Housing estate"),
    "green": Label(zh="绿地", en="Green"),
    "campus": Label(zh="单位", en="Campus"),
}


@for_registrars
def office(desk: Desk) -> HttpResponse:
    """Show every body with its posts: duties, areas, who holds them."""
    duties = known_duties(desk)
    by_body: dict[int, list[tuple[PostRow, list[Label]]]] = {}
    for post in posts(desk.at):
        said = [duties.get(code, Label(zh=code, en=code)) for code in post.duties]
        by_body.setdefault(post.body, []).append((post, said))
    new = reverse("staff:post-new")
    shown = [
        (body, by_body.get(body.id, []), f"{new}?body={body.id}") for body in bodies(on=desk.today)
    ]
    return desk.show("staff/office.html", {"bodies": shown})


@for_registrars
def post(desk: Desk, number: int) -> HttpResponse:
    """Show a post and change it."""
    row = _found(desk, number)
    if desk.request.method != "POST":
        return _post(desk, row)
    try:
        change_post(post=row.id, by=desk.actor, at=desk.at, **_answers(desk))
    except RegistryRefused as refused:
        return _post(desk, row, refusal=refused.message)
    messages.success(desk.request, _("岗位已调整"))
    return redirect("staff:post", number)


@for_registrars
def new_post(desk: Desk) -> HttpResponse:
    """Ask what a new post of a body is, and add it."""
    known = {body.id: body for body in bodies(on=desk.today)}
    asked = desk.request.GET.get("body", "")
    number = number_of(desk, "body") or (int(asked) if asked.isdecimal() else 0)
    if number not in known:
        raise Http404(asked)
    body = known[number]
    blank = PostRow(0, body.id, body.name, NEW, (), (body.area,), (), ())
    if desk.request.method != "POST":
        return _post(desk, blank)
    try:
        made = add_post(body=body.id, by=desk.actor, at=desk.at, **_answers(desk))
    except RegistryRefused as refused:
        return _post(desk, blank, refusal=refused.message)
    messages.success(desk.request, _("岗位已设立，请安排任岗人员"))
    return redirect("staff:post", made)


@for_registrars
def over(desk: Desk, number: int) -> HttpResponse:
    """Hand a post over from one account to another."""
    row = _found(desk, number)
    giver, taker = number_of(desk, "giver"), number_of(desk, "taker")
    try:
        hand_over(post=row.id, giver=giver, taker=taker, by=desk.actor, at=desk.at)
    except RegistryRefused as refused:
        return _post(desk, row, refusal=refused.message)
    messages.success(desk.request, _("岗位已交接"))
    return redirect("staff:post", number)


@for_registrars
def places(desk: Desk) -> HttpResponse:
    """Show the street's neighbourhoods with what lies in each, the grid cells by kind, and the map."""
    kinds = [(key, CELL_KINDS[key], count) for key, count in cells_by_kind(desk.today).items()]
    return desk.show("staff/places.html", {"ground": ground(desk.today), "kinds": kinds})


@for_registrars
def place(desk: Desk, code: str) -> HttpResponse:
    """Show one neighbourhood: its names, its grid cells (of one kind if asked for), its estates."""
    area = next((row for row in areas_of_office(on=desk.today) if row.code == code), None)
    if area is None:
        raise Http404(code)
    estates = [(one, ESTATES.get(one.kind)) for one in estates_of(area.path, desk.today)]
    asked = desk.request.GET.get("kind", "")
    cells = cells_of(area.path, desk.at, desk.today, asked if asked in CELL_KINDS else "")
    codes = {row.path: row.code for row in areas_of_office(on=desk.today)}
    context = {
        "area": area,
        "cells": [(one, codes.get(one.area, area.code)) for one in cells],
        "estates": estates,
        "kind": CELL_KINDS.get(asked),
    }
    return desk.show("staff/place.html", context)


class Answers(TypedDict):
    """What the form of a post asks for."""

    title: Label
    duties: list[str]
    areas: list[str]


def _answers(desk: Desk) -> Answers:
    given, known = desk.request.POST, known_duties(desk)
    zh, en = (given.get(name, "").strip() for name in ("title_zh", "title_en"))
    if not zh or not en:
        said = Label(zh="请填写岗位的中英文名称", en="Give the title in both languages")
        raise RegistryRefused(said)
    return Answers(
        title=Label(zh=zh, en=en),
        duties=[code for code in known if code in given.getlist("duties")],
        areas=given.getlist("areas"),
    )


def _found(desk: Desk, number: int) -> PostRow:
    for row in posts(desk.at, post=number):
        return row
    raise Http404(str(number))


def _post(desk: Desk, row: PostRow, refusal: Label | None = None) -> HttpResponse:
    given = desk.request.POST
    duties = given.getlist("duties") if refusal else row.duties
    areas = given.getlist("areas") if refusal else row.areas
    held = {holder.account for holder in row.holders}
    title = (row.title.zh, row.title.en) if row.id else ("", "")
    context = {
        "row": row,
        "refusal": refusal,
        "title_zh": given.get("title_zh", "") if refusal else title[0],
        "title_en": given.get("title_en", "") if refusal else title[1],
        "duties": [
            Choice(code, label, code in duties) for code, label in known_duties(desk).items()
        ],
        "areas": [
            Choice(one.path, one.name, one.path in areas) for one in areas_of_office(on=desk.today)
        ],
        "takers": [one for one in accounts(desk.at) if one.is_active and one.id not in held],
        "changes": [(one, VERBS.get(one.verb)) for one in changes_about(f"post:{row.id}")],
    }
    return desk.show("staff/post.html", context, UNFIT if refusal else 200)
