"""Written mandates, co-owners and unsold dwellings in a stored vote: kept, taken back, and counted as the pure count does."""

import random
from datetime import timedelta
from fractions import Fraction
from io import BytesIO

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from lift import AT, CLOSES, HOUR

from linli.deliberation.counting import ballots as pure
from linli.deliberation.counting.counts import count
from linli.deliberation.counting.electorate import UNSOLD
from linli.deliberation.counting.explaining import lines, uncounted
from linli.deliberation.counting.rules import RulesRefused, rule_set
from linli.deliberation.models import Mandate, Revocation, Scan, Vote
from linli.deliberation.voting.casting import cast_by_phone, code_of, key_form
from linli.deliberation.voting.mandates import (
    NewMandate,
    give_mandate,
    mandates_held,
    revoke_mandate,
)
from linli.deliberation.voting.preparing import (
    NewVote,
    issue_form,
    open_vote,
    prepare_vote,
    publish_roll,
)
from linli.deliberation.voting.rolls import pasted_roll
from linli.deliberation.voting.scans import mandate_shown
from linli.deliberation.voting.standing import VoteRefused
from linli.deliberation.voting.tallying import counted

MINUTE = timedelta(minutes=1)
NOON = AT + 2 * HOUR
ROLL = """
101 58.40 张 产证
102 62.75 张 产证
201 58.40 "" 产证 2
202 62.75 李 产证
301 58.40 未售 合同
302 62.75 未交付 合同
401 58.40
402 62.75
""".replace('""', "共")


class Hall:
    """An open vote on a lift, its chair and its tellers."""

    def __init__(self, folk, cap=2, rules="owners-special", barred=()):
        self.chair = folk.actor("director", AT)
        self.tellers = folk.actor("operator", AT), folk.actor("verifier", AT)
        self.rules = rule_set(rules).capped(cap, list(barred), "议事规则第九条")
        new = NewVote("加装电梯", "是否同意？", self.rules, pasted_roll(ROLL), AT.date())
        self.vote = prepare_vote(new=new, by=self.chair, at=AT)
        publish_roll(vote=self.vote, by=self.chair, at=AT)
        open_vote(vote=self.vote, closes_at=CLOSES, by=self.chair, at=AT)
        self.form = {one.unit.unit: one.number for one in self.row.forms.select_related("unit")}

    @property
    def row(self):
        return Vote.objects.get(pk=self.vote)

    def mandate(self, units, holder="王五", choice="yes", given_at=AT, until=None):
        new = NewMandate(tuple(units.split()), holder, choice, given_at, until)
        paper = BytesIO(b"%PDF-1.7\n%%EOF")
        return give_mandate(vote=self.vote, new=new, upload=paper, by=self.tellers[0], at=CLOSES - MINUTE)  # fmt: skip

    def revoke(self, number, at):
        revoke_mandate(
            vote=self.vote, number=number, received_at=at, reason="来函撤回", by=self.tellers[1], at=CLOSES
        )  # fmt: skip

    def paper(self, form, mark="yes", at=NOON, mandate=None):
        for teller in self.tellers:
            done = key_form(
                vote=self.vote, number=form, mark=mark, received_at=at, mandate=mandate, by=teller, at=CLOSES
            )  # fmt: skip
        return done.seq

    def phone(self, unit, mark="yes", at=NOON):
        number = self.form[unit]
        code = code_of(self.vote, number)
        return cast_by_phone(vote=self.vote, number=number, code=code, mark=mark, at=at).seq

    def fates(self):
        return {one.seq: fate for one, fate in counted(self.row).fates}


@pytest.fixture
def hall(folk):
    return Hall(folk)


def test_a_proxy_counts_as_its_written_mandate_says_and_within_the_cap(hall):
    for number, (unit, choice) in enumerate([("202", "yes"), ("401", "yes"), ("402", "yes"), ("201", "no"), ("301", "")], 1):  # fmt: skip
        holder = "王五" if number < 4 else f"另一位{number}"
        assert hall.mandate(unit, holder, choice, AT + number * MINUTE) == number

    seqs = [
        hall.paper(hall.form["202"], mandate=1),
        hall.paper(hall.form["401"], mandate=2),
        hall.paper(hall.form["402"], mandate=3),
        hall.paper(hall.form["201"], "yes", mandate=4),
        hall.paper(hall.form["301"], "yes", mandate=5),
        hall.paper(hall.form["101"], "yes", mandate=1),
    ]

    assert [hall.fates()[seq] for seq in seqs] == [
        "counted", "counted", "over_cap", "against_mandate", "silent_mandate", "no_mandate",
    ]  # fmt: skip
    said = [line.zh for line in lines(counted(hall.row))]
    assert "受托人代投：6 票，计入 2 票" in said
    assert (
        "收到 6 票 = 计入 2 + 不计 4（没有委托书 1；委托书没有写明意见 1；与委托书写明的意见不符 1；"
        "受托人接受的委托超过上限 1）" in said
    )


