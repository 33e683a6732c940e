"""The page of suggested matches: what fits is suggested, what is unmet is listed, nothing happens by itself."""

from datetime import UTC, datetime

import pytest
import time_machine
from treasury import Treasury
from walking import log_in, text

from linli.casework.queries.standing import naming, standing
from linli.casework.turns.timers import fire_due
from linli.hints.matching.suggesting import boards
from linli.registry.isolation import office_transaction
from linli.rulebook.casefile import StepRefused

SOON = datetime(2025, 3, 4, 2, 0, tzinfo=UTC)
LATER = datetime(2025, 4, 20, 2, 0, tzinfo=UTC)


def given(office, name, topic, until="2025-12-31", capacity=2, per="quarter"):
    case = office.open(
        "handler", "supply-offer", "enrol", kind="resource", name=name, topic=topic, about="每周一次",
        capacity=capacity, per=per, valid_until=until,
    )  # fmt: skip
    office.act("operator", case, "admit")
    return case


def wanted(office, name, topic, often=2):
    case = office.open(
        "collector", "supply-need", "publish", name=name, topic=topic, about="每周一次", wanted=often,
        expected=20, needed_by="2025-12-31",
    )  # fmt: skip
    office.act("operator", case, "admit")
    return case


def claimed(office, need, offer, sessions, on="2025-03-10"):
    """Claim an offer for a need and let the body agree; the claim."""
    office.act(
        "handler", need, "claim_need", offer=standing(offer).number, sessions=sessions, starts_on=on
    )
    children = list(naming("supply-claim", standing(offer).number))
    return children[-1].case


def test_what_fits_is_suggested_and_nothing_is_claimed(folk):
    with office_transaction(folk.office):
        office = Treasury(folk)
        want = wanted(office, "书法课", "culture")
        wanted(office, "磨刀", "repair")
        give = given(office, "书法老师", "culture")
        given(office, "过期讲座", "repair", until="2025-03-03")
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


def test_several_claim_one_offer_until_its_sessions_of_the_quarter_are_used(folk):
    with office_transaction(folk.office):
        office = Treasury(folk)
        give = given(office, "书法老师", "culture", capacity=3)
        first = claimed(office, wanted(office, "书法课", "culture"), give, 2)
        second = claimed(office, wanted(office, "国画课", "culture"), give, 2)
        third = claimed(office, wanted(office, "剪纸课", "culture", 1), give, 1)
        next_quarter = claimed(office, wanted(office, "茶艺课", "culture"), give, 2, "2025-04-01")

        office.act("collector", first, "accept_for_neighbourhood")
        with pytest.raises(StepRefused) as refused:
            office.act("collector", second, "accept_for_neighbourhood")
        office.act("collector", third, "accept_for_neighbourhood")
        office.act("collector", next_quarter, "accept_for_neighbourhood")

        assert refused.value.code == "taken"
        assert refused.value.message.zh == f"“{standing(give).number}”只剩 1，这次要 2。"
        states = [standing(one).state for one in (first, second, third, next_quarter)]
        assert states == ["agreed", "claimed", "agreed", "agreed"]


def test_a_session_given_back_can_be_claimed_by_another(folk):
    with office_transaction(folk.office):
        office = Treasury(folk)
        give = given(office, "书法老师", "culture", capacity=2)
        first = claimed(office, wanted(office, "书法课", "culture"), give, 2)
        second = claimed(office, wanted(office, "国画课", "culture"), give, 2)
        office.act("collector", first, "accept_for_neighbourhood")
        with pytest.raises(StepRefused):
            office.act("collector", second, "accept_for_neighbourhood")
        office.act("collector", first, "break_off", reason="场地不便")
        office.act("collector", second, "accept_for_neighbourhood")

        assert (standing(first).state, standing(second).state) == ("broken", "agreed")


@pytest.mark.parametrize(
    ("until", "on", "listed", "said"),
    [
        ("2025-03-09", "2025-03-10", True, "到 2025-03-09 为止"),
        ("2025-12-31", "2025-03-10", False, "现在不能取用"),
    ],
)
def test_an_offer_that_ended_or_is_not_listed_cannot_be_agreed_on(folk, until, on, listed, said):
    with office_transaction(folk.office):
        office = Treasury(folk)
        if listed:
            give = given(office, "书法老师", "culture", until=until)
        else:
            give = office.open(
                "handler", "supply-offer", "enrol", kind="resource", name="未审", topic="culture",
                about="每周一次", capacity=2, per="once", valid_until=until,
            )  # fmt: skip
        claim = claimed(office, wanted(office, "书法课", "culture"), give, 1, on)
        with pytest.raises(StepRefused) as refused:
            office.act("collector", claim, "accept_for_neighbourhood")

        assert said in refused.value.message.zh
        assert standing(claim).state == "claimed"


def test_what_is_agreed_on_is_not_suggested_again(folk):
    with office_transaction(folk.office):
        office = Treasury(folk)
        give = given(office, "书法老师", "culture", capacity=3)
        need = wanted(office, "书法课", "culture", 2)
        office.act("collector", claimed(office, need, give, 1), "accept_for_neighbourhood")
        (board,) = boards(actor=folk.actor("operator", SOON), at=SOON, today=SOON.date())

        assert [(one.want.often, one.give.often, one.times) for one in board.suggestions] == [
            (1, 2, 1)
        ]
        assert [(one.most, one.often) for one in board.given] == [(3, 2)]


def test_needs_nobody_claimed_in_thirty_days_are_listed(folk):
    with office_transaction(folk.office):
        wanted(Treasury(folk), "磨刀", "repair")
    with office_transaction(folk.office):
        fire_due(LATER)
    with time_machine.travel(LATER):
        page = text(log_in("operator").get("/staff/matches/"))

    assert "没有逾期无人认领的需求" not in page
    assert "磨刀" in page
