"""The patrol in the rain: a phone without a network keeps the list and the forms, and sends each of them once."""

import re
from pathlib import Path

import pytest
from browsing import PHONE, barriers, overflow, visit
from PIL import Image
from playwright.sync_api import expect
from townsfolk import PASSWORD, SPOT
from walking import CATEGORY, PLACE, hidden, log_in, picture

PATROL = "/staff/patrol/"
BOTH = "/staff/patrol/grid-case/collect/self_handle/"
CAMERA, FEW, KILOBYTE = 4_000_000, 1000, 1000
TOLD = re.compile(r"sends (\d+) KB and receives")
DECISION = Path(__file__).parents[2] / "docs/decisions/offline.md"
WORDS = "雨天巡查：树枝挡路"
WEIGHED = """async () => {
    const { of } = await import("/static/js/letters.js");
    const [letter] = await of(document.getElementById("outbox").dataset.account);
    const body = new FormData();
    letter.entries.forEach(([name, value]) => body.append(name, value));
    return (await new Response(body).blob()).size;
}"""


@pytest.fixture
def phone(browser, live_server, folk):
    """Give a way to open the patrol's page on somebody's phone, kept there for when there is no network."""
    opened = []

    def opens(username):
        shown = visit(
            browser,
            size=PHONE,
            permissions=["geolocation"],
            geolocation={"longitude": SPOT[0], "latitude": SPOT[1]},
        )
        page = shown.__enter__()
        opened.append(shown)
        page.goto(live_server.url + f"/staff/login/?next={PATROL}")
        enter(page, username)
        expect(page.locator("html[data-kept]")).to_have_count(1)
        return page

    yield opens
    for shown in opened:
        shown.__exit__(None, None, None)


@pytest.fixture
def photo(tmp_path):
    """Give the path of a photo as large as a camera makes it: a street in fine grain."""
    path = tmp_path / "camera.jpg"
    smooth = Image.effect_noise((500, 375), 90).resize((4000, 3000), Image.Resampling.BICUBIC)
    grain = Image.effect_noise((4000, 3000), 18)
    Image.blend(smooth, grain, 0.35).convert("RGB").save(path, "JPEG", quality=93)
    return path


def enter(page, username):
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"**{PATROL}")


def numbers():
    page = log_in("operator").get("/staff/cases/").content.decode()
    return re.findall(r'id="case-([^"]+)"', page)


def state(number):
    return log_in("operator").get(f"/staff/cases/{number}/").context["view"].row.state


def to_verify():
    """Give the number of a case that waits to be verified."""
    collector = log_in("collector")
    sent = {
        "key": hidden(collector.get(BOTH), "key"), "what": WORDS, "category": CATEGORY, "result": "已清走",
        "before": picture(), "after": picture(), **PLACE,
    }  # fmt: skip
    assert collector.post(BOTH, sent).status_code == 302
    return numbers()[0]


def supervise(number):
    """Let somebody else act on the case meanwhile."""
    client = log_in("supervisor")
    address = f"/staff/cases/{number}/do/supervise/"
    page = client.get(address)
    sent = {"revision": hidden(page, "revision"), "key": hidden(page, "key")}
    assert client.post(address, sent).status_code == 302


def sheet(page):
    return page.locator("#patrol-sheet")


def letters(page):
    return page.locator("#outbox li")


def fill(page, photos):
    """Fill in what is reported and handled on the spot; the position comes from the phone."""
    page.get_by_role("link", name="自发自处").click()
    expect(sheet(page).locator("[name='place.lon']")).to_have_value(f"{SPOT[0]:.6f}")
    sheet(page).get_by_label("问题描述").fill(WORDS)
    sheet(page).get_by_label("案件类别").first.select_option(CATEGORY)
    sheet(page).get_by_label("处置结果").fill("已清走")
    for tag, path in photos.items():
        sheet(page).locator(f"input[name='{tag}']").set_input_files(path)
    expect(sheet(page).locator("[data-upload-shown] img")).to_have_count(len(photos))
    expect(sheet(page).locator("[aria-busy]")).to_have_count(0)