def test_a_mandate_taken_back_run_out_or_overtaken_by_its_owner_holds_for_no_later_ballot(hall):
    hall.mandate("202")
    hall.mandate("401", "赵六", until=NOON)
    hall.mandate("402", "钱七")
    hall.revoke(1, NOON - MINUTE)
    own = hall.phone("402", "no", NOON - MINUTE)

    late = [hall.paper(hall.form[unit], mandate=number) for number, unit in enumerate(("202", "401", "402"), 1)]  # fmt: skip

    assert [hall.fates()[seq] for seq in (*late, own)] == ["revoked", "lapsed", "revoked", "counted"]  # fmt: skip
    assert [one.zh for one in uncounted(counted(hall.row))] == [
        "202 0004（同意）：委托已撤回，或委托人已亲自投票",
        "401 0007（同意）：委托已到期",
        "402 0008（同意）：委托已撤回，或委托人已亲自投票",
    ]


def test_a_mandate_taken_back_after_the_proxy_voted_leaves_that_ballot_until_its_owner_votes(hall):
    hall.mandate("202")
    by_proxy = hall.paper(hall.form["202"], mandate=1)
    hall.revoke(1, NOON + HOUR)
    before = hall.fates()[by_proxy]

    own = hall.phone("202", "no", NOON + 2 * HOUR)

    assert (before, hall.fates()[by_proxy], hall.fates()[own]) == ("counted", "replaced", "counted")


def test_co_owners_who_disagree_do_not_vote_on_one_paper_or_on_two(hall):
    second = issue_form(vote=hall.vote, unit="201", signer="乙", by=hall.chair, at=AT)
    first = issue_form(vote=hall.vote, unit="201", signer="甲", by=hall.chair, at=AT)
    one, other = hall.paper(first, "yes"), hall.paper(second, "no")
    apart = [hall.fates()[seq] for seq in (one, other)]
    heads = counted(hall.row).voting.heads

    hall.paper(hall.form["202"], "split")
    agreed = hall.phone("201", "yes", NOON + HOUR)

    assert (apart, heads) == (["conflict", "conflict"], 0)
    result = counted(hall.row)
    assert (result.conflicts, result.voting.heads, hall.fates()[agreed]) == (("李",), 1, "counted")
    assert "意见不一、不计为表决：李" in [line.zh for line in lines(result)]


def test_several_dwellings_of_one_owner_and_all_unsold_ones_are_one_head_each(hall):
    hall.paper(hall.form["101"])
    hall.paper(hall.form["301"])

    result = counted(hall.row)

    assert (result.roll.heads, len(result.roll.dwellings)) == (6, 8)
    assert (result.voting.heads, result.voting.area) == (2, 2 * Fraction("121.15"))
    assert [will.owner for will in result.wills] == ["张", UNSOLD]
    said = [line.zh for line in lines(result)]
    assert "同一产权人有多套：1 位共 2 套，各计一人" in said
    assert "未售出或未交付：2 套，合计一人" in said


@pytest.mark.parametrize(
    ("units", "more", "why"),
    [
        ("999", {}, "not on the roll: 999"),
        ("101 202", {}, "the units of one owner"),
        ("202", {"holder": " "}, "name of the holder"),
        ("202", {"holder": "物业王某"}, "may not hold"),
        ("202", {"choice": "maybe"}, "choose yes"),
        ("202", {"given_at": CLOSES}, "before the vote closes"),
        ("202", {"given_at": NOON, "until": AT}, "after it was given"),
    ],
)
def test_a_mandate_that_cannot_be_is_refused_and_nothing_is_kept(folk, units, more, why):
    hall = Hall(folk, barred=["物业王某"])

    with pytest.raises(VoteRefused, match=why):
        hall.mandate(units, **more)

    assert (Mandate.objects.count(), Scan.objects.count()) == (0, 0)


def test_where_the_rule_allows_no_proxies_there_is_no_mandate_and_no_limit_on_them(folk):
    with pytest.raises(RulesRefused, match="allows no proxies"):
        rule_set("renewal-signing").capped(2, [], "x")
    with pytest.raises(RulesRefused, match="name the source"):
        rule_set("owners-special").capped(2, [], "")


def test_the_name_of_a_holder_is_sealed_and_a_look_at_the_scan_is_for_tellers(folk, hall):
    hall.mandate("202", "王  五")

    row = Mandate.objects.get()
    held = mandates_held(hall.vote)[0]

    assert (held.holder, held.units, held.choice.zh, held.ballots) == (
        "王 五",
        ("202",),
        "同意",
        (),
    )
    assert "王".encode() not in bytes(row.sealed_name) + row.holder.encode()
    assert (
        mandate_shown(vote=hall.vote, number=1, by=hall.tellers[0], at=NOON).content[:4] == b"%PDF"
    )
    with pytest.raises(VoteRefused):
        mandate_shown(vote=hall.vote, number=1, by=folk.actor("caller", NOON), at=NOON)
    with pytest.raises(VoteRefused, match="no mandate 9"):
        hall.paper(hall.form["202"], mandate=9)


