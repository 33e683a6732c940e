"""The guides of a day print on two pages of A4 each, pictures and all, and their pictures are there."""

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

GUIDES = Path(__file__).parents[2] / "docs/guides"
NAMES = sorted(path.name for path in GUIDES.glob("*.md"))
PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")
PRINT = """
    @page { size: A4; margin: 16mm 18mm }
    body { font: 10.5pt/1.45 "Noto Sans CJK SC", sans-serif }
    img { display: block; max-width: 100%; max-height: 52mm; margin: 1mm 0 }
    h1 { font-size: 17pt; margin: 0 } h2 { font-size: 12pt; margin: 3mm 0 1mm; break-after: avoid }
    p, ul, ol { margin: 1mm 0 }
"""


def printed(browser, source, target):
    """Print a text of Markdown as a browser does; give the bytes of the PDF, and the pictures that are not there."""
    text = MarkdownIt().render(source.read_text(encoding="utf-8"))
    text = text.replace('src="../', f'src="{GUIDES.parent.as_uri()}/')
    target.write_text(f'<meta charset="utf-8"><style>{PRINT}</style>{text}', encoding="utf-8")
    page = browser.new_page()
    page.goto(target.as_uri(), wait_until="load")
    lost = page.evaluate(
        "[...document.images].filter(one => !one.naturalWidth).map(one => one.src)"
    )
    told = page.pdf(prefer_css_page_size=True)
    page.close()
    return told, lost


@pytest.mark.parametrize("name", NAMES)
def test_a_guide_fills_two_pages_with_its_pictures(browser, tmp_path, name):
    told, lost = printed(browser, GUIDES / name, tmp_path / "guide.html")

    assert lost == []
    assert len(PAGE.findall(told)) == 2


def test_there_is_a_guide_for_everyone_in_both_languages():
    days = ("operator", "patrol", "department", "committee", "resident")

    assert {f"{day}.{language}.md" for day in days for language in ("zh", "en")} == set(NAMES)