def press(page):
    sheet(page).locator(".form__buttons button").click()


def test_the_page_and_its_forms_are_open_to_all_and_fit_a_phone(phone):
    to_verify()
    page = phone("verifier")

    assert barriers(page) == []
    assert overflow(page) <= 0
    for button in page.locator(".patrol__ways .button").all():
        assert button.bounding_box()["height"] >= 56
    page.get_by_role("link", name="核查通过").click()
    expect(sheet(page)).to_be_visible()
    assert barriers(page) == []
    assert overflow(page) <= 0
    assert page.complaints == []


def test_without_a_network_it_is_reported_and_handled_and_sent_once(phone, photo, pictures):
    assert photo.stat().st_size > CAMERA
    page = phone("collector")
    answers = []
    page.on("requestfinished", lambda r: r.method == "POST" and answers.append(r.sizes()))
    page.context.set_offline(True)
    page.reload()
    fill(page, {"before": photo, "after": pictures["after"]})
    press(page)
    expect(letters(page)).to_have_attribute("data-state", "waiting")
    weight = page.evaluate(WEIGHED)
    assert numbers() == []

    page.context.set_offline(False)
    expect(page.locator("#notices .notice--green")).to_contain_text("已登记并当场办结")
    expect(letters(page)).to_have_count(0)

    (number,) = numbers()
    view = log_in("operator").get(f"/staff/cases/{number}/").context["view"]
    assert view.row.state == "verifying"
    assert (round(view.row.lon, 4), round(view.row.lat, 4)) == SPOT
    assert len(view.photos) == 2
    (answer,) = answers
    assert 0 < answer["responseBodySize"] < FEW
    told = int(TOLD.search(DECISION.read_text(encoding="utf-8"))[1]) * KILOBYTE
    assert weight == pytest.approx(told, rel=0.25)


def test_an_answer_lost_on_the_way_is_not_done_twice(phone):
    number = to_verify()
    page = phone("verifier")
    lost = []

    def lose(route):
        if lost:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort("connectionreset")

    page.context.route("**/do/verify/", lose)
    page.get_by_role("link", name="核查通过").click()
    press(page)
    expect(letters(page)).to_have_attribute("data-state", "waiting")
    assert lost == [200]
    assert state(number) != "verifying"

    letters(page).get_by_role("button", name="现在再发").click()
    expect(page.locator("#notices .notice--green")).to_contain_text(number)

    expect(letters(page)).to_have_count(0)
    trail = log_in("operator").get(f"/staff/cases/{number}/").context["view"].trail
    assert [line.action for line in trail].count("verify") == 1


def test_a_conflict_is_shown_with_both_sides_and_can_be_mended(phone, pictures):
    number = to_verify()
    page = phone("verifier")
    page.context.set_offline(True)
    page.get_by_role("link", name="核查通过").click()
    sheet(page).locator("input[name=check]").set_input_files(pictures["after"])
    expect(sheet(page).locator("[data-upload-shown] img")).to_have_count(1)
    press(page)
    expect(letters(page)).to_have_attribute("data-state", "waiting")
    expect(page.locator("[data-task]")).to_have_count(0)
    supervise(number)

    page.context.set_offline(False)
    expect(letters(page)).to_have_attribute("data-state", "conflict")
    assert state(number) == "verifying"
    letters(page).get_by_role("button", name="查看并处理").click()
    expect(sheet(page)).to_contain_text("督办")
    expect(sheet(page)).to_contain_text("已收到 1 个，不必重传")
    sheet(page).get_by_role("button", name="核查通过").click()
    expect(page.locator("#notices .notice--green")).to_contain_text(number)

    expect(letters(page)).to_have_count(0)
    assert state(number) != "verifying"


