"""What changed between two versions of a mechanism, in words. What has no words of its own is still named."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from linli.rulebook.explaining.lengths import length_in_words
from linli.rulebook.explaining.limits import places_in_words
from linli.rulebook.explaining.paths import BEGIN, EVIDENCE, PHASES, guard_in_words, joined, who
from linli.rulebook.explaining.tables import table_in_words
from linli.rulebook.explaining.tellings import whom_in_words
from linli.rulebook.forms import Codes
from linli.rulebook.mechanism import Label, Mechanism, Rule

KINDS = {
    "actions": Label(zh="动作", en="action"),
    "states": Label(zh="状态", en="state"),
    "clocks": Label(zh="时限", en="time limit"),
    "decisions": Label(zh="判定表", en="decision table"),
    "fields": Label(zh="字段", en="field"),
    "roles": Label(zh="角色", en="role"),
    "groups": Label(zh="状态组", en="group of states"),
    "tracks": Label(zh="轨道", en="track"),
    "participants": Label(zh="参与方", en="participant"),
    "entries": Label(zh="记录", en="entry"),
    "params": Label(zh="参数", en="parameter"),
    "figures": Label(zh="指标", en="figure"),
    "tells": Label(zh="告知", en="message"),
}
PARTS = {
    "basis": Label(zh="依据", en="basis"),
    "covers": Label(zh="对应系统", en="systems covered"),
    "shows": Label(zh="显示方式", en="what is shown"),
    "by": Label(zh="办理人", en="who acts"),
    "from_": Label(zh="起始状态", en="starting state"),
    "to": Label(zh="到达状态", en="resulting state"),
    "form": Label(zh="填写内容", en="form"),
    "evidence": Label(zh="需附材料", en="evidence"),
    "when": Label(zh="条件", en="condition"),
    "phase": Label(zh="阶段", en="phase"),
    "budget": Label(zh="时长", en="length"),
    "runs_in": Label(zh="计时状态", en="where it runs"),
    "pauses_in": Label(zh="暂停状态", en="where it pauses"),
    "breach": Label(zh="超时动作", en="what follows a breach"),
    "amber": Label(zh="预警比例", en="amber share"),
    "duty": Label(zh="岗位职责", en="duty"),
    "max": Label(zh="上限", en="most"),
    "min": Label(zh="下限", en="least"),
    "personal": Label(zh="个人信息", en="personal"),
    "public": Label(zh="居民可见", en="shown to residents"),
    "at": Label(zh="告知时机", en="when it is sent"),
    "whom": Label(zh="告知对象", en="who is told"),
    "set_": Label(zh="自动填写", en="values set"),
    "retention": Label(zh="保存期限", en="retention"),
    "waits_for": Label(zh="等待的动作", en="actions waited for"),
}
NOTHING = Label(zh="无", en="none")
SAME = Label(zh="内容没有变化。", en="Nothing changed.")
UNSAID = {"version", "mechanism"}


@dataclass(frozen=True)
class _Side:
    """One version, with the book that its codes stand in."""

    mechanism: Mechanism
    book: Codes


Say = Callable[[_Side, Any], Label]


def changes(old: Mechanism, new: Mechanism, book: Codes) -> list[Label]:
    """Give every difference as a sentence; one sentence when there is none."""
    before, after = _Side(old, book), _Side(new, book)
    names = list(dict.fromkeys(["title", "basis", *KINDS, *type(new).model_fields]))
    found: list[Label] = []
    for name in names:
        was, now = getattr(old, name, None), getattr(new, name, None)
        if was == now or name in UNSAID:
            continue
        if name in KINDS and isinstance(was, Mapping) and isinstance(now, Mapping):
            found += _section(before, after, name)
        else:
            found.append(_whole(name, was, now))
    return found or [SAME]


def _whole(name: str, was: Any, now: Any) -> Label:
    if name == "title":
        return Label(
            zh=f"名称由“{was.zh}”改为“{now.zh}”", en=f"The title “{was.en}” became “{now.en}”"
        )
    part = PARTS.get(name, Label(zh=name, en=name))
    if not (isinstance(was, list) and isinstance(now, list)):
        return Label(zh=f"{part.zh}有变化", en=f"Changed: {part.en}")
    gone, come = [one for one in was if one not in now], [one for one in now if one not in was]
    zh = [*(f"删去“{one}”" for one in gone), *(f"新增“{one}”" for one in come)]
    en = [*(f"dropped “{one}”" for one in gone), *(f"added “{one}”" for one in come)]
    return Label(
        zh=f"{part.zh}：{'；'.join(zh) or '次序有变化'}",
        en=f"{_capital(part.en)}: {'; '.join(en) or 'in another order'}",
    )


def _section(before: _Side, after: _Side, section: str) -> Iterator[Label]:
    kind = KINDS[section]
    was, now = getattr(before.mechanism, section), getattr(after.mechanism, section)
    for key in [key for key in now if key not in was]:
        name = _name(key, now[key])
        yield Label(zh=f"新增{kind.zh}“{name.zh}”", en=f"New {kind.en} “{name.en}”")
    for key in [key for key in was if key not in now]:
        name = _name(key, was[key])
        yield Label(zh=f"取消{kind.zh}“{name.zh}”", en=f"Dropped the {kind.en} “{name.en}”")
    for key in [key for key in now if key in was and was[key] != now[key]]:
        if section == "decisions":
            yield from _table(before, after, key)
        elif isinstance(now[key], Rule) and type(was[key]) is type(now[key]):
            yield from _rule(before, after, section, key)
        else:
            name = _name(key, now[key])
            yield Label(zh=f"{kind.zh}“{name.zh}”有变化", en=f"Changed: {kind.en} “{name.en}”")


def _rule(before: _Side, after: _Side, section: str, key: str) -> Iterator[Label]:
    was, now = getattr(before.mechanism, section)[key], getattr(after.mechanism, section)[key]
    kind, name, former = KINDS[section], _name(key, now), _name(key, was)
    if name.zh != former.zh or name.en != former.en:
        yield Label(
            zh=f"{kind.zh}“{former.zh}”改名为“{name.zh}”",
            en=f"The {kind.en} “{former.en}” is now called “{name.en}”",
        )
    for part in type(now).model_fields:
        a, b = getattr(was, part), getattr(now, part)
        if a == b or part in ("zh", "en"):
            continue
        yield _part(before, after, (kind, name), (part, was, now))


def _part(
    before: _Side, after: _Side, named: tuple[Label, Label], found: tuple[str, Any, Any]
) -> Label:
    """Give how one part of a rule differs, by its words if it has any."""
    (kind, name), (part, was, now) = named, found
    label, say = PARTS.get(part, Label(zh=part, en=part)), SAYING.get(part)
    if say is None:
        return Label(
            zh=f"{kind.zh}“{name.zh}”的{label.zh}有变化",
            en=f"The {kind.en} “{name.en}”: changed {label.en}",
        )
    x, y = say(before, was), say(after, now)
    if part == "budget":
        return Label(
            zh=f"{name.zh}由{_tight(x.zh)}改为{_tight(y.zh)}",
            en=f"{name.en}: from {x.en} to {y.en}",
        )
    return Label(
        zh=f"{kind.zh}“{name.zh}”的{label.zh}由“{x.zh}”改为“{y.zh}”",
        en=f"The {kind.en} “{name.en}”: {label.en} from “{x.en}” to “{y.en}”",
    )


def _table(before: _Side, after: _Side, key: str) -> Iterator[Label]:
    was = table_in_words(before.mechanism, key, before.book)
    now = table_in_words(after.mechanism, key, after.book)
    if [head.label for head in was.headings] != [head.label for head in now.headings]:
        yield Label(zh=f"判定表“{key}”的栏目有变化", en=f"The table “{key}” has other columns")
        return
    if was.hit != now.hit:
        yield Label(
            zh=f"判定表“{key}”的取用规则由“{was.hit.zh}”改为“{now.hit.zh}”",
            en=f"The table “{key}”: from “{was.hit.en}” to “{now.hit.en}”",
        )
    for nth, (a, b) in enumerate(zip(was.rows, now.rows, strict=False), start=1):
        for x, y in zip(a, b, strict=True):
            if x != y:
                yield Label(
                    zh=f"判定表“{key}”第{nth}行：{x.heading.zh}由“{x.label.zh}”改为“{y.label.zh}”",
                    en=f"The table “{key}”, row {nth}: {x.heading.en} from “{x.label.en}” to “{y.label.en}”",
                )
    grown = len(now.rows) - len(was.rows)
    if grown:
        verb = ("增加", "more") if grown > 0 else ("减少", "fewer")
        yield Label(
            zh=f"判定表“{key}”{verb[0]}{abs(grown)}行",
            en=f"The table “{key}” has {abs(grown)} {verb[1]} rows",
        )


def _name(key: str, rule: Any) -> Label:
    return Label(zh=getattr(rule, "zh", key), en=getattr(rule, "en", key))


def _tight(text: str) -> str:
    return text.replace(" 个", "个").replace(" 小", "小").replace(" 天", "天").replace(" 分", "分")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _states(side: _Side, names: str | list[str] | None) -> Label:
    states = [side.mechanism.states[key] for key in side.mechanism.states_named(names)]
    return joined(states) if states else BEGIN


def _form(side: _Side, action: Any) -> Label:
    fields = side.mechanism.fields
    said = [
        Label(
            zh=f"{fields[name].zh}{'（必填）' if name in action.required else ''}",
            en=f"{fields[name].en}{' (required)' if name in action.required else ''}",
        )
        for name in action.fields
    ]
    return joined(said) if said else NOTHING


def _evidence(_side: _Side, action: Any) -> Label:
    said = [
        Label(
            zh=f"{(one.label or EVIDENCE[one.kind]).zh}（至少{one.min}）",
            en=f"{(one.label or EVIDENCE[one.kind]).en} (at least {one.min})",
        )
        for one in action.evidence
        if hasattr(one, "kind")
    ]
    return joined(said) if said else NOTHING


def _action(side: _Side, key: str | None) -> Label:
    found = side.mechanism.actions.get(key or "")
    return Label(zh=found.zh, en=found.en) if found else NOTHING


def _plain(value: Any) -> Label:
    if isinstance(value, bool):
        return Label(zh="是", en="yes") if value else Label(zh="否", en="no")
    return NOTHING if value is None else Label(zh=str(value), en=str(value))


SAYING: dict[str, Say] = {
    "by": lambda side, rule: who(side.mechanism, rule),
    "from_": lambda side, rule: _states(side, rule.from_),
    "to": lambda side, rule: _states(side, rule.to) if rule.to else NOTHING,
    "form": _form,
    "evidence": _evidence,
    "when": lambda side, rule: (
        guard_in_words(rule.when, side.mechanism, side.book) if rule.when else NOTHING
    ),
    "phase": lambda _side, rule: PHASES[rule.phase],
    "budget": lambda _side, rule: length_in_words(rule.budget),
    "runs_in": lambda side, rule: places_in_words(side.mechanism, rule.runs_in),
    "pauses_in": lambda side, rule: (
        places_in_words(side.mechanism, rule.pauses_in) if rule.pauses_in else NOTHING
    ),
    "breach": lambda side, rule: _action(side, rule.breach),
    "at": lambda side, rule: joined(_action(side, key) for key in rule.at),
    "whom": lambda side, rule: whom_in_words(side.mechanism, rule),
    "amber": lambda _side, rule: _plain(None if rule.amber is None else f"{rule.amber}%"),
    "basis": lambda _side, rule: _plain(rule.basis),
    "duty": lambda _side, rule: _plain(rule.duty),
    "max": lambda _side, rule: _plain(rule.max),
    "min": lambda _side, rule: _plain(rule.min),
    "personal": lambda _side, rule: _plain(rule.personal),
    "public": lambda _side, rule: _plain(rule.public),
    "danger": lambda _side, rule: _plain(rule.danger),
}
