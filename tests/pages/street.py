"""An office in the browser: each duty with a page of its own, acting on cases by their forms."""

from pathlib import Path

import pytest
from browsing import PHONE, WIDE, barriers, overflow, visit
from playwright.sync_api import TimeoutError  # noqa: A004 - the browser's own
from townsfolk import PASSWORD

FOLDER = Path(__file__).parents[2] / "docs/pictures"
TRIES, PATIENCE = 3, 20000


class Person:
    """Somebody at a browser: opens the form of an action, fills it, sends it."""

    def __init__(self, page, address, username):
        self.page, self.address = page, address
        page.set_default_timeout(45000)
        page.goto(f"{address}/staff/login/")
        page.get_by_label("用户名").fill(username)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.get_by_role("heading", level=1, name="我的待办").wait_for()

    def open(self, mechanism, action, **form):
        """Open a case; where several grounds could be meant, it is for the whole street unless `form` says otherwise."""
        self._send(f"/staff/intake/{mechanism}/{action}/", form)
        return self.page.locator(".notice--green a").first.inner_text()

    def do(self, number, action, files=(), **form):
        self._send(f"/staff/cases/{number}/do/{action}/", form, files)

    def _send(self, path, form, files=()):
        """Fill a form and send it; where a busy machine loses the press, lay the form anew and press again."""
        for _ in range(TRIES):
            self.page.goto(self.address + path)
            for name, value in {**self._ground(), **form}.items():
                self._fill(name, str(value))
            if files:
                self.page.locator("main input[type=file]").first.set_input_files(files)
            try:
                with self.page.expect_navigation(timeout=PATIENCE):
                    self.page.locator("main form .button--primary").last.click()
            except TimeoutError:
                continue
            return self.page.locator(".notice--green").first.wait_for()
        seen = self.page.locator("main").inner_text()
        return pytest.fail(
            f"{path} led nowhere: {seen} {self.page.failures} {self.page.complaints}"
        )

    def _ground(self):
        offered = self.page.locator("main form [name=area] option[value^='/']")
        return {"area": offered.first.get_attribute("value")} if offered.count() else {}

    def _fill(self, name, value):
        control = self.page.locator(f"main [name='{name}']")
        if control.first.get_attribute("type") == "radio":
            self.page.locator(f"main [name='{name}'][value='{value}']").check(force=True)
        elif control.first.evaluate("one => one.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.first.fill(value)


class Street:
    """The office in the browser: each duty logs in when it is first needed, and stays until the day is over."""

    def __init__(self, browser, address, day):
        self.browser, self.address, self.day, self.people = browser, address, day, {}

    def person(self, username):
        if username not in self.people:
            page = self.day.enter_context(visit(self.browser, size=WIDE))
            self.people[username] = Person(page, self.address, username)
        return self.people[username]

    def by(self, username, *steps):
        return [step(self.person(username)) for step in steps]

    def next_day(self):
        self.day.close()
        self.people.clear()

    def picture(self, path, name, username=None, *, narrow=False):
        """Take a picture of a page: as somebody at a desk sees it, or a visitor with a phone."""
        if username:
            page = self.person(username).page
            page.set_viewport_size(PHONE if narrow else WIDE)
            self._take(page, path, name)
            page.set_viewport_size(WIDE)
            return
        with visit(self.browser, size=PHONE) as page:
            self._take(page, path, name)

    def _take(self, page, path, name):
        page.goto(self.address + path)
        page.wait_for_load_state("networkidle")
        assert (barriers(page), overflow(page) <= 0, page.complaints, page.failures) == (
            [],
            True,
            [],
            [],
        )
        page.screenshot(path=FOLDER / f"{name}.png", full_page=True)


def do(number, action, files=(), **form):
    return lambda person: person.do(number, action, files, **form)
