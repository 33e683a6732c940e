"""The residents' addresses. What is about one case asks for its receipt."""

from __future__ import annotations

from django.urls import URLPattern, path

from linli.resident import (
    checking,
    following,
    guides,
    joining,
    maps,
    reporting,
)
from linli.resident.disclosed import opened, publications
from linli.resident.mine import pages as mine
from linli.resident.money import batches, projects, rounds
from linli.resident.nearby import pages as nearby
from linli.resident.outside import pages as outside
from linli.resident.visits import Page, ReceiptPage, for_all, with_receipt
from linli.resident.votes import pages as voting

app_name = "resident"
READ = ("GET", "HEAD")
FORM = (*READ, "POST")


def page(route: str, view: Page[...], name: str, methods: tuple[str, ...] = READ) -> URLPattern:
    """Give the address of a page that is open to all."""
    return path(route, for_all(view, methods), name=name)


def receipt_page(
    route: str, view: ReceiptPage[...], name: str, methods: tuple[str, ...] = READ
) -> URLPattern:
    """Give the address of a page for those who hold the receipt of its case."""
    return path(f"cases/<str:number>/{route}", with_receipt(view, methods), name=name)


urlpatterns = [
    page("", reporting.start, "start"),
    page("report/", reporting.choose, "report-choice"),
    page("report/<str:mechanism>/<str:action>/", reporting.report, "report", FORM),
    page("report/<str:mechanism>/<str:action>/alike/", joining.alike, "alike", ("POST",)),
    page("report/<str:mechanism>/<str:action>/join/", joining.joins, "join", ("POST",)),
    page("follow/", following.follow, "follow", FORM),
    page("mine/", mine.ask, "mine", FORM),
    page("mine/code/", mine.answer, "mine-code", ("POST",)),
    page("mine/reports/", mine.listed, "mine-reports"),
    page("mine/reports/<str:number>/", mine.one, "mine-report"),
    page("mechanisms/", guides.guides, "guides"),
    page("mechanisms/<str:key>/", guides.one, "guide"),
    page("mechanisms/<str:key>/forms/<str:action>/", guides.form, "guide-form"),
    page("map/areas.json", maps.areas, "map"),
    page("links/<str:text>/", outside.work, "link"),
    page("links/<str:text>/files/<str:sha>/", outside.file, "link-file"),
    page("links/<str:text>/<str:action>/", outside.do, "link-do", FORM),
    page("near/", nearby.near_me, "near"),
    page("rounds/", rounds.listed, "rounds"),
    page("rounds/<str:number>/", rounds.one, "round"),
    page("rounds/<str:number>/votes.pb", rounds.file, "round-file"),
    page("batches/", batches.listed, "batches"),
    page("batches/<str:number>/", batches.one, "batch", FORM),
    page("projects/", projects.listed, "projects"),
    page("open/", opened.kinds, "opened"),
    page("open/<str:mechanism>/", opened.entries, "opened-entries"),
    page("check/", checking.check, "check"),
    page("check/receipt.json", checking.file, "check-file"),
    page("publications/", publications.publications, "publications"),
    page("publications/<int:number>/", publications.publication, "publication"),
    page("publications/<int:number>/<str:mark>/", publications.definition, "publication-number"),
    page("transparency/", checking.transparency, "transparency"),
    page("transparency/checkpoints.json", checking.record, "checkpoints"),
    page("votes/", voting.all_votes, "votes"),
    page("votes/<int:vote>/", voting.one_vote, "vote", FORM),
    page("votes/<int:vote>/ballot/", voting.ballot, "vote-ballot", FORM),
    page("votes/<int:vote>/leaves.json", voting.leaves, "vote-leaves"),
    receipt_page("", following.progress, "progress"),
    receipt_page("receipt/", following.receipt, "receipt"),
    receipt_page("steps/<int:seq>/", checking.step, "step-receipt"),
    receipt_page("do/<str:action>/", following.do, "do", FORM),
    receipt_page("files/<str:sha>/", following.whole, "file"),
    receipt_page("files/<str:sha>/small/", following.small, "thumbnail"),
]
