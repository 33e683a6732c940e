"""Pictures of the parts, to look at: LINLI_PICTURES names the folder that keeps them."""

import os
from pathlib import Path

import pytest
from browsing import PHONE, WIDE, visit


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_parts_are_photographed(browser, showroom, tmp_path, size, language):
    folder = Path(os.environ.get("LINLI_PICTURES") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    picture = folder / f"parts-{language}-{size['width']}.png"
    with visit(browser, size=size, language=language) as page:
        page.goto(f"{showroom}/staff/parts/")

        page.screenshot(path=picture, full_page=True)

    assert picture.read_bytes().startswith(b"\x89PNG")
