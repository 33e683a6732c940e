"""The pages of mechanisms, for the office and for residents, on a desk and on a phone, in both languages."""

from browsing import PHONE, WIDE, barriers, overflow, visit
from sampling import looks
from townsfolk import PASSWORD

SIZES = {"wide": WIDE, "phone": PHONE}
STAFF = {
    "mechanisms": "/staff/mechanisms/",
    "mechanism": "/staff/mechanisms/grid-case/",
    "sheet": "/staff/mechanisms/grid-case/sheet/",
    "form": "/staff/mechanisms/grid-case/forms/finish/",
}
RESIDENTS = {
    "guides": "/mechanisms/",
    "guide": "/mechanisms/grid-case/",
    "guide-form": "/mechanisms/grid-case/forms/report/",
}
OUTSIDE = """() => [...document.querySelectorAll('.diagram svg')].filter(s => s.getClientRects().length)
    .flatMap(s => {
        const boxes = [...s.querySelectorAll('rect.diagram__box')].map(b => b.getBBox());
        return [...s.querySelectorAll('text:not(.diagram__heading)')].map(t => [t.getBBox(), t.textContent])
            .filter(([t]) => !boxes.some(b => t.x >= b.x && t.y >= b.y
                && t.x + t.width <= b.x + b.width && t.y + t.height <= b.y + b.height))
            .map(([, text]) => text);
    })"""
SMALLEST = """() => Math.min(...[...document.querySelectorAll('.diagram svg')]
    .filter(s => s.getClientRects().length)
    .map(s => 12 * s.getBoundingClientRect().width / s.viewBox.baseVal.width))"""


def look(page, address, name, folder):
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert barriers(page) == []
    assert overflow(page) <= 0
    assert page.complaints == []
    page.screenshot(path=folder / f"{name}.png", full_page=True)
    if page.locator(".diagram").count():
        assert page.evaluate(OUTSIDE) == []
        assert page.evaluate(SMALLEST) >= 11


@looks
def test_mechanisms_are_explained_to_the_office(
    browser, live_server, folk, size, language, tmp_path
):
    with visit(browser, size=SIZES[size], language=language) as page:
        page.goto(f"{live_server.url}/staff/login/")
        page.locator("[name=username]").fill("operator")
        page.locator("[name=password]").fill(PASSWORD)
        with page.expect_navigation():
            page.locator("form:has([name=password]) button").click()
        for name, path in STAFF.items():
            look(page, live_server.url + path, name, tmp_path)


@looks
def test_mechanisms_are_explained_to_residents(
    browser, live_server, folk, size, language, tmp_path
):
    with visit(browser, size=SIZES[size], language=language) as page:
        for name, path in RESIDENTS.items():
            look(page, live_server.url + path, name, tmp_path)
