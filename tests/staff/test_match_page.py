"""The page of suggested matches: what fits is suggested, what is unmet is listed, nothing happens by itself."""

from datetime import UTC, datetime

import time_machine
from treasury import Treasury
from walking import log_in, text

from linli.casework.queries.standing import standing
from linli.casework.turns.timers import fire_due
from linli.registry.isolation import office_transaction

SOON = datetime(2025, 3, 4, 2, 0, tzinfo=UTC)
LATER = datetime(2025, 4, 20, 2, 0, tzinfo=UTC)


def offered(office, who, action, name, topic, until="2025-12-31"):
    case = office.open(
        who, "supply-demand", action, name=name, topic=topic, about="每周一次", capacity=2,
        valid_until=until,
    )  # fmt: skip
    office.act("operator", case, "admit")
    return case


def test_what_fits_is_suggested_and_nothing_is_claimed(folk):
    with office_transaction(folk.office):
        office = Treasury(folk)
        want = offered(office, "collector", "publish_need", "书法课", "culture")
        offered(office, "collector", "publish_need", "磨刀", "repair")
        give = offered(office, "handler", "publish_resource", "书法老师", "culture")
        offered(office, "handler", "publish_resource", "过期讲座", "repair", until="2025-03-03")
        before = (standing(want).seq, standing(give).seq)
    with time_machine.travel(SOON):
        page = text(log_in("operator").get("/staff/matches/"))
    with office_transaction(folk.office):
        after = (standing(want).seq, standing(give).seq)

    suggested, left = page.split("逾期无人认领的需求</")[0], page.split("眼下配不上的需求</")[1]
    assert "书法课" in suggested
    assert "书法老师" in suggested
    assert "过期讲座" not in page
    assert "磨刀" in left
    assert before == after


def test_needs_nobody_claimed_in_thirty_days_are_listed(folk):
    with office_transaction(folk.office):
        offered(Treasury(folk), "collector", "publish_need", "磨刀", "repair")
    with office_transaction(folk.office):
        fire_due(LATER)
    with time_machine.travel(LATER):
        page = text(log_in("operator").get("/staff/matches/"))

    assert "没有逾期无人认领的需求" not in page
    assert "磨刀" in page
