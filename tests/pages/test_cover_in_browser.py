"""A rectangle drawn on a photo with the mouse becomes four numbers, and the photo is black there."""

import re

import pytest
from browsing import WIDE, visit
from playwright.sync_api import expect
from townsfolk import settle
from walking import log_in, picture, report

from linli.casework.covering.queries import COVERER
from linli.casework.models import PhotoCover
from linli.registry.isolation import office_transaction
from linli.registry.models import Post


@pytest.fixture
def folk(transactional_db):
    return settle()


def test_a_rectangle_drawn_on_a_photo_is_written_as_numbers_and_kept(folk, browser, live_server):
    with office_transaction(folk.office):
        post = Post.objects.get(holding__account__username="director")
        post.duties = [*post.duties, COVERER]
        post.save()
    _visitor, number = report(before=picture())
    keeper = log_in("director")
    page_of_case = keeper.get(f"/staff/cases/{number}/").content.decode()
    sha = re.search(r"/files/([0-9a-f]{64})/", page_of_case)[1]

    with visit(browser, size=WIDE, language="zh-CN") as page:
        page.context.add_cookies(
            [{"name": key, "value": one.value, "url": live_server.url} for key, one in keeper.cookies.items()]
        )  # fmt: skip
        page.goto(f"{live_server.url}/staff/cases/{number}/photos/{sha}/")
        paper = page.locator("[data-cover]")
        paper.scroll_into_view_if_needed()
        box = paper.locator("image").bounding_box()
        across = lambda x, y: (box["x"] + box["width"] * x, box["y"] + box["height"] * y)  # noqa: E731
        page.mouse.move(*across(0.2, 0.2))
        page.mouse.down()
        page.mouse.move(*across(0.6, 0.7))
        page.mouse.up()
        typed = page.locator("[data-box] >> nth=0 >> input")
        expect(typed.nth(0)).not_to_have_value("")
        numbers = [int(typed.nth(nth).input_value()) for nth in range(4)]
        expect(paper.locator("rect")).to_have_count(1)
        page.fill("#reason", "车牌")
        page.locator("main .button--primary").first.click()
        expect(page.locator("main")).to_contain_text("车牌")

    assert all(
        abs(one - other) <= 5 for one, other in zip(numbers, [200, 200, 400, 500], strict=True)
    )
    with office_transaction(folk.office):
        assert PhotoCover.objects.get().boxes == [numbers]
