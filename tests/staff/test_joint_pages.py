"""Duplicates from page to table: warned of at intake, joined by residents, tied and untied by staff, answered together."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from walking import CATEGORY, FORM, PLACE, act, hidden, log_in, picture, report, text

from linli.casework.actions import CaseUnknown, perform
from linli.casework.models import Case, Step
from linli.casework.queries.seeing import joined_id
from linli.casework.tables.ties import Follower, Tie
from linli.registry.isolation import office_transaction
from linli.rulebook.casefile import Actor

PHONE = "13800000001"
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def plain(page):
    return re.sub(r"<[^>]+>|\s+", "", text(page))


def close(folk, number):
    act("operator", number, "accept", category=CATEGORY, urgency="normal")
    act("operator", number, "reject", reason="已由市政修复", sure="1")


def test_the_desk_is_warned_while_typing_and_by_a_button_without_script(folk):
    _visitor, number = report("平南路口路缘石破损")
    client = log_in("operator")
    form = "/staff/intake/grid-case/register/"
    typed = {"what": "平南路口的路缘石坏了", **PLACE}

    live = client.post(f"{form}alike/", typed)
    key = hidden(client.get(form), "key")
    looked = client.post(form, {**typed, "key": key, "look": "1"})
    other = client.post(f"{form}alike/", {"what": "物业不开发票"})

    assert f"/staff/cases/{number}/joint/" in text(live)
    assert "相距0米" in plain(live)
    assert looked.status_code == 200
    assert f"/staff/cases/{number}/joint/" in text(looked)
    assert "平南路口的路缘石坏了" in text(looked)
    assert number not in text(other)


def test_a_resident_joins_instead_of_reporting_again_and_follows_with_an_own_code(folk):
    _first, number = report("平南路口路缘石破损", phone="13800000000")
    visitor = Client()
    key = hidden(visitor.get(FORM), "key")
    sent = {"key": key, "what": "路缘石破损", "phone": PHONE, **PLACE}

    live = visitor.post(f"{FORM}alike/", sent)
    joined = visitor.post(f"{FORM}join/", {**sent, "join": number})
    again = visitor.post(f"{FORM}join/", {**sent, "join": number})
    receipt = visitor.get(joined["Location"])
    code = re.search(r"查询码.*?([2-9A-Z]{8})", plain(receipt))[1]
    follower = Client()
    followed = follower.post("/follow/", {"number": number, "code": code})

    assert "平南路口路缘石破损" not in text(live)  # what others wrote is theirs
    assert joined["Location"] == f"/cases/{number}/receipt/" == again["Location"]
    assert followed["Location"] == f"/cases/{number}/"
    assert follower.get(f"/cases/{number}/").status_code == 200
    assert "不同上报人2位" in plain(log_in("operator").get(f"/staff/cases/{number}/"))
    with office_transaction(folk.office):
        assert Follower.objects.count() == 1


def test_a_wrong_code_opens_nothing_though_others_have_joined(folk):
    _first, number = report()
    visitor = Client()
    key = hidden(visitor.get(FORM), "key")
    visitor.post(f"{FORM}join/", {"key": key, "join": number})

    answer = Client().post("/follow/", {"number": number, "code": "22222222"})

    assert answer.status_code == 422


def test_nobody_joins_a_case_that_is_over(folk):
    _first, number = report()
    close(folk, number)
    visitor = Client()

    answer = visitor.post(f"{FORM}join/", {"key": "k", "join": number})

    assert answer.status_code == 404
    with office_transaction(folk.office):
        assert Follower.objects.count() == 0


def test_alike_cases_are_tied_in_one_action_and_untied_again_with_both_on_record(folk):
    _one, first = report("平南路口路缘石破损", phone=PHONE)
    _two, second = report("平南路口路缘石坏了", phone=PHONE)
    client = log_in("operator")
    page = f"/staff/cases/{first}/joint/"

    offered = text(client.get(page))
    tied = client.post(f"{page}gather/", {"number": second, "reason": "同一路口"}, follow=True)
    undone = client.post(f"{page}undo/", {"number": second}, follow=True)

    assert f'value="{second}"' in offered
    assert f"已并入{first}：{second}" in plain(tied)
    assert "不同上报人1位" in plain(tied)  # one telephone is one person
    assert "已撤销：接案员" in plain(undone)
    with office_transaction(folk.office):
        [tie] = Tie.objects.all()
        assert (tie.primary.number, tie.secondary.number, tie.reason) == (first, second, "同一路口")
        assert tie.undone_by == f"account:{folk.accounts['operator']}"
        assert [tie.primary.seq, tie.secondary.seq] == [1, 1]


def test_what_cannot_be_tied_is_refused_in_words_and_nothing_changes(folk):
    (_a, first), (_b, second), (_c, third) = report(), report(), report()
    client = log_in("operator")
    client.post(f"/staff/cases/{first}/joint/gather/", {"number": second})

    itself = client.post(f"/staff/cases/{first}/joint/gather/", {"number": first})
    twice = client.post(f"/staff/cases/{third}/joint/gather/", {"number": second})
    below = client.post(f"/staff/cases/{second}/joint/gather/", {"number": third})
    unknown = client.post(f"/staff/cases/{first}/joint/gather/", {"other": "SB26-9999999"})

    refused = (itself, twice, below, unknown)
    assert [page.status_code for page in refused] == [422, 422, 422, 422]
    assert "不能并入自己" in text(itself)
    assert "已经并入别的案件" in text(twice)
    assert "请并到那一件" in text(below)
    assert "没有编号为" in text(unknown)
    with office_transaction(folk.office):
        assert Tie.objects.count() == 1


def test_closing_the_primary_answers_its_secondaries_in_one_action(folk):
    _one, first = report("平南路口路缘石破损")
    visitor, second = report("平南路口路缘石坏了")
    act("operator", second, "accept", category=CATEGORY, urgency="normal")
    client = log_in("operator")
    page = f"/staff/cases/{first}/joint/"
    client.post(f"{page}gather/", {"number": second})

    early = client.post(f"{page}answer/")
    close(folk, first)
    shown = plain(visitor.get(f"/cases/{second}/"))
    answered = client.post(f"{page}answer/", follow=True)

    assert early.status_code == 422
    assert f"与另一件一起办理{first}" in shown
    assert "已一并答复并办结1件" in plain(answered)
    closed = plain(client.get(f"/staff/cases/{second}/"))
    assert f"与{first}并案办理，该件不予受理" in closed


def test_hot_issues_count_different_people(folk):
    for phone in (PHONE, PHONE, "13800000002", "13800000003"):
        report("平南路口路缘石破损绊倒行人", phone=phone)
    report("食堂排队太久", phone="13800000004", before=picture())

    page = plain(log_in("operator").get("/staff/hot/"))

    row = page[page.index("热度") :]
    assert "热度平南路口路缘石破损绊倒行人" in row
    assert re.search(r"去并案343\.0", row)
    assert "食堂" not in page


def joined(number, **more):
    """Somebody who joined a case: a client that came with the own code."""
    visitor = Client()
    key = hidden(visitor.get(FORM), "key")
    page = visitor.get(
        visitor.post(f"{FORM}join/", {"key": key, "join": number, **more})["Location"]
    )
    code = re.search(r"查询码.*?([2-9A-Z]{8})", plain(page))[1]
    client = Client()
    client.post("/follow/", {"number": number, "code": code})
    return client


def added(client, number, more, **files):
    page = client.get(f"/cases/{number}/do/supplement/")
    sent = {"key": hidden(page, "key"), "revision": hidden(page, "revision"), "more": more, **files}
    return client.post(f"/cases/{number}/do/supplement/", sent)


def test_who_joined_adds_words_and_a_photo_by_the_own_code_and_staff_see_whose_they_are(folk):
    reporter, number = report()
    joined(number)
    second = joined(number)

    answer = added(second, number, "半夜也有人绊倒", more_photo=picture())
    desk = text(log_in("operator").get(f"/staff/cases/{number}/"))
    theirs, others = (text(one.get(f"/cases/{number}/")) for one in (second, reporter))

    assert answer.status_code == 302
    assert "半夜也有人绊倒" in desk
    assert "同报居民2" in desk
    assert "<img" in theirs.partition("您报的内容")[2]
    assert "另一位居民" in others
    assert "<img" not in others.partition("您报的内容")[2]


def test_who_joined_may_add_and_nothing_else(folk):
    _reporter, number = report()
    client = joined(number)

    page = client.get(f"/cases/{number}/")

    assert [one.action for one in page.context["view"].offers] == ["supplement"]


def test_who_joined_one_case_acts_on_no_other(folk):
    _one, first = report()
    _two, second = report("另一处路灯不亮")
    joined(first)
    with office_transaction(folk.office):
        ids = dict(Case.objects.values_list("number", "pk"))
        stranger = Actor(folk.office, joined_id(ids[first], 1))

        with pytest.raises(CaseUnknown):
            perform(
                case=ids[second], action="supplement", by=stranger, at=AT, form={"more": "冒充"},
                key="x", revision=None,
            )  # fmt: skip

        assert Step.objects.filter(action="supplement").count() == 0
