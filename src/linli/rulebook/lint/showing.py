"""Views: nothing personal in public, nothing public that nobody sees, nothing kept that nobody uses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from linli.rulebook import guards
from linli.rulebook.lint.findings import Findings, Where, text
from linli.rulebook.mechanism import Mechanism
from linli.rulebook.telling import places_in

PERSONAL = re.compile(
    "姓名|电话|手机|联系方式|身份证|证件号|联系人|来电人|来访人|户主|住址|家庭地址|银行卡|微信号|邮箱"
)
TOLD = ("text", "word", "dwelling")
PLACES = {
    "title": ("标题", "the title"),
    "category": ("类别", "the category"),
    "place": ("位置", "the position on the map"),
    "columns": ("列表", "the columns of lists"),
    "resident": ("居民页面", "what residents see"),
}
WAYS = ("clock", "schedule", "true")
CALLED = re.compile(r"called\(\s*['\"]([\w-]+)['\"]\s*,\s*['\"]@(\w+)")


def check_views(findings: Findings) -> None:
    """Check what is shown to whom, and that everything kept is of some use."""
    _check_personal(findings)
    _check_named_so(findings)
    _check_public(findings)
    _check_names_case(findings)
    _check_unused(findings)
    _check_inputs(findings)


def _check_personal(findings: Findings) -> None:
    m = findings.mechanism
    personal = {name for name, rule in m.fields.items() if rule.personal}
    shown = m.shows.model_dump()
    for part, (zh, en) in PLACES.items():
        names = shown[part] if isinstance(shown[part], list) else [shown[part]]
        for name in personal & set(names):
            findings.say(
                "personal",
                ("shows", part),
                text(
                    f"“{m.fields[name].zh}”是个人信息，不能放进{zh}。",
                    f"{name!r} is personal and has no place in {en}.",
                ),
                text("请去掉它。", "Take it out."),
            )
    for key, figure in m.figures.items():
        said = " ".join(
            [
                figure.count or "",
                figure.distinct or "",
                figure.stock or "",
                figure.sum or "",
                *(figure.ratio or ()),
            ]
        )
        for name in personal & set(re.findall(r"\w+", said)):
            findings.say(
                "personal",
                ("figures", key),
                text(
                    f"“{m.fields[name].zh}”是个人信息，不能用来统计。",
                    f"{name!r} is personal and cannot be counted by.",
                ),
                text("请改用代码字段。", "Use a code field."),
            )


def _check_named_so(findings: Findings) -> None:
    for key, field in findings.mechanism.fields.items():
        if field.type in TOLD and not field.personal and PERSONAL.search(field.zh):
            findings.say(
                "personal",
                ("fields", key),
                text(
                    f"“{field.zh}”像是个人信息，没有标 personal。",
                    f"{key!r} looks personal and is not marked so.",
                ),
                text("请加 personal: true，或改名。", "Add personal: true, or name it otherwise."),
                "warning",
            )


def _check_public(findings: Findings) -> None:
    m = findings.mechanism
    for key, field in m.fields.items():
        if field.public and key not in m.shows.resident:
            findings.say(
                "shown",
                ("fields", key),
                text(
                    f"“{field.zh}”标了 public，居民页面却不显示。",
                    f"{key!r} is public, yet residents are not shown it.",
                ),
                text(
                    "请写进 shows.resident，或去掉 public。",
                    "Add it to shows.resident, or drop public.",
                ),
                "warning",
            )


def _check_names_case(findings: Findings) -> None:
    m = findings.mechanism
    if m.shows.title is None:
        findings.say(
            "shown",
            ("shows",),
            text("没有写用哪个字段作标题。", "No field names the case."),
            text("请写 shows.title。", "Write shows.title."),
            "warning",
        )
    placed = [key for key, rule in m.fields.items() if rule.type == "place"]
    if placed and m.shows.place is None:
        findings.say(
            "shown",
            ("shows",),
            text(
                f"有位置字段“{m.fields[placed[0]].zh}”，地图却不用它。",
                f"There is a position, {placed[0]!r}, and no map shows it.",
            ),
            text("请写 shows.place。", "Write shows.place."),
            "warning",
        )


def _check_unused(findings: Findings) -> None:
    m = findings.mechanism
    used, written = set(_looked_at(m)), set(_written_by_rules(m))
    asked = {name for action in m.actions.values() for name in action.fields}
    for key in m.fields.keys() & (written - asked - used):
        _say_unused(findings, ("fields", key), m.fields[key].zh, key)
    for key, field in m.fields.items():
        if field.default is not None and key not in written | asked:
            findings.say(
                "field",
                ("fields", key),
                text(
                    f"“{field.zh}”从不询问，永远是默认值。",
                    f"{key!r} is never asked and keeps its default.",
                ),
                text(
                    "请放进表单、set 或判定表，或删去。",
                    "Put it in a form, a set or a table, or drop it.",
                ),
                "warning",
            )
    for part, idle in _idle_parts(m, _named_by_parents(findings)).items():
        for key in sorted(idle):
            _say_unused(findings, (part, key), key, key)
    for key, action in m.actions.items():
        if action.evidence and not any(by.role for by in action.by):
            findings.say(
                "evidence",
                ("actions", key, "evidence"),
                text("自动动作没有人来附材料。", "Nobody brings evidence to an automatic action."),
                text("请删去 evidence。", "Drop evidence."),
            )


def _check_inputs(findings: Findings) -> None:
    m = findings.mechanism
    written = {name for action in m.actions.values() for name in action.fields}
    written |= {*_written_by_rules(m)}
    for key, decision in m.decisions.items():
        for name in decision.in_:
            if name in m.fields and name not in written and m.fields[name].default is None:
                findings.say(
                    "table",
                    ("decisions", key, "in"),
                    text(
                        f"没有动作填写“{m.fields[name].zh}”，判定表看不到它。",
                        f"Nothing writes {name!r}, so the table never sees it.",
                    ),
                    text(
                        "请放进表单或 set，或从 in 去掉。", "Put it in a form or a set, or drop it."
                    ),
                )


def _named_by_parents(findings: Findings) -> set[str]:
    """Give the groups of a mechanism that mechanisms which open it name in their conditions."""
    key = findings.mechanism.mechanism
    others = findings.book.mechanisms.values()
    return {group for one in others for opened, group in _groups_asked_for(one) if opened == key}


@lru_cache(maxsize=4096)
def _groups_asked_for(m: Mechanism) -> tuple[tuple[str, str], ...]:
    """Give mechanism and group of every `called('…', '@…')` that a mechanism says."""
    return tuple(CALLED.findall(str(m.model_dump())))


def _idle_parts(m: Mechanism, named_above: set[str]) -> dict[str, set[str]]:
    """Give the entries, tables and groups that nothing names."""
    said = [part[1:] for c in m.clocks.values() for part in (c.budget, c.calendar)]
    tables = {action.decide for action in m.actions.values()} | set(said)
    return {
        "entries": m.entries.keys() - {action.entry for action in m.actions.values()},
        "decisions": m.decisions.keys() - tables,
        "groups": m.groups.keys()
        - named_above
        - set(re.findall(r"@(\w+)", str(m.model_dump(exclude={"groups"})))),
    }


def _say_unused(findings: Findings, path: Where, zh: str, en: str) -> None:
    findings.say(
        "unused",
        path,
        text(f"“{zh}”没有任何地方用到。", f"Nothing uses {en!r}."),
        text("请用上它，或删去。", "Use it, or drop it."),
        "warning",
    )


def _written_by_rules(m: Mechanism) -> Iterator[str]:
    for action in m.actions.values():
        yield from action.set_
    for decision in m.decisions.values():
        yield from decision.out


def _looked_at(m: Mechanism) -> Iterator[str]:
    """Give the fields that something rests on: conditions, tables, figures, lists, residents."""
    sources = [action.when for action in m.actions.values()]
    sources += [by.auto for a in m.actions.values() for by in a.by if by.auto not in WAYS]
    for action in m.actions.values():
        for name, value in action.set_.items():
            if isinstance(value, str):
                yield from _names(m, [value]) - {name}
        yield action.assign or ""
    yield from _names(m, [source for source in sources if source])
    for decision in m.decisions.values():
        yield from decision.in_
    for figure in m.figures.values():
        said = [figure.count, figure.distinct, figure.stock, figure.sum, *(figure.ratio or ())]
        yield from re.findall(r"\w+", " ".join(filter(None, said)))
    for entries in m.entries.values():
        yield from (entries.amount or "", *entries.fields)
    for tell in m.tells.values():
        yield from (*places_in(tell.zh), *tell.whom)
    shows = m.shows
    yield from (shows.title or "", shows.category or "", *shows.progress)
    yield from (*shows.columns, *shows.resident)


def _names(m: Mechanism, sources: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for source in sources:
        try:
            found |= guards.parse(source, m).names
        except guards.GuardRefused:
            continue  # said where the expression stands
    return found
