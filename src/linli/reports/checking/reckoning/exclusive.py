"""Labels that exclude each other: what is counted under one is not counted under the other."""

from __future__ import annotations

import re
from collections.abc import Sequence

PAIRS = (
    ("线上", "线下"), ("男", "女"), ("上半年", "下半年"), ("城镇", "农村"), ("城镇", "乡村"), ("公办", "民办"),
    ("地上", "地下"), ("室内", "室外"), ("党内", "党外"), ("市内", "市外"), ("区内", "区外"), ("境内", "境外"),
    ("有效", "无效"), ("内资", "外资"), ("快充", "慢充"), ("单位", "个人"),
)  # fmt: skip
REST = re.compile(r"^(?:其他|其它|其余|剩余|余下)")
AGES = re.compile(r"(\d+)(?:周?岁)?(?:[-—–~至到](\d+)周?岁|周?岁(?:及)?(以上|以下|以内))")


def exclude(labels: Sequence[str]) -> bool:
    """Say whether what stands under these labels is surely counted once: a known pair, or brackets of age."""
    if len(labels) == 2:  # noqa: PLR2004 - a pair
        return any(
            one in first and other in last
            for one, other in PAIRS
            for first, last in (labels, labels[::-1])
        )
    return _are_ages(labels)


def ends_with_rest(labels: Sequence[str]) -> bool:
    """Say whether the last label takes all that the others leave (其他): the parts are then the whole."""
    return len(labels) > 1 and bool(REST.match(labels[-1]))


def _are_ages(labels: Sequence[str]) -> bool:
    found = [AGES.search(label) for label in labels]
    if len(labels) < 2 or not all(found):  # noqa: PLR2004 - one bracket excludes nothing
        return False
    open_ended = [one[3] for one in found if one is not None and one[3]]
    return len(open_ended) == len({word.replace("以内", "以下") for word in open_ended})
