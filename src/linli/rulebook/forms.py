"""Forms: the questions of an action as JSON Schema, and answers made into typed values or refused together."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from linli.rulebook.casefile import Fault, StepRefused
from linli.rulebook.mechanism import CodeList, FieldRule, Label, Mechanism

TEXT_MAX = 2000
WORD_MAX = 60
LOCAL = ZoneInfo("Asia/Shanghai")
AREA = re.compile(
    r"/(?:(?:[0-9]{1,12}|[0-9A-Za-z]{1,9}-[0-9A-Za-z-]{1,10})/)+"
)  # a ledger's own: L-101
DIGEST = re.compile(r"[0-9a-f]{64}")
ENTRY = re.compile(r"[0-9A-Z][0-9A-Z-]{0,39}")
NOT_ASKED = Label(zh="表单里没有这一项。", en="This form has no such question.")
CHOSEN = ("code", "body", "bodies", "area", "bool", "entry")
DATUMS = ("wgs84", "gcj02", "bd09")
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Codes(Protocol):
    """What forms, and conditions in words, need of a book: its code lists and mechanisms."""

    @property
    def codes(self) -> Mapping[str, CodeList]:
        """Give the code lists by key."""

    @property
    def mechanisms(self) -> Mapping[str, Mechanism]:
        """Give the mechanisms by key."""


class Unfit(Exception):
    """An answer that does not fit its question; says what would."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.label = Label(zh=zh, en=en)


def clean(
    mechanism: Mechanism, action: str, form: Mapping[str, Any], book: Codes
) -> dict[str, Any]:
    """Give the typed values of a filled form; raises StepRefused('form') naming every fault at once.

    Money, number and fraction stay exact as text, dates and moments are ISO 8601 (moments in UTC).
    """
    rule = mechanism.actions[action]
    values: dict[str, Any] = {}
    faults = [Fault(name, NOT_ASKED) for name in form if name not in rule.fields]
    for name in rule.fields:
        answer = form.get(name)
        field = mechanism.fields[name]
        if _is_blank(answer):
            if name in rule.required:
                faults.append(Fault(name, _please(field)))
            continue
        try:
            values[name] = value_of(field, answer, book)
        except Unfit as unfit:
            faults.append(Fault(name, unfit.label))
    if faults:
        raise StepRefused("form", _summary(mechanism, faults), faults)
    return values


def value_of(field: FieldRule, answer: Any, book: Codes) -> Any:
    """Give one answer as the typed value of its field; raises Unfit."""
    if field.type == "code":
        return _code(field, answer, book)
    return _CLEANERS[field.type](field, answer)


def code_list(field: FieldRule, book: Codes) -> CodeList:
    """Give the codes a field of type code may take, whether named by list or written in the mechanism."""
    return book.codes[field.codes] if isinstance(field.codes, str) else field.own_codes


def schema(mechanism: Mechanism, action: str, book: Codes) -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of an action's form, as the API shows it."""
    rule = mechanism.actions[action]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": rule.zh,
        "description": rule.en,
        "type": "object",
        "properties": {
            name: {
                "title": mechanism.fields[name].zh,
                "description": mechanism.fields[name].en,
                **_property(mechanism.fields[name], book),
            }
            for name in rule.fields
        },
        "required": [name for name in rule.fields if name in rule.required],
        "additionalProperties": False,
    }


def _is_blank(answer: Any) -> bool:
    return answer is None or answer in ("", []) or (isinstance(answer, str) and not answer.strip())


def _please(field: FieldRule) -> Label:
    verb = "请选择" if field.type in CHOSEN else "请填写"
    return Label(zh=f"{verb}“{field.zh}”。", en=f"Please give: {field.en}.")


def _summary(mechanism: Mechanism, faults: Iterable[Fault]) -> Label:
    names = [f.field for f in faults]
    rules = [mechanism.fields.get(n) for n in names]
    zh = "、".join(r.zh if r else n for r, n in zip(rules, names, strict=True))
    en = ", ".join(r.en if r else n for r, n in zip(rules, names, strict=True))
    return Label(zh=f"表单有误：{zh}。", en=f"The form needs another look: {en}.")


# --- one cleaner for each type


def _text(field: FieldRule, answer: Any) -> str:
    limit = field.max or (WORD_MAX if field.type == "word" else TEXT_MAX)
    return _plain_text(answer, limit, one_line=field.type == "word")


