"""Several cases at once: what each allows is shown before, each is done or refused by itself."""

import re
from datetime import UTC, datetime

import pytest
from walking import CATEGORY, act, hidden, log_in, report, text

from linli.casework.models import Case, Step
from linli.casework.phrases.actions import keep_phrase
from linli.registry.isolation import office_transaction
from linli.rulebook.casefile import Actor

PAGE = "/staff/bulk/"
ACCEPT = "grid-case:accept"
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def plain(page):
    return re.sub(r"<[^>]+>|\s+", "", text(page))


def states(folk):
    with office_transaction(folk.office):
        return dict(Case.objects.values_list("number", "state"))


@pytest.fixture
def three(folk):
    """Two reported cases and one accepted already."""
    numbers = [report(f"第{n}处井盖松动")[1] for n in range(3)]
    act("operator", numbers[2], "accept", category=CATEGORY, urgency="normal")
    return numbers


def revisions(page):
    return dict(re.findall(r'name="(revision\.[^"]+)" value="(\d+)"', text(page)))


def test_what_each_case_allows_is_shown_before_and_only_those_are_done(folk, three):
    client = log_in("operator")

    offered = plain(client.post(PAGE, {"number": three}))
    page = client.post(PAGE, {"number": three, "way": ACCEPT})
    sent = {"number": three, "way": ACCEPT, "key": hidden(page, "key"), "category": CATEGORY,
            "urgency": "normal", "do": "1", **revisions(page)}  # fmt: skip
    done = client.post(PAGE, sent)
    again = client.post(PAGE, sent)

    assert "受理2/3" in offered
    assert "立案1/3" in offered
    assert plain(page).count("可以办") == 2
    assert "不办：现在的状态不能办" in plain(page)
    assert "办了2件" in plain(done)
    assert again.status_code == 200
    assert set(states(folk).values()) == {"accepted"}
    with office_transaction(folk.office):
        assert Step.objects.filter(action="accept").count() == 3


def test_a_form_with_faults_does_nothing_to_any(folk, three):
    client = log_in("operator")
    page = client.post(PAGE, {"number": three, "way": "grid-case:reject"})

    answer = client.post(
        PAGE,
        {
            "number": three,
            "way": "grid-case:reject",
            "key": hidden(page, "key"),
            "do": "1",
            **revisions(page),
        },
    )

    assert answer.status_code == 422
    assert sorted(states(folk).values()) == ["accepted", "reported", "reported"]


def test_a_case_somebody_acted_on_in_between_is_left_and_the_others_are_done(folk, three):
    client = log_in("operator")
    page = client.post(PAGE, {"number": three[:2], "way": "grid-case:reject"})
    act("operator", three[0], "accept", category=CATEGORY, urgency="normal")

    done = client.post(
        PAGE,
        {"number": three[:2], "way": "grid-case:reject", "key": hidden(page, "key"), "reason": "已修复",
         "sure": "1", "do": "1", **revisions(page)},
    )  # fmt: skip

    assert "刚被别人办过" in plain(done)
    assert "办了1件" in plain(done)
    assert (states(folk)[three[0]], states(folk)[three[1]]) == ("accepted", "rejected")


def test_cases_one_may_not_see_are_left_out_and_nobody_acts_beyond_their_duties(folk, three):
    page = plain(log_in("handler").post(PAGE, {"number": three, "way": ACCEPT, "do": "1"}))

    assert "还没有选案件" in page or "没有能一起办的动作" in page
    assert sorted(states(folk).values()) == ["accepted", "reported", "reported"]


def test_the_list_offers_to_choose_cases(folk, three):
    page = text(log_in("operator").get("/staff/cases/"))

    assert len(re.findall(r'type="checkbox"\s+name="number"', page)) == 3
    assert 'action="/staff/bulk/"' in page


def test_a_standard_text_is_filled_in_for_each_case_as_shown_before(folk, three):
    said = {"mechanism": "grid-case", "action": "reject", "text": "<number> 不属本街道。"}
    with office_transaction(folk.office):
        keep_phrase(**said, name="不属本街道", by=Actor(folk.office, "account:1"), at=AT)
    client, way = log_in("operator"), {"number": three[:2], "way": "grid-case:reject"}
    page = client.post(PAGE, way)
    [group] = page.context["usable"]

    used = client.post(PAGE, {**way, "use": group.texts[0].value})
    given = used.context["sheet"].answers["reason"]
    client.post(
        PAGE,
        {**way, "key": hidden(used, "key"), "reason": given, "sure": "1", "do": "1", **revisions(used)},
    )  # fmt: skip

    assert given == "<number> 不属本街道。"
    assert [line.says for line in used.context["lines"]] == [
        (f"{n} 不属本街道。",) for n in three[:2]
    ]
    for number in three[:2]:
        assert f"{number} 不属本街道。" in text(client.get(f"/staff/cases/{number}/"))


@pytest.fixture
def dispatched(folk):
    """Two filed cases, dispatched together, and the page that says so."""
    numbers = [report(f"第{n}处井盖松动")[1] for n in range(2)]
    for number in numbers:
        act("operator", number, "accept", category=CATEGORY, urgency="normal")
        act("operator", number, "file", category=CATEGORY, urgency="normal")
    client, way = log_in("dispatcher"), {"number": numbers, "way": "grid-case:dispatch"}
    page = client.post(PAGE, way)
    unit = str(folk.bodies["市政服务中心"])
    done = client.post(
        PAGE, {**way, "key": hidden(page, "key"), "unit": unit, "do": "1", **revisions(page)}
    )
    return client, numbers, done


def taken_back(client, numbers, page):
    sent = {"number": numbers, "way": "grid-case:recall", "key": hidden(page, "key"), "do": "1"}
    return client.post(PAGE, {**sent, **revisions(page)})


def test_what_was_done_to_several_is_taken_back_by_a_step_of_its_own(folk, dispatched):
    client, numbers, done = dispatched

    undone = taken_back(client, numbers, done)

    assert "撤回派遣（2件）" in plain(done)
    assert "办了2件" in plain(undone)
    assert set(states(folk).values()) == {"filed"}
    with office_transaction(folk.office):
        assert Step.objects.filter(action="dispatch").count() == 2
        assert Step.objects.filter(action="recall").count() == 2


def test_nothing_is_taken_back_once_somebody_went_on(folk, dispatched):
    client, numbers, done = dispatched
    act("handler", numbers[0], "take_on")

    undone = plain(taken_back(client, numbers, done))

    assert "办了1件" in undone
    assert states(folk) == {numbers[0]: "handling", numbers[1]: "filed"}
