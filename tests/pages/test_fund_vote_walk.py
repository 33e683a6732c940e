"""Twelve projects voted on by household, on paper and by phone, from the drawing of the lot to the projects chosen."""

import re
from contextlib import ExitStack
from datetime import timedelta

import pytest
import time_machine
from browsing import visit
from django.utils import timezone
from playwright.sync_api import expect
from steps import Walker
from street import FOLDER, PHONE, Street, do
from treasury import Treasury
from twelve import FUND, WORDS, begun, chosen, prepared

from linli.budget.queries import fund_view
from linli.casework.queries.standing import standing_numbered
from linli.project.__main__ import main
from linli.registry.isolation import office_transaction

UNITS = [f"{floor}0{side}" for floor in range(1, 7) for side in (1, 2)]
# On the ballot: 1 handrails 2 benches 3 racks 4 canopy 5 charging 6 garden 7 letter boxes 8 reading corner
# 9 fitness 10 gate 11 lights 12 pavilion
BY_PHONE = {1: (1, 2, 6), 2: (1, 2, 6), 3: (2, 3, 6), 4: (2, 7, 8), 5: (10, 11, 12)}
ON_PAPER = {5: (7, 10, 11), 6: (1, 2, 3), 7: (2, 3, 6), 8: (1, 4), 9: (7, 8, 11), 10: ()}
MISREAD = {6: (1, 2, 8)}


@pytest.fixture
def street(browser, live_server, folk):
    with ExitStack() as day:
        yield Street(browser, live_server.url, day)


class Votes:
    """The pages of one vote, for those who hold it at their desks and for households with a phone."""

    def __init__(self, street, round_, paper):
        self.paper = paper
        self.street, self.round, self.number, self.codes = street, round_, "", []
        self.phone = Walker(street.browser, street.address, PHONE)

    def go(self, person, path):
        person.page.goto(f"{self.street.address}{path}")
        return person.page

    def press(self, page, name):
        with page.expect_navigation():
            page.get_by_role("button", name=name, exact=True).click()

    def refused(self, page, why):
        """See why something was refused; the browser's own complaint about the answer 422 is no fault."""
        expect(page.get_by_role("alert")).to_have_text(why)
        page.complaints.clear()
        page.failures.clear()

    def prepare(self, person):
        """Draw the lot, prepare the vote from the round's page, publish, open, and print the forms."""
        page = self.go(person, f"/staff/votes/?case={self.round}")
        self.refused(page, "请先在轮次页公开抽签，再准备投票")
        self.go(person, f"/staff/budget/{self.round}/round/")
        page.get_by_label("现场说出的词句").fill(WORDS)
        self.press(page, "抽签")
        page.get_by_role("link", name="准备投票").click()
        expect(page.get_by_role("table", name="选票上的项目").locator("tbody tr")).to_have_count(12)
        page.get_by_label("名称").fill("春季自治金投票")
        page.get_by_label("问题").fill("您家希望先办哪些项目？")
        page.get_by_label("规则", exact=True).select_option(label="自治金项目投票")
        page.get_by_label("名册", exact=True).fill("\n".join(UNITS))
        self.press(page, "冻结名册")
        self.number = re.search(r"/votes/(\d+)/", page.url)[1]
        self.press(page, "公布规则和名册")
        closes = timezone.localtime() + timedelta(days=5)
        page.get_by_label("截止时间").fill(f"{closes:%Y-%m-%dT%H:%M}")
        self.press(page, "开始表决")
        page.get_by_role("link", name="打印表格").click()
        expect(page.locator(".code")).to_have_count(len(UNITS))
        self.codes = page.locator(".code").all_inner_texts()
        page.locator(".leaf").nth(5).screenshot(path=self.paper)
        return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4")))

    def cast(self, page, form, picks):
        """Follow the QR of a form, tick the projects, look them over, send."""
        code = self.codes[form - 1]
        self.phone.go(page, f"/votes/{self.number}/ballot/?form={form:04d}&code={code}")
        for pick in picks:
            page.locator(f"input[name=picks][value='{pick}']").check(force=True)
        if form == 1:
            self.phone.sound(page)
            page.screenshot(path=FOLDER / "fund-ballot-on-a-phone.png", full_page=True)
        self.press(page, "下一步")

    def by_phone(self):
        """Five households by phone in large print; one names too few at first, one looks again."""
        with self.phone.visitor() as page:
            self.phone.go(page, f"/votes/{self.number}/")
            page.get_by_role("button", name="长辈版").click()
            self.cast(page, 1, (1, 2))
            self.refused(page, "至少选 3 个项目")
            for form, picks in BY_PHONE.items():
                self.cast(page, form, picks)
                if form == 2:
                    self.phone.sound(page)
                    page.screenshot(path=FOLDER / "fund-ballot-looked-over.png", full_page=True)
                    self.press(page, "回去改")
                    expect(page.locator("input[name=picks]:checked")).to_have_count(3)
                    self.press(page, "下一步")
                self.press(page, "提交")
                expect(page.locator(".notice--green")).to_have_text("已收到，谢谢您")

    def key(self, forms, received, reason=""):
        def keyed(person):
            for form, picks in forms.items():
                page = self.go(person, f"/staff/votes/{self.number}/keying/")
                page.get_by_label("表格编号").fill(str(form))
                page.get_by_label("打勾的项目").fill(" ".join(map(str, picks)))
                page.get_by_label("收到的时间").fill(f"{received:%Y-%m-%dT%H:%M}")
                page.get_by_label("两遍不同时，依据什么").fill(reason)
                self.press(page, "录入")
            return page.locator(".notice--green").inner_text()

        return keyed

    def scan(self, person):
        """Bring the scan of a form that two people read differently; it stands beside what each read."""
        page = self.go(person, f"/staff/votes/{self.number}/keying/")
        page.get_by_role("link", name="0006").click()
        expect(page.get_by_text("第 1 遍：1 2 3")).to_be_visible()
        expect(page.get_by_text("第 2 遍：1 2 8")).to_be_visible()
        page.locator("#scan").set_input_files(self.paper)
        self.press(page, "收下扫描件")
        shown = page.get_by_alt_text("表格 0006 的扫描件")
        expect(shown).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert shown.evaluate("one => one.complete && one.naturalWidth > 100")

    def count(self, person):
        """Close, hold the forms on the table against the record, count, and put the result on notice."""
        page = self.go(person, f"/staff/votes/{self.number}/")
        self.press(page, "截止")
        for label, number in (("桌上收回的表格", 6), ("作废的表格", 0), ("没有收回的表格", 5)):
            page.get_by_label(label).fill(str(number))
        self.press(page, "核对")
        self.refused(page, "票数不符：发出 12，记录为收回 6、作废 0、未收回 6")
        page.get_by_label("没有收回的表格").fill("6")
        page.get_by_label("桌上收回的表格").fill("6")
        page.get_by_label("作废的表格").fill("0")
        self.press(page, "核对")
        self.press(page, "计票")
        said = page.locator(".sheet").inner_text()
        until = timezone.localtime() + timedelta(days=3)
        page.get_by_label("公示到").fill(f"{until:%Y-%m-%dT%H:%M}")
        self.press(page, "公示")
        return said

    def settle(self, person):
        page = self.go(person, f"/staff/votes/{self.number}/")
        self.press(page, "公示期满，定结果")
        self.go(person, f"/staff/budget/{self.round}/round/")
        self.press(page, "收下投票的选票")
        self.press(page, "计票")
        page.get_by_role("heading", name="计票结果").wait_for()


