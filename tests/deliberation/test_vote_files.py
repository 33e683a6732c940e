"""Votes in files: the documented examples count as they say, and what is wrong is named by line."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

import pytest

from linli.deliberation.counting.files import read_vote
from linli.deliberation.counting.rules import RulesRefused, rule_sets
from linli.deliberation.counting.sheets import sheets
from linli.project.commands.vote import vote
from linli.project.progress import Refused
from linli.rulebook.reading import MechanismRefused

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
ROUND = """
vote: round
rules: delegates-round
on: 2024-01-10
questions:
  a: {title: 路灯, expect: passed}
  b: {title: 停车, expect: failed}
roll:
  heads: [1, 2, 3, 4, 5]
  attending: 4
ballots:
  - {dwelling: 1, choices: {a: yes, b: yes}}
  - {dwelling: 2, choices: {a: yes, b: no}}
  - {dwelling: 3, choices: {a: 同意}}
"""


@pytest.mark.parametrize("page", ["count-a-vote.zh.md", "count-a-vote.en.md"])
def test_the_examples_of_the_how_to_come_out_as_they_say(page):
    text = (HOW_TO / page).read_text(encoding="utf-8")

    examples = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    results = [sheet.is_as_expected for one in examples for sheet in sheets(read_vote(one, page))]

    assert results == [True, True]
    assert all(f"`{key}`" in text for key in rule_sets())


def test_each_question_of_a_round_is_counted_by_itself():
    found = sheets(read_vote(ROUND, "round.yaml"))

    assert [(one.title, one.result.is_passed, one.is_as_expected) for one in found] == [
        ("路灯", True, True),
        ("停车", False, True),
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("attending: 4", "attended: 4", 10, "attended"),
        ("choices: {a: 同意}", "choice: maybe", 14, "maybe"),
        ("choices: {a: 同意}", "choices: {c: yes}", 2, "no such questions"),
        ("heads: [1, 2, 3, 4, 5]", "dwellings: [{dwelling: 1, area: big}]", 9, "58.40"),
    ],
)
def test_what_is_wrong_with_a_file_is_named_by_line(old, new, line, said):
    with pytest.raises(MechanismRefused) as refused:
        read_vote(ROUND.replace(old, new), "round.yaml")

    assert (refused.value.line, said in refused.value.message.en) == (line, True)


def test_a_rule_that_is_not_there_or_not_in_force_is_refused():
    with pytest.raises(RulesRefused, match="there are committee-election"):
        sheets(read_vote(ROUND.replace("delegates-round", "by-feeling"), "round.yaml"))
    with pytest.raises(RulesRefused, match="in force"):
        sheets(read_vote(ROUND.replace("2024-01-10", "2004-01-10"), "round.yaml"))


def test_limits_set_the_cap_of_proxies():
    text = (HOW_TO / "count-a-vote.zh.md").read_text(encoding="utf-8")
    lift = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)[0]
    more = "mandates:\n  - {principal: 101, holder: 赵, choice: yes, given_at: 2026-02-01}"
    capped = lift.replace("mandates:", more) + "limits: {proxies: {cap: 1}}\n"

    (found,) = sheets(read_vote(capped, "lift.yaml"))

    assert [fate for _, fate in found.result.fates] == ["counted", "over_cap", "counted"]


def test_the_command_prints_the_sheet_and_fails_when_the_file_expects_otherwise(tmp_path, capsys):
    path = tmp_path / "round.yaml"
    path.write_text(ROUND.replace("expect: failed", "expect: passed"), encoding="utf-8")

    code = vote(argparse.Namespace(file=str(path), json=True))

    printed = json.loads(capsys.readouterr().out)
    assert code == 1
    assert [one["as_expected"] for one in printed] == [True, False]
    assert printed[0]["thresholds"][1] == {
        "what": "majority", "base": "attending", "share": "1/2", "strict": True,
        "part": 3, "whole": 4, "percent": "75.0000%", "reached": True,
    }  # fmt: skip
    with pytest.raises(Refused, match="nowhere"):
        vote(argparse.Namespace(file="nowhere.yaml", json=False))


def test_every_rule_set_says_its_law_and_its_days():
    for key, rules in rule_sets().items():
        assert all(len(passage) > 10 for passage in rules.basis), key
        assert rules.until is None or rules.start < rules.until
    assert len(rule_sets()) == 13
