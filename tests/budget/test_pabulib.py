"""`.pb` files: read, refused by line, written again, and counted on the command line."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from linli.budget.pabulib.doubts import doubts
from linli.budget.pabulib.elections import differing_totals, election_of, selected
from linli.budget.pabulib.reading import PbRefused, read_pb
from linli.budget.pabulib.writing import written
from linli.project.__main__ import main

FILE = '''META
key;value
description;"楼组自治金; 第一轮"
budget;100,5
vote_type;approval
rule;greedy
num_projects;3
num_votes;3
PROJECTS
project_id;cost;name;target;selected
1;60;"长椅 ""树下"""; seniors;1
2;50.25;雨棚;;0
x-3;30;花园;children,seniors;1
VOTES
voter_id;vote;district
v1;1,x-3;东
v2; 1, 2 ;西
v3;;
'''


def test_a_file_is_read_with_all_its_columns():
    file = read_pb(FILE)

    assert file.meta["description"] == "楼组自治金; 第一轮"
    assert file.projects.column("name") == ('长椅 "树下"', "雨棚", "花园")
    assert file.projects.column("target") == ("seniors", "", "children,seniors")
    assert file.votes.column("district") == ("东", "西", "")
    assert selected(file) == {"1", "x-3"}
    assert file.oddities == ()


def test_a_file_becomes_an_election_exactly():
    election = election_of(read_pb(FILE))

    assert election.budget == Fraction(201, 2)
    assert [project.cost for project in election.projects] == [60, Fraction(201, 4), 30]
    assert election.votes == (2, 1, 1)
    assert election.voters == 3


@pytest.mark.parametrize("delimiter", [";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_what_is_written_reads_the_same(delimiter, ending):
    file = read_pb("\ufeff" + FILE.replace(";", delimiter).replace("\n", ending))

    again = read_pb(written(file))

    assert (again.meta, again.projects.rows, again.votes.rows) == (
        file.meta,
        file.projects.rows,
        file.votes.rows,
    )
    assert again.projects.columns == ("project_id", "cost", "name", "target", "selected")


@pytest.mark.parametrize(
    ("instead", "of", "line", "zh"),
    [
        ("x-3;dear;花园", "x-3;30;花园", 13, "cost 不是数：dear"),
        ("v1;1,9;东", "v1;1,x-3;东", 16, "投票中的项目不在 PROJECTS 中：9"),
        ("1;30;花园", "x-3;30;花园", 13, "编号 1 与第 11 行重复"),
        ("project_id;price;name", "project_id;cost;name", 10, "PROJECTS 缺少 cost 列"),
    ],
)
def test_what_is_wrong_is_named_by_its_line(instead, of, line, zh):
    with pytest.raises(PbRefused) as refused:
        read_pb(FILE.replace(of, instead))

    assert (line, zh) in [(one.line, one.message.zh) for one in refused.value.problems]


def test_a_count_that_the_file_gives_wrongly_is_an_oddity():
    file = read_pb(FILE.replace("num_votes;3", "num_votes;4"))

    assert [one.message.en for one in file.oddities] == ["num_votes says 4, there are 3"]


@pytest.mark.parametrize(
    ("kind", "points", "expected"),
    [
        ("ordinal", ("", ""), [3, 1, 2]),
        ("cumulative", ("4,1", "2,3"), [6, 3, 1]),
        ("scoring", ("4,-1", "2,0.5"), [6, Fraction(1, 2), -1]),
        ("choose-1", ("", ""), [2, 1, 1]),
    ],
)
def test_points_are_counted_as_the_type_of_vote_says(kind, points, expected):
    text = FILE.replace("approval", kind).replace("rule;greedy", "rule;greedy\nmax_length;3")
    text = text.replace("voter_id;vote;district", "voter_id;vote;points")
    text = text.replace("x-3;东", f"x-3;{points[0]}").replace("2 ;西", f"2 ;{points[1]}")
    if kind == "ordinal":
        text = text.replace("v2; 1, 2 ;", "v2;x-3,1;").replace("v1;1,x-3;", "v1;1,2;")
        expected = [3, 1, 2]

    assert [project.score for project in election_of(read_pb(text)).projects] == expected


@pytest.mark.parametrize(
    ("instead", "of", "line", "zh"),
    [
        ("budget;many", "budget;100,5", 4, "budget 不是数：many"),
        ("vote_type;show", "vote_type;approval", 5, "不认识的 vote_type：show"),
        ("rule;greedy\nmax_length;two", "rule;greedy", 7, "max_length 不是数：two"),
    ],
)
def test_what_is_wrong_with_meta_is_named_by_its_own_line(instead, of, line, zh):
    with pytest.raises(PbRefused) as refused:
        read_pb(FILE.replace(of, instead))

    assert [(one.line, one.message.zh) for one in refused.value.problems] == [(line, zh)]


def test_doubtful_rows_are_told_and_counted():
    text = FILE.replace("rule;greedy", "rule;greedy\nmin_length;2\nmax_length;2")
    text = text.replace("v1;1,x-3;东", "v1;1,1,x-3;东").replace("v2; 1, 2 ;", "v2;2;")
    file = read_pb(text.replace("x-3;30", "x-3;130"))

    assert [(one.line, one.message.en) for one in doubts(file)] == [
        (15, "the project costs more than the fund"),
        (18, "a project is named twice"),
        (18, "3 named, more than 2"),
        (19, "1 named, fewer than 2"),
        (20, "the ballot is empty"),
    ]
    assert election_of(file).votes == (1, 1, 1)


def test_a_rule_with_comparison_pays_for_what_more_voters_prefer(tmp_path, capsys):
    votes = ["1,2"] * 6 + ["3"] * 4
    rows = "\n".join(f"v{number};{vote}" for number, vote in enumerate(votes))
    text = f"""META
key;value
budget;100
vote_type;approval
rule;equalshares-comparison
PROJECTS
project_id;cost;selected
1;60;1
2;40;1
3;40;0
VOTES
voter_id;vote
{rows}
"""
    path = tmp_path / "round.pb"
    path.write_text(text, encoding="utf-8")

    code = main(["fund", "count", str(path), "--json"])

    told = json.loads(capsys.readouterr().out)
    assert told["comparison"] == {"first": 4, "second": 6, "neither": 0}
    assert (code, told["rule"], told["winners"]) == (0, "greedy", ["2", "1"])


def test_points_that_do_not_match_the_vote_are_refused():
    text = FILE.replace("approval", "cumulative").replace("vote;district", "vote;points")

    with pytest.raises(PbRefused) as refused:
        election_of(read_pb(text))

    assert [one.line for one in refused.value.problems] == [16]


def test_totals_that_the_file_prints_can_stand_for_the_ballots():
    text = FILE.replace("name;target;selected", "name;votes;selected").replace(" seniors;1", "7;1")
    file = read_pb(text.replace("雨棚;;0", "雨棚;9;0").replace("children,seniors;1", "8;1"))

    printed = election_of(file, printed=True)

    assert [project.score for project in printed.projects] == [7, 9, 8]
    assert [project.score for project in election_of(file).projects] == [2, 1, 1]
    assert differing_totals(file, election_of(file)) == (("1", 2, 7), ("2", 1, 9), ("x-3", 1, 8))


POZNAN = """META
key;value
unit;Poznań
rule;greedy-custom
budget;100
vote_type;approval
PROJECTS
project_id;cost;votes;selected
a;60;3;1
b;50;2;2
c;30;1;3
VOTES
voter_id;vote
1;a,b
2;a,b
3;a
4;c
"""


def test_a_town_that_pays_the_last_project_in_part_is_counted_by_its_own_rule(tmp_path, capsys):
    path = tmp_path / "poznan.pb"
    path.write_text(POZNAN, encoding="utf-8")

    assert main(["fund", "count", str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)

    assert (told["winners"], told["cost"], told["agrees"]) == (["a", "b"], 100, True)
    assert [one["fate"] for one in told["projects"]] == ["chosen", "partly", "stopped"]
    assert any("reserve" in one["en"] for one in told["oddities"])
    assert main(["fund", "count", str(path), "--part-from", "9/10"]) == 1


def test_a_file_is_counted_on_the_command_line(tmp_path, capsys):
    path = tmp_path / "round.pb"
    path.write_text(FILE, encoding="utf-8")

    code = main(["fund", "count", str(path), "--json"])

    told = json.loads(capsys.readouterr().out)
    assert (code, told["winners"], told["cost"], told["left"]) == (0, ["1", "x-3"], 90, "21/2")
    assert told["agrees"] is True
    assert [line["fate"] for line in told["projects"]] == ["chosen", "chosen", "too_dear"]