def test_what_somebody_else_has_done_meanwhile_is_said_and_may_be_dropped(phone):
    number = to_verify()
    page = phone("verifier")
    page.context.set_offline(True)
    page.get_by_role("link", name="核查不通过").click()
    sheet(page).get_by_label("理由").fill("还有一根")
    press(page)
    expect(letters(page)).to_have_count(1)
    client = log_in("verifier")
    address = f"/staff/cases/{number}/do/verify/"
    form = client.get(address)
    sent = {"revision": hidden(form, "revision"), "key": hidden(form, "key")}
    assert client.post(address, sent).status_code == 302

    page.context.set_offline(False)
    expect(letters(page)).to_have_attribute("data-state", "conflict")
    letters(page).get_by_role("button", name="查看并处理").click()
    expect(sheet(page)).to_contain_text("案件现在的状态不能办这个动作")
    sheet(page).get_by_role("button", name="关闭").click()
    page.on("dialog", lambda asked: asked.accept())
    letters(page).get_by_role("button", name="不发了，删掉").click()

    expect(letters(page)).to_have_count(0)
    assert state(number) != "dispatched"


@pytest.mark.parametrize(
    ("status", "means", "button"),
    [(403, "refused", "查看并处理"), (404, "gone", "查看并处理"), (413, "large", "查看并处理"), (503, "later", "现在再发")],
)  # fmt: skip
def test_each_answer_is_said_in_words_and_loses_nothing(phone, pictures, status, means, button):
    page = phone("collector")
    page.context.route(
        f"**{BOTH}",
        lambda route: (
            route.fulfill(status=status, body="")
            if route.request.method == "POST"
            else route.continue_()
        ),
    )
    fill(page, {"before": pictures["before"], "after": pictures["after"]})
    press(page)
    expect(letters(page)).to_have_attribute("data-state", means)
    words = page.locator("#outbox").get_attribute(f"data-{means}")
    expect(letters(page)).to_contain_text(words)
    page.context.unroute(f"**{BOTH}")
    letters(page).get_by_role("button", name=button).click()
    expect(page.locator("#notices .notice--green")).to_contain_text("已登记并当场办结")

    expect(letters(page)).to_have_count(0)
    assert len(numbers()) == 1


def test_an_expired_log_in_keeps_the_letter_until_one_logs_in_again(phone, pictures):
    page = phone("collector")
    page.context.set_offline(True)
    fill(page, {"before": pictures["before"], "after": pictures["after"]})
    press(page)
    expect(letters(page)).to_have_count(1)
    page.context.clear_cookies(name="sessionid")

    page.context.set_offline(False)
    expect(letters(page)).to_have_attribute("data-state", "login")
    letters(page).get_by_role("link", name="重新登录").click()
    enter(page, "collector")
    expect(page.locator("#notices .notice--green")).to_contain_text("已登记并当场办结")

    expect(letters(page)).to_have_count(0)
    assert len(numbers()) == 1


def test_another_persons_letters_are_neither_shown_nor_sent(phone, pictures, live_server):
    page = phone("collector")
    page.context.set_offline(True)
    fill(page, {"before": pictures["before"], "after": pictures["after"]})
    press(page)
    expect(letters(page)).to_have_count(1)
    page.context.clear_cookies(name="sessionid")
    page.context.set_offline(False)
    expect(letters(page)).to_have_attribute("data-state", "login")

    page.goto(live_server.url + f"/staff/login/?next={PATROL}")
    enter(page, "verifier")
    expect(page.locator("html[data-kept]")).to_have_count(1)

    expect(letters(page)).to_have_count(0)
    assert numbers() == []


def test_logging_out_names_what_is_unsent_and_takes_all_off_the_phone(phone, pictures):
    page = phone("collector")
    page.context.route(f"**{BOTH}", lambda r: r.fulfill(status=503, body=""))
    fill(page, {"before": pictures["before"], "after": pictures["after"]})
    press(page)
    expect(letters(page)).to_have_count(1)
    asked = []
    page.on("dialog", lambda said: (asked.append(said.message), said.accept()))
    page.locator("[data-menu] summary").click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/staff/login/")

    assert len(asked) == 1
    assert "1 份没有送到" in asked[0]
    assert page.evaluate("() => caches.has('linli-patrol')") is False
    page.context.set_offline(True)
    with pytest.raises(Exception, match=r"ERR_INTERNET_DISCONNECTED|ERR_FAILED"):
        page.goto(page.url.split("/staff")[0] + PATROL)
