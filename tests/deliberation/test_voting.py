"""A lift retrofit from the roll to the end: paper keyed twice, ballots by phone, an objection that reopens."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from lift import AT, CLOSES, HOUR, new_lift, opened_lift
from townsfolk import settle

from linli.deliberation.counting.electorate import Dwelling, Roll
from linli.deliberation.models import Ballot, Keying, Vote
from linli.deliberation.voting.casting import cast_by_phone, code_of, key_form
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
from linli.deliberation.voting.preparing import (
    open_vote,
    prepare_vote,
    publish_roll,
    spoil_form,
)
from linli.deliberation.voting.proving import inclusion
from linli.deliberation.voting.standing import VoteRefused
from linli.deliberation.voting.tallying import counted, reconciled
from linli.registry.isolation import office_transaction
from linli.registry.queries import this_office

LATER, MINUTE = CLOSES + HOUR, timedelta(minutes=1)


@pytest.fixture
def chair(folk):
    return folk.actor("director", AT)


@pytest.fixture
def tellers(folk):
    return folk.actor("operator", AT), folk.actor("verifier", AT)


def phone(vote, number, mark, at=AT + HOUR):
    return cast_by_phone(vote=vote, number=number, code=code_of(vote, number), mark=mark, at=at)


def paper(vote, number, mark, tellers, at=AT + HOUR):
    for teller in tellers:
        done = key_form(vote=vote, number=number, mark=mark, received_at=at, by=teller, at=at)
    return done


def numbers(first, last):
    return [f"{number:04d}" for number in range(first, last + 1)]


def test_a_lift_retrofit_is_carried_objected_to_reopened_and_carried_again(chair, tellers):
    vote = opened_lift(chair)
    for number in numbers(1, 10):
        paper(vote, number, "yes", tellers)
    for number in numbers(11, 14):
        phone(vote, number, "yes")
    for number in numbers(15, 16):
        phone(vote, number, "no")
    close_vote(vote=vote, by=chair, at=CLOSES)
    known = reconcile(vote=vote, stated=Stated(10, 0, 14), by=chair, at=LATER)
    first = count_vote(vote=vote, by=chair, at=LATER)
    post_notice(vote=vote, until=LATER + timedelta(days=7), by=chair, at=LATER)
    objection = object_to(vote=vote, text="0001 不是本人签的", by=chair, at=LATER + HOUR)
    rule_on(
        vote=vote, objection=objection, is_upheld=True, ruling="笔迹不符", by=chair, at=LATER + HOUR
    )

    assert Vote.objects.get(pk=vote).state == "reopened"
    annul(vote=vote, seq=1, reason="笔迹不符", by=chair, at=LATER + HOUR)
    reconcile(vote=vote, stated=Stated(10, 0, 14), by=chair, at=LATER + HOUR)
    second = count_vote(vote=vote, by=chair, at=LATER + HOUR)
    post_notice(vote=vote, until=LATER + timedelta(days=9), by=chair, at=LATER + HOUR)
    carried = settle_vote(vote=vote, by=chair, at=LATER + timedelta(days=9))

    assert (known.issued, known.returned, known.spoiled, known.outstanding) == (24, 10, 0, 14)
    assert (first.voting.heads, first.said["yes"].heads, first.is_passed) == (16, 14, True)
    assert (second.voting.heads, second.is_quorate, carried) == (15, False, False)
    found = Vote.objects.get(pk=vote)
    assert found.state == "failed"
    assert found.result["lines"][-1]["zh"] == "结果：不通过（参与表决未达到规定）"
    assert Ballot.objects.filter(vote=vote).count() == 16
    assert [step.action for step in found.steps.order_by("pk")] == [
        "prepare", "publish", "open", "close", "reconcile", "count", "post", "object", "rule",
        "annul", "reconcile", "count", "post", "settle",
    ]  # fmt: skip


def test_one_dwelling_has_one_ballot_across_paper_and_phone_and_the_last_counts(chair, tellers):
    vote = opened_lift(chair)
    phone(vote, "0001", "no")
    paper(vote, "0001", "yes", tellers, at=AT + 2 * HOUR)
    phone(vote, "0002", "yes", at=AT + HOUR)
    phone(vote, "0002", "abstain", at=AT + 3 * HOUR)

    result = counted(Vote.objects.get(pk=vote))

    assert (result.voting.heads, result.said["yes"].heads, result.said["abstain"].heads) == (
        2,
        1,
        1,
    )
    assert sorted(fate for _, fate in result.fates) == [
        "counted", "counted", "replaced", "replaced",
    ]  # fmt: skip


def test_paper_is_keyed_by_two_people_and_a_difference_is_settled_with_a_reason(chair, tellers):
    vote, (one, other) = opened_lift(chair), tellers
    keyed = {"vote": vote, "number": "0001", "received_at": AT + HOUR, "at": AT + HOUR}

    first = key_form(mark="yes", by=one, **keyed)
    with pytest.raises(VoteRefused, match="somebody else"):
        key_form(mark="yes", by=one, **keyed)
    second = key_form(mark="no", by=other, **keyed)
    with pytest.raises(VoteRefused, match="say what the paper shows"):
        key_form(mark="yes", by=chair, **keyed)
    pending = reconciled(Vote.objects.get(pk=vote)).unsettled
    third = key_form(mark="yes", by=chair, reason="原件勾在同意栏", **keyed)
    with pytest.raises(VoteRefused, match="has been keyed"):
        key_form(mark="yes", by=one, **keyed)

    assert [first.outcome, second.outcome, third.outcome] == ["first", "differs", "agreed"]
    assert pending == ("0001",)
    assert Keying.objects.count() == 3
    assert [ballot.mark for ballot in Ballot.objects.all()] == ["yes"]


def test_nothing_is_counted_before_the_forms_add_up(chair, tellers):
    vote = opened_lift(chair)
    paper(vote, "0001", "yes", tellers)
    fresh = spoil_form(vote=vote, number="0002", reason="填错", by=chair, at=AT + HOUR)
    key_form(vote=vote, number="0003", mark="no", received_at=AT + HOUR, by=chair, at=AT + HOUR)
    with pytest.raises(VoteRefused, match="its time is not over"):
        close_vote(vote=vote, by=chair, at=CLOSES - HOUR)
    close_vote(vote=vote, by=chair, at=CLOSES)

    with pytest.raises(VoteRefused, match="not keyed to the end: 0003"):
        reconcile(vote=vote, stated=Stated(1, 1, 22), by=chair, at=LATER)
    key_form(vote=vote, number="0003", mark="no", received_at=AT + HOUR, by=tellers[0], at=LATER)
    with pytest.raises(VoteRefused, match="25 issued, on record 2 returned, 1 spoiled, 22 out"):
        reconcile(vote=vote, stated=Stated(2, 1, 21), by=chair, at=LATER)
    with pytest.raises(VoteRefused, match="the vote is now closed"):
        count_vote(vote=vote, by=chair, at=LATER)

    assert fresh == "0025"
    assert reconcile(vote=vote, stated=Stated(2, 1, 22), by=chair, at=LATER).outstanding == 22


def test_a_wrong_code_a_spoiled_form_and_a_late_ballot_are_refused(chair):
    vote = opened_lift(chair)
    spoil_form(vote=vote, number="0002", reason="填错", by=chair, at=AT)

    for number, code in [("0001", "A" * 12), ("0001", ""), ("0002", code_of(vote, "0002"))]:
        with pytest.raises(VoteRefused, match="number or code is wrong"):
            cast_by_phone(vote=vote, number=number, code=code, mark="yes", at=AT)
    with pytest.raises(VoteRefused, match="has closed"):
        phone(vote, "0001", "yes", at=CLOSES)
    with pytest.raises(VoteRefused, match="choose yes"):
        phone(vote, "0001", "void")

    assert Ballot.objects.count() == 0
    spaced = code_of(vote, "0001").lower()
    assert cast_by_phone(vote=vote, number="0001", code=f"{spaced[:4]} {spaced[4:]}", mark="yes", at=AT).seq == 1  # fmt: skip


def test_only_the_chair_leads_and_only_tellers_key(folk, chair):
    handler, operator = folk.actor("handler", AT), folk.actor("operator", AT)
    with pytest.raises(VoteRefused, match="for the chair"):
        prepare_vote(new=new_lift(), by=operator, at=AT)
    vote = opened_lift(chair)

    with pytest.raises(VoteRefused, match="for tellers"):
        key_form(vote=vote, number="0001", mark="yes", received_at=AT, by=handler, at=AT)
    with pytest.raises(VoteRefused, match="for the chair"):
        close_vote(vote=vote, by=operator, at=CLOSES)

    assert Keying.objects.count() == 0


def test_an_objection_to_the_roll_stops_the_opening(chair):
    vote = prepare_vote(new=new_lift(), by=chair, at=AT)
    publish_roll(vote=vote, by=chair, at=AT)
    objection = object_to(vote=vote, text="101 面积有误", by=chair, at=AT)

    with pytest.raises(VoteRefused, match="waits for a ruling"):
        open_vote(vote=vote, closes_at=CLOSES, by=chair, at=AT)
    rule_on(vote=vote, objection=objection, is_upheld=False, ruling="与产证相符", by=chair, at=AT)
    open_vote(vote=vote, closes_at=CLOSES, by=chair, at=AT)

    assert Vote.objects.get(pk=vote).state == "open"


def test_what_cannot_be_prepared_is_refused(chair):
    unknown = replace(new_lift(), roll=Roll((Dwelling("101", "101"),)))

    with pytest.raises(VoteRefused, match="area unknown"):
        prepare_vote(new=unknown, by=chair, at=AT)
    with pytest.raises(VoteRefused, match="heads alone"):
        prepare_vote(new=new_lift(secrecy="secret"), by=chair, at=AT)
    with pytest.raises(VoteRefused, match="in force"):
        prepare_vote(new=new_lift(rules="owners-special-2007"), by=chair, at=AT)

    assert Vote.objects.count() == 0


def test_every_ballot_is_proved_to_be_among_those_counted(chair):
    vote = opened_lift(chair)
    for number in numbers(1, 7):
        phone(vote, number, "yes")
    found = Vote.objects.get(pk=vote)

    proofs = [inclusion(found, seq) for seq in range(1, 8)]

    assert all(proof.holds for proof in proofs)
    assert len({proof.root for proof in proofs}) == 1
    assert not replace(proofs[0], entry=proofs[1].entry).holds


@pytest.mark.parametrize("verb", ["UPDATE deliberation_ballot SET mark = 'no'", "DELETE FROM deliberation_ballot"])  # fmt: skip
def test_ballots_are_only_added_to(chair, verb):
    phone(opened_lift(chair), "0001", "yes")

    with (
        pytest.raises(DatabaseError) as refused,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(verb)

    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)


TABLES = ["vote", "rollunit", "paperform", "attempt", "keying", "ballot", "annulment", "objection", "votestep"]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
def test_votes_stay_within_their_office(table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = %s",
            [f"deliberation_{table}"],
        )
        assert cursor.fetchone() == (True, True)


def test_another_office_sees_no_vote(db):
    here, there = settle(), settle("310115008", "塘桥街道")
    with office_transaction(here.office):
        opened_lift(here.actor("director", AT))
        assert (Vote.objects.count(), this_office().id) == (1, here.office)
    with office_transaction(there.office):
        assert Vote.objects.count() == 0


@pytest.mark.parametrize(
    ("apart", "outcome", "kept"),
    [(0, "agreed", 0), (1, "agreed", 0), (-5, "agreed", -5), (6, "differs", None)],
)
def test_two_readings_of_when_a_paper_came_in_up_to_five_minutes_apart_are_alike(
    chair, tellers, apart, outcome, kept
):
    vote, (one, other) = opened_lift(chair), tellers
    keyed = {"vote": vote, "number": "0001", "mark": "yes", "at": CLOSES}
    key_form(received_at=AT + HOUR, by=one, **keyed)

    done = key_form(received_at=AT + HOUR + apart * MINUTE, by=other, **keyed)

    assert done.outcome == outcome
    moments = [ballot.received_at for ballot in Ballot.objects.all()]
    assert moments == ([] if kept is None else [AT + HOUR + kept * MINUTE])


def test_readings_apart_differ_where_a_ballot_of_the_unit_came_in_between(chair, tellers):
    vote, (one, other) = opened_lift(chair), tellers
    phone(vote, "0001", "no", at=AT + HOUR + MINUTE)
    keyed = {"vote": vote, "number": "0001", "mark": "yes", "at": CLOSES}
    key_form(received_at=AT + HOUR, by=one, **keyed)

    second = key_form(received_at=AT + HOUR + 2 * MINUTE, by=other, **keyed)
    third = key_form(received_at=AT + HOUR + 2 * MINUTE, by=chair, reason="登记簿", **keyed)

    assert (second.outcome, third.outcome) == ("differs", "agreed")
    assert counted(Vote.objects.get(pk=vote)).said["yes"].heads == 1


@pytest.mark.parametrize("second", [0, 59])
def test_of_a_paper_and_a_phone_in_one_minute_the_one_later_on_record_counts(
    chair, tellers, second
):
    vote = opened_lift(chair)
    at = AT + HOUR
    phone(vote, "0001", "no", at=at + timedelta(seconds=second))
    paper(vote, "0001", "yes", tellers, at=at)
    paper(vote, "0002", "yes", tellers, at=at)
    phone(vote, "0002", "no", at=at + timedelta(seconds=second))
    phone(vote, "0003", "no", at=at + timedelta(seconds=second))
    paper(vote, "0003", "yes", tellers, at=at - MINUTE)

    result = counted(Vote.objects.get(pk=vote))

    assert {one.form: (one.mark, one.channel) for one, fate in result.fates if fate == "counted"} == {
        "0001": ("yes", "paper"), "0002": ("no", "phone"), "0003": ("no", "phone"),
    }  # fmt: skip
