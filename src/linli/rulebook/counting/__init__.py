"""Figures in short form, expanded to the one predicate tree that is executed and put into words."""

from __future__ import annotations

from linli.rulebook.counting.conditions import predicate
from linli.rulebook.counting.sentences import sentence
from linli.rulebook.counting.trees import TRUE, Counted, FigureRefused, FigureTree, Predicate
from linli.rulebook.mechanism import Figure, Label, Mechanism

__all__ = [
    "TRUE",
    "Counted",
    "FigureRefused",
    "FigureTree",
    "Predicate",
    "expand",
    "predicate",
    "sentence",
]


def expand(mechanism: Mechanism, name: str) -> FigureTree:
    """Give the tree of a figure of this mechanism. Raises FigureRefused, naming the part that is wrong."""
    figure = mechanism.figures.get(name)
    if figure is None:
        raise FigureRefused(f"没有名为“{name}”的数", f"there is no figure {name!r}")
    num, den = _parts(mechanism, name, figure)
    sides = [num] if den is None else [num, den]
    return FigureTree(
        key=f"{mechanism.mechanism}.{name}",
        mechanism=mechanism.mechanism,
        label=Label(zh=figure.zh, en=figure.en),
        mode="stock" if all(side.entity == "case" for side in sides) else "flow",
        num=num,
        den=den,
        unit=figure.unit,
        decimals=figure.decimals,
        direction=figure.direction,
    )


def _parts(mechanism: Mechanism, name: str, figure: Figure) -> tuple[Counted, Counted | None]:
    if figure.ratio is not None:
        num, den = (_named(mechanism, name, part) for part in figure.ratio)
        return num, den
    if figure.stock is not None:
        text, condition = _divided(figure.stock)
        where: Predicate = ("in", "state", _states(mechanism, text))
        return Counted("case", _both(where, predicate(mechanism, condition))), None
    if figure.sum is not None:
        text, condition = _divided(figure.sum)
        return _sum(mechanism, text, predicate(mechanism, condition)), None
    text, condition = _divided(figure.count or "")
    where = _both(_event(mechanism, text), predicate(mechanism, condition))
    return Counted("step", where, once=figure.once), None


def _named(mechanism: Mechanism, name: str, part: str) -> Counted:
    other, condition = _divided(part)
    figure = mechanism.figures.get(other)
    if figure is None or figure.ratio is not None or other == name:
        raise FigureRefused(
            f"比率“{name}”用到的“{other}”不是本机制的计数",
            f"ratio {name!r} names {other!r}, which is no count of this mechanism",
        )
    counted, _ = _parts(mechanism, other, figure)
    where = _both(counted.where, predicate(mechanism, condition))
    return Counted(counted.entity, where, counted.once, counted.total)


def _divided(text: str) -> tuple[str, str]:
    head, _, condition = text.partition(" where ")
    return head.strip(), condition.strip()


def _both(*parts: Predicate) -> Predicate:
    kept = [part for part in parts if part != TRUE]
    return kept[0] if len(kept) == 1 else ("and", *kept)


def _event(mechanism: Mechanism, text: str) -> Predicate:
    verb, _, object_ = text.partition(" ")
    if verb == "act" and object_ in mechanism.actions:
        return ("act", object_)
    if verb in ("enter", "leave"):
        return ("to" if verb == "enter" else "left", _states(mechanism, object_))
    raise FigureRefused(
        f"计数“{text}”应写成 enter 状态、leave 状态 或 act 动作",
        f"write the count {text!r} as 'enter STATE', 'leave STATE' or 'act ACTION'",
    )


def _states(mechanism: Mechanism, text: str) -> tuple[str, ...]:
    states = tuple(mechanism.states_named(text))
    unknown = [state for state in states if state not in mechanism.states]
    if not states or unknown:
        raise FigureRefused(f"没有状态或分组“{text}”", f"there is no state or group {text!r}")
    return states


def _sum(mechanism: Mechanism, text: str, condition: Predicate) -> Counted:
    entries = mechanism.entries.get(text)
    if entries is None or entries.amount is None:
        raise FigureRefused(
            f"“{text}”不是带金额的记录", f"{text!r} names no entries that carry an amount"
        )
    return Counted("entry", _both(("entry", text), condition), total=entries.amount)
