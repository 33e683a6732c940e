"""Decision tables in words: the columns by their labels, codes by theirs, comparisons said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from linli.rulebook.explaining.lengths import is_budget, length_in_words
from linli.rulebook.forms import Codes, code_list
from linli.rulebook.mechanism import Label, Mechanism

OTHERWISE = Label(zh="各行都不符合时", en="when no row fits")
ANY = Label(zh="不限", en="any")
NAMED = re.compile(r'"[^"]*"|[a-z][a-z0-9_]*')
TEXT = re.compile(r'"([^"]*)"')
CALENDARS = {
    "office": Label(zh="按工作时间", en="office hours"),
    "duty": Label(zh="全天候", en="round the clock"),
}
OUTPUTS = {
    "budget": Label(zh="时限", en="Limit"),
    "calendar": Label(zh="计时方式", en="Counted by"),
}
HITS = {
    "U": Label(zh="唯一：至多一行符合", en="Unique: at most one row fits"),
    "A": Label(zh="任一：符合的各行结果相同", en="Any: all rows that fit agree"),
    "F": Label(zh="先中：自上而下，第一行符合的为准", en="First: from the top, the first row that fits"),
    "P": Label(zh="优先：取优先级最高的结果", en="Priority: the output that ranks highest"),
    "C": Label(zh="汇集：所有符合的行", en="Collect: all rows that fit"),
    "R": Label(zh="按行序列出所有符合的", en="Rule order: all that fit, in order"),
    "C+": Label(zh="汇总：符合各行的结果相加", en="Collect: the results of all rows that fit, added up"),
    "C<": Label(zh="汇总：符合各行中最小的结果", en="Collect: the least result of the rows that fit"),
    "C>": Label(zh="汇总：符合各行中最大的结果", en="Collect: the greatest result of the rows that fit"),
    "C#": Label(zh="汇总：不同结果的个数", en="Collect: the number of different results"),
    "O": Label(zh="按结果优先级列出所有符合的", en="Output order: all that fit, ranked"),
}  # fmt: skip
MARKS = {
    "<=": Label(zh="不超过", en="at most"),
    ">=": Label(zh="不少于", en="at least"),
    "<": Label(zh="小于", en="below"),
    ">": Label(zh="大于", en="above"),
}


@dataclass(frozen=True)
class Cell:
    """One cell in words, under the heading of its column."""

    heading: Label
    label: Label
    is_output: bool


@dataclass(frozen=True)
class Table:
    """A decision table in words. `hit` says which rows count."""

    key: str
    hit: Label
    headings: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]


def tables(mechanism: Mechanism, book: Codes) -> list[Table]:
    """Give every decision table of a mechanism in words."""
    return [table_in_words(mechanism, key, book) for key in mechanism.decisions]


def table_in_words(mechanism: Mechanism, key: str, book: Codes) -> Table:
    """Give one decision table in words."""
    rule = mechanism.decisions[key]
    names = [*rule.in_, *rule.out]
    heads = [
        Cell(_heading(mechanism, name), Label(zh=name, en=name), nth >= len(rule.in_))
        for nth, name in enumerate(names)
    ]
    rows = tuple(
        tuple(
            Cell(head.heading, _cell(mechanism, name, text, book), head.is_output)
            for head, name, text in zip(heads, names, row, strict=False)
        )
        for row in rule.rules
    )
    if rule.default:
        rest = [OTHERWISE for _ in rule.in_]
        rest += [_cell(mechanism, name, rule.default[name], book) for name in rule.out]
        last = zip(heads, rest, strict=True)
        rows = (*rows, tuple(Cell(head.heading, said, head.is_output) for head, said in last))
    hit = HITS[rule.hit]
    return Table(key, hit, tuple(heads), rows)


def _heading(mechanism: Mechanism, name: str) -> Label:
    field = mechanism.fields.get(name)
    if field is not None:
        return Label(zh=field.zh, en=field.en)
    return OUTPUTS.get(name, Label(zh=name, en=name))


def _cell(mechanism: Mechanism, name: str, text: str, book: Codes) -> Label:
    text = text.strip()
    if text == "-":
        return ANY
    zh, en = _with_labels(mechanism, text)
    for mark, said in MARKS.items():
        zh = re.sub(rf"(?<![<>]){re.escape(mark)}(?!=)\s*", f"{said.zh} ", zh)
        en = re.sub(rf"(?<![<>]){re.escape(mark)}(?!=)\s*", f"{said.en} ", en)
    zh = TEXT.sub(lambda found: _word(mechanism, name, found[1], book).zh, zh)
    en = TEXT.sub(lambda found: _word(mechanism, name, found[1], book).en, en)
    return Label(zh=zh or "—", en=en or "—")


def _with_labels(mechanism: Mechanism, text: str) -> tuple[str, str]:
    """Give a cell with the labels of the fields it calculates with."""
    signs = re.sub(r"(?<=\w) \* (?=\w)", " × ", text)
    fields = mechanism.fields.items()
    zh = _put(signs, {name: field.zh for name, field in fields})
    return zh, _put(signs, {name: field.en for name, field in fields})


def _put(text: str, labels: Mapping[str, str]) -> str:
    """Put labels in the place of names, but not inside quotes."""
    return NAMED.sub(
        lambda found: f"“{labels[found[0]]}”" if found[0] in labels else found[0], text
    )


def _word(mechanism: Mechanism, name: str, text: str, book: Codes) -> Label:
    field = mechanism.fields.get(name)
    if field is not None and field.type == "code":
        code = code_list(field, book).codes.get(text)
        if code is not None:
            return Label(zh=code.zh, en=code.en)
    if name == "calendar" and text in CALENDARS:
        return CALENDARS[text]
    if is_budget(text):
        return length_in_words(text)
    return Label(zh=text or "—", en=text or "—")