@pytest.mark.parametrize("table", ["mandate", "revocation"])
@pytest.mark.parametrize("verb", ["UPDATE deliberation_{} SET by = 'x'", "DELETE FROM deliberation_{}"])  # fmt: skip
def test_mandates_and_revocations_are_only_added_to(hall, table, verb):
    hall.mandate("202")
    hall.revoke(1, NOON)

    with (
        pytest.raises(DatabaseError) as refused,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(verb.format(table))

    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)
    assert Revocation.objects.get().reason == "来函撤回"


class Drawn:
    """What is handed in at a hall by chance: kept through the actions, and written down for the pure count."""

    def __init__(self, hall, seed):
        self.hall, self.draw = hall, random.Random(seed)  # noqa: S311 - chance for a test
        self.mandates, self.ballots = [], []
        self.unit = {number: unit for unit, number in hall.form.items()}
        self.signer = dict.fromkeys(self.unit, "")
        for signer in self.draw.sample("甲乙", self.draw.randint(0, 2)):
            number = issue_form(vote=hall.vote, unit="201", signer=signer, by=hall.chair, at=AT)
            self.unit[number], self.signer[number] = "201", signer

    def give(self, number):
        draw = self.draw
        unit, holder = draw.choice(list(self.hall.form)), draw.choice(["王五", "赵六"])
        choice, until = draw.choice(["yes", "no", ""]), draw.choice([None, NOON + HOUR])
        given = AT + draw.randint(0, 90) * MINUTE
        self.hall.mandate(unit, holder, choice, given, until)
        taken = draw.choice([None, None, given + draw.randint(0, 120) * MINUTE])
        if taken:
            self.hall.revoke(number, taken)
        self.mandates.append(
            pure.Mandate(unit, holder, choice or None, given, taken, units=(unit,), until=until)
        )

    def cast(self, form):
        seconds = timedelta(minutes=self.draw.randint(1, 240), seconds=self.draw.choice([0, 30]))
        mark = self.draw.choice(["yes", "yes", "no", "abstain", "split", "void"])
        if mark in {"split", "void"} or self.signer[form] or self.draw.random() < 0.5:
            self.on_paper(form, mark, (AT + seconds).replace(second=0))
        else:
            seq = self.hall.phone(self.unit[form], mark, AT + seconds)
            self.ballots.append(pure.Ballot(self.unit[form], mark, AT + seconds, "phone", form, seq=seq))  # fmt: skip

    def on_paper(self, form, mark, at):
        which = self.draw.randint(0, len(self.mandates))
        if self.hall.row.ballots.filter(form=form).exclude(channel="phone").exists():
            return  # this form was keyed before
        seq = self.hall.paper(form, mark, at, which or None)
        holder = self.mandates[which - 1].holder if which else ""
        self.ballots.append(
            pure.Ballot(self.unit[form], mark, at, "paper", form, self.signer[form], holder, (), seq)
        )  # fmt: skip

    def handed(self):
        for number in range(1, self.draw.randint(2, 7)):
            self.give(number)
        papers = [number for number in self.unit if self.signer[number]]
        for form in [*self.draw.choices(list(self.hall.form.values()), k=6), *papers]:
            self.cast(form)
        self.draw.shuffle(self.ballots)
        return pure.Handed(tuple(self.ballots), tuple(self.mandates), AT, CLOSES)


@pytest.mark.parametrize("seed", range(12))
def test_a_stored_vote_counts_as_the_pure_count_of_what_was_handed_in(folk, seed):
    hall = Hall(folk, cap=(None, 1, 2)[seed % 3])
    handed = Drawn(hall, seed).handed()

    expected = count(pasted_roll(ROLL), hall.rules, handed)
    found = counted(hall.row)

    assert {one.seq: fate for one, fate in found.fates} == {one.seq: fate for one, fate in expected.fates}  # fmt: skip
    assert lines(found) == lines(expected)
    assert found.wills == expected.wills


def test_a_mandate_taken_back_unused_leaves_its_place_under_the_cap(hall):
    for number, unit in enumerate(("202", "401", "402"), 1):
        hall.mandate(unit, given_at=AT + number * MINUTE)
    hall.revoke(1, AT + HOUR)

    seqs = [hall.paper(hall.form[unit], mandate=number) for number, unit in ((2, "401"), (3, "402"))]  # fmt: skip

    assert [hall.fates()[seq] for seq in seqs] == ["counted", "counted"]
