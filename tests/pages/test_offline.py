"""A resident reports where there is no network: the report is kept, and sent once when there is."""

import re

import pytest
from browsing import PHONE, visit
from walking import log_in, text

FORM = "/report/grid-case/report/"
WORDS = "断网时上报：路灯不亮"


@pytest.fixture
def phone(browser, live_server, folk):
    """A resident's phone that has opened the form once while there was a network."""
    with visit(browser, size=PHONE) as page:
        page.goto(live_server.url + FORM)
        page.evaluate("() => navigator.serviceWorker.ready.then(() => null)")
        page.reload()
        page.wait_for_load_state("networkidle")
        page.wait_for_function("path => caches.match(path).then(Boolean)", arg=FORM)
        yield page


def letters(page):
    """Give how many reports the phone keeps."""
    return page.evaluate(
        """() => new Promise((resolve, reject) => {
            const asked = indexedDB.open("linli-outbox", 1);
            asked.onupgradeneeded = () => asked.result.createObjectStore("letters", { keyPath: "id" });
            asked.onerror = () => reject(asked.error);
            asked.onsuccess = () => {
                const counted = asked.result.transaction("letters").objectStore("letters").count();
                counted.onsuccess = () => resolve(counted.result);
            };
        })"""
    )


def reports(words=WORDS):
    """Give the numbers of the cases that say these words, as the operator sees them."""
    page = text(log_in("operator").get("/staff/cases/", {"words": words}))
    return re.findall(r'id="case-([^"]+)"', page)


def fill_and_send(page, words=WORDS):
    page.get_by_label("问题描述").fill(words)
    page.get_by_role("button", name="提交").click()


def test_a_report_without_a_network_is_kept_and_becomes_one_case(phone):
    phone.context.set_offline(True)
    fill_and_send(phone)
    phone.get_by_text("已替您存好").wait_for()
    assert letters(phone) == 1
    assert reports() == []

    phone.context.set_offline(False)
    phone.get_by_role("heading", name="已收到，谢谢您").wait_for()
    assert letters(phone) == 0

    assert len(reports()) == 1
    phone.goto(phone.url)
    phone.wait_for_load_state("networkidle")
    assert len(reports()) == 1


def test_an_answer_lost_on_the_way_makes_no_second_case(phone):
    """The report arrives, but its answer is lost: the phone must send again and get the same case."""
    lost = []

    def lose(route):
        if lost:
            return route.continue_()
        lost.append(route.fetch(max_redirects=0).status)
        return route.abort("connectionreset")

    phone.context.route(
        f"**{FORM}", lambda r: lose(r) if r.request.method == "POST" else r.continue_()
    )
    fill_and_send(phone)
    phone.get_by_text("已替您存好").wait_for()
    assert lost == [302]
    assert len(reports()) == 1

    phone.evaluate("() => window.dispatchEvent(new Event('online'))")
    phone.get_by_role("heading", name="已收到，谢谢您").wait_for()
    assert letters(phone) == 0

    assert len(reports()) == 1


def test_the_form_opens_without_a_network_and_its_report_is_sent_later(phone):
    phone.context.set_offline(True)
    phone.reload()
    fill_and_send(phone)
    phone.get_by_text("已替您存好").wait_for()
    phone.reload()
    assert letters(phone) == 1

    phone.context.set_offline(False)
    phone.get_by_role("heading", name="已收到，谢谢您").wait_for()

    assert letters(phone) == 0
    assert len(reports()) == 1


def test_a_stale_token_is_renewed_and_the_report_goes_out_once(phone):
    """The page lay open until its token was void: the report is kept, a fresh token fetched, and it is sent."""
    phone.context.clear_cookies()
    fill_and_send(phone)
    phone.get_by_role("heading", name="已收到，谢谢您").wait_for()

    assert letters(phone) == 0
    assert len(reports()) == 1


def test_only_residents_pages_are_kept_on_the_phone(phone, live_server):
    """Staff, receipts, progress and switches leave nothing on the phone."""
    fill_and_send(phone)
    phone.get_by_role("heading", name="已收到，谢谢您").wait_for()
    phone.get_by_role("link", name="查进度").click()
    phone.get_by_role("heading", name="进度").wait_for()
    phone.goto(f"{live_server.url}/staff/login/")
    phone.get_by_label("用户名").fill("operator")
    phone.get_by_label("密码").fill("a-long-enough-word")
    phone.get_by_role("button", name="登录").click()
    phone.get_by_role("heading", level=1, name="我的待办").wait_for()
    phone.goto(f"{live_server.url}/staff/cases/")

    kept = phone.evaluate(
        """async () => {
            const urls = [];
            for (const name of await caches.keys())
                for (const asked of await (await caches.open(name)).keys()) urls.push(new URL(asked.url).pathname);
            return urls;
        }"""
    )

    assert FORM in kept
    pages = {path for path in kept if not path.startswith(("/static/", "/media/"))}
    assert pages <= {"/", "/report/", "/follow/", FORM, "/map/areas.json"}
