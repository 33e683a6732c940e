"""Tables of targets: each row one measure, with unit, period and base, and targets that go with the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from linli.reports.checking.findings import Finding, Said, shown
from linli.reports.checking.numbers import Number, numbers_in
from linli.reports.checking.texts import Text

ATTRIBUTES = ("约束性", "预期性")
VALUE = re.compile(
    r"^(?:不少于|不低于|≥|>|≤|<)?\s*\d[\d,.]*\s*(?:%|％|万|亿)?\s*[\u4e00-\u9fff]{0,3}(?:以上|以下)?$"
)
UNIT = re.compile(r"[（(]([^（()）]{1,8})[）)]?\s*$")
TWO = re.compile(r"率[、和及].{0,8}率")
RISE = re.compile(r"增长率|增长|较.{0,8}(?:增长|提高)")
YEAR = re.compile(r"(20\d{2})年")
SINCE = re.compile(r"较.{1,12}(?:末|年)")
FRESH = re.compile(r"新招|新增|新引进")
GROSS_TIMES = 3
EXCLUDED = re.compile(r"(?:剔除|扣除|除去|不含)")


@dataclass(frozen=True)
class Row:
    """One row of a table of targets."""

    line: int
    measure: str
    value: str

    @property
    def number(self) -> Number | None:
        """Give the target as a number."""
        found = numbers_in(self.value)
        return found[0] if found else None


def targets(text: Text) -> Iterator[Finding]:
    """Give rows of a table of targets that are not defined, or that the text contradicts."""
    rows = [*_from_tables(text), *_from_lines(text)]
    for row in rows:
        yield from _defined(row)
    if rows:
        yield from _base_values(rows)
        yield from _against_text(text, rows)


def _from_tables(text: Text) -> Iterator[Row]:
    for table in text.tables:
        for row in table:
            if any(attribute in row for attribute in ATTRIBUTES):
                place = next(n for n, cell in enumerate(row) if cell in ATTRIBUTES)
                yield Row(0, row[place - 1] if place else "", row[-1])


def _from_lines(text: Text) -> Iterator[Row]:
    """Read a table that was flattened to one cell a line: measure, attribute, body, value."""
    lines = [(n, p) for n, p in enumerate(text.paragraphs, start=1) if p.strip()]
    for place, (line, paragraph) in enumerate(lines):
        if paragraph not in ATTRIBUTES or place == 0:
            continue
        after = [p for _, p in lines[place + 1 : place + 5]]
        value = next((p for p in after if VALUE.match(p)), "")
        yield Row(line, _measure(lines, place), value)


def _measure(lines: list[tuple[int, str]], place: int) -> str:
    """Give the measure before an attribute; it may be broken over several lines after its row number."""
    parts: list[str] = []
    for _, cell in reversed(lines[max(place - 4, 0) : place]):
        if cell.isdecimal() or cell in ATTRIBUTES or VALUE.match(cell):
            break
        parts.insert(0, cell)
    return "".join(parts)


def _defined(row: Row) -> Iterator[Finding]:
    if TWO.search(row.measure):
        yield _question(
            row,
            Said(
                "两个比率共用一个目标值，无法考核：请拆成两行。",
                "Two rates share one target: split the row.",
            ),
        )
    unit = UNIT.search(row.measure)
    if (
        "%" not in row.value
        and (unit is None or not unit[1].strip())
        and not re.search(r"[\u4e00-\u9fff]$", row.value)
    ):
        yield _question(row, Said("没有写单位。", "The unit is missing."))
    if re.search(r"以上$|^不少于|^不低于", row.value):
        yield _question(
            row,
            Said(
                "目标值夹着比较词：比较方式应单列。",
                "The target carries its comparison in words: state it apart.",
            ),
        )
    if YEAR.search(row.measure) and "末" not in row.measure:
        yield _question(
            row,
            Said("只管一年，不是整个规划期。", "It speaks of one year, not of the plan's period."),
        )
    if RISE.search(row.measure):
        yield _question(
            row,
            Said("增长率没有写明基期数值、是年均还是期末。", "A growth rate without its base value, and without saying whether yearly or over the period."),
        )  # fmt: skip


def _base_values(rows: list[Row]) -> Iterator[Finding]:
    if not any(re.search(r"基期|现状|20\d\d年(?:实际|值)", row.measure) for row in rows):
        yield Finding(
            "plan", "question", rows[0].line, rows[0].measure,
            Said("指标表没有基期值一栏，看不出从多少做到多少。", "The table has no base values: from where to where is not said."),
            f"{len(rows)}",
        )  # fmt: skip


def _against_text(text: Text, rows: list[Row]) -> Iterator[Finding]:
    for row in rows:
        target = row.number
        if target is None or target.kind == "rate":
            continue
        if FRESH.search(row.measure):
            yield from _gross_or_net(text, row, target.value)
        if "税收" in row.measure:
            yield from _implied(text, row, target.value)


def _gross_or_net(text: Text, row: Row, target: Fraction) -> Iterator[Finding]:
    """Compare a target of new ones with the net growth that the text gives for the same things."""
    thing = re.sub(r"[（(].*|新招|新增|新引进|数量|总数|五年|户数|个数", "", row.measure)[:4]
    for sentence in text.sentences:
        for number in sentence.numbers:
            grown = number.kind == "count" and number.label.endswith(("增加", "净增", "增长"))
            if grown and thing and thing in sentence.words and target >= GROSS_TIMES * number.value:
                yield _question(
                    row,
                    Said(f"目标是过去净增（{number.text}）的数倍：是新设总数还是净增，须写明。", f"The target is several times the past net growth ({number.text}): say whether gross or net."),
                    f"{shown(target)} / {shown(number.value)} = {shown(target / number.value, 1)}",
                )  # fmt: skip
                return


def _implied(text: Text, row: Row, target: Fraction) -> Iterator[Finding]:
    """Work out the whole from 'without those with p %, the others gave so much a year'."""
    for sentence in text.sentences:
        cue = EXCLUDED.search(sentence.words)
        if cue is None or "税收" not in sentence.words:
            continue
        after = [n for n in sentence.numbers if n.start > cue.start()]
        share = next((n for n in after if n.kind == "rate"), None)
        yearly = next((n for n in after if "年均" in n.label and n.value > 1), None)
        if share is None or yearly is None or not 0 < share.value < 100:  # noqa: PLR2004 - per cent
            continue
        whole = yearly.value / (1 - share.value / 100) * 5
        if target < whole:
            yield _question(
                row,
                Said("正文推算的五年总额高于目标，请核对口径。", "What the text implies for five years lies above the target: check what each includes."),
                f"{yearly.text} / (1 - {share.text}) × 5 = {shown(whole)} > {row.value}",
            )  # fmt: skip


def _question(row: Row, said: Said, arithmetic: str = "") -> Finding:
    return Finding("plan", "question", row.line, f"{row.measure} {row.value}", said, arithmetic)
