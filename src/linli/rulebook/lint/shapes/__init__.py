"""Shapes: what a model does not take of a file, in words people use, with what to write instead."""

from __future__ import annotations

import re
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from linli.rulebook.labels import Label
from linli.rulebook.lint.findings import guess

Where = tuple[str | int, ...]

_KINDS = {
    "string": ("文字，数和 true、false 要加引号", "a text; numbers, true and false in quotes"),
    "int": ("整数", "a whole number"),
    "bool": ("true 或 false", "true or false"),
    "list": ("列表：在外面加方括号，如 [..]", "a list: put it in brackets, as [..]"),
    "dict": ("键值对 {..}", "a mapping {..}"),
    "model": ("键值对 {..}", "a mapping {..}"),
}


def in_words(error: dict[str, Any], model: type[BaseModel]) -> tuple[Label, Label]:
    """Give message and cure for one pydantic error."""
    loc, kind, context = error["loc"], str(error["type"]), error.get("ctx", {})
    name = next((str(part) for part in reversed(loc) if isinstance(part, str)), "")
    where = ".".join(str(part) for part in loc)
    if kind == "extra_forbidden":
        return _misnamed(where, name, _keys_at(model, loc[:-1]))
    if kind == "missing":
        said = Label(zh=f"缺少“{where}”。", en=f"{where!r} is missing.")
        return said, Label(zh=f"请补上“{name}: …”。", en=f"Add '{name}: …'.")
    if kind == "value_error":
        wrong = context["error"]
        said = Label(zh=f"“{where}”：{getattr(wrong, 'zh', wrong)}。", en=f"{where}: {wrong}.")
        return said, Label(zh="请照此改写。", en="Rewrite it so.")
    if kind == "literal_error":
        said = Label(
            zh=f"“{where}”不能是“{error['input']}”。", en=f"{where} cannot be {error['input']!r}."
        )
        return said, guess(str(error["input"]), re.findall(r"'([^']+)'", context["expected"]))
    if isinstance(error["input"], str | int) and "zh" in _keys_at(model, loc):
        return _both_languages(where, error["input"])
    return _wrong_kind(where, kind, context)


def _misnamed(where: str, name: str, known: list[str]) -> tuple[Label, Label]:
    said = Label(zh=f"不认识“{where}”。", en=f"{where!r} is not a word of the language.")
    if re.search("[:：]", name):
        cure = "冒号请用英文的，后面空一格。", "Write a plain colon with a space after it."
        return said, Label(zh=cure[0], en=cure[1])
    return said, guess(name, known)


def _both_languages(where: str, given: str | int) -> tuple[Label, Label]:
    said = Label(zh=f"“{where}”要写成两种文字。", en=f"{where} needs both languages.")
    pair = f"{{zh: {given}, en: …}}"
    return said, Label(zh=f"请写成 {pair}。", en=f"Write {pair}.")


def _wrong_kind(where: str, kind: str, context: dict[str, Any]) -> tuple[Label, Label]:
    bound = next((context[name] for name in ("ge", "gt", "le", "lt") if name in context), None)
    zh, en = _KINDS.get(kind.split("_", maxsplit=1)[0], ("合规的值", "a proper value"))
    said = Label(zh=f"“{where}”的值不对。", en=f"{where} has a wrong value.")
    if bound is not None:
        sign = {"greater_than_equal": "≥", "greater_than": ">", "less_than_equal": "≤"}.get(
            kind, "<"
        )
        return said, Label(zh=f"应 {sign} {bound}。", en=f"It must be {sign} {bound}.")
    if kind == "string_pattern_mismatch" and str(context.get("pattern")).startswith("^FREQ"):
        rule = "FREQ=MONTHLY;BYMONTHDAY=5"
        return said, Label(zh=f"请照 RFC 5545 写，如 {rule}。", en=f"Write it by RFC 5545: {rule}.")
    if kind == "string_pattern_mismatch":
        return said, Label(
            zh="请用小写字母、数字和连接号命名。",
            en=f"Use lower-case letters, digits and hyphens ({context.get('pattern')}).",
        )
    if kind in ("too_short", "string_too_short"):
        return said, Label(zh="不可留空。", en="It may not be empty.")
    return said, Label(zh=f"应写{zh}。", en=f"Write {en}.")


def _keys_at(model: type[BaseModel], loc: Where) -> list[str]:
    here: Any = model
    for part in loc:
        if isinstance(here, type) and issubclass(here, BaseModel):
            rule = next((f for n, f in here.model_fields.items() if part in (n, f.alias)), None)
            here = rule.annotation if rule else None
        else:
            here = _inner(here)
        here = _unwrapped(here)
    if isinstance(here, type) and issubclass(here, BaseModel):
        return [f.alias or n for n, f in here.model_fields.items()]
    return []


def _inner(kind: Any) -> Any:
    return get_args(kind)[-1] if get_origin(kind) in (dict, list) else None


def _unwrapped(kind: Any) -> Any:
    """Give the model in `Model | None`; other types stay as they are."""
    models = [a for a in get_args(kind) if isinstance(a, type) and issubclass(a, BaseModel)]
    return models[0] if models and get_origin(kind) not in (dict, list) else kind
