"""Counting a round by its rule, and the `.pb` text from which anybody can count it again. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from linli.budget.allocating.elections import Election, Project
from linli.budget.allocating.equal_shares import Completion, equal_shares
from linli.budget.allocating.greedy import greedy
from linli.budget.allocating.outcomes import Outcome
from linli.budget.pabulib.elections import election_of
from linli.budget.pabulib.reading import PbFile, Problem, Table, read_pb
from linli.budget.pabulib.writing import written
from linli.rulebook.labels import Label

SHARES = {
    "shares": Completion(add1="exceed"),
    "shares_exhaustive": Completion(add1="exhaustive"),
    "shares_by_votes": Completion(add1="exceed", by_votes=True),
}
VOTES = {"greedy": "greedy", "greedy_stop": "greedy-no-skip"}
PABULIB = {**VOTES, **dict.fromkeys(SHARES, "equalshares/add1")}


class BallotsRefused(Exception):
    """The ballots do not fit the round; `problems` say why, each with its line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{one.line}: {one.message.en}" for one in problems))
        self.problems = tuple(problems)


class BallotsNeeded(Exception):
    """The rule counts ballots, and only totals were keyed."""

    message = Label(
        zh="这条计票规则要逐票计，只有合计票数不够，请导入选票",
        en="This rule counts ballots; totals do not do. Import the ballots",
    )


def drawn_order(words: str, keys: Sequence[str]) -> tuple[str, ...]:
    """Give the order of a lot: by the SHA-256 of the words spoken in public and each key. Anybody can do it again."""
    return tuple(sorted(keys, key=lambda key: hashlib.sha256(f"{words}\n{key}".encode()).digest()))


def totals_text(
    meta: Mapping[str, str], projects: Sequence[Project], totals: Mapping[str, int]
) -> str:
    """Give keyed totals as a `.pb` text without ballots."""
    rows = [(one.key, amount_text(one.cost), one.name, str(totals[one.key])) for one in projects]
    file = PbFile(
        {**meta, "vote_type": "approval"},
        Table(("project_id", "cost", "name", "votes"), tuple(rows), ()),
        Table(("voter_id", "vote"), (), ()),
    )
    return written(file)


def approvals_text(
    meta: Mapping[str, str], projects: Sequence[Project], ballots: Sequence[Sequence[str]]
) -> str:
    """Give the ballots of a vote as a `.pb` text: each names projects by their keys."""
    rows = [(one.key, amount_text(one.cost), one.name) for one in projects]
    votes = [(str(number), ",".join(ballot)) for number, ballot in enumerate(ballots, 1)]
    file = PbFile(
        {**meta, "vote_type": "approval"},
        Table(("project_id", "cost", "name"), tuple(rows), ()),
        Table(("voter_id", "vote"), tuple(votes), ()),
    )
    return written(file)


def fitting(text: str, projects: Sequence[Project]) -> PbFile:
    """Give the file of a text whose projects and costs are those of the ballot. Raises PbRefused, BallotsRefused.

    Nothing is taken from the file but the votes: names, costs and the fund are the round's own.
    """
    file = read_pb(text)
    costs = {one.key: one.cost for one in projects}
    problems = []
    named = election_of(file).projects
    for line, one in zip(file.projects.lines, named, strict=True):
        if one.key not in costs:
            problems.append(
                _problem(line, f"选票上没有项目 {one.key}", f"{one.key} is not on the ballot")
            )
        elif costs[one.key] != one.cost:
            problems.append(
                _problem(
                    line,
                    f"项目 {one.key} 的造价应为 {amount_text(costs[one.key])}",
                    f"{one.key} costs {amount_text(costs[one.key])}",
                )
            )
    missing = costs.keys() - {one.key for one in named}
    problems += [_problem(1, f"缺少项目 {key}", f"{key} is missing") for key in sorted(missing)]
    if file.vote_type not in {"approval", "choose-1"}:
        problems.append(_problem(1, "只收赞成票（approval）", "only approval votes are taken"))
    if problems:
        raise BallotsRefused(problems)
    return file


def election(
    file: PbFile, *, budget: Fraction, projects: Sequence[Project], lot: Sequence[str]
) -> Election:
    """Give the election of a round: the votes of the file over the round's own projects and fund."""
    counted = election_of(file, lot=tuple(lot), printed=not file.votes.rows)
    own = {one.key: one for one in projects}
    named = tuple(replace(one, name=own[one.key].name) for one in counted.projects)
    return replace(counted, budget=budget, projects=named)


def outcome_by(rule: str, counted: Election, *, least: int) -> Outcome:
    """Give the outcome by the code of a rule. Raises BallotsNeeded."""
    if rule in VOTES:
        return greedy(counted, stop_at_first=rule == "greedy_stop", at_least=Fraction(least))
    if not counted.voters:
        raise BallotsNeeded
    return equal_shares(counted, SHARES[rule])


def voters_of(file: PbFile, counted: Election) -> int:
    """Give how many ballots were counted; of keyed totals what the file says."""
    return counted.voters or int(file.meta.get("num_votes") or 0)


def counted_text(
    file: PbFile, outcome: Outcome, *, rule: str, least: int, meta: Mapping[str, str]
) -> str:
    """Give the `.pb` text of a count: the rule, the fund, the votes and what was selected."""
    won = set(outcome.keys)
    election_ = outcome.election
    rows = [
        (
            one.key,
            amount_text(one.cost),
            one.name,
            str(int(one.score)),
            "1" if one.key in won else "0",
        )
        for one in election_.projects
    ]
    stated = dict(meta)
    stated |= {
        "num_projects": str(len(rows)), "num_votes": str(voters_of(file, election_)),
        "budget": amount_text(election_.budget), "vote_type": "approval",
        "rule": "greedy-threshold" if least and rule == "greedy" else PABULIB[rule],
    }  # fmt: skip
    if least and rule in VOTES:
        stated["min_project_score_threshold"] = str(least)
    columns = ("project_id", "cost", "name", "votes", "selected")
    return written(PbFile(stated, Table(columns, tuple(rows), ()), file.votes))


def recounting(rule: str, *, lot: Sequence[str], printed: bool) -> str:
    """Give the options with which `linli fund count` counts the file of a count again."""
    completion = {"shares_exhaustive": "add1-exhaustive", "shares_by_votes": "add1-by-votes"}
    words = [f"--lot {','.join(lot)}"]
    if rule in completion:
        words += [f"--rule equal-shares --completion {completion[rule]}"]
    return " ".join([*words, "--printed"] if printed else words)


def amount_text(amount: Fraction) -> str:
    """Give an amount of yuan as it is written: whole, or with its cents."""
    return str(amount) if amount.denominator == 1 else f"{float(amount):.2f}"


def _problem(line: int, zh: str, en: str) -> Problem:
    return Problem(line, Label(zh=zh, en=en))
