"""Conditions in words: a guard said with the labels of its mechanism, for refusals and guides."""

from __future__ import annotations

import ast
from collections.abc import Callable

from linli.rulebook.forms import Codes, code_list
from linli.rulebook.guards import Guard
from linli.rulebook.mechanism import Label, Mechanism, Participants

SIGNS: dict[type[ast.AST], tuple[str, str]] = {
    ast.Eq: ("为", "is"),
    ast.NotEq: ("不为", "is not"),
    ast.Lt: ("小于", "below"),
    ast.LtE: ("不超过", "at most"),
    ast.Gt: ("大于", "above"),
    ast.GtE: ("不少于", "at least"),
    ast.In: ("属于", "among"),
    ast.NotIn: ("不属于", "not among"),
    ast.Add: ("加", "plus"),
    ast.Sub: ("减", "minus"),
    ast.Mult: ("乘", "times"),
    ast.Div: ("除以", "over"),
}
WORDS = {"true": ("是", "yes"), "false": ("否", "no"), "null": ("空", "empty")}
Pair = tuple[str, str]
_PHASES = {
    "@intake": Label(zh="待受理", en="waiting to be accepted"),
    "@open": Label(zh="办理中", en="open"),
    "@done": Label(zh="已办结", en="done"),
    "@void": Label(zh="已作废", en="void"),
}


def in_words(guard: Guard, mechanism: Mechanism, book: Codes) -> Label:
    """Give a condition in words: `returns < 2` is “退单次数小于 2”."""
    zh, en = _Wording(mechanism, book).of(guard.tree)
    return Label(zh=zh, en=en)


