"""A lift for 24 dwellings: the chair's roll, paper keyed twice, phones, a result that is objected to and counted again."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from browsing import PHONE, WIDE
from playwright.sync_api import expect
from steps import Walker

FOLDER = Path(__file__).parents[2] / "docs/pictures"
START = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
UNITS = [f"{floor}0{side}" for floor in range(1, 7) for side in range(1, 5)]
ROLL = "\n".join(f"{unit}\t{('58.40', '62.75')[at % 2]}\t\t产证" for at, unit in enumerate(UNITS))
BY_PHONE, NO_ON_PAPER = range(1, 9), (16, 17)
ON_PAPER = range(9, 18)


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(START)
    return time_machine


class Vote:
    """A vote walked through by people with browsers of their own."""

    def __init__(self, browser, address, clock):
        self.desk, self.phone = Walker(browser, address, WIDE), Walker(browser, address, PHONE)
        self.clock, self.number = clock, ""

    def later(self, **time):
        self.clock.move_to(START + timedelta(**time))

    def press(self, page, name):
        with page.expect_navigation():
            page.get_by_role("button", name=name, exact=True).click()

    def prepare(self, page):
        """Prepare, publish and open; give the code of each form, printed one form to a page."""
        self.desk.go(page, "/staff/votes/")
        page.get_by_label("名称").fill("三号楼加装电梯")
        page.get_by_label("问题").fill("是否同意三号楼加装电梯？")
        page.get_by_label("规则", exact=True).select_option(label="业主共同决定（特别事项）")
        page.get_by_label("名册", exact=True).fill(ROLL)
        self.desk.sound(page)
        self.press(page, "冻结名册")
        self.number = re.search(r"/votes/(\d+)/", page.url)[1]
        self.press(page, "公布规则和名册")
        page.get_by_label("截止时间").fill("2026-03-16T18:00")
        self.press(page, "开始表决")
        page.get_by_role("link", name="打印表格").click()
        page.wait_for_load_state("networkidle")
        self.desk.sound(page)
        return page.locator(".code").all_inner_texts()

    def by_phone(self, page, form, code, choice="同意"):
        """Go where the form's QR leads, answer the one question."""
        self.phone.go(page, f"/votes/{self.number}/ballot/?form={form:04d}&code={code}")
        page.get_by_text(choice, exact=True).click()
        if form == BY_PHONE[0]:
            self.phone.sound(page)
            page.screenshot(path=FOLDER / "ballot-on-a-phone.png")
        self.press(page, "提交")
        expect(page.locator(".notice--green")).to_have_text("已收到，谢谢您")

    def key(self, username, forms):
        with self.desk.visitor() as page:
            self.desk.log_in(page, username)
            for form, choice, reason in forms:
                self.desk.go(page, f"/staff/votes/{self.number}/keying/")
                page.get_by_label("表格编号").fill(str(form))
                page.get_by_text(choice, exact=True).click()
                page.get_by_label("收到的时间").fill("2026-03-03T10:00")
                page.get_by_label("两遍不同时，依据什么").fill(reason)
                self.press(page, "录入")
            said = page.locator(".notice--green").inner_text()
            self.desk.sound(page)
        return said

    def conclude(self, page, until):
        """Hold the forms on the table against the record, count, and put the result on notice."""
        for label, number in (("桌上收回的表格", 9), ("作废的表格", 0), ("没有收回的表格", 15)):
            page.get_by_label(label).fill(str(number))
        self.press(page, "核对")
        self.press(page, "计票")
        said = page.locator("main").inner_text()
        page.get_by_label("公示到").fill(until)
        self.press(page, "公示")
        return said

    def public(self, page):
        self.phone.go(page, f"/votes/{self.number}/")
        self.phone.sound(page)
        return page.locator("main").inner_text()

    def at_the_desk(self, page):
        self.desk.log_in(page, "director")
        self.desk.go(page, f"/staff/votes/{self.number}/")


def pages_of(pdf):
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def ballots_come_in(vote, codes):
    """Eight households vote by phone in large print; nine forms are keyed twice, one of them read otherwise."""
    vote.later(days=1, hours=3)
    with vote.phone.visitor() as page:
        vote.phone.go(page, f"/votes/{vote.number}/")
        page.get_by_role("button", name="长辈版").click()
        for form in BY_PHONE:
            vote.by_phone(page, form, codes[form - 1])
    read = [(form, "反对" if form in NO_ON_PAPER else "同意", "") for form in ON_PAPER]
    slip = [(9, "弃权", ""), *read[1:]]
    assert vote.key("operator", read) == "已录第一遍，请另一人录第二遍"
    assert vote.key("verifier", slip) == "两遍相符，此票已计入"
    assert vote.key("director", [(9, "同意", "原件勾在同意栏")]) == "两遍相符，此票已计入"


def objected_to(vote):
    """A resident objects, the objection is upheld, the ballot annulled; gives what the second count says."""
    with vote.phone.visitor() as page:
        vote.public(page)
        page.get_by_label("哪里不对，为什么").fill("101 的票不是本户投的")
        vote.press(page, "提交异议")
    with vote.desk.visitor() as page:
        vote.at_the_desk(page)
        page.get_by_text("成立", exact=True).click()
        page.get_by_label("处理意见").fill("经核实，101 户未收到表格，表格被他人取走")
        vote.press(page, "处理")
        page.get_by_text("有一票不该计入").click()
        page.get_by_label("票的序号").fill("1")
        page.get_by_label("原因").fill("异议成立")
        vote.press(page, "宣布无效")
        said = vote.conclude(page, "2026-03-26T18:00")
        vote.desk.sound(page)
        page.screenshot(path=FOLDER / "vote-result.png", full_page=True)
    return said


def seen_by_residents(vote, code):
    """Give what the public page says at the end, and what a household finds on record."""
    with vote.phone.visitor() as page:
        public = vote.public(page)
        page.screenshot(path=FOLDER / "vote-on-a-phone.png")
        vote.phone.go(page, f"/votes/{vote.number}/ballot/?form=0009&code={code}&record=1")
        vote.phone.sound(page)
        return public, page.locator("main").inner_text()


def test_a_lift_is_voted_on_by_paper_and_phone_objected_to_and_counted_again(
    browser, live_server, folk, clock
):
    vote = Vote(browser, live_server.url, clock)
    with vote.desk.visitor() as page:
        vote.desk.log_in(page, "director")
        codes = vote.prepare(page)
        printed = pages_of(page.pdf(format="A4"))
    ballots_come_in(vote, codes)
    vote.later(days=15)
    with vote.desk.visitor() as page:
        vote.at_the_desk(page)
        vote.press(page, "截止")
        first = vote.conclude(page, "2026-03-24T18:00")
    second = objected_to(vote)
    vote.later(days=25)
    with vote.desk.visitor() as page:
        vote.at_the_desk(page)
        vote.press(page, "公示期满，定结果")
    public, own = seen_by_residents(vote, codes[8])

    assert (len(set(codes)), printed) == (24, 24)
    assert ("1027.60 ㎡、17 人" in first, "结果：通过" in first) == (True, True)
    assert ("969.20 ㎡、16 人" in second, "16 × 3 = 48 = 24 × 2 = 48" in second) == (True, True)
    assert ("生效" in public, "结果：通过" in public, "同意" in own) == (True, True, True)
