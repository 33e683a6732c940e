"""The count of owners' decisions: the law's vectors to the last digit, and what must hold for every vote."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.deliberation.counting.ballots import Ballot, Handed, Mandate
from linli.deliberation.counting.counts import count
from linli.deliberation.counting.electorate import Dwelling, Roll, RollRefused
from linli.deliberation.counting.explaining import lines, share_shown, uncounted
from linli.deliberation.counting.rules import RulesRefused, rule_set

SMALL, LARGE = Fraction("58.40"), Fraction("62.75")
SPECIAL, ORDINARY = rule_set("owners-special"), rule_set("owners-ordinary")
NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)
FLATS = tuple(f"{floor}0{side}" for floor in range(1, 7) for side in (1, 2))


def roll(owners=None):
    """Six floors with a small flat (..01) and a large one (..02), 726.90 square metres in all."""
    owners = owners or {}
    return Roll(
        tuple(
            Dwelling(key, owners.get(key, key), SMALL if key.endswith("1") else LARGE)
            for key in FLATS
        )
    )


def cast(**marks):
    return Handed(
        tuple(
            Ballot(voter, mark, NOON) for mark, voters in marks.items() for voter in voters.split()
        )
    )


BUYER = dict.fromkeys(("101", "102", "201"), "buyer")
DEVELOPER = dict.fromkeys(("101", "102", "601", "602"), "developer")
EIGHT = "201 202 301 302 401 402 501 502"
VECTORS = {
    "L1": (None, cast(yes="201 202 301 302 401 402", no="501 502"),
           "66.6667% 66.6667% 75.0000% 75.0000%", True, True),
    "L2": (None, cast(yes="201 202 301 302 401 402", no="501", abstain="502"),
           "66.6667% 66.6667% 75.0000% 75.0000%", True, True),
    "L3": (None, cast(yes="101 102 201 202 301 302 402"),
           "58.6325% 58.3333% 100.0000% 100.0000%", False, False),
    "L4": (None, cast(yes="101 201 301 401 501 102 202", no="302 402"),
           "74.7008% 75.0000% 76.8877% 77.7778%", True, True),
    "L5": (None, cast(yes="101 201 301 401 501 601 102 202"),
           "65.4698% 66.6667% 100.0000% 100.0000%", False, False),
    "L6": (BUYER, cast(yes="buyer 301 401 302 402 501 502", no="601"),
           "82.7349% 80.0000% 90.2893% 87.5000%", True, True),
    "L7": (DEVELOPER, cast(yes=EIGHT), "66.6667% 88.8889% 100.0000% 100.0000%", True, True),
    "L9": (None, cast(yes="101 201 301 102 202 302", no="401 501 402"),
           "74.7008% 75.0000% 66.9337% 66.6667%", False, True),
    "L10": (None, cast(yes="101 102 201 202 301 302 402", no="401"),
            "66.6667% 66.6667% 87.9488% 87.5000%", True, True),
    "O1": (None, cast(yes="201 202 301 302", no="401 402 501 502"),
           "66.6667% 66.6667% 50.0000% 50.0000%", False, False),
    "O2": (None, cast(yes="201 202 301 302 402", no="401 501 502"),
           "66.6667% 66.6667% 62.9488% 62.5000%", False, True),
}  # fmt: skip


@pytest.mark.parametrize("name", VECTORS)
def test_the_vectors_of_the_law_come_out_to_the_last_digit(name):
    owners, handed, shares, special, ordinary = VECTORS[name]

    found = count(roll(owners), SPECIAL, handed)

    judged = [share_shown(one.part, one.whole) for one in (*found.quorum, *found.majority)]
    assert " ".join(judged) == shares
    assert found.is_passed is special
    assert count(roll(owners), ORDINARY, handed).is_passed is ordinary


def test_the_arithmetic_is_said_line_by_line_in_both_languages():
    found = count(roll(), SPECIAL, VECTORS["L1"][1])

    assert [line.zh for line in lines(found)] == [
        "名册：12 户，726.90 ㎡、12 人",
        "参与表决：484.60 ㎡、8 人 (66.6667% / 66.6667%)",
        "同意：363.45 ㎡、6 人",
        "反对：121.15 ㎡、2 人",
        "弃权：0.00 ㎡、0 人",
        "参与占全部专有部分面积 66.6667%，须达到 2/3：484.60 × 3 = 1453.80 = 726.90 × 2 = 1453.80，达到",
        "参与占全体人数 66.6667%，须达到 2/3：8 × 3 = 24 = 12 × 2 = 24，达到",
        "同意占参与表决面积 75.0000%，须达到 3/4：363.45 × 4 = 1453.80 = 484.60 × 3 = 1453.80，达到",
        "同意占参与表决人数 75.0000%，须达到 3/4：6 × 4 = 24 = 8 × 3 = 24，达到",
        "结果：通过",
    ]
    assert lines(found)[-1].en == "Result: passed"


def test_half_is_not_a_majority_and_the_sheet_says_so():
    found = count(roll(), ORDINARY, VECTORS["O1"][1])

    assert lines(found)[-2].en == (
        "Yes of heads taking part 50.0000%, more than 1/2: 4 × 2 = 8 = 8 × 1 = 8, not reached"
    )
    assert lines(found)[-1].zh == "结果：不通过（同意未达到规定）"


def test_the_last_valid_ballot_before_the_close_counts_and_all_are_kept():
    later, late = NOON + timedelta(hours=1), NOON + timedelta(hours=2)
    ballots = (
        Ballot("101", "no", NOON, "paper", "0001"),
        Ballot("101", "yes", later, "phone"),
        Ballot("101", "no", late, "paper", "0002"),
        Ballot("999", "no", NOON),
        Ballot("102", "void", NOON, "paper", "0003"),
    )

    found = count(roll(), SPECIAL, Handed(ballots, closes=late))

    assert found.said["yes"].heads == 1
    assert [fate for _, fate in found.fates] == [
        "replaced", "counted", "late", "stranger", "spoiled",
    ]  # fmt: skip
    assert uncounted(found)[0].zh == "101 0001（反对）：被同一业主后投的有效票取代"
    assert len(found.silent) == 11


def test_co_owners_who_disagree_do_not_vote_until_they_agree():
    home = Roll((Dwelling("101", "101", SMALL, ("王", "李")), Dwelling("102", "102", LARGE)))
    apart = (Ballot("101", "yes", NOON, signer="王"), Ballot("101", "no", NOON, signer="李"))
    agreed = (*apart, Ballot("101", "yes", NOON + timedelta(days=1), signer="李"))

    torn = count(home, SPECIAL, Handed(apart))
    whole = count(home, SPECIAL, Handed(agreed))

    assert (torn.conflicts, torn.voting.heads) == (("101",), 0)
    assert [fate for _, fate in torn.fates] == ["conflict", "conflict"]
    assert (whole.conflicts, whole.said["yes"].heads) == ((), 1)
    assert (
        count(home, SPECIAL, Handed((replace(apart[0], signer="赵"),))).fates[0][1] == "not_owner"
    )


def test_an_owner_of_several_flats_is_one_head_with_all_their_area():
    one = count(roll(BUYER), SPECIAL, cast(yes="102"))
    apart = count(roll(BUYER), SPECIAL, cast(yes="101", no="201"))
    unit = count(roll(BUYER), replace_covers(SPECIAL), cast(yes="102"))

    assert (one.voting.heads, one.voting.area) == (1, SMALL * 2 + LARGE)
    assert apart.conflicts == ("buyer",)
    assert (unit.voting.heads, unit.voting.area) == (1, LARGE)


def replace_covers(rules):
    return rules.model_copy(update={"covers": "dwelling"})


def test_a_ballot_for_all_flats_of_an_owner_is_replaced_flat_by_flat():
    whole = Ballot("developer", "yes", NOON)
    single = Ballot("101", "no", NOON + timedelta(hours=1))
    rest = [Ballot(key, "no", NOON + timedelta(hours=2)) for key in ("102", "601", "602")]

    torn = count(roll(DEVELOPER), SPECIAL, Handed((whole, single)))
    turned = count(roll(DEVELOPER), SPECIAL, Handed((whole, single, *rest)))

    assert torn.conflicts == ("developer",)
    assert (turned.conflicts, turned.said["no"].heads) == ((), 1)


PROXIED = Ballot("101", "yes", NOON, proxy="赵")
MANDATE = Mandate("101", "赵", "yes")
REFUSED = {
    "no_mandate": Handed((PROXIED,)),
    "unwritten": Handed((PROXIED,), (replace(MANDATE, written=False),)),
    "revoked": Handed((PROXIED,), (replace(MANDATE, revoked_at=NOON - timedelta(1)),)),
    "silent_mandate": Handed((PROXIED,), (replace(MANDATE, choice=None),)),
    "against_mandate": Handed((PROXIED,), (replace(MANDATE, choice="no"),)),
    "barred": Handed((replace(PROXIED, proxy="物业"),), (replace(MANDATE, holder="物业"),)),
    "over_cap": Handed((PROXIED,), (MANDATE, *(Mandate(key, "赵", "yes", NOON - timedelta(9)) for key in ("102", "201")))),
}  # fmt: skip


@pytest.mark.parametrize("reason", REFUSED)
def test_a_proxy_votes_only_as_a_written_mandate_says(reason):
    handed = REFUSED[reason]
    limits = {"barred": ["物业"], "cap": 2}
    rules = SPECIAL.model_copy(update={"proxies": SPECIAL.proxies.model_copy(update=limits)})
    if reason == "over_cap":
        later = replace(MANDATE, given_at=NOON - timedelta(1))
        handed = replace(handed, mandates=(later, *handed.mandates[1:]))

    found = count(roll(), rules, handed)
    allowed = count(roll(), rules, Handed((PROXIED,), (MANDATE,)))

    assert [fate for _, fate in found.fates] == [reason]
    assert found.voting.heads == 0
    assert allowed.said["yes"].heads == 1


def test_a_principal_who_votes_in_person_revokes_the_proxy():
    own = Ballot("101", "no", NOON - timedelta(hours=1))
    mandate = replace(MANDATE, given_at=NOON - timedelta(days=1))

    before = count(roll(), SPECIAL, Handed((own, PROXIED), (mandate,)))
    after = count(
        roll(), SPECIAL, Handed((replace(own, at=NOON + timedelta(1)), PROXIED), (mandate,))
    )
    anew = count(roll(), SPECIAL, Handed((own, PROXIED), (replace(mandate, given_at=NOON),)))

    assert [fate for _, fate in before.fates] == ["counted", "revoked"]
    assert [fate for _, fate in after.fates] == ["counted", "replaced"]
    assert [fate for _, fate in anew.fates] == ["replaced", "counted"]


def test_a_roll_with_an_unknown_area_is_refused_where_area_counts():
    unknown = Roll((Dwelling("101", "101"), Dwelling("102", "102", LARGE)))

    with pytest.raises(RollRefused) as refused:
        count(unknown, SPECIAL, cast(yes="101"))

    assert refused.value.message.zh == "面积不明，不能计算面积占比：101"
    assert count(unknown, rule_set("residents-meeting"), cast(yes="101 102")).is_passed


def test_a_meeting_counts_those_attending():
    meeting = Roll(tuple(Dwelling(key, key) for key in FLATS), attending=7)
    rules = rule_set("residents-meeting")

    assert count(meeting, rules, cast(yes="101 102 201 202")).is_passed
    assert not count(meeting, rules, cast(yes="101 102 201")).is_passed
    assert not count(replace(meeting, attending=6), rules, cast(yes="101 102 201 202")).is_passed


def test_a_rule_is_refused_for_a_day_on_which_it_was_not_in_force():
    with pytest.raises(RulesRefused, match="owners-special is in force"):
        SPECIAL.check_in_force(datetime(2020, 12, 31, tzinfo=UTC).date())

    rule_set("owners-special-2007").check_in_force(datetime(2020, 12, 31, tzinfo=UTC).date())


MARKS = st.sampled_from(["yes", "no", "abstain", None])
VOTES = st.lists(MARKS, min_size=12, max_size=12)
RULES = st.sampled_from([SPECIAL, ORDINARY])


def handed(marks, shift=0):
    return Handed(
        tuple(
            Ballot(key, mark, NOON + timedelta(minutes=at * shift))
            for at, (key, mark) in enumerate(zip(FLATS, marks, strict=True))
            if mark
        )
    )


@given(votes=VOTES, rules=RULES, at=st.integers(0, 11))
@settings(max_examples=60, deadline=None)
def test_a_yes_more_never_turns_pass_into_fail(votes, rules, at):
    more = [*votes[:at], "yes", *votes[at + 1 :]]

    before, after = count(roll(), rules, handed(votes)), count(roll(), rules, handed(more))

    assert after.is_passed or not before.is_passed


def test_a_no_can_bring_about_the_quorum():
    without, with_it = VECTORS["L3"][1], VECTORS["L10"][1]

    assert not count(roll(), SPECIAL, without).is_passed
    assert count(roll(), SPECIAL, with_it).is_passed


@given(votes=VOTES, rules=RULES, random=st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_ballots_and_of_the_roll_never_matters(votes, rules, random):
    cast_once = [*handed(votes).ballots, *handed(votes[::-1], shift=1).ballots]
    shuffled, home = list(cast_once), list(roll(BUYER).dwellings)
    random.shuffle(shuffled)
    random.shuffle(home)

    first = count(roll(BUYER), rules, Handed(tuple(cast_once)))
    second = count(Roll(tuple(home)), rules, Handed(tuple(shuffled)))

    assert (first.said, first.voting, first.is_passed) == (
        second.said, second.voting, second.is_passed,
    )  # fmt: skip
    assert set(first.fates) == set(second.fates)


@given(votes=VOTES, rules=RULES)
@settings(max_examples=30, deadline=None)
def test_paper_and_screen_and_keying_of_areas_make_no_difference(votes, rules):
    screen = handed(votes)
    paper = Handed(
        tuple(replace(one, channel="paper", form=f"0{one.voter}") for one in screen.ballots)
    )
    keyed = Roll(
        tuple(replace(one, area=Fraction(str(float(one.area)))) for one in roll().dwellings)
    )

    by_screen, by_paper = count(roll(), rules, screen), count(keyed, rules, paper)

    assert Fraction("58.4") == Fraction("58.40")
    assert lines(by_screen) == lines(by_paper)
