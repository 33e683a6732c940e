"""`linli vote count`: a decision or an election counted from a file, with its arithmetic line by line."""

from __future__ import annotations

import argparse
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from linli.deliberation.counting.counts import Count, Judged, Weight
from linli.deliberation.counting.electorate import RollRefused
from linli.deliberation.counting.explaining import share_shown
from linli.deliberation.counting.files import read_vote
from linli.deliberation.counting.rules import RulesRefused
from linli.deliberation.counting.seats import Elected, ElectionRefused
from linli.deliberation.counting.sheets import Sheet, sheets
from linli.project.progress import Refused, say, worded
from linli.rulebook.labels import Label
from linli.rulebook.reading import MechanismRefused


def vote(options: argparse.Namespace) -> int:
    """Count a file and print its result sheets; exit code 1 when a result is not what the file expects."""
    try:
        counted = sheets(read_vote(Path(options.file).read_text("utf-8-sig"), options.file))
    except OSError as missing:
        raise Refused(f"读不到文件：{options.file}", f"no such file: {options.file}") from missing
    except UnicodeDecodeError as other:
        raise Refused("文件不是 UTF-8 编码", "the file is not in UTF-8") from other
    except MechanismRefused as wrong:
        where = f"{wrong.file}:{wrong.line}: "
        zh, en = wrong.message.zh + wrong.cure.zh, f"{wrong.message.en} {wrong.cure.en}"
        raise Refused(where + zh, where + en) from wrong
    except ValidationError as wrong:
        first = wrong.errors()[0]
        said = f"rules.{'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise Refused(said, said) from wrong
    except (RulesRefused, RollRefused, ElectionRefused) as refused:
        raise Refused(refused.message.zh, refused.message.en) from refused
    if options.json:
        say(json.dumps([_plain(sheet) for sheet in counted], ensure_ascii=False, indent=1))
    else:
        for sheet in counted:
            _print(sheet)
    return 1 if any(sheet.is_as_expected is False for sheet in counted) else 0


def _print(sheet: Sheet) -> None:
    say(f"■ {sheet.title}")
    say(f"  {_worded(sheet.rules.title)} ({sheet.rules.key})")
    for basis in sheet.rules.basis:
        say(f"  {worded('依据', 'Basis')}: {basis}")
    if sheet.rules.confirm:
        say(f"  {worded('待核', 'To be checked')}: {_worded(sheet.rules.confirm)}")
    for line in sheet.lines:
        say(f"  {_worded(line)}")
    if sheet.uncounted:
        say(worded("  不计的票：", "  Ballots that do not count:"))
    for line in sheet.uncounted:
        say(f"    {_worded(line)}")
    if sheet.is_as_expected is not None:
        say(
            worded("  与文件预期一致", "  as the file expects")
            if sheet.is_as_expected
            else worded("  与文件预期不同", "  not as the file expects")
        )


def _worded(label: Label) -> str:
    return worded(label.zh, label.en)


def _plain(sheet: Sheet) -> dict[str, Any]:
    found = sheet.result
    result = _plain_count(found) if isinstance(found, Count) else _plain_election(found)
    return {
        "question": sheet.key,
        "rules": sheet.rules.key,
        **result,
        "as_expected": sheet.is_as_expected,
        "lines": [{"zh": line.zh, "en": line.en} for line in sheet.lines],
    }


def _plain_count(found: Count) -> dict[str, Any]:
    return {
        "passed": found.is_passed,
        "quorate": found.is_quorate,
        "total": {"heads": found.roll.heads, "area": _number(found.roll.area)},
        "voting": _weight(found.voting),
        **{choice: _weight(weight) for choice, weight in found.said.items()},
        "thresholds": [
            *(_judged("quorum", one) for one in found.quorum),
            *(_judged("majority", one) for one in found.majority),
        ],
        "conflicts": list(found.conflicts),
        "silent": list(found.silent),
        "ballots": [
            {
                "dwelling": ballot.voter,
                "form": ballot.form,
                "signer": ballot.signer,
                "choice": ballot.mark,
                "fate": fate,
            }
            for ballot, fate in found.fates
        ],
    }


def _plain_election(found: Elected) -> dict[str, Any]:
    return {
        "valid": found.is_valid,
        "seats": found.contest.seats,
        "registered": found.contest.registered,
        "returned": found.returned,
        "void": found.void,
        "blank": found.blank,
        "elected": list(found.people("elected")) if found.is_valid else [],
        "tied": list(found.people("tied")) if found.is_valid else [],
        "left": found.left,
        "people": [
            {"person": one.person, "votes": one.votes, "fate": one.fate} for one in found.standings
        ],
        "thresholds": [_judged("quorum", one) for one in found.quorum],
    }


def _weight(weight: Weight) -> dict[str, Any]:
    return {"heads": weight.heads, "area": _number(weight.area)}


def _judged(what: str, one: Judged) -> dict[str, Any]:
    return {
        "what": what,
        "base": one.threshold.of,
        "share": str(one.threshold.share),
        "strict": one.threshold.strict,
        "part": _number(one.part),
        "whole": _number(one.whole),
        "percent": share_shown(one.part, one.whole),
        "reached": one.reached,
    }


def _number(value: Fraction) -> int | str:
    """Give a whole number as it is, and any other as its exact fraction."""
    return value.numerator if value.denominator == 1 else str(value)
