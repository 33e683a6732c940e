"""A list that lies open tells what happened, and brings itself up to date in place when asked."""

from browsing import WIDE
from playwright.sync_api import expect
from steps import Walker
from walking import CATEGORY, act, report

LIST = "/staff/cases/?mechanism=grid-case"
HALF_A_MINUTE = 31_000


def test_a_list_that_lies_open_tells_what_came_and_keeps_what_is_chosen(folk, browser, live_server):
    _visitor, stays = report("一号杆路灯不亮")
    _visitor, moves = report("二号杆路灯不亮")
    walker = Walker(browser, live_server.url, WIDE)
    with walker.visitor() as page:
        walker.log_in(page, "operator")
        page.clock.install()
        walker.go(page, LIST)
        rows = page.locator("#list tbody tr")
        expect(rows).to_have_count(2)
        chosen = page.locator(f"input[name=number][value='{stays}']")
        chosen.check()
        _visitor, came = report("三号杆路灯不亮")
        act("operator", moves, "accept", category=CATEGORY, urgency="normal")

        page.clock.fast_forward(HALF_A_MINUTE)
        line = page.locator("#list [role=status]")
        expect(line).to_contain_text("1 件新到，1 件有变动")
        expect(rows).to_have_count(2)
        line.get_by_role("link", name="更新列表").click()

        expect(rows).to_have_count(3)
        expect(page.locator(f"[id='case-{came}']")).to_be_visible()
        expect(page.locator(f"[id='case-{moves}'] .badge").first).to_have_text("已受理")
        expect(line).to_have_count(0)
        expect(chosen).to_be_checked()
        walker.sound(page)
        page.clock.fast_forward(HALF_A_MINUTE)
        expect(line).to_have_count(0)


def test_a_case_that_lies_open_tells_when_somebody_acted(folk, browser, live_server):
    _visitor, number = report("一号杆路灯不亮")
    walker = Walker(browser, live_server.url, WIDE)
    with walker.visitor() as page:
        walker.log_in(page, "operator")
        page.clock.install()
        walker.go(page, f"/staff/cases/{number}/")
        expect(page.locator("#offers")).to_be_visible()
        act("operator", number, "accept", category=CATEGORY, urgency="normal")

        page.clock.fast_forward(HALF_A_MINUTE)
        page.get_by_role("link", name="看最新").click()

        expect(page.locator(".heading .badge").first).to_have_text("已受理")
        walker.sound(page)
