"""Ground and addresses in a browser: a cell drawn by pointing, an address offered while one types."""

from browsing import barriers, overflow, visit
from playwright.sync_api import expect
from townsfolk import AT, PASSWORD, SPOT

from linli.registry.gazetteer.entering import enter_addresses
from linli.registry.isolation import office_transaction


def enter(page, base, username, path):
    page.goto(f"{base}/staff/login/?next={path}")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"**{path}")


def test_a_cell_is_drawn_by_pointing_and_the_list_of_corners_says_the_same(
    browser, live_server, folk
):
    code = folk.committee.split("/")[-2]
    with visit(browser) as page:
        enter(page, live_server.url, "director", f"/staff/office/places/{code}/cells/{code}01/")
        corners = page.locator(".outline__corner")
        expect(corners).to_have_count(4)

        box = page.locator(".outline__paper").bounding_box()
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(corners).to_have_count(5)
        assert len(page.get_by_label("边界的各点").input_value().splitlines()) == 5

        page.get_by_label("边界的各点").fill("121.39, 31.14\n121.40, 31.14\n121.40, 31.15")
        expect(corners).to_have_count(3)
        assert barriers(page) == []
        assert overflow(page) <= 0
        page.get_by_role("button", name="画定").click()
        expect(page.locator(".notice--green")).to_contain_text("的边界自")
        expect(page.locator("tbody tr")).to_have_count(2)
        assert page.complaints == []


def test_a_known_address_is_offered_and_fills_in_the_position(browser, live_server, folk):
    with office_transaction(folk.office):
        row = {"路名": "平吉路", "弄": "150", "经度": str(SPOT[0]), "纬度": str(SPOT[1])}
        enter_addresses([(2, row)], datum="wgs84", by=folk.actor("director", AT), at=AT)
    with visit(browser) as page:
        enter(page, live_server.url, "operator", "/staff/intake/grid-case/register/")
        typed = page.locator("input[name=address]")
        typed.press_sequentially("平吉")
        expect(page.locator("#answer-address-known option")).to_have_attribute(
            "value", "平吉路150弄"
        )
        typed.fill("平吉路150弄")

        expect(page.locator("[name='place.lon']")).to_have_value(f"{SPOT[0]:.6f}")
        expect(page.locator("[name='place.lat']")).to_have_value(f"{SPOT[1]:.6f}")
        assert page.complaints == []
