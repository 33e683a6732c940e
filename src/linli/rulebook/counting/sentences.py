"""Figures in words: what a tree counts, said in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from linli.rulebook.counting.trees import Counted, FigureTree, Predicate
from linli.rulebook.mechanism import CodeList, Label, Mechanism

SIGNS = {"eq": "=", "ne": "≠", "lt": "<", "le": "≤", "gt": ">", "ge": "≥", "in": "∈"}
FACTS = {
    "state": Label(zh="状态", en="State"),
    "phase": Label(zh="阶段", en="Phase"),
    "category": Label(zh="类别", en="Category"),
    "source": Label(zh="来源", en="Source"),
}


def sentence(tree: FigureTree, mechanism: Mechanism, codes: Mapping[str, CodeList]) -> Label:
    """Put into words what a figure counts, in both languages; `codes` are the book's code lists."""
    words = _Words(mechanism, codes)
    num = _worded(tree.num, words)
    if tree.den is None:
        return num
    den = _worded(tree.den, words)
    return Label(zh=f"{num.zh}，除以{den.zh}", en=f"{num.en}, divided by {den.en}")


def _worded(counted: Counted, words: _Words) -> Label:
    where = words.of(counted.where)
    title = words.mechanism.title
    if counted.entity == "case":
        return Label(
            zh=f"期末的“{title.zh}”件数（{where.zh}）",
            en=f"{title.en}: cases at the end of the period ({where.en})",
        )
    if counted.total is not None:
        return Label(
            zh=f"期内“{title.zh}”的金额合计（{where.zh}）",
            en=f"{title.en}: sum of amounts in the period ({where.en})",
        )
    times = (
        ("件数，每件只计第一次", "cases, first time only") if counted.once else ("次数", "times")
    )
    return Label(
        zh=f"期内“{title.zh}”{where.zh}的{times[0]}",
        en=f"{title.en}: {where.en} in the period ({times[1]})",
    )


class _Words:
    """Words for predicates, with the mechanism's own labels."""

    def __init__(self, mechanism: Mechanism, codes: Mapping[str, CodeList]) -> None:
        self.mechanism = mechanism
        self.codes = codes

    def of(self, where: Predicate) -> Label:
        """Give the words of one predicate."""
        kind, *parts = where
        if kind in ("and", "or"):
            return self._joined(
                str(kind), [self.of(part) for part in parts if isinstance(part, tuple)]
            )
        if kind == "not":
            assert isinstance(parts[0], tuple)
            inner = self.of(parts[0])
            return Label(zh=f"并非（{inner.zh}）", en=f"not ({inner.en})")
        if kind in ("to", "left", "act", "entry", "met", "breached"):
            return self._event(str(kind), parts[0])
        return self._compared(str(kind), str(parts[0]), parts[1])

    def _joined(self, kind: str, words: list[Label]) -> Label:
        if not words:
            return Label(zh="全部", en="all")
        zh, en = ("且", " and ") if kind == "and" else ("或", " or ")
        return Label(zh=zh.join(word.zh for word in words), en=en.join(word.en for word in words))

    def _event(self, kind: str, object_: object) -> Label:
        m = self.mechanism
        if kind in ("to", "left"):
            assert isinstance(object_, tuple)
            states = [m.states[str(state)] for state in object_]
            zh, en = "、".join(f"“{s.zh}”" for s in states), ", ".join(f"“{s.en}”" for s in states)
            verb = ("进入", "entered") if kind == "to" else ("离开", "left")
            return Label(zh=f"{verb[0]}{zh}", en=f"{verb[1]} {en}")
        if kind == "act":
            action = m.actions[str(object_)]
            return Label(zh=f"办理“{action.zh}”", en=f"“{action.en}” done")
        if kind == "entry":
            entries = m.entries[str(object_)]
            return Label(zh=f"记录“{entries.zh}”", en=f"entries “{entries.en}”")
        clock = m.clocks[str(object_)]
        zh, en = ("守住", "kept") if kind == "met" else ("超过", "overran")
        return Label(zh=f"{zh}“{clock.zh}”", en=f"{en} “{clock.en}”")

    def _compared(self, kind: str, field: str, value: object) -> Label:
        name = self._name(field)
        if value is None:
            zh, en = ("没有", "is blank") if kind == "eq" else ("有", "is given")
            return Label(zh=f"{zh}“{name.zh}”", en=f"“{name.en}” {en}")
        said = self._said(field, value)
        if kind == "in" or (kind == "eq" and not isinstance(value, int)) or isinstance(value, bool):
            is_or_not = ("不为", "is not") if kind == "ne" else ("为", "is")
            return Label(
                zh=f"“{name.zh}”{is_or_not[0]}{said.zh}", en=f"“{name.en}” {is_or_not[1]} {said.en}"
            )
        return Label(
            zh=f"“{name.zh}”{SIGNS[kind]}{said.zh}", en=f"“{name.en}” {SIGNS[kind]} {said.en}"
        )

    def _name(self, field: str) -> Label:
        owner, _, name = field.partition(".")
        if owner == "values":
            return self.mechanism.fields[name]
        return self.mechanism.tracks[name] if name else FACTS[field]

    def _said(self, field: str, value: object) -> Label:
        if isinstance(value, tuple):
            parts = [self._said(field, part) for part in value]
            return Label(
                zh="、".join(part.zh for part in parts), en=", ".join(part.en for part in parts)
            )
        if isinstance(value, bool):
            return Label(zh="是", en="yes") if value else Label(zh="否", en="no")
        known = self._codes(field)
        return known.get(str(value)) or Label(zh=str(value), en=str(value))

    def _codes(self, field: str) -> Mapping[str, Label]:
        owner, _, name = field.partition(".")
        if field == "state":
            return self.mechanism.states
        if owner == "tracks":
            return self.mechanism.tracks[name].states
        rule = self.mechanism.fields.get(name or self.mechanism.shows.category or "")
        if rule is None:
            return {}
        if isinstance(rule.codes, str) and rule.codes in self.codes:
            return self.codes[rule.codes].codes
        return rule.labels
