"""Each mechanism that rests on a vote: its case is brought to the vote, voted on, and moved by the final result."""

from datetime import timedelta

import pytest
from lift import lift_roll
from townsfolk import AT
from treasury import Treasury

from linli.casework.queries.standing import standing
from linli.deliberation.counting.rules import rule_set
from linli.deliberation.queries import votes_about
from linli.deliberation.voting.casting import cast_by_phone, code_of
from linli.deliberation.voting.concluding import (
    Stated,
    annul,
    close_vote,
    count_vote,
    object_to,
    post_notice,
    reconcile,
    rule_on,
    settle_vote,
)
from linli.deliberation.voting.preparing import NewVote, open_vote, prepare_vote, publish_roll
from linli.deliberation.voting.standing import VoteRefused
from linli.rulebook.ownbook import at_hand

HOUSEHOLDS = 24
ROLL = lift_roll()


def lift(office, folk):
    case = office.open(
        "collector", "lift-retrofit", "ask_for", name="三号楼", households=HOUSEHOLDS
    )
    office.act("operator", case, "find_fit", finding="具备条件", unit=folk.bodies["市政服务中心"])
    plan = {"cost": "600000.00", "subsidy": "280000.00", "shares": "一层不出资"}
    office.act("lead", case, "set_plan", [("plan", "file")], **plan)
    return case


def works(office, folk):
    case = office.open(
        "collector", "estate-works", "propose", name="楼道整修", kind="bin_room", need="墙面脱落"
    )
    unit = folk.bodies["市政服务中心"]
    office.act("supervisor", case, "survey_it", [("before", "photo")], survey="脱落三处", unit=unit)
    office.act(
        "lead", case, "design_it", [("drawing", "file")], design="重新粉刷", budget="60000.00"
    )
    return case


def covenant(office, folk):
    case = office.open(
        "collector",
        "resident-covenant",
        "draft",
        name="楼道公约",
        kind="stairwell",
        draft="不堆物",
        restricts=False,
    )
    office.at += timedelta(days=16)
    office.act("collector", case, "discuss", [("minutes", "file")], draft="不堆物", restricts=False)
    return case


def renewal(office, folk):
    case = office.open(
        "operator",
        "renewal-signing",
        "draft",
        name="成套改造",
        counts="household",
        units=HOUSEHOLDS,
        plan="原地改造",
    )
    office.act("operator", case, "start_asking", [("plan", "file")])
    return case


# mechanism: how it comes to the vote, the rule, how many say yes and no to carry and to lose, and the states after
CASES = {
    "lift-retrofit": (lift, "owners-special", (15, 3), "agreed", (11, 7), "mediating"),
    "estate-works": (works, "owners-ordinary", (12, 6), "agreed", (8, 10), "surveyed"),
    "resident-covenant": (covenant, "residents-meeting", (14, 4), "adopted", (8, 10), "dropped"),
    "renewal-signing": (renewal, "renewal-signing", (23, 1), "agreed", (20, 4), "refused"),
}
SAID = {"lift-retrofit": ("asked", "taking_part", "agreed"), "estate-works": ("households", "taking_part", "agreed"),
        "resident-covenant": ("members", "present", "in_favour"), "renewal-signing": ("units", "asked", "agreed")}  # fmt: skip


class Held:
    """A vote about a case, by phone, led by whoever takes the steps in which it ends."""

    def __init__(self, folk, office, case, rule):
        self.folk, self.case, self.at = folk, case, office.at + timedelta(hours=1)
        chair = self.chair()
        new = NewVote("表决", "是否同意？", rule_set(rule), ROLL, self.at.date(), case=case)
        self.vote = prepare_vote(new=new, by=chair, at=self.at)
        publish_roll(vote=self.vote, by=chair, at=self.at)
        self.closes = self.at + timedelta(days=7)
        open_vote(vote=self.vote, closes_at=self.closes, by=chair, at=self.at)

    def chair(self):
        return self.folk.actor("collector", self.at)

    def cast(self, yes, no):
        for form in range(1, yes + no + 1):
            number, mark = f"{form:04d}", "yes" if form <= yes else "no"
            code = code_of(self.vote, number)
            cast_by_phone(vote=self.vote, number=number, code=code, mark=mark, at=self.at)

    def counted(self):
        stated = Stated(0, 0, HOUSEHOLDS)
        reconcile(vote=self.vote, stated=stated, by=self.chair(), at=self.at)
        count_vote(vote=self.vote, by=self.chair(), at=self.at)
        post_notice(vote=self.vote, until=self.at + timedelta(days=5), by=self.chair(), at=self.at)

    def closed(self):
        self.at = self.closes
        close_vote(vote=self.vote, by=self.chair(), at=self.at)
        self.counted()

    def settled(self):
        self.at += timedelta(days=5)
        return settle_vote(vote=self.vote, by=self.chair(), at=self.at)


@pytest.fixture
def office(folk):
    return Treasury(folk, at=AT + timedelta(days=365))


def test_every_mechanism_with_a_question_put_to_a_vote_is_held_here():
    asking = {
        key
        for key, one in at_hand().mechanisms.items()
        if one.votes and not one.votes.projects and not one.votes.seats
    }

    assert asking == set(CASES)


@pytest.mark.parametrize("is_carried", [True, False])
@pytest.mark.parametrize("mechanism", sorted(CASES))
def test_the_final_result_moves_the_case_with_exact_numbers(folk, office, mechanism, is_carried):
    made, rule, carry, carried, lose, lost = CASES[mechanism]
    case = made(office, folk)
    if mechanism == "estate-works" and is_carried:
        office.act("collector", case, "hear", [("minutes", "file")])
    ready = standing(case).state
    yes, no = carry if is_carried else lose
    held = Held(folk, office, case, rule)
    held.cast(yes, no)
    held.closed()
    assert standing(case).state == ready  # on notice: nothing has moved

    assert held.settled() == is_carried

    after = standing(case)
    assert after.state == (carried if is_carried else lost)
    assert [after.values.get(name) for name in SAID[mechanism]] == [HOUSEHOLDS, yes + no, yes]
    assert after.values["sheet_no"].startswith(f"{held.vote}-")
    assert [row.id for row in votes_about(case)] == [held.vote]


def test_an_objection_that_is_upheld_reopens_the_lift_and_the_case_waits(folk, office):
    case = lift(office, folk)
    held = Held(folk, office, case, "owners-special")
    held.cast(15, 3)
    held.closed()
    row = object_to(vote=held.vote, text="101 的票不是本户投的", by=held.chair(), at=held.at)
    with pytest.raises(VoteRefused):
        held.settled()
    rule_on(
        vote=held.vote, objection=row, is_upheld=True, ruling="核实", by=held.chair(), at=held.at
    )
    annul(vote=held.vote, seq=1, reason="异议成立", by=held.chair(), at=held.at)
    annul(vote=held.vote, seq=2, reason="异议成立", by=held.chair(), at=held.at)
    annul(vote=held.vote, seq=3, reason="异议成立", by=held.chair(), at=held.at)
    held.counted()

    assert standing(case).state == "planned"
    assert not held.settled()  # 15 of 24 are fewer than two thirds

    after = standing(case)
    assert (after.state, after.values["taking_part"]) == ("mediating", 15)
