"""Secret votes: whoever has the whole database, with every moment, number and place on disk, learns no more than the sums."""

import json
import re
from datetime import timedelta
from random import Random

import pytest
from django.db import connection
from lift import AT, CLOSES, HOUR
from townsfolk import settle

from linli.deliberation.counting.electorate import Dwelling, Roll
from linli.deliberation.counting.rules import rule_set
from linli.deliberation.models import BoxSheet, Handing, Vote
from linli.deliberation.voting.boxes import agreed_papers, hand_papers, key_box
from linli.deliberation.voting.casting import cast_by_phone, code_of
from linli.deliberation.voting.concluding import Stated, close_vote, count_vote, reconcile
from linli.deliberation.voting.preparing import NewVote, open_vote, prepare_vote, publish_roll
from linli.deliberation.voting.standing import VoteRefused
from linli.registry.isolation import office_transaction

VOTERS = [f"{number:03d}" for number in range(1, 31)]
COMING = VOTERS[:26]
LATER = CLOSES + HOUR
TABLES = """
    SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE a.attname = 'office_id' AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
    ORDER BY c.relname
"""
WHOLE = "SELECT ctid::text AS place, xmin::text::bigint AS written, t.* FROM TABLE t ORDER BY ctid"
SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
OF_CHANCE = {"salt", "root", "wrapped_key", "sha256", "password", "hash", "commitments"}


def election(folk, *, secrecy="secret", seats=2, rules="committee-election"):
    """Give an open vote of thirty voters."""
    chair = folk.actor("director", AT)
    roll = Roll(tuple(Dwelling(voter, voter) for voter in VOTERS))
    new = NewVote(
        "平南居委会选举", "选谁？", rule_set(rules), roll, AT.date(), secrecy, None, seats
    )
    vote = prepare_vote(new=new, by=chair, at=AT)
    publish_roll(vote=vote, by=chair, at=AT)
    open_vote(vote=vote, closes_at=CLOSES, by=chair, at=AT)
    return vote


def read_out(papers, seed):
    """Give what a teller writes down of a box: papers as they come out, in any order."""
    papers = list(papers)
    Random(seed).shuffle(papers)  # noqa: S311 - any order will do
    return "\n".join(f"{'、'.join(names)} 1" for names in papers)


def held(folk, choices, seed):
    """Hold a secret election in which each voter puts one paper into the box; give the vote's id."""
    director, *tellers = (folk.actor(name, AT) for name in ("director", "operator", "verifier"))
    with office_transaction(folk.office):
        vote = election(folk)
    for minute, voter in enumerate(choices):
        with office_transaction(folk.office):
            hand_papers(vote=vote, units=[voter], by=tellers[0], at=AT + timedelta(minutes=minute))
    with office_transaction(folk.office):
        close_vote(vote=vote, by=director, at=CLOSES)
        for turn, teller in enumerate(tellers):
            text = read_out(choices.values(), seed + turn)
            key_box(vote=vote, text=text, by=teller, at=LATER)
        reconcile(vote=vote, stated=Stated(26, 0, 0), by=director, at=LATER)
        count_vote(vote=vote, by=director, at=LATER)
    return vote


