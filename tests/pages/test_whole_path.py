"""A kerb is reported by a resident and goes through every hand until it is closed."""

import pytest
from browsing import PHONE, WIDE
from steps import Walker

SIZES = {"wide": WIDE, "phone": PHONE}


def report(walker, page, pictures):
    walker.go(page, "/")
    walker.sound(page)
    page.get_by_role("link", name="我要上报").click()
    page.get_by_label("问题描述").fill("古美路口路缘石破损，老人容易绊倒")
    page.get_by_label("地点描述").fill("古美路平南路口")
    walker.place(page)
    page.locator("input[type=file]").first.set_input_files(pictures["before"])
    walker.sound(page)
    page.get_by_role("button", name="提交").click()
    page.get_by_role("heading", name="已收到，谢谢您").wait_for()
    walker.sound(page)
    return page.locator(".figure__value").all_inner_texts()


def staff(walker, username, *steps):
    with walker.visitor() as page:
        walker.log_in(page, username)
        walker.open_first(page)
        for name, fill in steps:
            walker.offer(page, name)
            if fill:
                fill(page)
            walker.send(page, name)


@pytest.mark.parametrize("size", SIZES)
def test_a_report_goes_through_every_hand_until_it_is_closed(
    browser, live_server, folk, pictures, size
):
    walker = Walker(browser, live_server.url, SIZES[size])

    def category(page):
        page.get_by_label("案件类别").first.select_option("0102")

    def works(page):
        page.get_by_label("处置单位").select_option(label="市政服务中心")

    def finished(page):
        page.get_by_label("处置结果").fill("已更换破损路缘石三块")
        page.locator("#sheet input[type=file]").first.set_input_files(pictures["after"])
        walker.place(page, "taken")

    def satisfied(page):
        page.get_by_text("满意", exact=True).click()

    with walker.visitor() as resident:
        number, code = report(walker, resident, pictures)

        staff(walker, "operator", ("受理", category), ("立案", None))
        staff(walker, "dispatcher", ("派遣", works))
        staff(walker, "handler", ("接单", None), ("处置完毕", finished))
        staff(walker, "verifier", ("核查通过", None))
        staff(walker, "caller", ("回访", satisfied))

        walker.go(resident, "/follow/")
        walker.sound(resident)
        resident.get_by_label("编号").fill(number)
        resident.get_by_label("查询码").fill(code)
        resident.get_by_role("button", name="查询").click()
        resident.get_by_role("heading", name="进度").wait_for()
        walker.sound(resident)

        assert "已结案" in resident.locator("main").inner_text()
        assert "已更换破损路缘石三块" in resident.locator("main").inner_text()
        assert "处置人员" not in resident.locator("main").inner_text()
