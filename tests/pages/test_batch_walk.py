"""A batch of twelve applications in the browser: drawn, ranked, published masked; projects and matches beside it."""

from contextlib import ExitStack
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import expect
from street import Street
from treasury import NAMES, Treasury

from linli.casework.queries.standing import standing
from linli.registry.isolation import office_transaction


@pytest.fixture
def street(browser, live_server, folk):
    with ExitStack() as day:
        yield Street(browser, live_server.url, day)


def taken_in(office, now):
    """Open a batch that closes today, with twelve applications checked; give its number."""
    today = timezone.localdate(now).isoformat()
    batch = office.open(
        "operator", "application-batch", "enrol", name="第九批共有产权住房", kind="housing",
        opens_on=today, closes_on=today, places=4,
    )  # fmt: skip
    number = standing(batch).number
    for place, name in enumerate(NAMES):
        case = office.open(
            "operator", "batch-application", "take_in", batch=number, name=name,
            phone="13900000000", people=3,
        )  # fmt: skip
        office.act(
            "verifier", case, "check", [("result", "file")], people=3,
            income=f"{1500 + 200 * place}.00", space="9", special=place == 9,
        )  # fmt: skip
        office.act("verifier", case, "score")
    return number


def at_work(office):
    """Give a livelihood project under way, and a need and an offer that fit."""
    line = office.line(name="实事项目", year=2026)
    case = office.livelihood(line, "三号楼坡道", "60000.00")
    office.livelihood(line, "社区助餐点", "20000.00", kind="services", stages=())
    office.act("lead", case, "sign", [("contract", "file")], amount="50000.00", payee="市政公司")
    office.act("lead", case, "reach", [("progress", "photo")], stage="开工")
    office.act("dispatcher", case, "pay", [("receipt", "file")], amount="20000.00", voucher="记-1")
    both = {"topic": "culture", "about": "每周一次"}
    need = {"wanted": 2, "expected": 20, "needed_by": "2099-12-31"}
    give = {"kind": "resource", "capacity": 2, "per": "once", "valid_until": "2099-12-31"}
    made = office.open("collector", "supply-need", "publish", name="书法课", **both, **need)
    office.act("operator", made, "admit")
    made = office.open("handler", "supply-offer", "enrol", name="书法老师", **both, **give)
    office.act("operator", made, "admit")


def test_a_batch_is_ranked_and_published_in_the_browser(street, folk):
    now = timezone.now()  # noqa: TID251 - the pages go by the real clock
    with office_transaction(folk.office):
        office = Treasury(folk, at=now - timedelta(minutes=5), pace=timedelta(seconds=1))
        number = taken_in(office, now)
        at_work(office)

    with time_machine.travel(now + timedelta(days=1)):
        page = street.person("operator").page
        page.goto(f"{street.address}/staff/batches/{number}/")
        page.get_by_label("现场说出的词句").fill("春暖花开 一二三")
        page.get_by_role("button", name="抽签").click()
        page.get_by_role("button", name="排序并公示").click()
        expect(page.locator(".notice--green").first).to_be_visible()
        expect(page.get_by_text("入围公示", exact=True)).to_have_count(4)
        expect(page.get_by_text("轮候公示", exact=True)).to_have_count(8)
        street.picture(f"/staff/batches/{number}/", "batch", "operator")
        street.picture(f"/staff/batches/{number}/", "batch-narrow", "operator", narrow=True)
        street.picture(f"/batches/{number}/", "batch-on-a-phone")
        street.picture("/staff/projects/", "projects", "operator")
        street.picture("/projects/", "projects-on-a-phone")
        street.picture("/staff/matches/", "matches", "operator")
