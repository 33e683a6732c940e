"""The whole path with JavaScript switched off, from a resident's report to the figure that opens its records."""

import pytest
from browsing import PHONE, WIDE, overflow
from playwright.sync_api import expect
from steps import Walker, followed, through_every_hand

SIZES = {"wide": WIDE, "phone": PHONE}


class PlainWalker(Walker):
    """Somebody whose browser runs no script: every step is a link or a form sent whole."""

    def visitor(self, **more):
        return super().visitor(java_script_enabled=False, **more)

    def sound(self, page):
        """Say that the page at hand fits the screen and broke nothing."""
        assert overflow(page) <= 0, page.url
        assert page.complaints == []
        assert self.outside == []

    def offer(self, page, name):
        page.locator("#offers .row").get_by_role("link", name=name, exact=True).click()
        page.wait_for_url("**/do/**")
        self.sound(page)


def report(walker, page, pictures):
    walker.go(page, "/")
    walker.sound(page)
    page.get_by_role("link", name="我要上报").click()
    walker.choose(page)
    page.get_by_label("问题描述").fill("古美路口路缘石破损，老人容易绊倒")
    walker.place(page)
    page.locator("input[type=file]").first.set_input_files(pictures["before"])
    page.get_by_role("button", name="提交").click()
    page.get_by_role("heading", name="已收到，谢谢您").wait_for()
    walker.sound(page)
    return page.locator(".figure__value").all_inner_texts()


@pytest.mark.parametrize("size", SIZES)
def test_a_report_becomes_a_figure_that_opens_it_without_any_script(
    browser, live_server, folk, pictures, size
):
    walker = PlainWalker(browser, live_server.url, SIZES[size])

    with walker.visitor() as resident:
        number, code = report(walker, resident, pictures)

        through_every_hand(walker, pictures)

        said = followed(walker, resident, number, code)

        assert "已结案" in said
        assert "已更换破损路缘石三块" in said

    with walker.visitor() as page:
        walker.log_in(page, "operator")
        walker.go(page, "/staff/figures/?mechanism=grid-case")
        walker.sound(page)
        counted = page.locator("main a[href*='/records/']").filter(has_text="1").first
        counted.click()
        page.wait_for_url("**/records/**")
        walker.sound(page)
        page.locator(f"main a[href*='{number}']").click()
        page.locator("#offers, h1").first.wait_for()

        expect(page.locator("main")).to_contain_text(number)
        expect(page.locator(f"main img[src*='{number}']").nth(1)).to_be_attached()
