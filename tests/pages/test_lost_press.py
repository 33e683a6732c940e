"""A press that does not arrive: the desk is told, what was filled in stays, and the next press does it once."""

from browsing import WIDE, barriers
from playwright.sync_api import expect
from steps import Walker
from walking import CATEGORY, act, log_in, report


def done(number, action):
    trail = log_in("operator").get(f"/staff/cases/{number}/").context["view"].trail
    return [line.action for line in trail].count(action)


def filed():
    _visitor, number = report()
    act("operator", number, "accept", category=CATEGORY, urgency="normal")
    return number


def test_a_press_without_a_network_is_told_and_may_be_made_again(folk, browser, live_server):
    number = filed()
    walker = Walker(browser, live_server.url, WIDE)
    with walker.visitor() as page:
        walker.log_in(page, "operator")
        page.goto(f"{live_server.url}/staff/cases/{number}/do/file/")
        button = page.locator("#sheet form .button--primary")

        page.context.set_offline(True)
        button.click()
        told = page.locator("#sheet [role=alert]")
        expect(told).to_contain_text("没有送到")
        assert barriers(page) == []
        assert done(number, "file") == 0

        page.context.set_offline(False)
        button.click()
        expect(page.locator(".notice--green").first).to_contain_text(number)
    assert done(number, "file") == 1


def test_an_answer_lost_on_the_way_is_not_done_twice(folk, browser, live_server):
    number = filed()
    lost = []

    def lose(route):
        if lost:
            return route.continue_()
        lost.append(route.fetch(max_redirects=0).status)
        return route.abort("connectionreset")

    walker = Walker(browser, live_server.url, WIDE)
    with walker.visitor() as page:
        walker.log_in(page, "operator")
        page.goto(f"{live_server.url}/staff/cases/{number}/do/file/")
        page.context.route("**/do/file/", lose)
        button = page.locator("#sheet form .button--primary")

        button.click()
        expect(page.locator("#sheet [role=alert]")).to_contain_text("没有送到")
        assert done(number, "file") == 1

        button.click()
        expect(page.locator(".notice--green").first).to_contain_text(number)
    assert done(number, "file") == 1
