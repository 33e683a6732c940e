import pytest
from browsing import PHONE, WIDE, barriers, overflow, visit
from playwright.sync_api import expect

STAFF, RESIDENT = "/staff/parts/", "/parts/"


@pytest.mark.parametrize(
    ("face", "size", "language"),
    [
        (STAFF, WIDE, "zh-CN"),
        (STAFF, PHONE, "en-GB"),
        (RESIDENT, WIDE, "en-GB"),
        (RESIDENT, PHONE, "zh-CN"),
    ],
)
def test_every_part_is_open_to_all_and_fits_the_screen(browser, showroom, face, size, language):
    with visit(browser, size=size, language=language) as page:
        page.goto(showroom + face)

        assert barriers(page) == []
        assert overflow(page) == 0
        assert page.complaints == []


def test_large_print_is_kept_and_open_to_all(browser, showroom):
    with visit(browser, size=PHONE) as page:
        page.goto(f"{showroom}/parts/")

        page.get_by_role("button", name="长辈版").click()
        page.get_by_role("button", name="标准版").wait_for()

        assert page.url == f"{showroom}/parts/"
        assert page.evaluate("getComputedStyle(document.body).fontSize") == "20px"
        assert page.get_by_role("button", name="提交").first.bounding_box()["height"] == 60
        assert barriers(page) == []
        assert overflow(page) == 0


def test_residents_find_nothing_too_small_to_tap(browser, showroom):
    with visit(browser, size=PHONE) as page:
        page.goto(f"{showroom}/parts/")

        heights = page.eval_on_selector_all(
            "main .button, main .control, main .choice",
            "all => all.filter(e => e.offsetParent).map(e => e.getBoundingClientRect().height)",
        )

        assert min(heights) >= 48


def test_choosing_a_language_keeps_the_page(browser, showroom):
    with visit(browser) as page:
        page.goto(f"{showroom}/staff/parts/")

        page.get_by_role("button", name="English").click()
        page.get_by_role("button", name="中文").wait_for()

        assert page.url == f"{showroom}/staff/parts/"
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(page.get_by_role("heading", level=1)).to_have_text("Parts")


def test_a_click_on_the_map_sets_the_place_under_the_strict_policy(browser, showroom):
    with visit(browser) as page:
        answer = page.goto(f"{showroom}/staff/parts/")
        drawn = page.locator("[data-picks]")
        drawn.scroll_into_view_if_needed()
        page.wait_for_selector("[data-picks][data-ready]", timeout=30_000)

        drawn.click(position={"x": 200, "y": 150})

        page.wait_for_function("() => +document.querySelector('.place__axes input').value")
        lon, lat = page.eval_on_selector_all(".place__axes input", "all => all.map(e => +e.value)")
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert 121.3 < lon < 121.5
        assert 31.1 < lat < 31.2
        assert page.complaints == []


def test_the_phones_position_sets_the_place(browser, showroom):
    here = {"longitude": 121.395, "latitude": 31.142}
    with visit(browser, size=PHONE, geolocation=here, permissions=["geolocation"]) as page:
        page.goto(f"{showroom}/parts/")

        page.get_by_role("button", name="用手机定位").click()
        page.get_by_text("位置已选好").wait_for()

        values = page.eval_on_selector_all(".place__axes input", "all => all.map(e => e.value)")
        assert values == ["121.395000", "31.142000"]


def test_without_webgl_the_fields_stand_open(browser, showroom):
    with visit(browser) as page:
        page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
        page.goto(f"{showroom}/staff/parts/")

        expect(page.get_by_text("这个浏览器画不了地图")).to_be_visible()
        expect(page.get_by_label("经度")).to_be_visible()
        expect(page.locator("[data-picks]")).to_be_hidden()


def test_without_script_the_form_is_whole(browser, showroom):
    with visit(browser, java_script_enabled=False) as page:
        page.goto(f"{showroom}/staff/parts/")

        page.get_by_label("情况").fill("井盖缺失")
        page.get_by_label("经度").fill("121.395")
        page.get_by_label("纬度").fill("31.142")

        expect(page.get_by_label("现场照片")).to_be_visible()
        expect(page.get_by_label("类别")).to_be_visible()


def test_photos_are_shown_before_they_are_sent_and_too_big_ones_refused(
    browser, showroom, tmp_path
):
    small, big = tmp_path / "small.png", tmp_path / "big.jpg"
    small.write_bytes(b"\x89PNG")
    big.write_bytes(bytes(10 * 1024 * 1024 + 1))
    with visit(browser) as page:
        page.goto(f"{showroom}/staff/parts/")

        page.get_by_label("现场照片").set_input_files([small, big])

        expect(page.locator("[data-upload-shown] li")).to_have_count(1)
        expect(page.get_by_text("超过 10 MB，请换一个小些的：big.jpg")).to_be_visible()
        page.get_by_role("button", name="不要这个 small.png").click()
        expect(page.locator("[data-upload-shown] li")).to_have_count(0)


def test_a_dialog_opens_and_closes(browser, showroom):
    with visit(browser) as page:
        page.goto(f"{showroom}/staff/parts/")

        page.get_by_text("打开对话框").click()

        expect(page.get_by_role("dialog", name="退回这张工单")).to_be_visible()
        assert barriers(page) == []
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_filled_form_arrives(browser, showroom):
    with visit(browser) as page:
        page.goto(f"{showroom}/staff/parts/")
        form = page.locator("form[enctype]")
        form.evaluate("form => { form.noValidate = true; form.action = '/staff/parts/' }")
        token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
        form.evaluate(
            "(form, token) => { const e = document.createElement('input'); e.type = 'hidden';"
            " e.name = 'csrfmiddlewaretoken'; e.value = token; form.append(e) }",
            token,
        )
        page.get_by_label("情况").fill("井盖缺失")
        page.get_by_label("综合行政执法队").check()
        page.get_by_label("类别").select_option("b22")

        with page.expect_navigation():
            form.get_by_role("button", name="提交").click()

        assert '"told": "\\u4e95\\u76d6\\u7f3a\\u5931"' in page.content()
        assert '"helpers": ["2"]' in page.content()
        assert '"kind": "b22"' in page.content()
