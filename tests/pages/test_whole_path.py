"""A kerb is reported by a resident and goes through every hand until it is closed."""

import pytest
from browsing import PHONE, WIDE
from steps import Walker, followed, through_every_hand

SIZES = {"wide": WIDE, "phone": PHONE}


def report(walker, page, pictures):
    walker.go(page, "/")
    walker.sound(page)
    page.get_by_role("link", name="我要上报").click()
    walker.choose(page)
    page.get_by_label("问题描述").fill("古美路口路缘石破损，老人容易绊倒")
    page.get_by_label("地点描述").fill("古美路平南路口")
    walker.place(page)
    page.locator("input[type=file]").first.set_input_files(pictures["before"])
    walker.sound(page)
    page.get_by_role("button", name="提交").click()
    page.get_by_role("heading", name="已收到，谢谢您").wait_for()
    walker.sound(page)
    return page.locator(".figure__value").all_inner_texts()


@pytest.mark.parametrize("size", SIZES)
def test_a_report_goes_through_every_hand_until_it_is_closed(
    browser, live_server, folk, pictures, size
):
    walker = Walker(browser, live_server.url, SIZES[size])

    with walker.visitor() as resident:
        number, code = report(walker, resident, pictures)

        through_every_hand(walker, pictures)

        said = followed(walker, resident, number, code)

        assert "已结案" in said
        assert "已更换破损路缘石三块" in said
        assert "处置人员" not in said
