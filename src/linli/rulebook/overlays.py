"""Overlays: what a street sets of a mechanism without forking its file: values of its params, and texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from pydantic import model_validator

from linli.rulebook.labels import Label, Wrong

NO_WORDS = ("要写 of（可选的词）", "list the words to choose from: of")
NO_BOUNDS = ("要写 min 和 max", "give both min and max")
USED = re.compile(r"\{([a-z][a-z0-9_]*)\}")
Where = tuple[str | int, ...]
Content = dict[str, Any]
Refuse = Callable[[Where, Label, Label], Exception]


class Param(Label):
    """What a street may set: within `min` and `max`, or one of the words `of`; '{NAME}' stands for it in the file."""

    type: Literal["int", "number", "money", "word"]
    default: Any
    min: Any = None
    max: Any = None
    of: list[str] = []
    value: Any = None
    basis: str | None = None

    @model_validator(mode="after")
    def _bounded(self) -> Param:
        is_word = self.type == "word"
        if not self.of if is_word else None in (self.min, self.max):
            raise Wrong(*(NO_WORDS if is_word else NO_BOUNDS))
        return self


@dataclass(frozen=True)
class Overlay:
    """Values of params by name, and labels by their place in the file, such as 'fields.what.hint'."""

    params: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.params or self.texts)

    def plain(self) -> dict[str, Any]:
        """Give the overlay as it is stored; `read` is the reverse."""
        return {"params": dict(self.params), "texts": {k: dict(v) for k, v in self.texts.items()}}

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Overlay:
        """Give the overlay that was stored so."""
        return cls(stored.get("params", {}), stored.get("texts", {}))


NOTHING = Overlay()


def filled(content: Content, overlay: Overlay, refuse: Refuse) -> Content:
    """Give a mechanism's content with texts laid over and every '{param}' replaced by the value set.

    `refuse` makes the exception for a place that names no param, or a text that is not there.
    """
    laid = _with_texts(content, overlay.texts, refuse)
    params = laid.get("params")
    if not isinstance(params, dict):
        return _replaced(laid, {}, refuse)
    set_ = {
        name: {**rule, "value": overlay.params[name]} if name in overlay.params else rule
        for name, rule in params.items()
        if isinstance(rule, dict)
    }
    values = {name: rule.get("value", rule.get("default")) for name, rule in set_.items()}
    rest = {name: part for name, part in laid.items() if name != "params"}
    return {**_replaced(rest, values, refuse), "params": {**params, **set_}}


def used_params(content: Content) -> set[str]:
    """Give the params that a mechanism's content names anywhere."""
    rest = {name: part for name, part in content.items() if name != "params"}
    return {name for text in _texts(rest) for name in USED.findall(text)}


def check_value(param: Param, value: Any) -> Label | None:
    """Give why a value may not be set, or None when it may."""
    if param.type == "word":
        return None if value in param.of else _not_of(param, value)
    number = _number(value)
    if number is None or (param.type == "int" and number != number.to_integral_value()):
        return Label(zh=f"“{value}”不是数。", en=f"{value!r} is no number.")
    low, high = _number(param.min), _number(param.max)
    if (low is not None and number < low) or (high is not None and number > high):
        return Label(
            zh=f"{value} 超出可设的范围 {param.min} 至 {param.max}。",
            en=f"{value} is out of bounds: {param.min} to {param.max}.",
        )
    return None


def _not_of(param: Param, value: Any) -> Label:
    listed = "、".join(param.of), ", ".join(param.of)
    return Label(
        zh=f"“{value}”不在可选之列：{listed[0]}。", en=f"{value!r} is none of {listed[1]}."
    )


def _number(value: Any) -> Decimal | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for inner in part.values():
            yield from _texts(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _texts(inner)


def _replaced(content: Content, values: Mapping[str, Any], refuse: Refuse) -> Content:
    def replace(part: Any, path: Where) -> Any:
        if isinstance(part, dict):
            return {key: replace(inner, (*path, key)) for key, inner in part.items()}
        if isinstance(part, list):
            return [replace(inner, (*path, nth)) for nth, inner in enumerate(part)]
        return said(part, path) if isinstance(part, str) and "{" in part else part

    def said(text: str, path: Where) -> Any:
        for name in USED.findall(text):
            if name not in values:
                raise refuse(path, *_no_param(name, values))
        whole = USED.fullmatch(text)
        if whole:
            return values[whole[1]]
        return USED.sub(lambda found: str(values[found[1]]), text)

    made = replace(content, ())
    assert isinstance(made, dict)
    return made


def _no_param(name: str, values: Mapping[str, Any]) -> tuple[Label, Label]:
    known = "、".join(values) or "—"
    return (
        Label(zh=f"没有名为“{name}”的可设值。", en=f"There is no param {name!r}."),
        Label(
            zh=f"请在 params 中声明；已有：{known}。", en=f"Declare it in params; there is {known}."
        ),
    )


def _with_texts(
    content: Content, texts: Mapping[str, Mapping[str, str]], refuse: Refuse
) -> Content:
    made = content
    for place, label in texts.items():
        made = _laid(made, place, tuple(place.split(".")), label, refuse)
    return made


def _laid(part: Any, place: str, path: Where, label: Mapping[str, str], refuse: Refuse) -> Content:
    if not path and isinstance(part, dict) and {"zh", "en"} <= part.keys():
        return {**part, **label}
    head = path[0] if path else ""
    if path == ("hint",) and isinstance(part, dict):
        return {**part, "hint": dict(label)}
    if not isinstance(part, dict) or head not in part:
        raise refuse(
            (),
            Label(zh=f"没有“{place}”这处文字。", en=f"There is no text at {place!r}."),
            Label(
                zh="请写到 zh、en 所在处，如 fields.what、actions.report、fields.what.hint。",
                en="Name the place of its zh and en: fields.what, actions.report, fields.what.hint.",
            ),
        )
    return {**part, head: _laid(part[head], place, path[1:], label, refuse)}
