"""Why this date, in the browser: the page on a desk and on a phone, and what a form says of clocks while filled."""

import pytest
from browsing import PHONE, WIDE
from steps import Walker
from walking import CATEGORY, act, report


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_page_is_open_to_all_and_a_form_says_what_becomes_of_the_clocks(
    folk, browser, live_server, tmp_path, size
):
    _visitor, number = report()
    act("operator", number, "accept", category=CATEGORY, urgency="normal")
    act("operator", number, "file")
    act("dispatcher", number, "dispatch", unit=folk.bodies["市政服务中心"])
    act("handler", number, "take_on")
    act("handler", number, "ask_time", reason="等待配件到货")
    act("supervisor", number, "extend_time")
    walker = Walker(browser, live_server.url, size)

    with walker.visitor() as page:
        walker.log_in(page, "dispatcher")
        walker.go(page, f"/staff/cases/{number}/")
        page.get_by_role("link", name="为什么是这一天").click()
        page.get_by_role("heading", level=1, name="为什么是这一天").wait_for()
        page.locator("#handle summary").first.click()
        walker.sound(page)
        page.screenshot(path=tmp_path / "why.png", full_page=True)
        walker.go(page, f"/staff/cases/{number}/")
        walker.offer(page, "改派")
        page.get_by_text("办了以后，时限会怎样").click()
        page.get_by_label("处置单位").select_option(label="绿化市容所")
        page.locator("#clock-changes details[open]").wait_for()
        walker.sound(page)
        page.screenshot(path=tmp_path / "change.png", full_page=True)
