"""The office's addresses. `page` shuts each to people without a post; only the door itself stands open."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path

from linli.staff import cases, deadlines, door, keyboard, showroom
from linli.staff.acting import bulk, doing, intake, phrases
from linli.staff.administering import (
    accounts,
    cells,
    factors,
    gazetteer,
    machines,
    offices,
    substitutes,
)
from linli.staff.book import moving
from linli.staff.book import pages as book
from linli.staff.budget import batches
from linli.staff.budget import pages as budget
from linli.staff.covering import pages as covering
from linli.staff.desk import Page, at_desk
from linli.staff.erasing import pages as erasing
from linli.staff.exchange import devices, letters
from linli.staff.exchange import pages as exchange
from linli.staff.figures import above, audits, plans
from linli.staff.figures import pages as figures
from linli.staff.hints import matches as matching
from linli.staff.hints import pages as hints
from linli.staff.hints import routes
from linli.staff.joint import pages as joint
from linli.staff.ledgers import layouts, reports, twice
from linli.staff.ledgers import pages as ledgers
from linli.staff.listing import inbox, keeping, lists, news, registers
from linli.staff.mechanisms import pages as mechanisms
from linli.staff.patrol import pages as patrol
from linli.staff.reach import pages as reaching
from linli.staff.reporting import files as report_files
from linli.staff.reporting import pages as reporting
from linli.staff.scores import pages as scores
from linli.staff.screen import pages as screen
from linli.staff.surveys import pages as surveys
from linli.staff.telling import links
from linli.staff.telling import pages as telling
from linli.staff.votes import boxes, mandates, papers, scans
from linli.staff.votes import pages as voting

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
    open_page("login/code/", door.second, "login-code"),
    open_page("logout/", door.log_out, "logout"),
    page("", inbox.inbox, "inbox"),
    page("cases/", lists.cases, "cases"),
    page("cases/points.json", lists.points, "points"),
    page("cases/news/", news.news, "news"),
    page("lists/", keeping.keep, "list-keep", SEND),
    page("lists/<int:number>/let-go/", keeping.let_go, "list-let-go", SEND),
    page("keys/", keyboard.keys, "keys"),
    page("phrases/", phrases.page, "phrases", FORM),
    page("phrases/<int:number>/let-go/", phrases.let_go, "phrase-let-go", SEND),
    page("jump/", lists.jump, "jump"),
    page("told/", telling.told, "told", FORM),
    page(f"{CASE}told/<int:notice>/again/", telling.again, "told-again", SEND),
    page(f"{CASE}links/", links.links, "links", FORM),
    page("office/contacts/", telling.contacts, "contacts", FORM),
    page(CASE, cases.case, "case"),
    page(f"{CASE}do/<str:action>/", doing.do, "do", FORM),
    page(f"{CASE}do/<str:action>/clocks/", doing.clocks_after, "clocks-after", SEND),
    page(f"{CASE}news/", news.case_news, "case-news"),
    page(f"{CASE}why/", deadlines.why, "why"),
    page(f"{CASE}joint/", joint.joint, "joint", FORM),
    page(f"{CASE}joint/<str:verb>/", joint.change, "joint-change", SEND),
    page("bulk/", bulk.bulk, "bulk", SEND),
    page("patrol/", patrol.patrol, "patrol"),
    page("patrol/<str:mechanism>/<str:start>/<str:then>/", patrol.spot, "patrol-spot", FORM),
    page("hot/", joint.hot, "hot"),
    page("hints/", hints.lessons, "hints", FORM),
    page("matches/", matching.matches, "matches"),
    page("routes/", routes.routes, "routes"),
    page("routes/<str:key>/<str:field>/", routes.route, "route", FORM),
    page("intake/<str:mechanism>/<str:action>/alike/", intake.likely, "intake-alike", SEND),
    page(f"{CASE}reveal/", cases.reveal, "reveal", SEND),
    page(f"{CASE}files/<str:sha>/", cases.whole, "file"),
    page(f"{CASE}files/<str:sha>/small/", cases.small, "thumbnail"),
    page(f"{CASE}photos/", covering.photos, "photos"),
    page(f"{CASE}photos/<str:sha>/", covering.one, "photo", FORM),
    page(f"{CASE}photos/<str:sha>/original/", covering.uncovered, "photo-original", SEND),
    page("board/", lists.board, "board"),
    page("board/<str:mechanism>/", lists.board, "board-of"),
    page("intake/", intake.choose, "intake-choice"),
    page("intake/<str:mechanism>/<str:action>/", intake.intake, "intake", FORM),
    page("figures/", figures.figures, "figures"),
    page("figures/above/<str:mechanism>/", above.above, "figures-above"),
    page("figures/audits/", audits.audits, "figure-audits"),
    page("figures/plans/<str:key>/", plans.plan, "figure-plan"),
    page("figures/<str:key>/", figures.figure, "figure"),
    page("figures/<str:key>/records/", figures.evidence, "figure-records"),
    page("screen/", screen.show, "screen"),
    page("screen/<str:screen>/", screen.show, "screen-named"),
    page("surveys/", surveys.listed, "surveys"),
    page("surveys/<str:number>/", surveys.survey, "survey"),
    page("surveys/<str:number>/forms/", surveys.forms, "survey-forms", FORM),
    page("surveys/<str:number>/frame.json", surveys.protocol, "survey-protocol"),
    page("surveys/<str:number>/do/<str:verb>/", surveys.act, "survey-do", SEND),
    page("reach/", reaching.reach, "reach"),
    page("reach/measure/", reaching.measured, "reach-measure", SEND),
    page("reach/gaps/", reaching.found, "reach-gap", SEND),
    page("budget/", budget.listed, "funds"),
    page("batches/", batches.listed, "batches"),
    page("batches/<str:number>/", batches.one, "batch", FORM),
    page("projects/", budget.projects_page, "projects"),
    page("budget/<str:number>/", budget.fund, "fund"),
    page("budget/<str:number>/round/", budget.round_page, "round", FORM),
    page("layouts/", layouts.layouts, "layouts"),
    page("layouts/twice/", twice.twice, "layouts-twice"),
    page("layouts/<str:key>/", layouts.layout, "layout"),
    page("layouts/<str:key>/list.<str:kind>", layouts.sheet, "layout-sheet"),
    page("ledgers/", ledgers.ledgers, "ledgers", FORM),
    page("ledgers/<int:upload>/", ledgers.preview, "ledger", FORM),
    page("ledgers/<int:upload>/bring-in/", ledgers.confirm, "ledger-confirm", SEND),
    page("ledgers/<int:upload>/give-up/", ledgers.drop, "ledger-drop", SEND),
    page("ledgers/imports/<int:number>/", reports.report, "ledger-report"),
    page("ledgers/imports/<int:number>/rows.csv", reports.rows, "ledger-rows"),
    page("scores/", scores.rounds, "scores", FORM),
    page("scores/<int:number>/", scores.one_round, "scores-round"),
    page("scores/<int:number>/<str:verb>/", scores.act, "scores-act", SEND),
    page(
        "scores/<int:number>/<int:score>/<str:line>/<str:side>/", scores.evidence, "scores-records"
    ),
    page("devices/", devices.devices, "devices", FORM),
    page("letters/", letters.listed, "letters"),
    page("letters/<int:number>/", letters.one, "letter"),
    page("platforms/", exchange.platforms, "platforms"),
    page("platforms/<str:key>/", exchange.platform, "platform", FORM),
    page("platforms/<str:key>/lists/<int:number>/", exchange.list_done, "platform-batch"),
    page("platforms/<str:key>/tell/", exchange.tell, "platform-tell", SEND),
    page("reports/", reporting.reports, "reports", FORM),
    page("reports/<int:number>/", reporting.report, "report"),
    page("reports/<int:number>/word/", report_files.as_word, "report-word"),
    page("reports/<int:number>/pdf/", report_files.as_pdf, "report-pdf"),
    page("reports/<int:number>/edited/", report_files.edited, "report-edited", FORM),
    page("reports/<int:number>/beside/", reporting.beside, "report-beside"),
    page("reports/<int:number>/moved/", reporting.moved, "report-moved"),
    page("reports/<int:number>/do/<str:verb>/", reporting.act, "report-act", SEND),
    page("reports/<int:number>/sections/<str:key>/", reporting.section, "report-section", FORM),
    page("office/", offices.office, "office"),
    page("office/posts/new/", offices.new_post, "post-new", FORM),
    page("office/posts/<int:number>/", offices.post, "post", FORM),
    page("office/posts/<int:number>/over/", offices.over, "post-over", SEND),
    page("office/accounts/", accounts.people, "accounts"),
    page("office/accounts/new/", accounts.new, "account-new", SEND),
    page("office/accounts/<int:number>/", accounts.account, "account"),
    page("office/accounts/<int:number>/<str:verb>/", accounts.change, "account-change", SEND),
    page("office/machines/", machines.machines, "machines", FORM),
    page("office/machines/<int:number>/revoke/", machines.revoke, "machine-revoke", SEND),
    page("office/gazetteer/", gazetteer.gazetteer, "gazetteer", FORM),
    page("addresses.json", gazetteer.offered, "addresses"),
    page("office/places/", offices.places, "places"),
    page("office/places/<str:code>/", offices.place, "place"),
    page("office/places/<str:code>/cells/<str:cell>/", cells.cell, "cell", FORM),
    page("office/places/<str:code>/cells/<str:cell>/keeper/", cells.keeper, "cell-keeper", SEND),
    page("substitutes/", substitutes.substitutes, "substitutes", FORM),
    page("office/second-factor/", factors.required, "second-factor-duties", FORM),
    page("second-factor/", factors.own, "second-factor"),
    page("second-factor/<str:verb>/", factors.change, "second-factor-do", SEND),
    page("password/", accounts.own_password, "password", FORM),
    page("book/", book.shelf, "book", FORM),
    page("book/migrate/", moving.move, "book-migrate", FORM),
    page("book/publish/", book.put_in_force, "book-publish", SEND),
    page(f"{CASE}erase/", erasing.erase, "erase", FORM),
    page("destructions/", erasing.register, "destructions"),
    page("destructions.csv", erasing.export, "destructions-csv"),
    page("mechanisms/", mechanisms.mechanisms, "mechanisms"),
    page("mechanisms/<str:key>/", mechanisms.mechanism, "mechanism"),
    page("mechanisms/<str:key>/sheet/", mechanisms.signing, "mechanism-sheet"),
    page("mechanisms/<str:key>/forms/<str:action>/", mechanisms.form, "mechanism-form"),
    page("registers/", registers.registers, "registers"),
    page("registers/<str:key>/", registers.register, "register"),
    page("registers/<str:key>/list.<str:kind>", registers.export, "register-list"),
    page("registers/<str:key>/template.xlsx", registers.template, "register-template"),
    page("registers/<str:key>/fill/", registers.fill, "register-fill", FORM),
    page("registers/<str:key>/fill/<int:upload>/", registers.confirm, "register-confirm", SEND),
    page("votes/", voting.all_votes, "votes", FORM),
    page("votes/<int:vote>/", voting.one_vote, "vote"),
    page("votes/<int:vote>/do/<str:verb>/", voting.act, "vote-do", SEND),
    page("votes/<int:vote>/keying/", voting.keying, "vote-keying", FORM),
    page("votes/<int:vote>/scans/", scans.keep, "vote-scans", SEND),
    page("votes/<int:vote>/scans/<str:number>/", scans.show, "vote-scan"),
    page("votes/<int:vote>/mandates/", mandates.given, "vote-mandates", FORM),
    page(
        "votes/<int:vote>/mandates/<int:number>/revoke/",
        mandates.revoked,
        "vote-mandate-revoked",
        SEND,
    ),
    page("votes/<int:vote>/mandates/<int:number>/scan/", mandates.scanned, "vote-mandate-scan"),
    page("votes/<int:vote>/papers/", boxes.papers, "vote-papers", FORM),
    page("votes/<int:vote>/box/", boxes.box, "vote-box", FORM),
    page("votes/<int:vote>/forms/", papers.forms, "vote-forms"),
    page("votes/<int:vote>/forms.pdf", papers.forms_pdf, "vote-forms-pdf"),
    page("votes/<int:vote>/tally/", papers.tally, "vote-tally", FORM),
    page("parts/", showroom.parts, "parts"),
]
