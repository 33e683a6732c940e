"""The office's addresses. `page` shuts each to people without a post; only the door itself stands open."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path

from linli.staff import cases, door, showroom
from linli.staff.acting import doing, intake
from linli.staff.desk import Page, at_desk
from linli.staff.figures import pages as figures
from linli.staff.ledgers import pages as ledgers
from linli.staff.ledgers import reports
from linli.staff.listing import inbox, lists

app_name = "staff"


READ = ("GET", "HEAD")
SEND = ("POST",)
FORM = (*READ, *SEND)


def page(route: str, view: Page[...], name: str, methods: tuple[str, ...] = READ) -> URLPattern:
    """Give the address of a page that asks for a login and a post."""
    return path(route, at_desk(view, methods), name=name)


def open_page(route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
    """Give the address of a page that asks for nothing: the way in and the way out."""
    return path(route, view, name=name)


CASE = "cases/<str:number>/"

urlpatterns = [
    open_page("login/", door.log_in, "login"),
    open_page("logout/", door.log_out, "logout"),
    page("", inbox.inbox, "inbox"),
    page("cases/", lists.cases, "cases"),
    page("cases/points.json", lists.points, "points"),
    page("jump/", lists.jump, "jump"),
    page(CASE, cases.case, "case"),
    page(f"{CASE}do/<str:action>/", doing.do, "do", FORM),
    page(f"{CASE}reveal/", cases.reveal, "reveal", SEND),
    page(f"{CASE}files/<str:sha>/", cases.whole, "file"),
    page(f"{CASE}files/<str:sha>/small/", cases.small, "thumbnail"),
    page("board/", lists.board, "board"),
    page("board/<str:mechanism>/", lists.board, "board-of"),
    page("intake/", intake.choose, "intake-choice"),
    page("intake/<str:mechanism>/<str:action>/", intake.intake, "intake", FORM),
    page("figures/", figures.figures, "figures"),
    page("figures/<str:key>/", figures.figure, "figure"),
    page("figures/<str:key>/records/", figures.evidence, "figure-records"),
    page("ledgers/", ledgers.ledgers, "ledgers", FORM),
    page("ledgers/<int:upload>/", ledgers.preview, "ledger", FORM),
    page("ledgers/<int:upload>/bring-in/", ledgers.confirm, "ledger-confirm", SEND),
    page("ledgers/<int:upload>/give-up/", ledgers.drop, "ledger-drop", SEND),
    page("ledgers/imports/<int:number>/", reports.report, "ledger-report"),
    page("ledgers/imports/<int:number>/rows.csv", reports.rows, "ledger-rows"),
    page("parts/", showroom.parts, "parts"),
]
