"""The questions of an action, ready to be asked on a page, and the answers read back from what was posted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from linli.rulebook import guards
from linli.rulebook.casefile import Fault
from linli.rulebook.deciding import in_words
from linli.rulebook.forms import LOCAL, TEXT_MAX, WORD_MAX, Codes, code_list
from linli.rulebook.mechanism import (
    Action,
    Code,
    CodeList,
    Evidence,
    FieldRule,
    Label,
    Mechanism,
)

FEW = 6
LINE_MOST = 120
MEGABYTE = 1024 * 1024
UPLOAD_LIMIT = 10 * MEGABYTE
MOST_UPLOADS = 6
YES_NO = (Label(zh="是", en="Yes"), Label(zh="否", en="No"))
CONTROLS = {
    "text": "text", "dwelling": "line", "word": "line", "int": "line", "number": "line",
    "money": "line", "fraction": "line", "date": "line", "moment": "line", "bool": "radio",
    "area": "select", "body": "select", "entry": "line", "bodies": "checks", "place": "place",
    "photo": "upload", "file": "upload", "signature": "upload",
}  # fmt: skip
DATUMS = (
    (
        "wgs84",
        Label(zh="手机定位、天地图（WGS-84、CGCS2000）", en="Phone, Tianditu (WGS-84, CGCS2000)"),
    ),
    ("gcj02", Label(zh="高德、腾讯地图（GCJ-02）", en="Amap, Tencent maps (GCJ-02)")),
    ("bd09", Label(zh="百度地图（BD-09）", en="Baidu maps (BD-09)")),
)
BARE = Label(zh="-", en="-")
UPLOADS = ("photo", "file", "signature")
EVIDENCE = {
    "photo": Label(zh="照片", en="Photos"),
    "file": Label(zh="文件", en="Files"),
    "signature": Label(zh="签名", en="Signature"),
}


@dataclass(frozen=True)
class Choice:
    """One answer on offer. `also` holds other names it is found by."""

    value: str
    label: Label
    group: Label | None = None
    also: str = ""


@dataclass(frozen=True)
class Question:
    """One question of a form. `kind` is the field's type or the evidence's kind.

    `max` counts characters, or bounds a number; for uploads `least` and `most` count files and `limit`
    is bytes for each. `is_open`: words beside the choices are taken too. `tickets`: uploads kept before.
    """

    name: str
    label: Label
    kind: str
    required: bool = False
    choices: tuple[Choice, ...] = ()
    min: float | None = None
    max: int | None = None
    hint: Label | None = None
    value: Any = None
    errors: tuple[Label, ...] = ()
    multiple: bool = False
    is_open: bool = False
    is_evidence: bool = False
    least: int = 0
    most: int = 1
    limit: int = UPLOAD_LIMIT
    tickets: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Give the id of the control, which labels and the list of errors point to."""
        return f"answer-{self.name}"

    @property
    def control(self) -> str:
        """Give which template of parts/controls/ draws the control."""
        if self.kind == "text" and (self.max or TEXT_MAX) <= LINE_MOST:
            return "line"
        if self.kind != "code":
            return CONTROLS[self.kind]
        if self.is_open:
            return "suggest"
        return "radio" if len(self.choices) <= FEW else "select"

    @property
    def shown(self) -> str:
        """Give the answer as the control holds it."""
        if isinstance(self.value, bool):
            return "true" if self.value else "false"
        if self.kind == "moment" and self.value:
            return _local_moment(str(self.value))
        return "" if self.value is None else str(self.value)

    @property
    def chosen(self) -> frozenset[str]:
        """Give the answers chosen, as the controls name them."""
        many = self.value if isinstance(self.value, list | tuple) else [self.shown]
        return frozenset(str(one) for one in many)

    @property
    def place(self) -> Mapping[str, Any]:
        """Give longitude and latitude of a place, empty when none is given."""
        return self.value if isinstance(self.value, Mapping) else {}

    @property
    def datums(self) -> tuple[tuple[str, Label], ...]:
        """Give in which datum longitude and latitude may be typed, as the places of everyday maps name them."""
        return DATUMS

    @property
    def limit_in_megabytes(self) -> int:
        """Give the size limit of one upload in MB."""
        return self.limit // MEGABYTE


