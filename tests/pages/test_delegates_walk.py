"""A delegates' round of 61 proposals: replied to one by one, rated, handled again, promises kept, figures opened to records.

Fifty-eight proposals are taken through their steps by the same verbs that the pages call; three are walked in the
browser from the delegate's form to the kept promise, and the figures are read there at the end.
"""

import re
from contextlib import ExitStack
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect
from street import Street, do
from townsfolk import _staff
from treasury import Treasury

from linli.casework.queries.standing import standing_numbered
from linli.registry.actors import account_actor_id
from linli.registry.isolation import office_transaction
from linli.rulebook.casefile import Actor

START = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
KEY = "public-proposal"
IN_BULK, BY_HAND = 58, 3
SOLVED, PLANNED, EXPLAINED = 40, 12, 6
UNHAPPY, KEPT = 4, 5


@pytest.fixture
def street(browser, live_server, folk, time_machine):
    time_machine.move_to(START)
    with office_transaction(folk.office):
        by = Actor(folk.office, account_actor_id(folk.accounts["director"]))
        _staff(folk, folk.bodies["城运中心"], {"delegate": "社区代表"}, by)
    with ExitStack() as day:
        yield Street(browser, live_server.url, day)


class Round:
    """Fifty-eight proposals in the hands of those whose duty it is."""

    def __init__(self, folk):
        self.office = Treasury(folk, at=START - timedelta(days=1), pace=timedelta(seconds=30))
        self.unit = folk.bodies["市政服务中心"]

    def proposed(self, place):
        return self.office.open(
            "delegate", KEY, "propose", title=f"第{place}号建议", what="请修整楼前道路",
            topic="utilities", seconders=3,
        )  # fmt: skip

    def answered(self, case, reply_class):
        promise = {"promised_on": "2026-06-30"} if reply_class == "planned" else {}
        self.office.act("operator", case, "assign", unit=self.unit)
        self.office.act(
            "lead", case, "answer", reply="已办", reply_class=reply_class, adopted=True, **promise
        )

    def whole(self, place, reply_class):
        """Take one proposal to its end: a few are rated badly first and handled again."""
        case = self.proposed(place)
        self.office.act("operator", case, "accept")
        self.answered(case, reply_class)
        if place <= UNHAPPY:
            self.office.act("delegate", case, "rate", satisfaction="dissatisfied")
            self.answered(case, reply_class)
        self.office.act("delegate", case, "rate", satisfaction="satisfied")
        return case

    def all(self):
        classes = ["solved"] * SOLVED + ["planned"] * PLANNED + ["explained"] * EXPLAINED
        cases = [self.whole(place, one) for place, one in enumerate(classes, 1)]
        for case in cases[SOLVED : SOLVED + KEPT]:
            self.office.act("lead", case, "keep_promise", [("done", "photo")], reply="已兑现")
        return cases


def by_hand(street, unit, photo):
    """Walk three proposals in the browser: a promise kept, one handled again, one explained."""
    numbers = street.by(
        "delegate",
        *(
            lambda person, title=title: person.open(KEY, "propose", title=title, what="请看现场", topic="utilities", seconders=2)
            for title in ("加装扶手", "增设长椅", "错峰停车")
        ),
    )  # fmt: skip
    first, second, third = numbers
    for number in numbers:
        street.by("operator", do(number, "accept"), do(number, "assign", unit=unit))
    planned = {"reply": "列入二季度计划", "reply_class": "planned", "adopted": "true", "promised_on": "2026-06-30"}  # fmt: skip
    street.by("lead", do(first, "answer", **planned),
              do(second, "answer", reply="暂无位置", reply_class="explained", adopted="false"),
              do(third, "answer", reply="已与单位约定", reply_class="solved", adopted="true"))  # fmt: skip
    street.by("delegate", do(first, "rate", satisfaction="satisfied"),
              do(second, "rate", satisfaction="dissatisfied"),
              do(third, "rate", satisfaction="very_satisfied"))  # fmt: skip
    street.by("operator", do(second, "assign", unit=unit))
    street.by("lead", do(second, "answer", reply="已在花坛边增设两张", reply_class="solved", adopted="true"))  # fmt: skip
    street.by("delegate", do(second, "rate", satisfaction="satisfied"))
    street.by("lead", do(first, "keep_promise", [photo], reply="扶手已装好"))
    return numbers


def test_sixty_one_proposals_are_answered_rated_and_their_promises_followed(street, folk, pictures):
    with office_transaction(folk.office):
        Round(folk).all()
    numbers = by_hand(street, folk.bodies["市政服务中心"], pictures["after"])

    page = street.person("director").page
    page.goto(f"{street.address}/staff/figures/{KEY}.replied_rate/?year=2026")
    said = page.locator("main").inner_text()
    street.picture(f"/staff/figures/?mechanism={KEY}&year=2026", "proposals", "director")
    page.goto(f"{street.address}/staff/figures/{KEY}.replied_rate/records/?year=2026")
    expect(page.get_by_text("数值 61，明细 61 条，相符")).to_be_visible()
    street.picture(f"/staff/cases/{numbers[1]}/", "proposal-on-a-phone", "delegate", narrow=True)
    with office_transaction(folk.office):
        states = [standing_numbered(number).state for number in numbers]
        again = standing_numbered(numbers[1]).values["redone"]

    assert (states, again) == (["closed"] * BY_HAND, 1)
    assert ("100.00%" in said, "61" in said) == (True, True)
    page.goto(f"{street.address}/staff/figures/?mechanism={KEY}&year=2026")
    expect(page.locator("main")).to_contain_text(re.compile(rf"承诺未兑现数\s*{PLANNED - KEPT}\b"))
    counts = {
        label: page.get_by_role("row").filter(has_text=label).first.inner_text().split()[-1]
        for label in ("再办次数", "承诺兑现数", "代表满意件数", "代表评价件数")
    }
    assert counts == {
        "再办次数": str(UNHAPPY + 1),
        "承诺兑现数": str(KEPT + 1), "代表满意件数": "61", "代表评价件数": "61",
    }  # fmt: skip
