"""Mechanisms worked through in a real browser by the walker that knows none: one of each shape, what changed, a stranger."""

import os
import re
import subprocess
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from browsing import WIDE, visit
from playwright.sync_api import expect
from townsfolk import PASSWORD
from wandering import Town, posted

from linli.casework.definitions import publish
from linli.registry.isolation import office_transaction
from linli.rulebook.loading import load, shipped
from linli.rulebook.proving.likeness import shape_of

BOOK = shipped()
ROOT = Path(__file__).parents[2]
FEW = 25  # so many shapes apart, in the daily tests
HOW_TO = ROOT / "docs" / "how-to" / "write-a-mechanism.en.md"
PATIENCE = 60_000  # milliseconds: a map takes its time to be drawn where there is no graphics card
SEND = ".button--primary, .button--danger"
STRANGER = re.compile(r"```yaml\n# mechanisms/tool-loan.yaml\n(.*?)```", re.DOTALL)


def one_of_each_shape():
    """Give the first mechanism of each shape."""
    found = {}
    for key, mechanism in sorted(BOOK.mechanisms.items()):
        found.setdefault(shape_of(mechanism), key)
    return sorted(found.values())


def changed():
    """Give the mechanisms whose files differ from the revision in LINLI_CHANGED_SINCE, from the last commit otherwise."""
    since = os.environ.get("LINLI_CHANGED_SINCE", "HEAD")
    asked = ["git", "diff", "--name-only", since, "--", "src/linli/book/mechanisms"]
    told = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    keys = {Path(line).name.split(".")[0] for line in told.stdout.splitlines()}
    return sorted(keys & BOOK.mechanisms.keys())


def keys():
    shapes = one_of_each_shape()
    few = shapes if os.environ.get("LINLI_WHOLE_BOOK") == "1" else shapes[::FEW]
    return sorted({*few, *changed()})


class Window:
    """The pages in a browser: a window for each colleague, one for each resident."""

    def __init__(self, browser, address, pictures, stack):
        self.browser, self.address, self.stack = browser, address, stack
        self.picture = str(pictures["before"])
        self.pages, self.visitors = {}, {}

    def fresh(self):
        page = self.stack.enter_context(visit(self.browser, size=WIDE))
        page.set_default_timeout(PATIENCE)
        return page

    def page(self, town, actor):
        name = town.names[actor.id]
        if name not in self.pages:
            page = self.pages[name] = self.fresh()
            page.goto(f"{self.address}/staff/login/")
            page.locator("[name=username]").fill(name)
            page.locator("[name=password]").fill(PASSWORD)
            page.locator("form:has([name=password]) button").click()
            page.wait_for_url(lambda url: "/login/" not in url, wait_until="commit")
        return self.pages[name]

    def open(self, town, key, actor, action, form):
        mechanism = town.book.mechanisms[key]
        page = self.fresh() if actor.is_resident else self.page(town, actor)
        way = "/report" if actor.is_resident else "/staff/intake"
        page.goto(f"{self.address}{way}/{key}/{action}/")
        sheet = page.locator("form:has([name=key])").first
        ground = sheet.locator("select[name=area] option[value^='/']")
        if ground.count() and not actor.is_resident:
            sheet.locator("select[name=area]").select_option(ground.first.get_attribute("value"))
        self.fill(sheet, mechanism, action, form)
        sheet.locator(SEND).first.click()
        if actor.is_resident:
            page.wait_for_url(re.compile(r"/cases/[\w-]+/"), wait_until="commit")
            number = re.search(r"/cases/([\w-]+)/", page.url)[1]
            self.visitors[number] = page
            return number
        link = page.locator(".notice--green a[href*='/staff/cases/']").first
        expect(link).to_be_visible()
        return link.inner_text()

    def do(self, town, number, mechanism, deed):
        if deed.actor.is_resident:
            page = self.visitors[number]
            page.goto(f"{self.address}/cases/{number}/do/{deed.action}/")
        else:
            page = self.page(town, deed.actor)
            page.goto(f"{self.address}/staff/cases/{number}/")
            if mechanism.actions[deed.action].takes_back:
                page.locator(f"form[action$='/do/{deed.action}/'] button").click()
                page.wait_for_url(re.compile(rf"/cases/{number}/([?#].*)?$"), wait_until="commit")
                return
            offers = page.locator(f"a[href*='/cases/{number}/do/{deed.action}/']")
            if deed.member is not None:
                mark = ":".join(deed.member).replace(":", "%3A")
                offers = page.locator(f"a[href*='{mark}'][href*='/do/{deed.action}/']")
            page.goto(self.address + offers.first.get_attribute("href"))
        sheet = page.locator("form:has([name=revision])").first
        self.fill(sheet, mechanism, deed.action, deed.form)
        was = town.standing(number).case.seq
        sheet.locator(SEND).first.click()
        page.wait_for_url(re.compile(rf"/cases/{number}/([?#].*)?$"), wait_until="commit")
        assert town.standing(number).case.seq > was, page.locator("main").inner_text()
        assert page.complaints == []

    def fill(self, sheet, mechanism, action, form):
        for name, value in posted(mechanism, action, form).items():
            asked = sheet.locator(f"[name='{name}']")
            if asked.count() == 0:
                continue
            self.fill_one(sheet, asked.first, name, value)

    def fill_one(self, sheet, asked, name, value):
        tag, kind = asked.evaluate("e => [e.tagName, e.type]")
        if kind == "file":
            asked.set_input_files([self.picture] * len(value))
        elif kind in ("radio", "checkbox"):
            for one in value if isinstance(value, list) else [value]:
                mark = "" if name == "sure" else f"[value='{one}']"
                sheet.locator(f"[name='{name}']{mark}").check(force=True)
        elif tag == "SELECT":
            asked.evaluate(
                "(e, v) => { e.value = v; e.dispatchEvent(new Event('change', {bubbles: true})) }",
                str(value),
            )
        elif kind == "hidden":
            pass
        elif asked.is_visible():
            asked.fill(str(value))
        else:
            asked.evaluate(
                "(e, v) => { e.value = v; e.dispatchEvent(new Event('change', {bubbles: true})) }",
                str(value),
            )

    def wait(self, moment):
        """Clocks are run out by the town itself; the browser's own time goes on."""


@pytest.fixture
def town(browser, live_server, folk, pictures):
    with ExitStack() as stack:
        yield Town(folk, BOOK, Window(browser, live_server.url, pictures, stack))


def test_there_is_a_mechanism_of_every_shape():
    assert {shape_of(BOOK.mechanisms[key]) for key in one_of_each_shape()} == {
        shape_of(mechanism) for mechanism in BOOK.mechanisms.values()
    }


@pytest.mark.parametrize("key", keys())
def test_a_case_is_worked_through_in_a_browser_to_its_end(town, key):
    number = town.opened(key)

    town.walked(number)

    assert town.seeker(key).is_end(town.standing(number).case)


def test_a_mechanism_that_stands_nowhere_else_is_worked_through_in_a_browser(town, folk):
    text = STRANGER.search(HOW_TO.read_text(encoding="utf-8"))[1].replace(
        "tool-loan", "ladder-loan"
    )
    stranger = load(text, "ladder-loan.yaml")
    book = replace(BOOK, mechanisms={"ladder-loan": stranger}, texts={"ladder-loan": text})
    with office_transaction(folk.office):
        publish(book, office=folk.office)
    town.book = replace(BOOK, mechanisms={**BOOK.mechanisms, "ladder-loan": stranger})
    number = town.opened("ladder-loan")

    taken = town.walked(number)

    assert taken
    assert town.standing(number).case.state in ("back", "dropped")
