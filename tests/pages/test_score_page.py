"""A round of appraisal in a browser, on a wide screen and on a phone: the scores, and the records behind one."""

import pytest
from appraisal.hotline import case
from browsing import PHONE, WIDE
from playwright.sync_api import expect
from steps import Walker

from linli.registry.isolation import office_transaction


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_scores_open_their_cases(folk, browser, live_server, tmp_path, size):
    with office_transaction(folk.office):
        for nth in range(8):
            body = "绿化市容所" if nth > 5 else "市政服务中心"
            case(folk, nth, body=body, outcome="unsolved" if nth == 2 else "solved")
    walker = Walker(browser, live_server.url, size)

    with walker.visitor() as page:
        walker.log_in(page, "supervisor")
        walker.go(page, "/staff/scores/")
        page.get_by_label("年度或时段").fill("2026-03")
        page.get_by_role("button", name="算出草稿").click()
        page.get_by_text("已按记录算出草稿").wait_for()
        walker.sound(page)
        page.screenshot(path=tmp_path / "round.png", full_page=True)
        page.get_by_label("异议截止日").fill("2099-01-01")
        page.get_by_role("button", name="公示").click()
        page.get_by_text("已公示").wait_for()
        page.locator("td li a").first.click()
        expect(page.locator("tbody tr")).to_have_count(6)
        walker.sound(page)
