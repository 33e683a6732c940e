"""The residents' addresses. What is about one case asks for its receipt."""

from __future__ import annotations

from django.urls import URLPattern, path

from linli.resident import following, maps, reporting
from linli.resident.visits import Page, ReceiptPage, for_all, with_receipt

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
    page("follow/", following.follow, "follow", FORM),
    page("map/areas.json", maps.areas, "map"),
    receipt_page("", following.progress, "progress"),
    receipt_page("receipt/", following.receipt, "receipt"),
    receipt_page("do/<str:action>/", following.do, "do", FORM),
    receipt_page("files/<str:sha>/", following.whole, "file"),
    receipt_page("files/<str:sha>/small/", following.small, "thumbnail"),
]