def later(**time):
    return time_machine.travel(timezone.now() + timedelta(**time))  # noqa: TID251 - the pages go by the real clock


def held(street, votes):
    """Hold the vote from the lot to the projects chosen; gives what the printing, the keyings and the sheet say."""
    printed = street.by("operator", votes.prepare)
    street.picture(f"/staff/votes/{votes.number}/forms/", "fund-ballot-forms", "operator")
    with later(days=1):
        votes.by_phone()
    with later(days=1, hours=2):
        received = timezone.localtime()
        keyed = street.by("collector", votes.key(ON_PAPER, received))
        street.by("verifier", votes.key(ON_PAPER | MISREAD, received))
        street.by("collector", votes.scan)
        street.picture(f"/staff/votes/{votes.number}/keying/?number=6", "fund-keying", "collector")
        keyed += street.by("verifier", votes.key({6: ON_PAPER[6]}, received, "原件勾在 1、2、3"))
    street.next_day()
    with later(days=6):
        said = street.by("operator", votes.count)
        street.picture(f"/staff/votes/{votes.number}/", "fund-vote", "operator")
        street.picture(f"/votes/{votes.number}/", "fund-vote-on-a-phone")
    street.next_day()
    with later(days=10):
        street.by("operator", votes.settle)
        street.picture(f"/staff/budget/{votes.round}/round/", "fund-round-voted", "operator")
    return printed, keyed, said[0]


def test_twelve_projects_are_voted_on_by_household_on_paper_and_by_phone(street, folk, tmp_path):
    office = Treasury(folk, at=timezone.now() - timedelta(minutes=5), pace=timedelta(seconds=1))  # noqa: TID251 - as above
    round_ = begun(street, office, "春季自治金", "shares")
    with office_transaction(folk.office):
        numbers = prepared(office, round_)
    street.by("operator", do(round_, "print_ballot"))

    printed, keyed, said = held(street, Votes(street, round_, tmp_path / "scan.png"))

    assert (printed, keyed) == ([12], ["已录第一遍，请另一人录第二遍", "两遍相符，此票已计入"])
    assert "参与投票：9 户 (75.0000%)，其中空白票 1 户；废票 1 户，不计入参与" in said
    assert ("2. 长椅（12,000 元）：6 票" in said, "12. 议事亭（45,000 元）：0 票" in said) == (
        True,
        True,
    )
    with office_transaction(folk.office):
        assert {"长椅", "楼组花园", "晾衣架"} <= chosen(numbers)
        assert standing_numbered(round_).values["voters"] == 9
        assert str(fund_view(standing_numbered(round_).case).total.allocation) == FUND
    file = tmp_path / "round.pb"
    with visit(street.browser) as page:
        file.write_bytes(page.request.get(f"{street.address}/rounds/{round_}/votes.pb").body())
    assert main(["fund", "count", str(file), "--rule", "equal-shares"]) == 0
