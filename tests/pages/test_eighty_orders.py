"""An operator closes order after order: the whole way by keys, counted. See bench/README.md for what it is held against."""

import pytest
from browsing import WIDE
from playwright.sync_api import expect
from steps import Walker
from walking import CATEGORY, TAKEN, act, picture, report

ORDERS = 8
MOST_KEYS = 4  # next, the action, the answer, send
LIST = "/staff/cases/?mechanism=grid-case&state=callback"


class Hands:
    """Two hands on a keyboard: every key pressed and every click made is counted."""

    def __init__(self, page):
        self.page = page
        self.keys = self.clicks = 0

    def press(self, key):
        self.page.keyboard.press(key)
        self.keys += 1


@pytest.fixture
def to_be_called_back(folk):
    """Orders that have been handled and verified, each waiting for the call that closes it."""
    numbers = []
    for nth in range(ORDERS):
        _visitor, number = report(f"路灯不亮（{nth + 1}号杆）")
        act("operator", number, "accept", category=CATEGORY, urgency="normal")
        act("operator", number, "file", category=CATEGORY, urgency="normal")
        act("dispatcher", number, "dispatch", unit=folk.bodies["市政服务中心"])
        act("handler", number, "take_on")
        act("handler", number, "finish", result="已修好", after=picture(), **TAKEN)
        act("verifier", number, "verify")
        numbers.append(number)
    return numbers


def test_order_after_order_is_closed_without_the_mouse(to_be_called_back, browser, live_server):
    walker = Walker(browser, live_server.url, WIDE)
    with walker.visitor() as page:
        walker.log_in(page, "caller")
        walker.go(page, LIST)
        rows = page.locator("#content tbody tr")
        expect(rows).to_have_count(ORDERS)
        hands = Hands(page)

        hands.press("j")
        expect(rows.nth(0).locator("th a")).to_be_focused()
        hands.press("Enter")
        for nth in range(ORDERS):
            call_back(page, hands)
            if nth < ORDERS - 1:
                here = page.locator("h1").inner_text()
                hands.press("n")
                expect(page.locator("h1")).not_to_have_text(here)
        hands.press("u")

        expect(page.get_by_text("没有符合条件的案件")).to_be_visible()
        assert hands.clicks == 0
        assert hands.keys <= MOST_KEYS * ORDERS + 2
        walker.sound(page)


def call_back(page, hands):
    """Say that whoever reported it is satisfied, which closes the order."""
    offer = page.locator("#offers [data-key=a]")
    expect(offer).to_be_visible()
    hands.press("a")
    first = page.locator("#sheet input[name=satisfaction]").first
    expect(first).to_be_focused()
    hands.press("Space")
    expect(first).to_be_checked()
    hands.press("Control+Enter")
    expect(page.locator(".notice--green")).to_be_visible()
    expect(page.locator(".heading .badge").first).to_have_text("已结案")


def test_keys_are_told_on_a_sheet_and_sleep_while_somebody_types(folk, browser, live_server):
    _visitor, _number = report()
    walker = Walker(browser, live_server.url, WIDE)
    with walker.visitor() as page:
        walker.log_in(page, "operator")
        walker.go(page, "/staff/cases/")
        expect(page.locator("#content tbody tr")).to_have_count(1)

        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="快捷键")).to_be_visible()
        walker.sound(page)
        page.get_by_label("在这台电脑上使用单键快捷键").uncheck()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        page.keyboard.press("/")
        expect(page.locator("#jump")).not_to_be_focused()

        walker.go(page, "/staff/keys/")
        page.get_by_label("在这台电脑上使用单键快捷键").check()
        walker.go(page, "/staff/cases/")
        page.keyboard.press("/")
        expect(page.locator("#jump")).to_be_focused()
        page.keyboard.type("jk?")
        expect(page.locator("#jump")).to_have_value("jk?")
        expect(page.get_by_role("dialog")).to_have_count(0)
