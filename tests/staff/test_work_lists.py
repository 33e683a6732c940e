"""Work lists, and the way from one case of a list to the next."""

import re
from urllib.parse import urlencode

from walking import CATEGORY, act, log_in, report, text

from linli.casework.tables.worklists import WorkList
from linli.registry.isolation import office_transaction
from linli.registry.models import Body

EVERY_FILTER = {
    "mechanism": "grid-case", "state": "accepted", "phase": "intake", "category": CATEGORY,
    "area": "/310000/310112/310112006/", "holder": "0", "source": "web", "late": "1", "open": "1",
    "kind": "case", "direct": "1", "words": "路灯", "number": "GM26", "from": "2026-01-01",
    "to": "2026-12-31", "due_from": "2026-01-01", "due_to": "2026-12-31",
    "closed_from": "2026-01-01", "closed_to": "2026-12-31",
}  # fmt: skip


def keep(client, query, name="我的清单", body=""):
    return client.post("/staff/lists/", {"query": query, "name": name, "body": body}, follow=True)


def links(page):
    """Give the work lists on a page: name and address of each."""
    nav = re.search(r'aria-label="工作清单".*?</(?:nav|ul|div)>', text(page), re.DOTALL)
    return re.findall(r'<a\s+href="([^"]*)"[^>]*>([^<]*)', nav[0]) if nav else []


def test_a_list_keeps_every_filter_and_leads_back_to_it(folk):
    """Known elsewhere: a saved filter lost its source, and was not saved with a district (Signalen frontend#102, #112)."""
    client = log_in("operator")

    page = keep(client, urlencode({**EVERY_FILTER, "page": "3"}))

    with office_transaction(folk.office):
        [row] = WorkList.objects.all()
    assert page.request["QUERY_STRING"] == row.query == urlencode(sorted(EVERY_FILTER.items()))
    assert page.context["lists"].chosen.name == "我的清单"


def test_a_list_of_the_same_name_takes_the_place_of_the_earlier_one(folk):
    client = log_in("operator")
    keep(client, "state=accepted", "要派的")

    page = keep(client, "state=filed", "要派的")

    assert [one.query for one, _href, _here in page.context["lists"].kept] == ["state=filed"]


def test_a_shared_list_is_there_for_ones_body_and_for_nobody_else(folk):
    client = log_in("operator")
    keep(client, "late=1", "已超时的", body=folk.bodies["城运中心"])
    keep(client, "state=filed", "只给自己看的")

    def seen(username):
        page = log_in(username).get("/staff/cases/")
        return [(one.name, one.is_mine) for one, _href, _here in page.context["lists"].kept]

    assert seen("operator") == [("只给自己看的", True), ("已超时的", True)]
    assert seen("dispatcher") == [("已超时的", False)]
    assert seen("handler") == []


def test_only_the_owner_lets_a_list_go(folk):
    client = log_in("operator")
    keep(client, "late=1", body=folk.bodies["城运中心"])
    with office_transaction(folk.office):
        number = WorkList.objects.get().pk

    refused = log_in("dispatcher").post(f"/staff/lists/{number}/let-go/", follow=True)
    with office_transaction(folk.office):
        still_there = WorkList.objects.count()
    done = client.post(f"/staff/lists/{number}/let-go/", {"query": "late=1"}, follow=True)

    assert "这不是您自己的清单" in text(refused)
    assert still_there == 1
    assert done.context["lists"].kept == ()


def test_a_list_is_shared_only_with_a_body_of_ones_own(folk):
    client = log_in("operator")
    with office_transaction(folk.office):
        foreign = Body.objects.exclude(pk=folk.bodies["城运中心"]).first().pk

    page = keep(client, "late=1", body=foreign)

    assert "只能共享给自己所在的单位" in text(page)
    with office_transaction(folk.office):
        assert not WorkList.objects.exists()


def test_from_one_case_of_a_list_to_the_next_also_when_it_has_left_the_list(folk):
    _one, first = report("路灯不亮")
    _two, second = report("井盖松动")
    _three, third = report("路面积水")
    client, back = log_in("operator"), "/staff/cases/?state=reported"

    def beside(number):
        return client.get(f"/staff/cases/{number}/", {"back": back}).context["beside"]

    there = beside(second)
    act("operator", second, "accept", category=CATEGORY, urgency="normal")

    assert (third in there.before, first in there.after) == (True, True)
    assert beside(second) == there
    assert (beside(third).before, second in beside(third).after) == ("", False)
    assert client.get(f"/staff/cases/{second}/").context["beside"] is None


def test_each_key_stands_on_one_button(folk):
    _visitor, number = report()

    offers = log_in("operator").get(f"/staff/cases/{number}/").context["offers"]

    keys = [one.key for one in offers]
    assert keys[:2] == ["a", "s"]
    assert len(set(keys)) == len(keys)
