"""Votes on the projects of a round: which ballots count, and how their count moves the projects."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from townsfolk import AT
from treasury import Treasury

from linli.budget.models import BallotBox
from linli.budget.rounds.actions import count_round, draw_lot, take_votes
from linli.budget.rounds.standing import NotDrawn, round_numbered, round_to_vote_on
from linli.casework.queries.standing import standing
from linli.deliberation.counting.ballots import Ballot, Handed
from linli.deliberation.counting.counts import count
from linli.deliberation.counting.electorate import Dwelling, Roll
from linli.deliberation.counting.projects import Listed, Slate, count_projects, project_lines
from linli.deliberation.counting.rules import RulesRefused, rule_set
from linli.deliberation.models import Vote
from linli.deliberation.queries import ballots_of, brought, own_ballots
from linli.deliberation.voting.casting import cast_by_phone, code_of, form_held, key_form
from linli.deliberation.voting.concluding import (
    Stated,
    close_vote,
    count_vote,
    post_notice,
    reconcile,
    settle_vote,
)
from linli.deliberation.voting.preparing import NewVote, open_vote, prepare_vote, publish_roll
from linli.deliberation.voting.standing import VoteRefused

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
UNITS = ("101", "102", "201", "202", "301")
ROLL = Roll(tuple(Dwelling(unit, unit) for unit in UNITS))
SLATE = Slate(
    tuple(Listed(n, f"P{n}", f"项目{n}", Fraction(cost)) for n, cost in enumerate((10, 20, 30, 40, 50, 60), 1)),
    Fraction(60),
)  # fmt: skip


def counted(rules, *ballots):
    """Count ballots such as ("101", "1 2 3"), one an hour."""
    cast = [
        Ballot(unit, "yes", NOON + timedelta(hours=at), picks=tuple(map(int, said.split())))
        for at, (unit, said) in enumerate(ballots)
    ]
    return count_projects(ROLL, rule_set(rules), SLATE, Handed(tuple(cast)))


def test_each_household_has_one_ballot_and_the_last_valid_one_counts():
    found = counted(
        "fund-approval",
        ("101", "1 2 3"),
        ("102", "2 3 4"),
        ("101", "4 5 6"),
        ("102", "1"),
        ("201", ""),
    )

    assert found.ballots == ((), (2, 3, 4), (4, 5, 6))
    assert (found.voting, found.blank, found.void) == (3, 1, 0)
    assert [found.votes[number] for number in range(1, 7)] == [0, 1, 1, 2, 1, 1]


@pytest.mark.parametrize(
    ("rules", "said", "is_void"),
    [
        ("fund-approval", "1 2", True),
        ("fund-approval", "1 2 3", False),
        ("fund-approval", "1 2 3 4 5 6", False),
        ("fund-approval-five", "1 2 3 4 5", False),
        ("fund-approval-five", "1 2 3 4 5 6", True),
        ("fund-approval-five", "6", False),
        ("fund-approval-within", "1 2 3", False),
        ("fund-approval-within", "1 6", True),
    ],
)
def test_a_ballot_that_names_too_many_too_few_or_too_dear_is_void(rules, said, is_void):
    found = counted(rules, ("101", said))

    assert (found.voting, found.void) == ((0, 1) if is_void else (1, 0))


def test_two_ballots_of_one_moment_that_differ_are_void_and_alike_count_once():
    same = [Ballot("101", "yes", NOON, picks=(1, 2, 3)) for _ in range(2)]
    other = [Ballot("102", "yes", NOON, picks=picks) for picks in ((1, 2, 3), (2, 3, 4))]

    found = count_projects(ROLL, rule_set("fund-approval"), SLATE, Handed((*same, *other)))

    assert (found.ballots, found.void) == (((1, 2, 3),), 1)


@given(st.permutations(range(8)), st.lists(st.sets(st.integers(1, 6)), min_size=8, max_size=8))
def test_the_order_in_which_ballots_are_listed_does_not_matter(order, named):
    cast = [
        Ballot(UNITS[at % 5], "yes", NOON + timedelta(hours=at), picks=tuple(sorted(said)))
        for at, said in enumerate(named)
    ]
    rules = rule_set("fund-approval")

    plain = count_projects(ROLL, rules, SLATE, Handed(tuple(cast)))
    mixed = count_projects(ROLL, rules, SLATE, Handed(tuple(cast[at] for at in order)))

    assert project_lines(plain) == project_lines(mixed)
    assert all(votes <= plain.voting <= len(UNITS) for votes in plain.votes.values())


def test_a_rule_for_projects_counts_no_question():
    with pytest.raises(RulesRefused):
        count(ROLL, rule_set("fund-approval"), Handed(()))


class Round:
    """A round with three projects, its ballot fixed and its lot drawn."""

    def __init__(self, folk):
        self.office = Treasury(folk, at=AT)
        self.fund = self.office.round(budget="30000.00", paid_in="30000.00")
        self.cases = [
            self.office.balloted(self.fund, name, cost)
            for name, cost in (("长椅", "12000.00"), ("雨棚", "15000.00"), ("信箱", "9000.00"))
        ]
        self.office.act("operator", self.fund, "print_ballot")
        self.number = standing(self.fund).number
        self.folk, self.at = folk, self.office.at + timedelta(hours=1)

    def actor(self, who):
        return self.folk.actor(who, self.at)

    def later(self, **time):
        self.at += timedelta(**time)

    def draw(self):
        draw_lot(number=self.number, words="一二三", by=self.actor("operator"), at=self.at)

    def new(self, **changed):
        round_ = round_to_vote_on(self.number)
        listed = tuple(
            Listed(n, one.key, one.name, one.cost) for n, one in enumerate(round_.projects, 1)
        )
        asked = {"title": "春季投票", "question": "选哪些项目？", "rules": rule_set("fund-approval"), "roll": ROLL,
                 "roll_on": self.at.date(), "secrecy": "household", "case": self.fund,
                 "slate": Slate(listed, round_.budget)}  # fmt: skip
        return NewVote(**{**asked, **changed})

    def opened(self):
        vote = prepare_vote(new=self.new(), by=self.actor("operator"), at=self.at)
        publish_roll(vote=vote, by=self.actor("operator"), at=self.at)
        self.closes = self.at + timedelta(days=7)
        open_vote(vote=vote, closes_at=self.closes, by=self.actor("operator"), at=self.at)
        return vote

    def by_phone(self, vote, form, *picks):
        cast_by_phone(vote=vote, number=form, code=code_of(vote, form), picks=picks, at=self.at)

    def keyed(self, vote, who, form, *picks, mark="yes", reason=""):
        done = key_form(vote=vote, number=form, mark=mark, picks=picks, received_at=self.at,
                        by=self.actor(who), at=self.at, reason=reason)  # fmt: skip
        return done.outcome

    def concluded(self, vote, returned, outstanding):
        chair = self.actor("operator")
        self.at = self.closes
        close_vote(vote=vote, by=chair, at=self.at)
        reconcile(vote=vote, stated=Stated(returned, 0, outstanding), by=chair, at=self.at)
        count_vote(vote=vote, by=chair, at=self.at)
        post_notice(vote=vote, until=self.at + timedelta(days=3), by=chair, at=self.at)


@pytest.fixture
def fund_round(folk):
    return Round(folk)


def test_the_ballot_is_printed_only_after_the_lot_is_drawn(fund_round):
    with pytest.raises(NotDrawn):
        fund_round.new()

    fund_round.draw()

    assert [one.name for one in fund_round.new().slate.projects] == ["长椅", "雨棚", "信箱"]


@pytest.mark.parametrize(
    "changed",
    [
        {"secrecy": "signed"},
        {"secrecy": "secret"},
        {"slate": None},
        {"rules": rule_set("owners-ordinary")},
        {"roll": Roll((Dwelling("101", "张"), Dwelling("102", "张")))},
    ],
)
def test_a_vote_on_projects_is_by_household_code_under_a_rule_of_its_own(fund_round, changed):
    fund_round.draw()

    with pytest.raises(VoteRefused):
        prepare_vote(
            new=fund_round.new(**changed), by=fund_round.actor("operator"), at=fund_round.at
        )

    assert not Vote.objects.exists()


def test_paper_and_phone_are_counted_together_and_move_the_projects(fund_round):
    fund_round.draw()
    vote = fund_round.opened()
    with pytest.raises(VoteRefused, match="4"):
        fund_round.by_phone(vote, "0001", 4)
    fund_round.by_phone(vote, "0001", 1)
    fund_round.by_phone(vote, "0002", 3, 2)
    assert fund_round.keyed(vote, "operator", "0003", 1, 2) == "first"
    assert fund_round.keyed(vote, "verifier", "0003", 1, 3) == "differs"
    assert fund_round.keyed(vote, "collector", "0003", 1, 3, reason="原件勾在 1 和 3") == "agreed"
    fund_round.later(hours=1)
    for who in ("operator", "verifier"):  # the household of 0001 brings its paper after all
        fund_round.keyed(vote, who, "0001", 3)
    fund_round.concluded(vote, returned=2, outstanding=3)

    assert brought(fund_round.fund) is None  # on notice, and not final
    fund_round.later(days=4)
    chair = fund_round.actor("operator")
    assert settle_vote(vote=vote, by=chair, at=fund_round.at)
    found = brought(fund_round.fund)
    keys = [one.key for one in round_numbered(fund_round.number).projects]
    assert found.ballots == ((keys[0], keys[2]), (keys[1], keys[2]), (keys[2],))
    take_votes(
        number=fund_round.number, vote=str(vote), ballots=found.ballots, by=chair, at=fund_round.at
    )
    count_round(number=fund_round.number, by=chair, at=fund_round.at)

    assert [standing(case).state for case in fund_round.cases] == ["won", "passed_over", "won"]
    assert [standing(case).values["votes"] for case in fund_round.cases] == [1, 1, 3]
    assert standing(fund_round.fund).values["voters"] == 3
    assert BallotBox.objects.get().source == "votes"


def test_what_a_household_named_is_shown_to_it_alone(fund_round):
    fund_round.draw()
    vote = fund_round.opened()

    fund_round.by_phone(vote, "0001", 2, 1)

    assert [row.mark for row in ballots_of(vote)] == [None]
    form = form_held(vote=vote, number="0001", code=code_of(vote, "0001"))
    [own] = own_ballots(form)
    assert ([one.name for one in own.named], own.proof.holds) == (["长椅", "雨棚"], True)