class _Wording:
    """Goes through one checked tree."""

    def __init__(self, mechanism: Mechanism, book: Codes) -> None:
        self.mechanism = mechanism
        self.book = book

    def of(self, node: ast.expr, beside: ast.expr | None = None) -> Pair:
        """Give the words of a node; `beside` is what a literal is compared with."""
        say = _SAID.get(type(node))
        return say(self, node, beside) if say else (ast.unparse(node), ast.unparse(node))

    def joined(self, node: ast.BoolOp, _: ast.expr | None) -> Pair:
        """Give conditions joined by and, or."""
        said = [self.of(value) for value in node.values]
        zh, en = ("，且", ", and ") if isinstance(node.op, ast.And) else ("，或", ", or ")
        return zh.join(z for z, _ in said), en.join(e for _, e in said)

    def reversed(self, node: ast.UnaryOp, _: ast.expr | None) -> Pair:
        """Give a negation."""
        zh, en = self.of(node.operand)
        return (f"并非{zh}", f"not: {en}") if isinstance(node.op, ast.Not) else (f"-{zh}", f"-{en}")

    def compared(self, node: ast.Compare, _: ast.expr | None) -> Pair:
        """Give a comparison, its literals in the words of the field beside them."""
        sides = [node.left, *node.comparators]
        zh, en = self.of(node.left, node.comparators[0])
        for left, mark, right in zip(sides, node.ops, sides[1:], strict=False):
            (sign_zh, sign_en), (z, e) = SIGNS[type(mark)], self.of(right, left)
            zh, en = f"{zh}{sign_zh}{z}", f"{en} {sign_en} {e}"
        return zh, en

    def calculated(self, node: ast.BinOp, _: ast.expr | None) -> Pair:
        """Give a sum, difference, product or quotient."""
        sides = (node.left, node.right)
        if isinstance(node.op, ast.Div) and all(isinstance(s, ast.Constant) for s in sides):
            written = ast.unparse(node).replace(" ", "")
            return f" {written}", written
        (z, e), (sign_zh, sign_en) = self.of(node.left), SIGNS[type(node.op)]
        right_zh, right_en = self.of(node.right)
        return f"{z}{sign_zh}{right_zh}", f"{e} {sign_en} {right_en}"

    def named(self, node: ast.Name, _: ast.expr | None) -> Pair:
        """Give a field's or track's label."""
        if node.id in WORDS:
            return WORDS[node.id]
        rule = self.mechanism.fields.get(node.id) or self.mechanism.tracks[node.id]
        return f"“{rule.zh}”", f"“{rule.en}”"

    def listed(self, node: ast.Tuple | ast.List, beside: ast.expr | None) -> Pair:
        """Give the literals of a list."""
        said = [self.of(element, beside) for element in node.elts]
        return "、".join(z for z, _ in said), ", ".join(e for _, e in said)

    def literal(self, node: ast.Constant, beside: ast.expr | None) -> Pair:
        """Give a literal: a code or a track's state by its label."""
        name = beside.id if isinstance(beside, ast.Name) else ""
        track, field = self.mechanism.tracks.get(name), self.mechanism.fields.get(name)
        label: Label | None = None
        if track is not None:
            label = track.states.get(str(node.value))
        elif field is not None and field.type == "code":
            label = code_list(field, self.book).codes.get(str(node.value))
        if label is not None:
            return f"“{label.zh}”", f"“{label.en}”"
        said = str(node.value)
        return WORDS.get(said.lower().replace("none", "null"), (f" {said}", said))

    def called(self, node: ast.Call, _: ast.expr | None) -> Pair:
        """Give a function with the label of what it is about."""
        name, *words = [ast.unparse(node.func), *(ast.literal_eval(arg) for arg in node.args)]
        m = self.mechanism
        if name in ("called", "all_called"):
            return self.opened(name, words)
        if name in ("met", "breached"):
            clock = m.clocks[words[0]]
            zh, en = ("守住", "kept") if name == "met" else ("超过", "overran")
            return f"{zh}“{clock.zh}”", f"{en} “{clock.en}”"
        if name in ("entries", "total"):
            entries = m.entries[words[0]]
            zh, en = ("条数", "entries") if name == "entries" else ("合计", "total")
            return f"“{entries.zh}”{zh}", f"{en} of “{entries.en}”"
        return self.counted(name, words)

    def opened(self, name: str, words: list[str]) -> Pair:
        """Give a function over child cases, with the title of their mechanism and the label of the state."""
        child, stand = self.book.mechanisms.get(words[0]), words[1] if words[1:] else ""
        title = child.title if child else Label(zh=words[0], en=words[0])
        label = child.states.get(stand) if child else None
        at = label or _PHASES.get(stand) or Label(zh=stand or "全部", en=stand or "any")
        if name == "all_called":
            return f"“{title.zh}”均为“{at.zh}”", f"every “{title.en}” is “{at.en}”"
        if not stand:
            return f"“{title.zh}”件数", f"number of “{title.en}”"
        return f"“{title.zh}”中“{at.zh}”的件数", f"number of “{title.en}” at “{at.en}”"

    def counted(self, name: str, words: list[str]) -> Pair:
        """Give a function over participants."""
        kind = self.mechanism.participants[words[0]]
        if name == "all_done":
            return f"“{kind.zh}”均已办结", f"every “{kind.en}” is done"
        groups = [self.stands(kind, word) for word in words[1:]]
        first, *rest = groups or [("", "")]
        if name == "count":
            return f"“{kind.zh}”{first[0]}数量", f"number of “{kind.en}” {first[1]}".rstrip()
        by = ("按权重计", " by weight") if name == "wshare" else ("", "")
        among = (f"占{rest[0][0]}", f" among {rest[0][1]}") if rest else ("", "")
        zh = f"“{kind.zh}”中{first[0]}{among[0]}{by[0]}的比例"
        return zh, f"share{by[1]} of {first[1]}{among[1]} in “{kind.en}”"

    def stands(self, kind: Participants, word: str) -> Pair:
        """Give a participant state's label, or those of the states of a group."""
        states = [kind.states[name] for name in kind.groups.get(word, [word])]
        return "、".join(one.zh for one in states), " or ".join(one.en for one in states)


_SAID: dict[type[ast.expr], Callable[..., Pair]] = {
    ast.BoolOp: _Wording.joined,
    ast.UnaryOp: _Wording.reversed,
    ast.Compare: _Wording.compared,
    ast.BinOp: _Wording.calculated,
    ast.Name: _Wording.named,
    ast.Tuple: _Wording.listed,
    ast.List: _Wording.listed,
    ast.Constant: _Wording.literal,
    ast.Call: _Wording.called,
}
