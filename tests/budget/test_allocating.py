"""The rules that divide a fund, by hand-checked elections and by what must hold for every election."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.budget.allocating.elections import Election, Project, approvals
from linli.budget.allocating.equal_shares import Completion, equal_shares
from linli.budget.allocating.greedy import greedy

NONE = Completion(add1="no")


def election(budget, costs, votes, lot=()):
    ballots = approvals(votes)
    points = [
        sum(times for vote, times in ballots.items() if at in vote) for at in range(len(costs))
    ]
    projects = tuple(
        Project("abcdefgh"[at], Fraction(cost), "", Fraction(points[at]))
        for at, cost in enumerate(costs)
    )
    return Election(Fraction(budget), projects, ballots, lot)


def test_greedy_skips_what_does_not_fit():
    fund = election(100, [60, 50, 30], [[0], [0], [0], [1], [1], [2]])

    outcome = greedy(fund)

    assert outcome.keys == ("a", "c")
    assert [line.fate for line in outcome.lines] == ["chosen", "too_dear", "chosen"]
    assert outcome.cost == 90


def test_greedy_stops_at_the_first_that_does_not_fit_when_the_rule_says_so():
    fund = election(100, [60, 50, 30], [[0], [0], [0], [1], [1], [2]])

    outcome = greedy(fund, stop_at_first=True)

    assert outcome.keys == ("a",)
    assert [line.fate for line in outcome.lines] == ["chosen", "too_dear", "stopped"]


@pytest.mark.parametrize(("budget", "fates", "cost"), [
    (100, ["chosen", "partly", "stopped"], 100),  # 40 of 50 are four fifths
    (99, ["chosen", "too_dear", "stopped"], 60),
])  # fmt: skip
def test_the_first_that_does_not_fit_is_paid_in_part_when_enough_is_left(budget, fates, cost):
    fund = election(budget, [60, 50, 30], [[0], [0], [0], [1], [1], [2]])

    outcome = greedy(fund, part_from=Fraction(4, 5))

    assert [line.fate for line in outcome.lines] == fates
    assert (outcome.cost, outcome.rule) == (cost, "greedy-custom")


def test_greedy_leaves_out_what_is_below_the_least_score():
    fund = election(100, [10, 10], [[0], [0], [1]])

    outcome = greedy(fund, at_least=Fraction(2))

    assert outcome.keys == ("a",)
    assert outcome.lines[1].fate == "below"


def test_ties_fall_by_cost_then_by_the_lot_and_are_marked():
    votes = [[0, 1, 2]]

    cheaper = greedy(election(10, [10, 9, 10], votes))
    drawn = greedy(election(10, [10, 11, 10], votes, ("c", "b", "a")))

    assert cheaper.keys == ("b",)
    assert drawn.keys == ("c",)
    assert [line.by_lot for line in drawn.lines] == [True, True, False]


def test_equal_shares_gives_a_minority_what_its_shares_buy():
    votes = [[0, 1]] * 6 + [[2]] * 4
    fund = election(100, [60, 40, 40], votes)

    by_votes, by_shares = greedy(fund), equal_shares(fund, NONE)

    assert by_votes.keys == ("b", "a")
    assert by_shares.keys == ("b", "c")
    assert [line.counted for line in by_shares.lines if line.turn] == [6, 4]
    assert [(line.fate, line.money) for line in by_shares.lines if not line.turn] == [
        ("unaffordable", 20)
    ]


def test_the_poor_pay_what_they_have_and_the_others_share_the_rest():
    votes = [[0], [0], [0, 1], [0, 1], [1]]
    fund = election(50, [32, 12], votes)

    outcome = equal_shares(fund, NONE)

    assert outcome.keys == ("a", "b")
    assert [line.counted for line in outcome.lines] == [4, Fraction(3, 2)]


def test_effective_votes_are_exact_fractions():
    votes = [[0], [0], [0, 1], [1]]
    fund = election(40, [21, 12], votes)

    outcome = equal_shares(fund, NONE)

    assert outcome.keys == ("a", "b")
    assert outcome.lines[1].counted == Fraction(12, 9)


def test_the_two_stop_conditions_choose_differently():
    fund = election(13, [5, 11, 12], [[0, 2], [1], [1], [2], [0, 1]])

    on, ended = equal_shares(fund, Completion()), equal_shares(fund, Completion(add1="exhaustive"))

    assert (on.keys, on.cost, on.endowment) == (("b",), 11, 4)
    assert (ended.keys, ended.cost, ended.endowment) == (("a",), 5, Fraction(13, 5))


def test_raising_begins_with_the_outcome_of_the_exact_share():
    fund = election(10, [5, 6], [[0], [0], [1], [1]])

    outcome = equal_shares(fund, Completion())

    assert (outcome.keys, outcome.endowment) == (("a",), Fraction(5, 2))


def test_what_nobody_supports_ends_the_raising():
    fund = election(100, [10, 500], [[0], [0]])

    outcome = equal_shares(fund, Completion())

    assert outcome.keys == ("a",)
    assert outcome.lines[1].fate == "unsupported"


def test_what_is_left_is_used_by_votes_when_asked():
    fund = election(30, [10, 20], [[0], [0], [1]])

    assert equal_shares(fund, NONE).keys == ("a",)
    assert equal_shares(fund, Completion(add1="no", by_votes=True)).keys == ("a", "b")


def naive(fund, share):
    """The rule as its authors write it: voter by voter, in fractions, every count taken anew each round."""
    voters = [vote for vote, times in fund.ballots.items() for _ in range(times)]
    left = [share] * len(voters)
    waiting, chosen = set(range(len(fund.projects))), []
    while counts := {
        place: count for place in waiting if (count := effective(fund, place, voters, left))
    }:
        best = max(counts.values())
        winner = fund.of_ties([place for place, count in counts.items() if count == best])
        each = fund.projects[winner].cost / best
        left = [
            money - min(money, each) if winner in vote else money
            for vote, money in zip(voters, left, strict=True)
        ]
        waiting.discard(winner)
        chosen.append(winner)
    return tuple(chosen)


def effective(fund, place, voters, left):
    behind = sorted(money for vote, money in zip(voters, left, strict=True) if place in vote)
    cost, paid = fund.projects[place].cost, Fraction(0)
    for number, money in enumerate(behind):
        each = (cost - paid) / (len(behind) - number)
        if each <= money:
            return cost / each
        paid += money
    return None


COSTS = st.lists(st.fractions(1, 40, max_denominator=4), min_size=1, max_size=6)


@st.composite
def elections(draw):
    costs = draw(COSTS)
    ballot = st.lists(st.integers(0, len(costs) - 1), max_size=4)
    votes = draw(st.lists(ballot, min_size=1, max_size=9))
    size = draw(st.sampled_from([1, 1, 30]))  # large amounts give the raising room to leap
    return election(draw(st.integers(1, 90)) * size, [cost * size for cost in costs], votes)


@settings(max_examples=150, deadline=None)
@given(elections())
def test_a_run_is_what_the_rule_says_voter_by_voter(fund):
    outcome = equal_shares(fund, NONE)

    assert outcome.winners == naive(fund, fund.budget / fund.voters)


def raised(fund, stop):
    """Shares raised one unit at a time, as the completion is stated."""
    share = fund.budget / fund.voters
    won = naive(fund, share)
    while sum(project.cost for project in fund.projects) > fund.budget:
        out = [at for at in range(len(fund.projects)) if at not in won]
        left = fund.budget - sum(fund.projects[at].cost for at in won)
        if not any(fund.votes[at] for at in out):
            break
        if stop == "exhaustive" and all(fund.projects[at].cost > left for at in out):
            break
        further = Fraction(share // 1 + 1)
        following = naive(fund, further)
        if sum(fund.projects[at].cost for at in following) > fund.budget:
            break
        won, share = following, further
    return won, share


@settings(max_examples=150, deadline=None)
@given(elections(), st.sampled_from(["exceed", "exhaustive"]))
def test_raising_by_leaps_ends_where_raising_by_units_does(fund, stop):
    everything = sum(project.cost for project in fund.projects) <= fund.budget

    outcome = equal_shares(fund, Completion(add1=stop))

    if not everything:
        assert (outcome.winners, outcome.endowment) == raised(fund, stop)


@settings(max_examples=80, deadline=None)
@given(elections(), st.sampled_from(["exceed", "exhaustive"]), st.booleans())
def test_no_completion_spends_more_than_there_is(fund, stop, by_votes):
    outcome = equal_shares(fund, Completion(add1=stop, by_votes=by_votes))

    assert outcome.cost <= fund.budget
    assert sorted(line.place for line in outcome.lines) == list(range(len(fund.projects)))
    if by_votes:
        left = fund.budget - outcome.cost
        out = [p.cost for at, p in enumerate(fund.projects) if at not in outcome.winners]
        assert all(cost > left for cost in out)


@pytest.mark.parametrize("seed", range(6))
def test_forgotten_purses_are_counted_anew(seed):
    chance = Random(seed)  # noqa: S311
    costs = [chance.randint(200, 900) for _ in range(8)]
    votes = [chance.sample(range(8), chance.randint(1, 5)) for _ in range(300)]
    fund = election(2500, costs, votes)
    kept = equal_shares(fund, Completion())

    for most in (1, 2, 3, 5, 8):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("linli.budget.allocating.purses.MOST", most)
            assert equal_shares(fund, Completion()) == kept


@settings(max_examples=60, deadline=None)
@given(elections(), st.randoms())
def test_the_order_of_ballots_never_matters(fund, chance):
    shuffled = list(fund.ballots.items())
    chance.shuffle(shuffled)
    other = Election(fund.budget, fund.projects, dict(shuffled))

    assert equal_shares(other, Completion()).winners == equal_shares(fund, Completion()).winners
    assert greedy(other).winners == greedy(fund).winners


@settings(max_examples=60, deadline=None)
@given(elections())
def test_greedy_leaves_nothing_out_that_still_fits(fund):
    outcome = greedy(fund)

    left = fund.budget - outcome.cost
    assert left >= 0
    assert all(
        set(extra) <= set(outcome.winners) or fund.projects[extra[0]].cost > left
        for extra in combinations(range(len(fund.projects)), 1)
    )
