"""Pictures of the pages for the documents, taken of the demo's town in a busy fortnight."""

from datetime import timedelta
from pathlib import Path

import pytest
from browsing import PHONE, WIDE, barriers, overflow, visit
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from linli.casework.actions import open_case, perform
from linli.casework.definitions import publish
from linli.casework.queries import waiting_count
from linli.project.demo import SEED, SHOWN
from linli.project.demo import _photos as demo_photos
from linli.project.demo.script import town_names
from linli.project.demo.settling import PASSWORD, settle
from linli.project.demo.year import Month, live_through_month
from linli.registry.isolation import office_transaction
from linli.rulebook.casefile import Actor
from linli.rulebook.loading import shipped

FOLDER = Path(__file__).parents[2] / "docs/pictures"
SHARE = 0.006
WINDOW = timedelta(days=12)
PATIENCE = 80
WALL = {"width": 1920, "height": 1080}
FOUND = ("沿街垃圾桶满溢", "人行道地砖松动，下雨溅水", "绿化带里有建筑垃圾")


@pytest.fixture
def town(transactional_db):
    """The demo's office after a fortnight of cases."""
    now = timezone.now()  # noqa: TID251 - the server that is looked at goes by the real clock
    settled = settle(town_names(), make_password(PASSWORD), now - timedelta(days=400), SEED)
    with office_transaction(settled.office):
        publish(shipped(), office=settled.office)
    photos = demo_photos(settled.office, now - WINDOW)
    live_through_month(Month(settled, photos, now - WINDOW, now, now, SHARE, "pictures"))
    return settled


def busiest(town, among=SHOWN):
    """Give the user name, among some, for whom most is waiting."""
    people = {person.username: person.actor for person in town.people}
    with office_transaction(town.office):
        at = timezone.now()  # noqa: TID251 - as above
        waits = {name: waiting_count(actor=people[name], at=at) for name in among}
    return max(waits, key=waits.get)


def reported(town, what, nth, *more):
    """Let a resident report a case on the beat of a patrol worker and staff act on it; give the worker's name."""
    people = {person.username: person.actor for person in town.people}
    name = min(one for one in people if one.startswith("patrol"))
    patrol = people[name]
    at = timezone.now()  # noqa: TID251 - as above
    body = next(duty.body for duty in patrol.duties if duty.code == "collector")
    forms = {
        "accept": {"category": "0102", "urgency": "normal"},
        "file": {},
        "dispatch": {"unit": body},
    }
    with office_transaction(town.office):
        case = open_case(
            mechanism="grid-case", action="report", by=Actor(town.office, f"resident:{nth:016x}"),
            at=at - timedelta(hours=3 - nth), form={"what": what, "address": "平南路近莲花路"},
            key=f"patrol-{nth}", area=patrol.duties[0].areas[0],
        ).case_id  # fmt: skip
        for action, who in (("accept", "operator"), ("file", "operator"), *more):
            perform(
                case=case, action=action, by=people[who], at=at, form=forms[action],
                key=f"patrol-{nth}-{action}", revision=None,
            )  # fmt: skip
    return name


def sent_to_a_patrol(town):
    """Let three cases be reported and sent to a patrol worker's team, a fourth wait for it; give who it is."""
    for nth, what in enumerate(FOUND):
        reported(town, what, nth, ("dispatch", "dispatcher"))
    return reported(town, "路灯不亮，夜里看不清台阶", len(FOUND))


def log_in(page, address, name):
    page.goto(f"{address}/staff/login/")
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("heading", level=1, name="我的待办").wait_for()


def drawn(page):
    """Wait until every map on the page is drawn."""
    page.wait_for_load_state("networkidle")
    for _ in range(PATIENCE):
        if page.evaluate(
            "() => [...document.querySelectorAll('[data-map][data-drawn]')]"
            ".every(map => map.hidden || map.dataset.ready)"
        ):
            return
        page.wait_for_timeout(250)


def take(page, name):
    drawn(page)
    assert barriers(page) == []
    assert overflow(page) <= 0
    assert page.complaints == [], page.failures
    FOLDER.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=FOLDER / f"{name}.png")


def test_pictures_of_the_pages(browser, live_server, town, pictures):
    address = live_server.url
    with visit(browser, size=WIDE) as page:
        log_in(page, address, busiest(town))
        take(page, "inbox")
        page.goto(f"{address}/staff/cases/?mechanism=grid-case")
        take(page, "list-and-map")
        page.set_viewport_size(WALL)
        page.goto(f"{address}/staff/screen/")
        take(page, "one-screen")
        page.set_viewport_size(WIDE)
        page.goto(f"{address}/staff/")
        page.locator("#content tbody th a").first.click()
        page.locator("#offers").wait_for()
        take(page, "case")

    with visit(browser, size=PHONE) as page:
        page.goto(f"{address}/report/grid-case/report/")
        page.get_by_label("问题描述").fill("平南路口路缘石破损，老人容易绊倒")
        page.locator("input[type=file]").first.set_input_files(pictures["before"])
        take(page, "report-on-a-phone")
        page.get_by_role("button", name="提交").click()
        page.get_by_role("heading", name="已收到，谢谢您").wait_for()
        take(page, "receipt-on-a-phone")
        page.get_by_role("link", name="查进度").click()
        page.wait_for_url("**/cases/**")
        take(page, "progress-on-a-phone")


def test_pictures_of_each_one_s_day(browser, live_server, town, pictures):
    address = live_server.url
    with visit(browser, size=WIDE) as page:
        log_in(page, address, "operator")
        page.goto(f"{address}/staff/intake/hotline-order/register/")
        page.get_by_role("heading", level=1).wait_for()
        take(page, "intake")

    with visit(browser, size=WIDE) as page:
        log_in(
            page, address, busiest(town, ("road", "greening", "cleaning", "drainage", "property"))
        )
        page.locator("#content tbody th a").first.click()
        page.locator("#offers a, #offers button").first.click()
        page.get_by_role("heading", level=1).wait_for()
        take(page, "answer")

    with visit(browser, size=PHONE) as page:
        log_in(page, address, sent_to_a_patrol(town))
        page.goto(f"{address}/staff/patrol/")
        page.get_by_text(FOUND[0]).first.wait_for()
        take(page, "patrol-on-a-phone")

    with visit(browser, size=WIDE) as page:
        log_in(page, address, "dispatcher")
        page.locator("#content tbody th a").first.click()
        page.locator("#offers a", has_text="派遣").first.click()
        page.locator("#sheet select[name=unit]").select_option(index=1)
        page.locator("#sheet button[type=submit]").last.click()
        page.get_by_role("button", name="撤回派遣").wait_for()
        take(page, "just-done")

    with visit(browser, size=WIDE) as page:
        log_in(page, address, "patrol01")
        page.goto(f"{address}/staff/registers/")
        page.get_by_role("heading", level=1).wait_for()
        take(page, "registers")
