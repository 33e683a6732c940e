"""Elections to seats without candidates: spellings, void papers, ties at the last seat, and the quorum."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.deliberation.counting.rules import rule_set
from linli.deliberation.counting.seat_lines import seat_lines
from linli.deliberation.counting.seats import Aliases, Contest, ElectionRefused, Papers, elect

RULES = rule_set("committee-election")
ALIASES = Aliases.of({"张伟": ["张 炜", "小张"], "李娜": []})
PAPERS = (
    Papers(("张伟", "李娜"), 20),
    Papers(("张　炜", "王芳"), 10),
    Papers(("小张", "王芳", "赵强"), 5),
    Papers(("李娜",), 15),
    Papers((), 3),
    Papers(("张伟", "张伟"), 2),
)
CONTEST = Contest(
    seats=2, registered=100, papers=PAPERS, issued={"": 60}, spoiled={"": 2}, aliases=ALIASES
)


def test_names_written_by_voters_are_one_person_however_they_are_spelt():
    found = elect(CONTEST, RULES)

    assert [(one.person, one.votes, one.fate) for one in found.standings] == [
        ("李娜", 35, "elected"),
        ("张伟", 32, "elected"),
        ("王芳", 10, "below"),
    ]
    assert (found.returned, found.void, found.blank, found.left) == (55, 5, 3, 0)
    assert found.is_valid


def test_the_election_is_said_with_its_arithmetic():
    said = [line.zh for line in seat_lines(elect(CONTEST, RULES))]

    assert said == [
        "发出 60 票，收回 55 票",
        "收回 55 票：有效 47，空白 3，作废 5",
        "参加投票占登记人数 55.0000%，须超过 1/2：55 × 2 = 110 > 100 × 1 = 100，达到",
        "李娜 35 票占参与表决人数 63.6364%，须超过 1/2：35 × 2 = 70 > 55 × 1 = 55，达到",
        "张伟 32 票占参与表决人数 58.1818%，须超过 1/2：32 × 2 = 64 > 55 × 1 = 55，达到",
        "王芳 10 票占参与表决人数 18.1818%，须超过 1/2：10 × 2 = 20 < 55 × 1 = 55，未达到",
        "李娜：35 票，当选",
        "张伟：32 票，当选",
        "王芳：10 票，赞成未过规定",
        "结果：当选 李娜、张伟",
    ]


def test_half_of_the_voters_is_too_few_and_nobody_is_elected():
    found = elect(replace(CONTEST, registered=110), RULES)

    assert not found.is_valid
    assert found.left == 2
    assert seat_lines(found)[-1].zh == "结果：选举无效"


def test_a_box_with_more_papers_than_were_issued_voids_the_election():
    found = elect(replace(CONTEST, issued={"": 56}), RULES)

    assert found.faulty == ("",)
    assert not found.is_valid


def test_a_tie_at_the_last_seat_leaves_it_to_a_run_off():
    papers = (Papers(("甲", "乙"), 30), Papers(("甲", "丙"), 30), Papers(("乙", "丙"), 10))

    found = elect(replace(CONTEST, papers=papers, issued={}), RULES)

    assert found.people("elected") == ("甲",)
    assert found.people("tied") == ("丙", "乙") or found.people("tied") == ("乙", "丙")
    assert found.left == 1
    assert seat_lines(found)[-1].en.startswith("Result: 甲 elected; 1 left, run-off among")


def test_too_few_with_a_majority_leave_seats_to_be_filled_anew():
    papers = (Papers(("甲",), 40), Papers(("乙",), 20))

    found = elect(replace(CONTEST, papers=papers, issued={}), RULES)

    assert found.people("elected") == ("甲",)
    assert seat_lines(found)[-1].zh == "结果：当选 甲；缺 1 席，另行选举"


def test_somebody_who_may_not_be_elected_takes_no_seat():
    found = elect(replace(CONTEST, ineligible=frozenset({"李娜"})), RULES)

    assert found.people("elected") == ("张伟",)
    assert found.people("ineligible") == ("李娜",)


def test_a_spelling_that_means_two_people_is_refused():
    with pytest.raises(ElectionRefused, match="means two people"):
        Aliases.of({"张伟": ["小张"], "张强": ["小张"]})


@given(st.permutations(PAPERS))
@settings(max_examples=20, deadline=None)
def test_the_order_of_papers_never_matters(papers):
    assert elect(replace(CONTEST, papers=tuple(papers)), RULES).standings == elect(CONTEST, RULES).standings  # fmt: skip


@given(st.lists(st.lists(st.sampled_from("甲乙丙丁戊"), max_size=4), min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_never_more_are_elected_than_there_are_seats(papers):
    contest = Contest(2, len(papers), tuple(Papers(tuple(marks)) for marks in papers), {}, {})

    found = elect(contest, RULES)

    settled = len(found.people("elected"))
    assert settled <= 2
    assert not found.people("tied") or settled + len(found.people("tied")) > 2
