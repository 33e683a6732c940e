"""Slips of the hand: what in a line is not written as YAML or a condition is, and how to write it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import yaml

from linli.rulebook.labels import Label

Slip = tuple[re.Pattern[str], str, str]

_PROBLEMS = {
    "could not find expected ':'": "缺少冒号",
    "found character that cannot start any token": "有不能这样开头的字符",
    "did not find expected ',' or '}'": "花括号里缺少逗号，或没有合上",
    "did not find expected ',' or ']'": "方括号里缺少逗号，或没有合上",
    "did not find expected key": "这里应是一个键，多半是缩进没有对齐",
    "did not find expected '-' indicator": "列表没有对齐，或缺少“-”",
    "did not find expected node content": "括号里缺少内容，或没有合上",
    "mapping values are not allowed in this context": "这里不能再写“键: 值”，多半是缩进没有对齐，或文字里的冒号没有加引号",
    "found undefined alias": "用了没有定义的别名，“*”开头的文字要加引号",
    "found unexpected end of stream": "引号没有合上",
    "found unknown escape character": "双引号里的反斜杠写法不对",
}
_YAML: tuple[Slip, ...] = (
    (
        re.compile(r"^ *\t"),
        "缩进请用空格，不用制表符（Tab）。",
        "Indent with spaces, not with tabs.",
    ),
    (
        re.compile(
            r"[A-Za-z0-9_-] *：|[:：] *[“‘]|， *[A-Za-z_]+ *[:：]|[\uff5b\uff5d\uff3b\uff3d]"
        ),
        "冒号、逗号、引号、括号请用英文的，冒号后面空一格。",
        "Write colons, commas, quotes and brackets in their Latin form, with a space after a colon.",
    ),
    (
        re.compile(r"^ *[A-Za-z_][\w-]*(?: +[^:]*)?$"),
        "请在名称后写英文冒号，再空一格写值。",
        "Write a colon after the name, a space, then its value.",
    ),
)
_GUARD: tuple[Slip, ...] = (
    (re.compile(r"[“”‘’]"), "引号请用英文的 ' 。", "Use the plain quotes '."),
    (re.compile(r"[（）]"), "括号请用英文的 ( ) 。", "Use the plain brackets ( )."),
    (re.compile(r"，"), "逗号请用英文的 , 。", "Use the plain comma."),
    (re.compile(r"≥|≤|≠|\uff1e|\uff1c|=>|=<"), "比较请写 >=、<=、!=、>、<。", "Compare by >=, <=, !=, > and <."),
    (re.compile(r"\uff1d|(?<![=<>!])=(?!=)"), "相等请写两个英文等号 == 。", "Write == for equal."),
    (
        re.compile(r"且|或|并且|非|&&|\|\||!(?!=)|\b(?:AND|OR|NOT)\b"),
        "条件之间请写 and、or、not。",
        "Join conditions by and, or, not.",
    ),
    (re.compile(r"[×÷\uff05%]"), "请写 *、/，百分比写成分数，如 60/100。", "Write * and /; a per cent as a fraction such as 60/100."),
)  # fmt: skip


def problem_of_yaml(error: yaml.YAMLError) -> tuple[Label, int]:
    """Give what a reader of YAML stumbled over, and the line to look at."""
    english = str(getattr(error, "problem", None) or str(error).splitlines()[0])
    mark = getattr(error, "problem_mark", None)
    began = getattr(error, "context_mark", None)
    is_behind = "expected ':'" in english
    at = began if began is not None and is_behind else mark
    label = Label(zh=_PROBLEMS.get(english, english), en=english)
    return label, at.line + 1 if at is not None else 1


def cure_of_yaml(row: str) -> Label:
    """Give how to mend a line that is not YAML: by the slip that is in it, or in general."""
    return _first(_YAML, row) or Label(
        zh="请检查缩进、冒号、引号和括号。", en="Check indents, colons, quotes and brackets."
    )


def cure_of_guard(source: str) -> Label:
    """Give how to mend a condition that cannot be read: by the slip that is in it, or in general."""
    return slip_of_guard(source) or Label(zh="请改写这个条件。", en="Rewrite it.")


def slip_of_guard(source: str) -> Label | None:
    """Give how to mend the slip in a condition, or None when there is none that is known."""
    return _first(_GUARD, source)


def _first(slips: Sequence[Slip], text: str) -> Label | None:
    found = ((zh, en) for pattern, zh, en in slips if pattern.search(text))
    zh, en = next(found, (None, None))
    return Label(zh=zh, en=en) if zh and en else None
