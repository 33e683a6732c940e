"""Duplicates in the browser: a resident is told while typing and joins; the desk sees what is alike."""

import pytest
from browsing import PHONE, WIDE
from steps import Walker
from walking import report


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_resident_is_told_while_typing_and_joins(folk, browser, live_server, tmp_path, size):
    _one, first = report("平南路口路缘石破损", phone="13800000000")
    _two, second = report("平南路口路缘石坏了", phone="13800000001")
    walker = Walker(browser, live_server.url, size)

    with walker.visitor() as page:
        walker.go(page, "/report/grid-case/report/")
        page.get_by_label("问题描述").fill("平南路口路缘石破损了")
        page.get_by_role("button", name="是同一件，我来关注").first.wait_for()
        walker.sound(page)
        page.screenshot(path=tmp_path / "alike.png", full_page=True)
        page.get_by_role("button", name="是同一件，我来关注").first.click()
        page.get_by_role("heading", level=1, name="已收到，谢谢您").wait_for()
        walker.sound(page)
    with walker.visitor() as page:
        walker.log_in(page, "operator")
        walker.go(page, f"/staff/cases/{first}/joint/")
        page.get_by_role("checkbox").first.check()
        walker.sound(page)
        page.get_by_role("button", name="并入本件").click()
        page.get_by_role("button", name=f"撤销 {second} 的并案").wait_for()
        walker.sound(page)
        page.screenshot(path=tmp_path / "joint.png", full_page=True)
        walker.go(page, "/staff/hot/")
        walker.sound(page)
        page.screenshot(path=tmp_path / "hot.png", full_page=True)
