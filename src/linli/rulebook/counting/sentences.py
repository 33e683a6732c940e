"""Figures in words: what a tree counts, said in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from linli.rulebook.counting.trees import Counted, FigureTree, Predicate, Side
from linli.rulebook.mechanism import CodeList, Label, Mechanism

SIGNS = {"eq": "=", "ne": "≠", "lt": "<", "le": "≤", "gt": ">", "ge": "≥", "in": "∈"}
UNITS = {
    60: Label(zh="分钟", en="minutes"),
    3600: Label(zh="小时", en="hours"),
    86400: Label(zh="天", en="days"),
}
MOMENTS = {
    "period_end": Label(zh="期末的", en="at the end of the period"),
    "opened": Label(zh="期内开始的", en="opened in the period"),
    "closed": Label(zh="期内办结的", en="closed in the period"),
}
PHASES = {
    "intake": Label(zh="受理阶段", en="intake"),
    "open": Label(zh="在办", en="open"),
    "done": Label(zh="办结", en="done"),
    "void": Label(zh="作废", en="void"),
}
FACTS = {
    "state": Label(zh="状态", en="State"),
    "phase": Label(zh="阶段", en="Phase"),
    "category": Label(zh="类别", en="Category"),
    "source": Label(zh="来源", en="Source"),
}


def sentence(
    tree: FigureTree, mechanisms: Mapping[str, Mechanism], codes: Mapping[str, CodeList]
) -> Label:
    """Put into words what a figure counts, in both languages; `codes` are the book's code lists."""
    words = _side(tree.num, mechanisms, codes)
    if tree.den is not None:
        den = _side(tree.den, mechanisms, codes)
        if len(tree.num) > 1 or len(tree.den) > 1:
            words, den = _bracketed(words), _bracketed(den)
        words = Label(zh=f"{words.zh}，除以{den.zh}", en=f"{words.en}, divided by {den.en}")
    if tree.mode == "cohort":
        words = Label(
            zh=f"按期内起算的这批事项看：{words.zh}",
            en=f"Of the cases that began in the period: {words.en}",
        )
    return _derived(tree, _told(tree, words))


def _bracketed(words: Label) -> Label:
    return Label(zh=f"（{words.zh}）", en=f"({words.en})")


def _told(tree: FigureTree, words: Label) -> Label:
    if tree.give is None:
        return words
    told = (
        Label(zh="平均值", en="mean")
        if tree.give == "mean"
        else Label(zh=f"第{tree.give}百分位数（离散）", en=f"percentile {tree.give} (discrete)")
    )
    return Label(zh=f"{words.zh}，取{told.zh}", en=f"{words.en}; the {told.en}")


def _derived(tree: FigureTree, words: Label) -> Label:
    if tree.until_now:
        words = Label(
            zh=f"自年初至期末累计：{words.zh}",
            en=f"From the year's first day to the period's end: {words.en}",
        )
    if tree.change:
        words = Label(
            zh=f"与上年同期相比：{words.zh}",
            en=f"Against the same period a year before: {words.en}",
        )
    return words


def _side(side: Side, mechanisms: Mapping[str, Mechanism], codes: Mapping[str, CodeList]) -> Label:
    parts = [_worded(one, _Words(mechanisms[one.mechanism], codes)) for one in side]
    return Label(
        zh="，加上".join(part.zh for part in parts), en=", plus ".join(part.en for part in parts)
    )


def _worded(counted: Counted, words: _Words) -> Label:
    where, title = words.of(counted.where), words.mechanism.title
    if counted.entity == "case":
        return _cases(counted, words, where)
    times = _times(counted)
    if counted.span is not None:
        since = words.of(counted.span.since)
        unit = UNITS[counted.span.unit]
        return Label(
            zh=f"期内“{title.zh}”{where.zh}者自{since.zh}起的用时（满{unit.zh}数，{times.zh}）",
            en=f"{title.en}: time from {since.en} to {where.en} in the period (full {unit.en}; {times.en})",
        )
    if counted.entity == "step" and counted.total is not None:
        field = words.mechanism.fields[counted.total]
        return Label(
            zh=f"期内“{title.zh}”{where.zh}的“{field.zh}”合计（{times.zh}）",
            en=f"{title.en}: sum of “{field.en}” where {where.en} in the period ({times.en})",
        )
    if counted.total is not None:
        return Label(
            zh=f"期内“{title.zh}”的金额合计（{where.zh}）",
            en=f"{title.en}: sum of amounts in the period ({where.en})",
        )
    return Label(
        zh=f"期内“{title.zh}”{where.zh}的{times.zh}",
        en=f"{title.en}: {where.en} in the period ({times.en})",
    )


def _cases(counted: Counted, words: _Words, where: Label) -> Label:
    title, moment = words.mechanism.title, words.moment(counted.basis)
    if counted.total is not None:
        field = words.mechanism.fields[counted.total]
        return Label(
            zh=f"{moment.zh}“{title.zh}”的“{field.zh}”合计（{where.zh}）",
            en=f"{title.en}: sum of “{field.en}” {moment.en} ({where.en})",
        )
    return Label(
        zh=f"{moment.zh}“{title.zh}”件数（{where.zh}）",
        en=f"{title.en}: cases {moment.en} ({where.en})",
    )


def _times(counted: Counted) -> Label:
    """Give how often one case counts."""
    if counted.once:
        return Label(zh="件数，每件只计第一次", en="cases, first time only")
    if counted.distinct:
        return Label(zh="件数，期内每件只计一次", en="cases, each once in the period")
    return Label(zh="次数", en="times")


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
        if kind == "exists":
            assert isinstance(parts[0], tuple)
            inner = self.of(parts[0])
            return Label(zh=f"曾{inner.zh}", en=f"at some time {inner.en}")
        if kind in ("to", "left", "act", "entry", "met", "breached"):
            return self._event(str(kind), parts[0])
        return self._compared(str(kind), str(parts[0]), parts[1])

    def moment(self, basis: str) -> Label:
        """Give the words for the moment that puts a case into a period."""
        if basis in MOMENTS:
            return MOMENTS[basis]
        field = self.mechanism.fields[basis.removeprefix("values.")]
        return Label(zh=f"“{field.zh}”在期内的", en=f"with “{field.en}” in the period")

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
        if owner in ("values", "step"):
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
        if field == "phase":
            return PHASES
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
