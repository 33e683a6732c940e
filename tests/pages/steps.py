"""What people do in the browser, and what is true of every page they come to."""

from browsing import barriers, overflow, visit
from townsfolk import PASSWORD, SPOT


class Walker:
    """One person with a browser of their own; looks at every page on the way."""

    def __init__(self, browser, address, size):
        self.browser, self.address, self.size = browser, address, size
        self.outside = []

    def visitor(self, **more):
        return visit(self.browser, size=self.size, **more)

    def go(self, page, path):
        page.on("request", self._watch)
        page.goto(self.address + path)

    def _watch(self, request):
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.outside.append(request.url)

    def sound(self, page):
        """Say that the page at hand is open to all, fits the screen, and broke nothing."""
        page.wait_for_load_state("networkidle")
        assert barriers(page) == []
        assert overflow(page) <= 0
        assert page.complaints == []
        assert self.outside == []

    def log_in(self, page, username):
        self.go(page, "/staff/login/")
        page.get_by_label("用户名").fill(username)
        page.get_by_label("密码").fill(PASSWORD)
        self.sound(page)
        page.get_by_role("button", name="登录").click()
        page.get_by_role("heading", level=1, name="我的待办").wait_for()
        self.sound(page)

    def open_first(self, page):
        """Open the first thing that waits."""
        page.locator("#content tbody th a").first.click()
        page.locator("#offers").wait_for()
        self.sound(page)

    def offer(self, page, name):
        """Press the button of an action; its form comes into the page."""
        page.locator("#offers .row").get_by_role("link", name=name, exact=True).click()
        page.locator("#sheet form").wait_for()

    def send(self, page, name):
        self.sound(page)
        with page.expect_navigation():
            page.locator("#sheet").get_by_role("button", name=name, exact=True).click()
        page.locator(".notice--green").wait_for()
        self.sound(page)

    def place(self, page, name="place"):
        """Say where, by the two numbers that stand in for the map."""
        page.locator(f"#answer-{name} summary").click()
        page.locator(f"[name='{name}.lon']").fill(str(SPOT[0]))
        page.locator(f"[name='{name}.lat']").fill(str(SPOT[1]))
