"""Photos are made small on the phone before they are sent; where they were taken goes along, upright."""

import io

import pytest
from browsing import PHONE, visit
from PIL import Image

FORM = "/report/grid-case/report/"
GPS, ORIENTATION = 0x8825, 0x0112
BIG, MOST = 3_000_000, 800_000  # noise is the worst that can be: no real photo is as large


@pytest.fixture
def photo(tmp_path):
    """Give the path of a large photo, held sideways, with the position it was taken at."""
    noise = Image.effect_noise((3000, 2000), 60).convert("RGB")
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(GPS).update({1: "N", 2: (31.0, 8.0, 31.2), 3: "E", 4: (121.0, 23.0, 42.0)})
    path = tmp_path / "big.jpg"
    noise.save(path, "JPEG", quality=90, exif=exif)
    return path


def held(page):
    """Give the bytes of the photo that the form would send."""
    told = page.evaluate(
        "async () => [...new Uint8Array(await document.querySelector('[data-upload] input[type=file]').files[0].arrayBuffer())]"
    )
    return bytes(told)


def test_a_large_photo_is_sent_small_with_its_position(browser, live_server, folk, photo):
    assert photo.stat().st_size > BIG
    with visit(browser, size=PHONE) as page:
        page.goto(live_server.url + FORM)
        page.locator("[data-upload] input[type=file]").first.set_input_files(photo)
        page.locator("[data-upload-shown] img").wait_for()

        sent = held(page)
        small = Image.open(io.BytesIO(sent))
        assert len(sent) < MOST
        assert small.size == (1067, 1600)
        assert small.getexif()[ORIENTATION] == 1
        assert small.getexif().get_ifd(GPS)[2] == (31.0, 8.0, 31.2)
        assert page.complaints == []


def test_a_small_photo_stays_as_it_is(browser, live_server, folk, tmp_path):
    path = tmp_path / "small.jpg"
    Image.new("RGB", (60, 40), "teal").save(path, "JPEG")
    with visit(browser, size=PHONE) as page:
        page.goto(live_server.url + FORM)
        page.locator("[data-upload] input[type=file]").first.set_input_files(path)
        page.locator("[data-upload-shown] img").wait_for()

        assert held(page) == path.read_bytes()
