"""Fields, figures and lists: typed as they are used, written before they are read."""

from __future__ import annotations

from collections.abc import Iterable

from linli.rulebook import counting, forms, guards
from linli.rulebook.casefile import RESIDENT
from linli.rulebook.counting.shares import is_said_a_share, is_share
from linli.rulebook.lint.findings import Findings, Where, text
from linli.rulebook.lint.naming import FIELD, NUMBERS, STATE
from linli.rulebook.mechanism import FieldRule, Mechanism

PERSONAL_SUBJECTS = ("person", "dwelling")


def check_fields(findings: Findings) -> None:
    """Check every field: its codes, bounds and default, and that rules read only what is written."""
    m = findings.mechanism
    written, read = _written(m), _read(m)
    for key, field in m.fields.items():
        path: Where = ("fields", key)
        _check_codes(findings, path, field)
        _check_bounds(findings, path, field)
        if field.personal and field.public:
            findings.say(
                "personal",
                path,
                text(
                    f"“{field.zh}”是个人信息，不能公开。",
                    f"{key!r} is personal and cannot be public.",
                ),
                text("请去掉 public 或 personal。", "Drop public or personal."),
            )
        if key not in written and field.default is None:
            _say_unwritten(findings, path, key, is_read=key in read or field.by == "engine")


def _say_unwritten(findings: Findings, path: Where, key: str, *, is_read: bool) -> None:
    findings.say(
        "field",
        path,
        text(
            f"没有动作填写“{key}”，也没有默认值。",
            f"Nothing writes {key!r}, and it has no default.",
        ),
        text(
            "请放进表单、set 或判定表，或删去。", "Put it in a form, a set or a table, or drop it."
        ),
        "error" if is_read else "warning",
    )


def _written(m: Mechanism) -> set[str]:
    asked = {name for action in m.actions.values() for name in [*action.fields, *action.set_]}
    return asked | {name for decision in m.decisions.values() for name in decision.out}


def _read(m: Mechanism) -> set[str]:
    """Give the fields that guards and tables look at; expressions that cannot be read count for none."""
    sources = [action.when for action in m.actions.values() if action.when]
    sources += [v for a in m.actions.values() for v in a.set_.values() if isinstance(v, str)]
    sources += [when for a in m.actions.values() for when in a.required_when.values()]
    sources += [need.when for a in m.actions.values() for need in a.evidence if need.when]
    sources += [b.auto for a in m.actions.values() for b in a.by if b.auto and b.auto not in _WAYS]
    names = {name for decision in m.decisions.values() for name in decision.in_}
    for source in sources:
        try:
            names |= guards.parse(source, m).names
        except guards.GuardRefused:
            continue  # said where the expression stands
    return names


_WAYS = ("clock", "schedule", "parent", "true")


def _check_codes(findings: Findings, path: Where, field: FieldRule) -> None:
    if (field.type == "code") is (field.codes is None):
        findings.say(
            "codes",
            path,
            text(f"“{field.zh}”的 type 与 list 不相配。", "type code and list go together."),
            text("代码字段写 list，其他字段不写。", "A code field has a list, others have none."),
        )
    elif isinstance(field.codes, str):
        findings.check_known(
            (*path, "list"), ("代码表", "code list"), [field.codes], findings.book.codes
        )
    elif field.codes is not None:
        missing = [code for code in field.codes if code not in field.labels]
        findings.check_known((*path, "labels"), ("代码文字", "label"), missing, field.labels)


def _check_bounds(findings: Findings, path: Where, field: FieldRule) -> None:
    sized = (*NUMBERS, "text", "word")
    if (field.min is not None and field.type not in NUMBERS) or (
        field.max is not None and field.type not in sized
    ):
        findings.say(
            "bounds",
            path,
            text(f"类型“{field.type}”没有上下限。", f"Type {field.type} has no such bound."),
            text("请去掉 min 或 max。", "Drop min or max."),
        )
    if field.default is None or (
        isinstance(field.codes, str) and field.codes not in findings.book.codes
    ):
        return
    try:
        forms.value_of(field, field.default, findings.book)
    except forms.Unfit as unfit:
        cure = text("请改默认值。", "Change the default.")
        findings.say("default", (*path, "default"), unfit.label, cure)


