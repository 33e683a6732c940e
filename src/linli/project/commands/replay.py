"""`linli replay`: a printed report's numbers made again from records, claim by claim."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linli.project.database.standing import standing
from linli.project.home import home
from linli.project.processes.preparing import make_ready
from linli.project.progress import say, worded
from linli.project.replay.script import replay_text
from linli.rulebook.mechanism import Label

if TYPE_CHECKING:
    from linli.project.replay.judging import Finding

FOLDER = "replays"
EVERY_SECONDS = 5.0
WHY = {
    "import": Label(zh="外单位所有，只能引用", en="owned by another authority"),
    "survey": Label(zh="须调查或抽样", en="needs a survey"),
    "declined": Label(zh="有意不建", en="declined"),
    "none": Label(zh="没有记录可数", en="no record gives it"),
    "open": Label(zh="尚无机制给出此数", en="no mechanism gives it yet"),
}
HOW = {
    "exact": ("", ""), "over": ("余", "over "), "about": ("约", "about "), "reached": ("达", "up to "),
    "above": ("超", "above "), "least": ("不少于", "at least "), "target": ("目标", "target "),
}  # fmt: skip


def replay(options: argparse.Namespace) -> int:
    """Make a replay's records in a database of their own, and print what became of every claim."""
    text = replay_text(options.key)
    os.environ["LINLI_HOME"] = str(home() / FOLDER)
    with standing(home()):
        make_ready(home())
        importlib.import_module("django").setup()
        replaying = importlib.import_module("linli.project.replay.running")
        replaying.refuse_strangers()
        findings = replaying.replayed(text, options.key, _silent if options.json else _Told())
        if options.report:
            _draft(Path(options.report), text, options.key)
    say(in_json(findings) if options.json else in_lines(findings))
    return 1 if any(finding.is_equal is False for finding in findings) else 0


def _draft(file: Path, text: str, source: str) -> None:
    """Draft the report of a replay and write its file."""
    drafting = importlib.import_module("linli.project.replay.drafting")
    drafting.write_report(drafting.report_again(text, source).snapshot.content, file)


def in_lines(findings: list[Finding]) -> str:
    """Give one line for each claim, and the sum of all in the last."""
    return "\n".join([*map(_line, findings), _sum(findings)])


def in_json(findings: list[Finding]) -> str:
    """Give the claims and their sum as JSON."""
    return json.dumps(
        {"claims": [_plain(finding) for finding in findings], **counts(findings)},
        ensure_ascii=False,
        indent=1,
    )


def counts(findings: list[Finding]) -> dict[str, int]:
    """Give how many claims are equal, different, and not computable."""
    found = Counter(finding.is_equal for finding in findings)
    return {"equal": found[True], "different": found[False], "not_computable": found[None]}


def _sum(findings: list[Finding]) -> str:
    said = counts(findings)
    return (
        f"{said['equal']} equal, {said['different']} different, "
        f"{said['not_computable']} not computable"
    )


def _line(finding: Finding) -> str:
    claim = finding.claim
    printed = f"{worded(*HOW[claim.how])}{claim.printed}"
    head = f"{finding.key}  {claim.zh}  {worded('印', 'printed')} {printed} {claim.unit}"
    if finding.is_equal is None:
        why = WHY[claim.why or "none"]
        return f"{head}  {worded('算不出', 'not computable')}：{worded(why.zh, why.en)}"
    verdict = worded("相等", "equal") if finding.is_equal else worded("不等", "DIFFERENT")
    return (
        f"{head}  {worded('算', 'computed')} {finding.computed}  "
        f"{worded('记录', 'records')} {finding.records}  {verdict}"
    )


def _plain(finding: Finding) -> dict[str, Any]:
    claim = finding.claim
    return {
        "claim": finding.key,
        "what": claim.zh,
        "unit": claim.unit,
        "printed": claim.printed,
        "how": claim.how,
        "figure": claim.figure,
        "computed": finding.computed,
        "records": finding.records,
        "equal": finding.is_equal,
        "why_not": claim.why,
    }


def _silent(cases: int) -> None:
    """Say nothing: what is printed is read by a machine."""


class _Told:
    """Says from time to time how many records are there."""

    def __init__(self) -> None:
        self.last = time.monotonic()

    def __call__(self, cases: int) -> None:
        if time.monotonic() - self.last >= EVERY_SECONDS:
            say(worded(f"  已生成 {cases} 件", f"  {cases} cases made"))
            self.last = time.monotonic()
