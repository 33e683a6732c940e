"""A platform's page in a browser: a list is taken in, what differs stands there, on a wide screen and on a phone."""

import pytest
from browsing import PHONE, WIDE
from exchange.lists import COLUMNS, order
from steps import Walker
from townsfolk import SPOT

from linli.exchange.devices.registering import COLUMNS as DEVICES
from linli.ledgers.printing import as_csv


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_list_is_taken_in_and_the_page_is_open_to_all(folk, browser, live_server, tmp_path, size):
    rows = [order("A1"), order("A2", "办理中"), order("A3", "已办结"), order("A4", kind="表扬")]
    file = tmp_path / "orders.csv"
    file.write_bytes(as_csv(COLUMNS, rows))
    walker = Walker(browser, live_server.url, size)

    with walker.visitor() as page:
        walker.log_in(page, "operator")
        walker.go(page, "/staff/platforms/")
        walker.sound(page)
        page.locator("#content").get_by_role("link", name="市 12345 热线平台").click()
        page.get_by_label("对方平台导出的清单").set_input_files(file)
        page.get_by_role("button", name="收清单").click()
        page.get_by_text("新立 2 件").wait_for()
        walker.sound(page)
        page.screenshot(path=tmp_path / "batch.png", full_page=True)
        page.locator("#content").get_by_role("link", name="市 12345 热线平台").click()
        page.locator("summary", has_text="已过对方时限").click()
        walker.sound(page)
        page.screenshot(path=tmp_path / "platform.png", full_page=True)


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_page_of_devices_is_open_to_all(folk, browser, live_server, tmp_path, size):
    file = tmp_path / "devices.csv"
    row = ("B1", "菜场北口垃圾桶", "垃圾桶满溢", *map(str, SPOT))
    file.write_bytes(as_csv(DEVICES, [row]))
    walker = Walker(browser, live_server.url, size)

    with walker.visitor() as page:
        walker.log_in(page, "director")
        walker.go(page, "/staff/devices/")
        page.get_by_label("设备清单").set_input_files(file)
        page.get_by_role("button", name="登记设备").click()
        page.get_by_text("新登记 1 台").wait_for()
        walker.sound(page)
        page.screenshot(path=tmp_path / "devices.png", full_page=True)
