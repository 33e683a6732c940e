"""A residents' committee elected in one step, walked in the browser from the registration of voters to the hand-over."""

from contextlib import ExitStack
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect
from street import Street, do

from linli.casework.queries.standing import standing_numbered
from linli.casework.turns.timers import fire_due
from linli.registry.isolation import office_transaction

START = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
NAME = "平南居委会"
VOTERS = [f"{number:03d}" for number in range(1, 41)]
CAME = " ".join(VOTERS[:34])
BOX = """张伟、李娜、王芳、赵强、陈静 17
张炜、李娜、王芳、赵强、周敏 10
李娜、王芳、孙丽 4
废票 2
空白 1"""
SECOND = "周敏 22\n孙丽 9\n空白 1"


@pytest.fixture
def street(browser, live_server, folk, time_machine):
    time_machine.move_to(START)
    with ExitStack() as day:
        yield Street(browser, live_server.url, day)


class Election:
    """What is done to the vote of an election by whoever sits at a desk."""

    def __init__(self, street, number):
        self.street, self.number, self.vote = street, number, ""

    def page(self, username):
        return self.street.person(username).page

    def press(self, page, name):
        with page.expect_navigation():
            page.get_by_role("button", name=name, exact=True).click()
        expect(page.locator(".notice--green").first).to_be_visible()

    def prepare(self, title, seats, voters=VOTERS):
        """Freeze the list of voters for the case at hand, publish it, and go on from there."""
        page = self.page("collector")
        page.goto(f"{self.street.address}/staff/cases/{self.number}/")
        with page.expect_navigation():
            page.get_by_role("link", name="付表决").click()
        page.get_by_label("名称").fill(title)
        page.get_by_label("问题").fill("选出居委会成员，写五人以下")
        page.get_by_label("规则", exact=True).select_option(label="居委会选举")
        page.get_by_label("票的公开程度").select_option(label="无记名，只计纸票")
        page.get_by_label("应选名额").fill(str(seats))
        page.get_by_label("名册", exact=True).fill("\n".join(voters))
        page.get_by_role("button", name="冻结名册").click()
        page.wait_for_url("**/staff/votes/*/")
        self.vote = page.url.split("/")[-2]
        self.press(page, "公布规则和名册")

    def open(self, closes_at):
        page = self._at("collector")
        page.get_by_label("截止时间").fill(closes_at)
        self.press(page, "开始表决")

    def hand(self, units):
        page = self._at("operator", "papers/")
        page.get_by_label("领票人在名册上的编号").fill(units)
        self.press(page, "登记领票")

    def key(self, username, text):
        page = self._at(username, "box/")
        page.get_by_label("票箱里的票").fill(text)
        self.press(page, "录入")

    def count(self, returned, outstanding, spellings=""):
        page = self._at("collector")
        for label, number in (("桌上收回的表格", returned), ("作废的表格", 0), ("没有收回的表格", outstanding)):  # fmt: skip
            page.get_by_label(label).fill(str(number))
        self.press(page, "核对")
        page.get_by_label("写法不同的同一人").fill(spellings)
        self.press(page, "计票")

    def close(self):
        self.press(self._at("collector"), "截止")

    def post(self, until):
        page = self._at("collector")
        page.get_by_label("公示到").fill(until)
        self.press(page, "公示")

    def settle(self):
        self.press(self._at("collector"), "公示期满，定结果")

    def _at(self, username, more=""):
        page = self.page(username)
        page.goto(f"{self.street.address}/staff/votes/{self.vote}/{more}")
        return page


def called(street, file):
    """Call the election, choose the one step, post the list; one objection is taken and answered."""
    [number] = street.by(
        "operator", lambda person: person.open("residents-election", "call", name=NAME, seats=5)
    )
    street.by("collector", do(number, "form_committee", [file], members=7),
              do(number, "choose_method", method="direct", naming="none"),
              do(number, "post_list", [file], registered=40),
              do(number, "object", objection="三号楼 201 漏登一人"),
              do(number, "rule", ruling="经核实补登，名单已更正"))  # fmt: skip
    return number


def in_the_evening(election, box, spellings=""):
    """Close, have the box read by two people, count."""
    election.close()
    for username in ("operator", "verifier"):
        election.key(username, box)
    papers = sum(int(line.split()[-1]) for line in box.splitlines())
    election.count(papers, 0 if spellings else 2, spellings)


def first_poll(election, later):
    """Open the poll once the list was posted for twenty days; four of five seats are filled."""
    election.prepare("平南居委会选举", 5)
    later(days=21)
    election.open("2026-03-24T18:00")
    election.hand(CAME)
    election.street.picture(f"/votes/{election.vote}/", "election-on-a-phone")
    later(days=22, hours=10)
    in_the_evening(election, BOX, "张伟 = 张炜")
    election.street.picture(f"/staff/votes/{election.vote}/", "election", "collector")
    election.post("2026-03-27T18:00")
    later(days=26)
    election.settle()


def second_poll(election, later):
    """Fill the seat that was left over."""
    election.prepare("平南居委会另行选举", 1)
    election.open("2026-03-30T18:00")
    election.hand(CAME)
    later(days=29)
    in_the_evening(election, SECOND)
    election.post("2026-04-02T18:00")
    later(days=32)
    election.settle()


def test_a_committee_is_elected_in_one_step_from_registration_to_hand_over(
    street, folk, pictures, time_machine
):
    def later(**time):
        street.next_day()
        time_machine.move_to(START + timedelta(**time))
        fire_due(START + timedelta(**time))

    def standing():
        with office_transaction(folk.office):
            return standing_numbered(number)

    photo = pictures["after"]
    number = called(street, photo)
    election = Election(street, number)
    first_poll(election, later)
    half = standing()
    second_poll(election, later)
    street.by("operator", do(number, "file", [photo]), do(number, "hand_over", [photo]))
    street.picture(f"/staff/cases/{number}/", "election-case", "collector")
    end = standing()

    counted = [half.values[name] for name in ("registered", "issued", "returned", "invalid", "elected")]  # fmt: skip
    assert (half.state, half.values["missing"], counted) == ("short", 1, [40, 34, 34, 2, 4])
    assert half.values["sheet_no"].split("-")[0].isdecimal()
    assert (end.state, end.values["missing"], end.values["naming"]) == ("done", 0, "none")