def _plain_text(answer: Any, limit: int, *, one_line: bool) -> str:
    if not isinstance(answer, str):
        raise Unfit("应填文字。", "Write a text.")
    text = answer.replace("\r\n", "\n").strip()
    if UNSEEN.search(text) or (one_line and "\n" in text):
        raise Unfit("含有不能保存的字符。", "It holds characters that cannot be kept.")
    if len(text) > limit:
        raise Unfit(f"最多 {limit} 字，现有 {len(text)} 字。", f"At most {limit} characters.")
    return text


def _exact(answer: Any, zh: str, en: str) -> Fraction:
    if isinstance(answer, bool) or not isinstance(answer, int | float | str | Decimal | Fraction):
        raise Unfit(zh, en)
    text = str(answer).strip()
    if not re.fullmatch(r"[-+]?[0-9]{1,18}(\.[0-9]{1,12}|/[0-9]{1,18})?", text):
        raise Unfit(zh, en)
    try:
        return Fraction(text)
    except ZeroDivisionError as error:
        raise Unfit(zh, en) from error


def _within(field: FieldRule, number: Fraction) -> Fraction:
    if field.min is not None and number < Fraction(str(field.min)):
        raise Unfit(f"不能小于 {field.min}。", f"Not less than {field.min}.")
    if field.max is not None and number > field.max:
        raise Unfit(f"不能大于 {field.max}。", f"Not more than {field.max}.")
    return number


def _int(field: FieldRule, answer: Any) -> int:
    number = _within(field, _exact(answer, "应填整数。", "Write a whole number."))
    if number.denominator != 1:
        raise Unfit("应填整数。", "Write a whole number.")
    return int(number)


def _number(field: FieldRule, answer: Any) -> str:
    if "/" in str(answer):
        raise Unfit("应填数字，如 12.5。", "Write a number such as 12.5.")
    _within(field, _exact(answer, "应填数字，如 12.5。", "Write a number such as 12.5."))
    return format(Decimal(str(answer).strip()).normalize() + 0, "f")


def _money(field: FieldRule, answer: Any) -> str:
    wanted = ("应填金额，如 12.50。", "Write an amount such as 12.50.")
    number = _within(field, _exact(answer, *wanted))
    if "/" in str(answer) or (number * 100).denominator != 1:
        raise Unfit("金额最多两位小数。", "An amount has two places at most.")
    return format(Decimal(str(answer).strip()), ".2f")


def _fraction(field: FieldRule, answer: Any) -> str:
    number = _within(field, _exact(answer, "应填分数，如 2/3。", "Write a fraction such as 2/3."))
    return str(number)


def _date(_field: FieldRule, answer: Any) -> str:
    try:
        return date.fromisoformat(str(answer).strip()).isoformat()
    except ValueError as error:
        raise Unfit("应填日期，如 2026-03-01。", "Write a date such as 2026-03-01.") from error


def _moment(_field: FieldRule, answer: Any) -> str:
    try:
        moment = datetime.fromisoformat(str(answer).strip())
        local = moment if moment.tzinfo else moment.replace(tzinfo=LOCAL)
        return local.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    except (ValueError, OverflowError) as error:
        raise Unfit(
            "应填时间，如 2026-03-01 09:30。", "Write a moment such as 2026-03-01 09:30."
        ) from error


def _bool(_field: FieldRule, answer: Any) -> bool:
    given = str(answer).lower()
    if given not in ("true", "false", "on", "off", "1", "0"):
        raise Unfit("请选择是或否。", "Choose yes or no.")
    return given in ("true", "on", "1")


def _code(field: FieldRule, answer: Any, book: Codes) -> str:
    codes = code_list(field, book)
    code = codes.codes.get(answer) if isinstance(answer, str) else None
    if code is None:
        if codes.open and isinstance(answer, str):
            return _plain_text(answer, WORD_MAX, one_line=True)
        raise Unfit(
            f"“{answer}”不在“{codes.title.zh}”中。", f"{answer!r} is not in {codes.title.en}."
        )
    if code.declined:
        raise Unfit(f"不办理“{code.zh}”：{code.declined.zh}", f"{code.en}: {code.declined.en}")
    if code.code in codes.parents:
        raise Unfit(
            f"“{code.zh}”是大类，请选到小类。", f"{code.en} is a class; choose a kind in it."
        )
    return code.code


def _area(_field: FieldRule, answer: Any) -> str:
    if not isinstance(answer, str) or not AREA.fullmatch(answer):
        raise Unfit("请选择区域。", "Choose an area.")
    return answer


