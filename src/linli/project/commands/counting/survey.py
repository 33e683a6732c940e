"""`linli survey FILE`: a sample drawn again from its seed and frame, and held against what was drawn."""

from __future__ import annotations

import argparse
import json
from fractions import Fraction
from pathlib import Path

from linli.project.progress import Refused, say, worded
from linli.surveys.sampling import drawn, frame_digest


def check(options: argparse.Namespace) -> int:
    """Draw again and compare; 1 when anything differs. Raises Refused for a file that is no drawing."""
    try:
        told = json.loads(Path(options.file).read_text(encoding="utf-8"))
        plan, frame = told["plan"], told["frame"]
        units = drawn(
            frame, told["seed"], size=plan["size"], rule=plan["allocation"],
            reserve=Fraction(plan["reserve"], 100),
        )  # fmt: skip
        listed = [tuple(row) for row in told["sample"]]
        digest = told["digest"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused("不是抽样记录文件", "this is no file of a drawing") from error
    again = [(one.form_no, one.stratum, one.unit, one.is_reserve) for one in units]
    different = [row for row in listed if row not in again] + [
        row for row in again if row not in listed
    ]
    same = not different and frame_digest(frame) == digest
    say(
        worded(
            f"重抽 {len(again)} 份：{'与记录一致' if same else f'不一致，{len(different)} 处'}",
            f"{len(again)} drawn again: {'the same as on record' if same else f'{len(different)} differ'}",
        )
    )
    if frame_digest(frame) != digest:
        say(worded("抽样框的摘要不符", "the digest of the frame differs"))
    return 0 if same else 1
