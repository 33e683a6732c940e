"""`linli fund count`: an election over projects counted from its `.pb` file, with the reason for every project."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

from linli.budget.allocating.comparing import Preference, preference
from linli.budget.allocating.equal_shares import Completion, equal_shares
from linli.budget.allocating.greedy import greedy
from linli.budget.allocating.outcomes import WHY, Line, Outcome
from linli.budget.pabulib.doubts import doubts
from linli.budget.pabulib.elections import differing_totals, election_of, selected
from linli.budget.pabulib.reading import PbFile, PbRefused, amount, read_pb
from linli.project.progress import Refused, say, worded

PARTS_FROM = {"Poznań": Fraction(4, 5)}  # towns whose own rule pays the last project in part
APPROVING = {"approval", "choose-1"}
COMPLETIONS = {
    "none": Completion(add1="no", by_votes=False),
    "by-votes": Completion(add1="no", by_votes=True),
    "add1": Completion(add1="exceed", by_votes=False),
    "add1-exhaustive": Completion(add1="exhaustive", by_votes=False),
    "add1-by-votes": Completion(add1="exceed", by_votes=True),
    "add1-exhaustive-by-votes": Completion(add1="exhaustive", by_votes=True),
}


def fund(options: argparse.Namespace) -> int:
    """Count a file; exit code 1 when its own `selected` column says otherwise."""
    try:
        file = read_pb(Path(options.file).read_text(encoding="utf-8-sig"))
        outcome, compared = _compared(file, options)
    except OSError as missing:
        raise Refused(f"读不到文件：{options.file}", f"no such file: {options.file}") from missing
    except UnicodeDecodeError as other:
        raise Refused("文件不是 UTF-8 编码", "the file is not in UTF-8") from other
    except PbRefused as refused:
        lines = [(one.line, one.message) for one in refused.problems]
        zh = "\n".join(f"第 {line} 行：{message.zh}" for line, message in lines)
        en = "\n".join(f"line {line}: {message.en}" for line, message in lines)
        raise Refused(zh, en) from refused
    agreed = _agreement(file, outcome)
    if options.json:
        say(json.dumps(_plain(file, outcome, agreed, compared), ensure_ascii=False, indent=1))
    else:
        _print(file, outcome, agreed)
        _print_comparison(compared)
    return 1 if agreed is False else 0


def _compared(file: PbFile, options: argparse.Namespace) -> tuple[Outcome, Preference | None]:
    """Give the outcome; where the rule of the file asks for it, the one that more voters prefer."""
    outcome = _counted(file, options)
    said = file.meta.get("rule", "")
    if options.rule or not said.startswith("equalshares") or not said.endswith("-comparison"):
        return outcome, None
    votes = greedy(outcome.election)
    compared = preference(outcome, votes)
    return (votes if compared.second > compared.first else outcome), compared


def _counted(file: PbFile, options: argparse.Namespace) -> Outcome:
    said = file.meta.get("rule", "")
    rule = options.rule or ("equal-shares" if said.startswith("equalshares") else "greedy")
    lot = tuple(key.strip() for key in options.lot.split(",")) if options.lot else ()
    election = election_of(file, lot=lot, printed=options.printed)
    if rule == "greedy":
        least = amount(file.meta.get("min_project_score_threshold") or "0")
        stop = options.stop_at_first or (not options.rule and said == "greedy-no-skip")
        part = PARTS_FROM.get(file.meta.get("unit", "")) if said == "greedy-custom" else None
        if options.part_from is not None:
            part = options.part_from
        return greedy(election, stop_at_first=stop, at_least=least, part_from=part)
    if file.vote_type not in APPROVING and not options.as_approval:
        raise Refused(
            f"等额分担法只数赞成票，此文件是 {file.vote_type}；加 --as-approval 把列出的项目都当作赞成",
            f"equal shares counts approvals, this file holds {file.vote_type} votes; "
            "--as-approval takes every project listed as approved",
        )
    own = "add1" if "add1" in said or not said.startswith("equalshares") else "none"
    return equal_shares(election, COMPLETIONS[options.completion or own])


def _agreement(file: PbFile, outcome: Outcome) -> bool | None:
    said = selected(file)
    return None if said is None else said == set(outcome.keys)


def _plain(
    file: PbFile,
    outcome: Outcome,
    agreed: bool | None,  # noqa: FBT001
    compared: Preference | None,
) -> dict[str, Any]:
    election = outcome.election
    return {
        "rule": outcome.rule,
        "winners": list(outcome.keys),
        "cost": _number(outcome.cost),
        "budget": _number(election.budget),
        "left": _number(election.budget - outcome.cost),
        "voters": election.voters,
        "endowment": None if outcome.endowment is None else _number(outcome.endowment),
        "agrees": agreed,
        "comparison": None if compared is None else asdict(compared),
        "totals_differ": [
            {"project": key, "counted": _number(counted), "printed": _number(printed)}
            for key, counted, printed in differing_totals(file, election)
        ],
        "projects": [_plain_line(outcome, line) for line in outcome.lines],
        "oddities": [
            {"line": one.line, "zh": one.message.zh, "en": one.message.en}
            for one in (*file.oddities, *doubts(file))
        ],
    }


def _plain_line(outcome: Outcome, line: Line) -> dict[str, Any]:
    project = outcome.election.projects[line.place]
    return {
        "project": project.key,
        "cost": _number(project.cost),
        "votes": outcome.election.votes[line.place],
        "score": _number(project.score),
        "fate": line.fate,
        "turn": line.turn,
        "counted": None if line.counted is None else _number(line.counted),
        "money": None if line.money is None else _number(line.money),
        "by_lot": line.by_lot,
    }


def _number(value: Fraction) -> int | str:
    """Give a whole number as it is, and any other as its exact fraction."""
    return value.numerator if value.denominator == 1 else str(value)


def _print(file: PbFile, outcome: Outcome, agreed: bool | None) -> None:  # noqa: FBT001
    election = outcome.election
    _print_totals(file, outcome)
    for odd in (*file.oddities, *doubts(file)):
        text = worded(odd.message.zh, odd.message.en)
        say(worded(f"第 {odd.line} 行：{text}", f"line {odd.line}: {text}"))
    for line in outcome.lines:
        project = election.projects[line.place]
        why = worded(WHY[line.fate].zh, WHY[line.fate].en)
        lot = worded("（并列，依抽签次序）", " (tied: by the lot)") if line.by_lot else ""
        number = f"{line.turn:>3}" if line.turn else "  –"
        say(f"{number}  {project.key:<8} {float(project.cost):>14,.2f}  {why}{lot}  {project.name}")
        if line.counted is not None:
            counted = float(line.counted)
            say(worded(f"     计票 {counted:,.2f}", f"     counted {counted:,.2f}"))
    say(
        worded(
            f"{outcome.rule}：入选 {len(outcome.winners)} 项，共 {float(outcome.cost):,.2f}，"
            f"总额 {float(election.budget):,.2f}，{election.voters} 票",
            f"{outcome.rule}: {len(outcome.winners)} projects for {float(outcome.cost):,.2f} "
            f"of {float(election.budget):,.2f}, {election.voters} ballots",
        )
    )
    if agreed is not None:
        said = selected(file) or frozenset()
        apart = ", ".join(sorted(said ^ set(outcome.keys)))
        say(
            worded("与文件所载结果一致", "agrees with the result in the file")
            if agreed
            else worded(f"与文件所载结果不同：{apart}", f"differs from the file's result: {apart}")
        )


def _print_totals(file: PbFile, outcome: Outcome) -> None:
    differing = differing_totals(file, outcome.election)
    for key, counted, printed in differing:
        say(
            worded(
                f"{key}：逐票计得 {float(counted):,g}，文件所印 {float(printed):,g}",
                f"{key}: the ballots give {float(counted):,g}, the file prints {float(printed):,g}",
            )
        )
    if differing:
        say(worded("加 --printed 按所印票数计", "--printed counts by the printed totals"))


def _print_comparison(compared: Preference | None) -> None:
    if compared is not None:
        say(
            worded(
                f"两法比较：等额分担法更合意的 {compared.first} 人，按票数更合意的 {compared.second} 人，"
                f"无差别 {compared.neither} 人",
                f"comparison: {compared.first} voters have more chosen by equal shares, "
                f"{compared.second} by votes, {compared.neither} as many by both",
            )
        )