def _place(_field: FieldRule, answer: Any) -> dict[str, Any]:
    wrong = Unfit("位置应有经度和纬度。", "A place needs longitude and latitude.")
    if not isinstance(answer, Mapping) or answer.keys() - {"lon", "lat", "datum"}:
        raise wrong
    try:
        lon, lat = (round(float(answer[axis]), 7) for axis in ("lon", "lat"))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise wrong from error
    if not (math.isfinite(lon) and abs(lon) <= 180 and math.isfinite(lat) and abs(lat) <= 90):  # noqa: PLR2004 - degrees
        raise wrong
    datum = answer.get("datum", "wgs84")
    if datum not in DATUMS:
        raise Unfit("坐标系应为 wgs84、gcj02 或 bd09。", "The datum is wgs84, gcj02 or bd09.")
    return {"lon": lon, "lat": lat, "datum": datum}


def _entry(_field: FieldRule, answer: Any) -> str:
    text = str(answer).strip().upper()
    if not ENTRY.fullmatch(text):
        raise Unfit("请填名册条目的编号。", "Give the number of a register's entry.")
    return text


def _body(_field: FieldRule, answer: Any) -> int:
    text = str(answer).strip()
    if isinstance(answer, bool) or not re.fullmatch(r"[1-9][0-9]{0,17}", text):
        raise Unfit("请选择单位。", "Choose a body.")
    return int(text)


def _bodies(field: FieldRule, answer: Any) -> list[int]:
    if not isinstance(answer, list | tuple):
        raise Unfit("请选择单位。", "Choose one or more bodies.")
    return sorted({_body(field, one) for one in answer})


def _digest(_field: FieldRule, answer: Any) -> str:
    if not isinstance(answer, str) or not DIGEST.fullmatch(answer):
        raise Unfit("请重新上传。", "Please upload it again.")
    return answer


_CLEANERS: dict[str, Callable[[FieldRule, Any], Any]] = {
    "text": _text,
    "word": _text,
    "int": _int,
    "number": _number,
    "fraction": _fraction,
    "money": _money,
    "date": _date,
    "moment": _moment,
    "bool": _bool,
    "area": _area,
    "place": _place,
    "body": _body,
    "bodies": _bodies,
    "dwelling": _text,
    "entry": _entry,
    "photo": _digest,
    "file": _digest,
}

# --- the same rules as JSON Schema

_PLACE = {
    "type": "object",
    "properties": {
        "lon": {"type": "number", "minimum": -180, "maximum": 180},
        "lat": {"type": "number", "minimum": -90, "maximum": 90},
        "datum": {"enum": list(DATUMS)},
    },
    "required": ["lon", "lat"],
    "additionalProperties": False,
}
_SHAPES: dict[str, dict[str, Any]] = {
    "number": {"type": "string", "pattern": r"^[-+]?[0-9]+(\.[0-9]+)?$"},
    "money": {"type": "string", "pattern": r"^[-+]?[0-9]+(\.[0-9]{1,2})?$"},
    "fraction": {"type": "string", "pattern": r"^[-+]?[0-9]+(/[0-9]+|\.[0-9]+)?$"},
    "date": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "bool": {"type": "boolean"},
    "area": {"type": "string", "pattern": f"^{AREA.pattern}$"},
    "place": _PLACE,
    "body": {"type": "integer", "minimum": 1},
    "bodies": {"type": "array", "items": {"type": "integer", "minimum": 1}, "uniqueItems": True},
    "entry": {"type": "string", "pattern": f"^{ENTRY.pattern}$"},
    "photo": {"type": "string", "pattern": f"^{DIGEST.pattern}$"},
    "file": {"type": "string", "pattern": f"^{DIGEST.pattern}$"},
}


def _property(field: FieldRule, book: Codes) -> dict[str, Any]:
    if field.type == "code":
        codes = code_list(field, book)
        return {"type": "string"} if codes.open else {"enum": [c.code for c in codes.choices()]}
    if field.type in ("text", "word", "dwelling"):
        limit = field.max or (TEXT_MAX if field.type == "text" else WORD_MAX)
        return {"type": "string", "minLength": 1, "maxLength": limit}
    if field.type == "int":
        bounds = {"minimum": field.min, "maximum": field.max}
        return {"type": "integer", **{k: v for k, v in bounds.items() if v is not None}}
    return _SHAPES[field.type]
