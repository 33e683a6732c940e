"""`linli report`: a printed report, read for numbers that cannot be true."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from linli.project.progress import Refused, say, worded
from linli.reports.checking import Finding, check
from linli.reports.documents import DocumentRefused, read

MARKS = {"wrong": "✗", "question": "?"}


def report(options: argparse.Namespace) -> int:
    """Check a report; exit code 1 when something in it cannot be true."""
    try:
        text = read(Path(options.file))
    except DocumentRefused as refused:
        raise Refused(refused.message.zh, refused.message.en) from refused
    found = check(text)
    if options.json:
        say(json.dumps([finding.told() for finding in found], ensure_ascii=False, indent=1))
    else:
        _print(found, sum(len(sentence.numbers) for sentence in text.sentences))
    return 1 if any(finding.severity == "wrong" for finding in found) else 0


def _print(found: Sequence[Finding], numbers: int) -> None:
    for finding in found:
        say(f"{MARKS[finding.severity]} {finding.line}  {finding.sentence}")
        said = worded(finding.message.zh, finding.message.en)
        say(f"    {said}" + (f"  [{finding.arithmetic}]" if finding.arithmetic else ""))
    wrong = sum(finding.severity == "wrong" for finding in found)
    say(
        worded(
            f"共读出 {numbers} 个数：{wrong} 处不可能成立，{len(found) - wrong} 处须说明",
            f"{numbers} numbers read: {wrong} cannot be true, {len(found) - wrong} want a word more",
        )
    )
