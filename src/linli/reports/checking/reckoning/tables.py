"""Tables of numbers: columns against their row of totals, rows against their column, growth against two years."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from linli.reports.checking.findings import Finding, Said, shown
from linli.reports.checking.texts import Text

Cells = tuple[str, ...]
TOTAL = re.compile(r"^(?:合\s*计|总\s*计|共\s*计|总\s*数|全街道|全区)$")
PARTIAL = re.compile(r"其中|小计|累计|合计|总计|平均|占比|比重|率|%|同比|增长|增幅|±|年均")
GROWTH = re.compile(r"(?:同比|增长|增幅|增减|增速|比上年)[^绝对额]{0,6}(?:[（(]?(?:%|±)|率)")
YEAR = re.compile(r"^(\d{4})年?(?:[（(].*[）)])?$")
NUMBER = re.compile(r"^[-−]?\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?$|^[-−]?\d+(?:\.\d+)?$")
ADDENDS_LEAST = 2


def tables(text: Text) -> Iterator[Finding]:
    """Give totals and growth in tables that the cells beside them refute. A table has no line of its own: 0."""
    for table in text.tables:
        rows = [row for row in table if len(row) > ADDENDS_LEAST - 1]
        if len(rows) > ADDENDS_LEAST and len({len(row) for row in rows}) == 1:
            yield from _down(rows)
            yield from _across(rows)
            yield from _growth(rows)


def _down(rows: list[Cells]) -> Iterator[Finding]:
    """Check the row of totals, the last or the first below the head, against all other rows."""
    head, *body = rows
    found = [row for row in body if TOTAL.match(row[0].strip())]
    others = [row for row in body if row not in found]
    if len(found) != 1 or any(
        PARTIAL.search(row[0]) or row[0].startswith(("#", " ")) for row in others
    ):
        return
    for at in range(1, len(head)):
        if not PARTIAL.search(head[at]):
            column = [row[at] for row in others]
            yield from _sum(f"{found[0][0]} {head[at]}", column, found[0][at])


def _across(rows: list[Cells]) -> Iterator[Finding]:
    """Check a column of totals against the other columns, when all of them are numbers."""
    head, *body = rows
    at = [n for n, cell in enumerate(head) if TOTAL.match(cell.strip())]
    others = [n for n in range(1, len(head)) if n not in at]
    if len(at) != 1 or any(PARTIAL.search(head[n]) or YEAR.match(head[n]) for n in others):
        return
    for row in body:
        yield from _sum(f"{row[0]} {head[at[0]]}", [row[n] for n in others], row[at[0]])


def _sum(where: str, cells: list[str], total: str) -> Iterator[Finding]:
    numbers = [_number(cell) for cell in cells]
    whole = _number(total)
    if whole is None or len(numbers) < ADDENDS_LEAST or any(one is None for one in numbers):
        return
    known = [one for one in numbers if one is not None]
    slack = sum((step for _, step in [*known, whole] if step < 1), Fraction(0)) / 2
    added = sum((value for value, _ in known), Fraction(0))
    if abs(added - whole[0]) > slack:
        yield Finding(
            "sum", "wrong", 0, where,
            Said("表中各项相加不等于合计。", "The cells of the table do not add up to this total."),
            f"{' + '.join(cells)} = {shown(added)}; {total}",
        )  # fmt: skip


def _growth(rows: list[Cells]) -> Iterator[Finding]:
    """Check a column of growth against the columns of this year and the year before."""
    head, *body = rows
    growth = [n for n, cell in enumerate(head) if GROWTH.search(cell)]
    years = {int(found[1]): n for n, cell in enumerate(head) if (found := YEAR.match(cell.strip()))}
    if len(growth) != 1 or len(years) != ADDENDS_LEAST or max(years) != min(years) + 1:
        return
    for row in body:
        before, now, said = (
            _number(row[n].rstrip("%")) for n in (years[min(years)], years[max(years)], growth[0])
        )
        if before and now and said and before[0] > 0:
            yield from _grown(row, before, now, said)


def _grown(
    row: Cells,
    before: tuple[Fraction, Fraction],
    now: tuple[Fraction, Fraction],
    said: tuple[Fraction, Fraction],
) -> Iterator[Finding]:
    b_slack, n_slack = (step / 2 if step < 1 else Fraction(0) for _, step in (before, now))
    least = ((now[0] - n_slack) / (before[0] + b_slack) - 1) * 100
    most = ((now[0] + n_slack) / max(before[0] - b_slack, Fraction(1, 10**6)) - 1) * 100
    points = now[0] - before[0]  # of a rate the column may give the points
    if least - said[1] / 2 <= said[0] <= most + said[1] / 2 or abs(points - said[0]) <= said[1]:
        return
    yield Finding(
        "growth", "wrong", 0, " ".join(row),
        Said("表中的增长与两年的数算出来的不符。", "The growth in the table is not what the two years give."),
        f"{shown(now[0])} / {shown(before[0])} - 1 = {shown((now[0] / before[0] - 1) * 100)}%, {shown(said[0])}%",
    )  # fmt: skip


def _number(cell: str) -> tuple[Fraction, Fraction] | None:
    """Give a cell's number and the value of its last digit; None when it holds anything else."""
    text = cell.strip().replace("，", ",")
    if not NUMBER.match(text):
        return None
    plain = text.replace(",", "").replace("−", "-")
    return Fraction(plain), Fraction(1, 10 ** len(plain.partition(".")[2]))
