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

    def choose(self, page, way="/report/grid-case/report/"):
        """Choose what to report, where there is more than one thing."""
        if not page.url.endswith(way):
            page.locator(f"main a[href='{way}']").click()
            page.wait_for_url(f"**{way}")

    def place(self, page, name="place"):
        """Say where, by the two numbers that stand in for the map."""
        if not page.locator(f"[name='{name}.lon']").is_visible():
            page.locator(f"#answer-{name} summary").click()
        page.locator(f"[name='{name}.lon']").fill(str(SPOT[0]))
        page.locator(f"[name='{name}.lat']").fill(str(SPOT[1]))


def staff(walker, username, *steps):
    """Let somebody log in, open the first thing that waits, and take the actions named."""
    with walker.visitor() as page:
        walker.log_in(page, username)
        walker.open_first(page)
        for name, fill in steps:
            walker.offer(page, name)
            if fill:
                fill(page)
            walker.send(page, name)


def through_every_hand(walker, pictures):
    """Take the one report that waits through every hand until it is closed."""

    def category(page):
        page.get_by_label("案件类别").first.select_option("0102")

    def works(page):
        page.get_by_label("处置单位").select_option(label="市政服务中心")

    def finished(page):
        page.get_by_label("处置结果").fill("已更换破损路缘石三块")
        page.locator("#sheet input[type=file]").first.set_input_files(pictures["after"])
        walker.place(page, "taken")

    def satisfied(page):
        page.get_by_text("满意", exact=True).click()

    staff(walker, "operator", ("受理", category), ("立案", None))
    staff(walker, "dispatcher", ("派遣", works))
    staff(walker, "handler", ("接单", None), ("处置完毕", finished))
    staff(walker, "verifier", ("核查通过", None))
    staff(walker, "caller", ("回访", satisfied))


def followed(walker, page, number, code):
    """Look the report up by number and code; give what the page says."""
    walker.go(page, "/follow/")
    walker.sound(page)
    page.get_by_label("编号").fill(number)
    page.get_by_label("查询码").fill(code)
    page.get_by_role("button", name="查询").click()
    page.get_by_role("heading", name="进度").wait_for()
    walker.sound(page)
    return page.locator("main").inner_text()