def dumped(office):
    """Give all that is on record of an office, table by table: every column, and where and when each row was written."""
    found = {}
    with office_transaction(office), connection.cursor() as cursor:
        cursor.execute(TABLES)
        tables = [name for (name,) in cursor.fetchall()]
        for table in tables:
            cursor.execute(WHOLE.replace("TABLE", table))
            names = [column.name for column in cursor.description]
            found[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return found


def likened(tables):
    """Make two dumps comparable: numbers given by the machine become ranks, what is random by nature is left out."""
    return {table: [_plain(rows, row) for row in rows] for table, rows in tables.items()}


def _plain(rows, row):
    return {
        name: _rank(rows, name, value) if _is_given(name, value) else repr(value)
        for name, value in row.items()
        if name not in OF_CHANCE
    }


def _is_given(name, value):
    return name in {"id", "written", "place"} or (name.endswith("_id") and isinstance(value, int))


def _rank(rows, name, value):
    return sorted({row[name] for row in rows if row[name] is not None}, key=_in_order).index(value)


def _in_order(value):
    """Put places on disk, such as (0,12), and numbers in their own order."""
    return [int(part) for part in re.findall(r"\d+", str(value))]


def moved(before, after):
    """Give by how much each sequence went on."""
    return {name: (value or 0) - (before.get(name) or 0) for name, value in after.items()}


def sequences():
    with connection.cursor() as cursor:
        cursor.execute(SEQUENCES)
        return dict(cursor.fetchall())


def choices_of(seed):
    """Give each voter's names: sixteen for Zhang and Li, seven for Zhang and Wang, three for Li alone."""
    papers = [("张伟", "李娜")] * 16 + [("张伟", "王芳")] * 7 + [("李娜",)] * 3
    Random(seed).shuffle(papers)  # noqa: S311 - any order will do
    return dict(zip(COMING, papers, strict=True))


@pytest.fixture
def two_worlds(transactional_db):
    """Hold the same election twice: the same people come, the same papers fall into the box, from other hands."""
    worlds = []
    for street, seed in (("310112006", 1), ("310115008", 2)):
        folk = settle(street, "某街道") if street != "310112006" else settle()
        before = sequences()
        vote = held(folk, choices_of(seed), seed)
        worlds.append((folk, vote, dumped(folk.office), moved(before, sequences())))
    return worlds


DELIBERATION = "deliberation_"


def of_the_vote(tables):
    return {name: rows for name, rows in tables.items() if name.startswith(DELIBERATION)}


def test_the_whole_database_is_the_same_whoever_voted_for_whom(two_worlds):
    (_, _, one, one_moved), (_, _, other, other_moved) = two_worlds

    assert choices_of(1) != choices_of(2)
    assert _but_names(likened(of_the_vote(one))) == _but_names(likened(of_the_vote(other)))
    assert {k: v for k, v in one_moved.items() if k.startswith(DELIBERATION)} == {
        k: v for k, v in other_moved.items() if k.startswith(DELIBERATION)
    }
    assert one["casework_step"] == other["casework_step"] == []


def _but_names(tables):
    """Leave out which office and which account: two offices differ in these by nature."""
    left_out = {"office_id", "by", "ruled_by", "result", "said"}
    return {
        table: [
            {name: value for name, value in row.items() if name not in left_out} for row in rows
        ]
        for table, rows in tables.items()
    }


def test_results_and_steps_say_the_same_but_for_the_digest(two_worlds):
    said = []
    for folk, vote, _, _ in two_worlds:
        with office_transaction(folk.office):
            found = Vote.objects.get(pk=vote)
            steps = [step.said for step in found.steps.order_by("pk")]
        sheet = found.result["numbers"].pop("sheet")
        steps[-1].pop("root"), steps[-1]["numbers"].pop("sheet")
        assert sheet == f"{vote}-{found.result.pop('root')[:32]}"
        said.append((found.result, steps))

    assert said[0] == said[1]
    assert said[0][0]["numbers"]["elected"] == 2


def test_no_row_of_a_secret_vote_stands_for_one_paper(two_worlds):
    """Every attack by order needs rows to put beside those of the voters; there is one sheet for the whole box."""
    _, _, tables, went_on = two_worlds[0]

    papers = {name: len(rows) for name, rows in of_the_vote(tables).items() if rows}

    assert papers == {
        "deliberation_vote": 1, "deliberation_concern": 1, "deliberation_rollunit": 30,
        "deliberation_handing": 26, "deliberation_boxsheet": 2, "deliberation_votestep": 6,
    }  # fmt: skip
    assert went_on["deliberation_ballot_id_seq"] == went_on["deliberation_keying_id_seq"] == 0
    for sheet in tables["deliberation_boxsheet"]:
        assert json.loads(sheet["papers"]) == [
            [["张伟", "李娜"], 16, False], [["张伟", "王芳"], 7, False], [["李娜"], 3, False],
        ]  # fmt: skip
    assert all(set(row) == {"place", "written", "id", "office_id", "vote_id", "unit_id", "by"} for row in tables["deliberation_handing"])  # fmt: skip


def test_the_attack_finds_who_said_what_where_ballots_are_signed(db):
    """The same reading of the database does tell two signed votes apart: the test can see what it looks for."""
    dumps = []
    for street, marks in (("310112006", "yes no"), ("310115008", "no yes")):
        folk = settle(street, "某街道") if street != "310112006" else settle()
        with office_transaction(folk.office):
            vote = election(folk, secrecy="signed", seats=None, rules="residents-meeting")
            for number, mark in enumerate(marks.split(), 1):
                form = f"{number:04d}"
                cast_by_phone(vote=vote, number=form, code=code_of(vote, form), mark=mark, at=AT)
        dumps.append(_but_names(likened(of_the_vote(dumped(folk.office)))))

    assert dumps[0] != dumps[1]


def test_papers_are_handed_out_once_and_only_to_those_on_the_roll(folk):
    teller = folk.actor("operator", AT)
    vote = election(folk)
    hand_papers(vote=vote, units=["001", "002"], by=teller, at=AT)

    for units, said in ((["002"], "handed out before: 002"), (["999"], "not on the roll: 999"), (["003", "003"], "handed out before: 003")):  # fmt: skip
        with pytest.raises(VoteRefused, match=said):
            hand_papers(vote=vote, units=units, by=teller, at=AT)
    with pytest.raises(VoteRefused, match="has closed"):
        hand_papers(vote=vote, units=["003"], by=teller, at=CLOSES)

    assert Handing.objects.count() == 2


def test_a_box_is_read_by_two_people_and_a_difference_is_settled_with_a_reason(folk):
    director, one, other = (folk.actor(name, AT) for name in ("director", "operator", "verifier"))
    vote = election(folk)
    with pytest.raises(VoteRefused, match="the vote is now open"):
        key_box(vote=vote, text="张伟 1", by=one, at=AT)
    close_vote(vote=vote, by=director, at=CLOSES)
    first = key_box(vote=vote, text="张伟、李娜 2\n废票 1", by=one, at=LATER)
    with pytest.raises(VoteRefused, match="somebody else"):
        key_box(vote=vote, text="张伟、李娜 2\n废票 1", by=one, at=LATER)
    second = key_box(vote=vote, text="李娜 张伟 ×3", by=other, at=LATER)
    with pytest.raises(VoteRefused, match="count anew"):
        key_box(vote=vote, text="李娜、张伟 3", by=one, at=LATER)
    third = key_box(vote=vote, text="李娜、张伟 3", by=one, at=LATER, reason="重新点票，无废票")
    with pytest.raises(VoteRefused, match="has been keyed"):
        key_box(vote=vote, text="张伟 1", by=one, at=LATER, reason="再来")

    assert [first.outcome, second.outcome, third.outcome] == ["first", "differs", "agreed"]
    assert BoxSheet.objects.count() == 3
    papers = agreed_papers(Vote.objects.get(pk=vote))
    assert [(one.marks, one.times, one.void) for one in papers] == [(("张伟", "李娜"), 3, False)]


def test_a_secret_question_is_counted_by_heads_and_no_area_is_put_in_secret(folk):
    director, *tellers = (folk.actor(name, AT) for name in ("director", "operator", "verifier"))
    vote = election(folk, seats=None, rules="residents-meeting")
    hand_papers(vote=vote, units=COMING, by=tellers[0], at=AT)
    close_vote(vote=vote, by=director, at=CLOSES)
    for teller in tellers:
        key_box(vote=vote, text="同意 14\n反对 9\n弃权 2", by=teller, at=LATER)
    reconcile(vote=vote, stated=Stated(25, 0, 1), by=director, at=LATER)
    result = count_vote(vote=vote, by=director, at=LATER)

    assert (result.said["yes"].heads, result.voting.heads, result.is_passed) == (14, 25, True)
    with pytest.raises(VoteRefused, match="heads alone"):
        election(folk, rules="owners-special", seats=None)
