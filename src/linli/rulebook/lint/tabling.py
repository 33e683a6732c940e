"""Decision tables: cells that can be read and fit their fields, rows that neither clash nor leave anything out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from linli.rulebook import tables
from linli.rulebook.forms import WORD_MAX, code_list
from linli.rulebook.lint.findings import Findings, Where, text
from linli.rulebook.mechanism import COLLECTING, Decision, FieldRule, Mechanism
from linli.rulebook.tables.cells import NOTHING, Calculation, Expression
from linli.rulebook.tables.quantities import Kind, Known, kind_of, stored
from linli.rulebook.tables.regions import Column, Example, Regions, TooManyRegions

CLOCKWORK = ("budget", "calendar")
STEPS = {"int": Fraction(1), "body": Fraction(1), "money": Fraction(1, 100)}
SUMMED = {"C+": ("number",), "C<": ("number", "date", "moment"), "C>": ("number", "date", "moment")}
CALLED: dict[str, tuple[str, str]] = {
    "number": ("数", "a number"),
    "text": ("文字", "a text"),
    "bool": ("true 或 false", "true or false"),
    "date": ('日期 date("…")', 'a date("…")'),
    "moment": ('时间 date and time("…")', 'a date and time("…")'),
    "span": ("时长", "a duration"),
    "months": ("年月时长", "a duration of months"),
    "other": ("有或无（null）", "there or null"),
}


def check_decisions(findings: Findings) -> None:
    """Check every decision table."""
    m = findings.mechanism
    timed = {clock.budget[1:] for clock in m.clocks.values() if clock.budget.startswith("=")}
    timed |= {c.calendar[1:] for c in m.clocks.values() if c.calendar.startswith("=")}
    open_fields = [name for name, rule in m.fields.items() if not rule.is_sealed]
    for key, decision in m.decisions.items():
        path: Where = ("decisions", key)
        word = ("可读字段", "open field")
        outs = [*open_fields, *CLOCKWORK] if key in timed else open_fields
        is_known = findings.check_known((*path, "in"), word, decision.in_, open_fields)
        is_known &= findings.check_known((*path, "out"), word, decision.out, outs)
        faults = tables.check(decision)
        for fault in faults:
            row = (*path, "rules", fault.row - 1) if fault.row else path
            findings.say("table", row, fault.message, text("请改这一格。", "Change that cell."))
        if is_known and not faults:
            _check_inputs(findings, path, decision)
            _check_outputs(findings, path, decision)
            _check_lists(findings, path, decision, is_timed=key in timed)
            _check_rows(findings, path, decision, key)


def _check_inputs(findings: Findings, path: Where, decision: Decision) -> None:
    m = findings.mechanism
    kinds = tables.kinds_of(m)
    for row in range(1, len(decision.rules) + 1):
        for place, name in enumerate(decision.in_):
            for limit in tables.test_of(decision, row, place).limits():
                where, column = (*path, "rules", row - 1), (row, name)
                found = _kind(limit, m)
                if found not in (None, "null", kinds[name]):
                    _say_kind(findings, where, column, kinds[name])
                elif isinstance(value := _constant(limit), str):
                    _check_code(findings, where, column, value)


def _check_outputs(findings: Findings, path: Where, decision: Decision) -> None:
    m, first = findings.mechanism, len(decision.in_)
    kinds = tables.kinds_of(m)
    for row in range(1, len(decision.rules) + 1):
        for place, name in enumerate(decision.out, start=first):
            expression = tables.output_of(decision, row, place)
            where, column = (*path, "rules", row - 1), (row, name)
            found, value = _kind(expression, m), _constant(expression)
            wanted = _wanted(decision, name, kinds)
            if wanted and found not in (None, "null", wanted):
                _say_kind(findings, where, column, wanted)
            elif not expression.names and tables.rank_of(decision, name, value) is None:
                findings.say(
                    "table",
                    where,
                    text(
                        f"第{row}行“{name}”列：{decision.rules[row - 1][place]} 不在 values 中。",
                        f"Row {row}, column {name}: {decision.rules[row - 1][place]} is not in values.",
                    ),
                    text("请补入 values，或改这一格。", "Add it to values, or change that cell."),
                )
            elif isinstance(expression, Calculation) and found == "null":
                findings.say(
                    "table",
                    where,
                    text(f"第{row}行“{name}”列算不出结果。", f"Row {row}, column {name} has no result."),
                    text("请改算式；要清空请写 null。", "Change the calculation; to clear the field write null."),
                )  # fmt: skip
            elif isinstance(value, str):
                _check_code(findings, where, column, value)


def _wanted(decision: Decision, name: str, kinds: Mapping[str, Kind]) -> Kind | None:
    """Give the kind an output cell should yield; None when the policy takes any."""
    if decision.hit == "C#":
        return None
    return "text" if name in CLOCKWORK and name not in kinds else kinds[name]


def _check_code(findings: Findings, where: Where, column: tuple[int, str], value: str) -> None:
    """Check that a text beside a code field is one of its codes."""
    row, name = column
    rule = findings.mechanism.fields.get(name)
    codes = _codes(findings, rule) if rule else None
    if codes is not None and value not in codes:
        kind = (f"“{name}”的代码（第{row}行）", f"code of {name} (row {row})")
        findings.unknown(where, kind, value, codes)


def _codes(findings: Findings, rule: FieldRule) -> list[str] | None:
    """Give the codes a field may hold; None when it is no code field, or takes other words too."""
    known = isinstance(rule.codes, list) or rule.codes in findings.book.codes
    if rule.type != "code" or not known:
        return None
    listed = (
        rule.own_codes if isinstance(rule.codes, list) else findings.book.codes[rule.codes or ""]
    )
    return None if listed.open else [*listed.codes]


def _say_kind(
    findings: Findings, where: Where, column: tuple[int, str], wanted: Kind | None
) -> None:
    zh, en = CALLED[wanted or "other"]
    row, name = column
    findings.say(
        "table",
        where,
        text(f"第{row}行“{name}”列的种类不对。", f"Row {row}, column {name} is of the wrong kind."),
        text(f"此列应写{zh}。", f"Write {en} in this column."),
    )


def _kind(expression: Expression, m: Mechanism) -> Kind | None:
    """Give what an expression yields; None when only running it can tell."""
    if not expression.names:
        return kind_of(expression.read(NOTHING))
    kinds = tables.kinds_of(m)
    name = getattr(expression, "name", None)
    if name is not None:
        return kinds[name]
    return "number" if {kinds[each] for each in expression.names} == {"number"} else None


def _constant(expression: Expression) -> Known:
    return None if expression.names else expression.read(NOTHING)


def _check_lists(findings: Findings, path: Where, decision: Decision, *, is_timed: bool) -> None:
    """Check that a collected list goes where a list can be kept, and a counted number where a number can."""
    fields = findings.mechanism.fields
    for name in decision.out:
        kind = "text" if name not in fields else tables.kinds_of(findings.mechanism)[name]
        if decision.hit in COLLECTING and (is_timed or fields[name].type != "word"):
            findings.say(
                "table",
                (*path, "out"),
                text(f"“{name}”放不下 {decision.hit} 得出的列表。", f"{name!r} cannot hold the list that {decision.hit} gives."),
                text("列表只能写进 word 字段（各项以“、”相连）；要一个结果请用 F、P 或 C+ C< C> C#。", "A list goes into a field of type word (joined by 、); for one result use F, P or C+ C< C> C#."),
            )  # fmt: skip
        elif decision.hit == "C#" and kind != "number":
            findings.say(
                "table",
                (*path, "out"),
                text(f"C# 得出个数，“{name}”不是数。", f"C# gives a count, and {name!r} is no number."),
                text("请输出到 int 字段。", "Let it go into a field of type int."),
            )  # fmt: skip
        elif kind not in SUMMED.get(decision.hit, (kind,)):
            findings.say(
                "table",
                (*path, "out"),
                text(f"“{name}”不能用 {decision.hit} 合计。", f"{decision.hit} cannot be taken of {name!r}."),
                text("C+ 要数，C< C> 要数、日期或时间；文字请用 P 或 R。", "C+ takes numbers, C< and C> also dates and moments; for texts use P or R."),
            )  # fmt: skip
        elif decision.hit in COLLECTING and _longest(decision, name) > WORD_MAX:
            findings.say(
                "table",
                (*path, "rules"),
                text(f"“{name}”各行都符合时超过{WORD_MAX}字。", f"{name!r} is longer than {WORD_MAX} when every row fits."),
                text("请把各项写短。", "Shorten the texts."),
            )  # fmt: skip


def _longest(decision: Decision, name: str) -> int:
    place = len(decision.in_) + decision.out.index(name)
    rows = range(1, len(decision.rules) + 1)
    each = {_constant(tables.output_of(decision, row, place)) for row in rows}
    return len("、".join(str(stored(value)) for value in each if value is not None))


def _check_rows(findings: Findings, path: Where, decision: Decision, key: str) -> None:
    columns = [_column(findings, key, decision, name) for name in decision.in_]
    regions = Regions(decision, columns)
    try:
        for row, other, example in _clashes(decision, regions):
            _say_clash(findings, path, decision, (row, other), example)
        for row in _idle(decision, regions):
            findings.say(
                "table",
                (*path, "rules", row - 1),
                text(f"第{row}行永远轮不到。", f"Row {row} never decides."),
                text("前面或优先的行已全部覆盖它，请删去、提前或改窄那些行。", "Rows before it or above it in priority cover it; drop it, move it up, or narrow those."),
            )  # fmt: skip
        _check_gap(findings, path, decision, regions, key)
    except TooManyRegions:
        findings.say(
            "table",
            (*path, "rules"),
            text(f"“{key}”的组合太多，无法查重查漏。", f"{key!r} has too many combinations to be checked."),
            text("请拆成几张表。", "Split it into several tables."),
            "warning",
        )  # fmt: skip


def _clashes(decision: Decision, regions: Regions) -> Iterator[tuple[int, int, Example]]:
    """Give rows that meet where they must not: any two in U, two that yield different things in A."""
    if decision.hit not in ("U", "A"):
        return
    for row, other, example in regions.overlaps():
        if decision.hit == "U" or _yields(decision, row) != _yields(decision, other):
            yield row, other, example


def _yields(decision: Decision, row: int) -> list[Expression]:
    return [
        tables.output_of(decision, row, place)
        for place in range(len(decision.in_), len(decision.in_) + len(decision.out))
    ]


def _idle(decision: Decision, regions: Regions) -> Iterator[int]:
    """Give the rows that never decide: they fit nothing, or rows that go first fit all they do."""
    for row in regions.rows:
        if regions.fits_nothing(row) or not regions.is_reached(row, _first(decision, row)):
            yield row


def _first(decision: Decision, row: int) -> list[int]:
    """Give the rows that win over this one wherever both fit."""
    if decision.hit == "F":
        return list(range(1, row))
    own = _ranks(decision, row)
    if decision.hit != "P" or own is None:
        return []
    others = {other: _ranks(decision, other) for other in range(1, len(decision.rules) + 1)}
    return [o for o, ranks in others.items() if ranks is not None and (ranks, o) < (own, row)]


def _ranks(decision: Decision, row: int) -> list[int] | None:
    """Give the priority of what a row yields; None when only running it can tell."""
    ranks = [
        None if each.names else tables.rank_of(decision, name, _constant(each))
        for name, each in zip(decision.out, _yields(decision, row), strict=True)
    ]
    known = [rank for rank in ranks if rank is not None]
    return known if len(known) == len(ranks) else None


def _say_clash(
    findings: Findings, path: Where, decision: Decision, rows: tuple[int, int], example: Example
) -> None:
    row, other = rows
    shown = _shown(decision, example)
    zh, en = (
        ("U 表的行不能重叠", "rows of a U table may not overlap")
        if decision.hit == "U"
        else ("A 表中重叠的行结果要一样", "rows of an A table that overlap must yield the same")
    )
    findings.say(
        "table",
        (*path, "rules", other - 1),
        text(f"第{row}行与第{other}行都符合 {shown}；{zh}。", f"Rows {row} and {other} both fit {shown}; {en}."),
        text("请改窄其中一行，或改用 F、P。", "Narrow one of them, or use F or P."),
    )  # fmt: skip


def _check_gap(
    findings: Findings, path: Where, decision: Decision, regions: Regions, key: str
) -> None:
    if decision.default or decision.hit in (*COLLECTING, "C#"):
        return
    example = regions.gap()
    if example is None:
        return
    zh = f"没有一行符合 {_shown(decision, example)}，届时动作办不成。"
    en = f"No row fits {_shown(decision, example)}; the action is then refused."
    if not regions.is_decidable:
        zh, en = f"“{key}”可能无一行适用。", f"{key!r} may find no row."
    findings.say(
        "table",
        (*path, "rules"),
        text(zh, en),
        text("请补一行，或写 default，或在末尾补一行全“-”。", "Add a row, a default, or a last row of dashes."),
        "warning",
    )  # fmt: skip


def _shown(decision: Decision, example: Example) -> str:
    return ", ".join(
        f"{name}={'null' if value is None else value}"
        for name, value in zip(decision.in_, example, strict=True)
    )


def _column(findings: Findings, key: str, decision: Decision, name: str) -> Column:
    m = findings.mechanism
    rule = m.fields[name]
    bounds = [None if bound is None else Fraction(bound) for bound in (rule.min, rule.max)]
    is_number = tables.kinds_of(m)[name] == "number"
    codes = _codes(findings, rule)
    if codes and rule.by == "form" and rule.default is None:
        codes = [code.code for code in code_list(rule, findings.book).choices()]
        cells = {value for value in _named(decision, name) if isinstance(value, str)}
        codes = [*codes, *sorted(cells - set(codes))]
    return Column(
        kind=tables.kinds_of(m)[name],
        step=STEPS.get(rule.type),
        low=bounds[0] if is_number else None,
        high=bounds[1] if is_number else None,
        codes=None if codes is None else tuple(codes),
        may_lack=_may_lack(m, key, name),
    )


def _named(decision: Decision, name: str) -> Iterator[Known]:
    place = decision.in_.index(name)
    for row in range(1, len(decision.rules) + 1):
        for limit in tables.test_of(decision, row, place).limits():
            yield _constant(limit)


def _may_lack(m: Mechanism, key: str, name: str) -> bool:
    """Tell whether a field can be empty when the table is asked."""
    asking = [action for action in m.actions.values() if action.decide == key]
    starts = [m.actions[start] for start in m.starts()]
    is_timed = any(f"={key}" in (c.budget, c.calendar) for c in m.clocks.values())
    is_asked = bool(asking) and not is_timed and all(name in a.required for a in asking)
    is_given = bool(starts) and all(name in action.required for action in starts)
    return m.fields[name].default is None and not is_asked and not is_given