@dataclass(frozen=True)
class Asking:
    """All that a form is made from."""

    mechanism: Mechanism
    book: Codes
    values: Mapping[str, Any]
    errors: Mapping[str, tuple[Label, ...]]
    bodies: Sequence[tuple[int, str]]
    areas: Sequence[tuple[str, str]]
    tickets: Sequence[tuple[str, str]]
    limit: int


def questions_for(  # noqa: PLR0913 - what a form needs comes from several rooms
    mechanism: Mechanism,
    action: str,
    book: Codes,
    *,
    values: Mapping[str, Any] | None = None,
    errors: Iterable[Fault] = (),
    bodies: Sequence[tuple[int, str]] = (),
    areas: Sequence[tuple[str, str]] = (),
    tickets: Sequence[tuple[str, str]] = (),
    limit: int = UPLOAD_LIMIT,
) -> list[Question]:
    """Give the questions of an action in order, its evidence last.

    `values`: answers so far, as read_answers gives them. `errors`: the faults of a refused form.
    `bodies` (id, name) and `areas` (path, name) are what may be chosen. `tickets` (tag, ticket) stand
    for uploads that are already kept; `limit` is the most bytes of one upload.
    """
    asking = Asking(
        mechanism, book, values or {}, _by_field(errors), bodies, areas, tickets, limit
    )  # fmt: skip
    rule = mechanism.actions[action]
    asked = [_question(asking, rule, name) for name in rule.fields]
    return asked + [
        _evidence(asking, wanted, need) for need in rule.evidence for wanted in need.choices
    ]


@lru_cache(maxsize=2048)
def bare_questions(mechanism: Mechanism, action: str) -> tuple[Question, ...]:
    """Give the questions of an action as far as reading what was posted needs them: names and kinds."""
    rule = mechanism.actions[action]
    kinds = {name: mechanism.fields[name].type for name in rule.fields}
    asked = [*kinds.items(), *((wanted.tag, wanted.kind) for wanted in rule.exhibits)]
    return tuple(Question(name, BARE, kind) for name, kind in asked)


def read_answers(
    questions: Sequence[Question], post: QueryDict, files: MultiValueDict[str, UploadedFile[Any]]
) -> tuple[dict[str, Any], dict[str, list[UploadedFile[Any]]]]:
    """Give (form, files) as posted: blank answers left out, nothing judged; files by question name."""
    form: dict[str, Any] = {}
    for asked in questions:
        answer = None if asked.control == "upload" else _answer(asked, post)
        if answer not in (None, "", [], {}):
            form[asked.name] = answer
    uploads = {q.name: list(files.getlist(q.name)) for q in questions if q.control == "upload"}
    return form, {name: kept for name, kept in uploads.items() if kept}


def choice_groups(question: Question) -> list[tuple[Label | None, list[Choice]]]:
    """Give the choices under their groups, in the order of the list."""
    groups: dict[str, tuple[Label | None, list[Choice]]] = {}
    for choice in question.choices:
        key = choice.group.zh if choice.group else ""
        groups.setdefault(key, (choice.group, []))[1].append(choice)
    return list(groups.values())


def _by_field(errors: Iterable[Fault]) -> dict[str, tuple[Label, ...]]:
    found: dict[str, tuple[Label, ...]] = {}
    for fault in errors:
        found[fault.field] = (*found.get(fault.field, ()), fault.message)
    return found


