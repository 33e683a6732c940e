"""A real browser for page tests: one Chromium, what it complains about, and what axe finds."""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

AXE = next(Path(__file__).parent.glob("vendor/axe-core-*/axe.min.js"))
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NOISE = ("GPU stall", "GL Driver Message")


_open = []


@contextmanager
def chromium():
    """Give a browser that can draw maps without a graphics card; there is one for all who ask at a time."""
    if _open:  # Playwright runs once in a process
        yield _open[0]
        return
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # its loop stands in the thread of the tests
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=next(filter(None, map(shutil.which, BROWSERS)), None),
            args=["--no-sandbox", "--use-gl=swiftshader", "--enable-unsafe-swiftshader"],
        )
        _open.append(browser)
        yield browser
        _open.clear()
        browser.close()


@contextmanager
def visit(browser, *, size=WIDE, language="zh-CN", **more):
    """Give a page of a new visitor; its `complaints` list what went wrong in it."""
    phone = size["width"] < 600
    context = browser.new_context(
        viewport=size,
        locale=language,
        timezone_id="Asia/Shanghai",
        is_mobile=phone,
        has_touch=phone,
        **more,
    )
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda said: _note(page, said))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.failures = []
    page.on("response", lambda r: page.failures.append(r.url) if r.status >= 400 else None)
    page.on("requestfailed", lambda asked: _missed(page, asked))
    yield page
    context.close()


def _missed(page, asked):
    """Note a request that came to nothing; one given up because its page was left is no fault."""
    if asked.failure != "net::ERR_ABORTED":
        page.complaints.append(f"failed: {asked.url} {asked.failure}")


def _note(page, said):
    if said.type in {"error", "warning"} and not any(noise in said.text for noise in NOISE):
        page.complaints.append(said.text)


def barriers(page):
    """Give what axe finds against the rules of WCAG 2.2 AA: rule, and where.

    The whole page is laid open for it, so that nothing lies under the bar at the foot of a phone.
    """
    size = page.viewport_size
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    tall = page.evaluate("() => document.documentElement.scrollHeight")
    page.set_viewport_size({**size, "height": max(tall, size["height"])})
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    page.set_viewport_size(size)
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def overflow(page):
    """Give by how many pixels the page is wider than the screen."""
    return page.evaluate("() => Math.max(0, document.documentElement.scrollWidth - innerWidth)")