def check_shows(findings: Findings) -> None:
    """Check what lists and residents are shown, and that every figure can be counted."""
    m, shows = findings.mechanism, findings.mechanism.shows
    public = [name for name, rule in m.fields.items() if rule.public]
    _check_shown(findings, "title", [shows.title], list(m.fields))
    _check_shown(findings, "columns", shows.columns, list(m.fields))
    _check_shown(findings, "category", [shows.category], _typed(m, "code"))
    numbers = [*_typed(m, "int"), *_typed(m, "number")]
    _check_shown(findings, "progress", shows.progress, numbers)
    _check_shown(findings, "place", [shows.place], _typed(m, "place"))
    word = ("公开字段（public: true）", "public field")
    findings.check_known(("shows", "resident"), word, shows.resident, public)
    _check_open(findings)
    for key in m.figures:
        try:
            _check_share(findings, key, counting.expand(m, key))
        except counting.FigureRefused as refused:
            cure = text("请改写这个数。", "Rewrite the figure.")
            findings.say("figure", ("figures", key), refused.message, cure)


def _check_open(findings: Findings) -> None:
    """Refuse to open to all what is about somebody, what nothing is shown of, and what nobody has read yet."""
    m, names = findings.mechanism, findings.mechanism.shows.open
    if not names or not findings.check_known(("shows", "open"), STATE, names, m.states):
        return
    unread = {
        rule.to or next(key for key, state in m.states.items() if state.initial)
        for rule in (m.actions[start] for start in m.starts())
        if any(by.role == RESIDENT for by in rule.by)
    }
    cure = text("请改 shows.open。", "Change shows.open.")
    if m.subject in PERSONAL_SUBJECTS or not m.shows.resident:
        said = text(
            "关于个人或一户的、没有公开字段的，不能开放查看",
            "What is about a person or a household, or shows residents nothing, cannot be open to all",
        )
        findings.say("open", ("shows", "open"), said, cure)
    elif m.shows.title not in {name for name, rule in m.fields.items() if rule.public}:
        said = text(
            "开放查看的条目要有公开的标题字段", "What is open to all needs a public title field"
        )
        findings.say("open", ("shows", "open"), said, cure)
    for name in sorted(unread & set(names)):
        said = text(f"居民写的还没有人看过，“{name}”不能开放查看", f"Nobody has read what residents wrote: {name!r} cannot be open to all")  # fmt: skip
        findings.say("open", ("shows", "open"), said, cure)


def _check_share(findings: Findings, key: str, tree: counting.FigureTree) -> None:
    """Refuse to call a rate or a share what may exceed 100 %."""
    if not tree.is_rate or is_share(tree) or not is_said_a_share(tree.label.zh):
        return
    findings.say(
        "figure",
        ("figures", key),
        text(
            f"“{tree.label.zh}”的分子不都在分母里，可能超过100%。",
            f"{key!r} is called a rate, but what it counts is not all part of what it divides by: it may exceed 100 %.",
        ),
        text(
            "分母写 once: true 就按批次算；分子加上分母的条件；或者改叫“…与…之比”并写 mode: flow。",
            "Count the denominator once a case, which makes it a cohort; give the numerator the denominator's conditions; or call it “… against …” with mode: flow.",
        ),
    )


def _check_shown(
    findings: Findings, part: str, names: Iterable[str | None], known: list[str]
) -> None:
    findings.check_known(("shows", part), FIELD, [name for name in names if name], known)


def _typed(m: Mechanism, kind: str) -> list[str]:
    return [name for name, rule in m.fields.items() if rule.type == kind]