def _question(asking: Asking, action: Action, name: str) -> Question:
    rule = asking.mechanism.fields[name]
    when = action.required_when.get(name)
    codes = code_list(rule, asking.book) if rule.type == "code" else None
    return Question(
        name=name,
        label=Label(zh=rule.zh, en=rule.en),
        kind=rule.type,
        required=name in action.required,
        choices=_choices(asking, rule, codes),
        min=rule.min,
        max=_most(rule),
        hint=_joined(rule.hint, _condition(asking, when) if when else None),
        value=asking.values.get(name, rule.default),
        errors=asking.errors.get(name, ()),
        multiple=rule.type == "bodies",
        is_open=codes is not None and codes.open,
        limit=asking.limit,
        tickets=tuple(ticket for tag, ticket in asking.tickets if tag == name),
    )


def _evidence(asking: Asking, wanted: Evidence, need: Evidence) -> Question:
    others = [one.label or EVIDENCE[one.kind] for one in need.choices if one is not wanted]
    is_free = bool(others or need.when)
    return Question(
        name=wanted.tag,
        label=wanted.label or EVIDENCE[wanted.kind],
        kind=wanted.kind,
        required=wanted.min > 0 and not is_free,
        hint=_joined(
            _one_of(others) if others and need.min else None,
            _condition(asking, need.when) if need.when and need.min else None,
        ),
        errors=asking.errors.get(wanted.tag, ()),
        multiple=True,
        is_evidence=True,
        least=0 if is_free else wanted.min,
        most=max(wanted.min, MOST_UPLOADS),
        limit=asking.limit,
        tickets=tuple(ticket for tag, ticket in asking.tickets if tag == wanted.tag),
    )


def _condition(asking: Asking, when: str) -> Label:
    """Give under which condition something must be given, in words."""
    condition = in_words(guards.parse(when, asking.mechanism), asking.mechanism, asking.book)
    return Label(zh=f"{condition.zh}时必填。", en=f"Needed when {condition.en}.")


def _one_of(others: Sequence[Label]) -> Label:
    """Say that this or one of the others is enough."""
    zh, en = "、".join(one.zh for one in others), ", ".join(one.en for one in others)
    return Label(zh=f"此项与{zh}有其一即可。", en=f"Either this or {en} is enough.")


def _joined(*hints: Label | None) -> Label | None:
    said = [hint for hint in hints if hint is not None]
    if not said:
        return None
    return Label(zh="".join(hint.zh for hint in said), en=" ".join(hint.en for hint in said))


def _most(rule: FieldRule) -> int | None:
    if rule.type in ("text", "word", "dwelling"):
        return rule.max or (WORD_MAX if rule.type == "word" else TEXT_MAX)
    return rule.max


def _choices(asking: Asking, rule: FieldRule, codes: CodeList | None) -> tuple[Choice, ...]:
    if codes:
        return tuple(_choice(codes, code) for code in codes.choices())
    if rule.type == "bool":
        return tuple(Choice(v, label) for v, label in zip(("true", "false"), YES_NO, strict=True))
    named = asking.areas if rule.type == "area" else asking.bodies
    if rule.type in ("area", "body", "bodies"):
        return tuple(Choice(str(key), Label(zh=name, en=name)) for key, name in named)
    return ()


def _choice(codes: CodeList, code: Code) -> Choice:
    parent = codes.codes.get(code.parent or "")
    group = Label(zh=parent.zh, en=parent.en) if parent else None
    return Choice(code.code, Label(zh=code.zh, en=code.en), group, " ".join(code.aliases))


def _answer(asked: Question, post: QueryDict) -> Any:
    if asked.kind == "bodies":
        return post.getlist(asked.name)
    if asked.kind != "place":
        return post.get(asked.name, "").strip()
    axes = {axis: post.get(f"{asked.name}.{axis}", "").strip() for axis in ("lon", "lat", "datum")}
    given = {axis: text for axis, text in axes.items() if text}
    return given if given.keys() - {"datum"} else None


def _local_moment(text: str) -> str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    local = timezone.localtime(at, LOCAL) if at.tzinfo else at
    return local.strftime("%Y-%m-%dT%H:%M")
