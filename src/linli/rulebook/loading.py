"""Reading the book: YAML files become mechanisms and code lists, or are refused in one clear sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError

import linli.book
from linli.rulebook.lint import guess, lint
from linli.rulebook.mechanism import CodeList, Label, Mechanism
from linli.rulebook.workdays import Calendars

FOLDER = Path(linli.book.__path__[0])
Where = tuple[str | int, ...]
Read = TypeVar("Read", bound=BaseModel)


class MechanismRefused(Exception):
    """A file of the book that cannot be taken: where, why, and the cure."""

    def __init__(self, file: str, line: int, message: Label, cure: Label) -> None:
        super().__init__(f"{file}:{line}: {message.zh}{cure.zh} {message.en} {cure.en}")
        self.file = file
        self.line = line
        self.message = message
        self.cure = cure


@dataclass(frozen=True)
class Lines:
    """Which line of the file each rule stands on."""

    at: Mapping[Where, int] = field(default_factory=dict)

    def of(self, path: Where) -> int:
        """Give the line of a path such as ('actions', 'accept', 'by'), or of its nearest parent."""
        while path and path not in self.at:
            path = path[:-1]
        return self.at.get(path, 1)


@dataclass(frozen=True)
class Book:
    """The rules as read: mechanisms, code lists, calendars, and the text each mechanism was read from."""

    mechanisms: Mapping[str, Mechanism]
    codes: Mapping[str, CodeList]
    calendars: Calendars
    texts: Mapping[str, str]
    lines: Mapping[str, Lines] = field(default_factory=dict)

    def sha256(self, key: str) -> str:
        """Give the digest of a mechanism's text, which its published version is known by."""
        return sha256(self.texts[key].encode()).hexdigest()

    def line_of(self, key: str, path: Where) -> int:
        """Give the line of a mechanism's file on which a rule stands."""
        return self.lines.get(key, Lines()).of(path)


@cache
def shipped() -> Book:
    """Give the book that Linli brings along."""
    return read_book(FOLDER)


def read_book(folder: Path, upon: Book | None = None) -> Book:
    """Read a folder laid out like linli/book, adding to `upon` when given; refuses the first bad file."""
    calendars = upon.calendars if upon else Calendars.load(folder / "calendar")
    codes = _read_codes(folder / "codes", upon.codes if upon else {})
    mechanisms, texts, lines = {}, {}, {}
    files: dict[str, str] = {}
    for file in _yaml_files(folder / "mechanisms"):
        text = _text_of(file)
        mechanism, marks = read_yaml(text, file.name, Mechanism)
        key = mechanism.mechanism
        if key in files:
            raise _twice(file.name, key, files[key])
        files[key], mechanisms[key], texts[key], lines[key] = file.name, mechanism, text, marks
    book = Book(
        mechanisms={**(upon.mechanisms if upon else {}), **mechanisms},
        codes=codes,
        calendars=calendars,
        texts={**(upon.texts if upon else {}), **texts},
        lines={**(upon.lines if upon else {}), **lines},
    )
    for key, name in files.items():
        _refuse_faulty(book, key, name)
    return book


def load(text: str, source: str) -> Mechanism:
    """Read one mechanism from its text; refuses what the language does not know. `source` names the file."""
    return read_yaml(text, source, Mechanism)[0]


def _refuse_faulty(book: Book, key: str, file: str) -> None:
    for finding in lint(book.mechanisms[key], book):
        if finding.severity == "error":
            raise MechanismRefused(file, finding.line, finding.message, finding.cure)


def _yaml_files(folder: Path) -> list[Path]:
    return sorted(f for f in folder.glob("*.yaml") if not f.name.endswith(".story.yaml"))


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise MechanismRefused(
            file.name,
            1,
            Label(zh="文件不是 UTF-8 编码。", en="The file is not in UTF-8."),
            Label(zh="请另存为 UTF-8。", en="Save it as UTF-8."),
        ) from error


def _read_codes(folder: Path, known: Mapping[str, CodeList]) -> dict[str, CodeList]:
    lists = dict(known)
    for file in _yaml_files(folder):
        codes, marks = read_yaml(_text_of(file), file.name, CodeList)
        for code in codes.codes.values():
            if code.parent and code.parent not in codes.codes:
                raise _unknown(file.name, marks.of(("codes", code.code)), code.parent, codes.codes)
        lists[codes.key] = codes
    return {key: _whole(codes, lists) for key, codes in lists.items()}


def _whole(codes: CodeList, lists: Mapping[str, CodeList]) -> CodeList:
    taken = dict(codes.codes)
    for key in codes.includes:
        if key not in lists:
            raise _unknown(f"{codes.key}.yaml", 1, key, lists)
        taken |= lists[key].codes
    return codes.model_copy(update={"codes": taken})


def _twice(file: str, key: str, other: str) -> MechanismRefused:
    return MechanismRefused(
        file,
        1,
        Label(zh=f"机制“{key}”已在 {other} 中。", en=f"Mechanism {key!r} is already in {other}."),
        Label(zh="请改名或并成一个文件。", en="Rename it or merge the two files."),
    )


def _unknown(file: str, line: int, word: str, known: Mapping[str, Any]) -> MechanismRefused:
    return MechanismRefused(
        file,
        line,
        Label(zh=f"没有“{word}”。", en=f"There is no {word!r}."),
        guess(word, list(known)),
    )


# --- YAML with marks


class _PlainLoader(yaml.CSafeLoader):
    """YAML with the plain values of JSON: `no` is a word, 0101 keeps its nought, a date stays text."""


_PlainLoader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("null", r"~|null|", ["~", "n", ""]),
    ("bool", r"true|false", ["t", "f"]),
    ("int", r"-?(?:0|[1-9][0-9]*)", list("-0123456789")),
):
    _PlainLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_pattern})$"), _first
    )

_SCALARS: dict[str, Callable[[str], Any]] = {
    "tag:yaml.org,2002:null": lambda _: None,
    "tag:yaml.org,2002:bool": lambda text: text == "true",
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:str": str,
}


def read_yaml(text: str, source: str, model: type[Read]) -> tuple[Read, Lines]:
    """Give a YAML text as an object of a model, and its lines; refuses what the model does not know."""
    reading = _Reading(source)
    try:
        node = yaml.compose(text, Loader=_PlainLoader)
    except yaml.YAMLError as error:
        raise reading.misspelt(error, text) from error
    if not isinstance(node, yaml.MappingNode):
        raise MechanismRefused(
            source,
            1,
            Label(zh="文件不是“键: 值”的形式。", en="The file is not a mapping of keys to values."),
            Label(zh="请从“mechanism: 名称”写起。", en="Begin with 'mechanism: name'."),
        )
    content = reading.plain(node, ())
    lines = Lines(reading.lines)
    try:
        return model.model_validate(content), lines
    except ValidationError as error:
        # a misspelt key is also a missing one: say the former
        first = min(
            error.errors(), key=lambda e: (e["type"] != "extra_forbidden", lines.of(e["loc"]))
        )
        message, cure = _in_words(dict(first), model)
        raise MechanismRefused(source, lines.of(first["loc"]), message, cure) from error


class _Reading:
    """One pass over a YAML tree: plain values out, and the line each path stands on kept."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.lines: dict[Where, int] = {}
        self.seen: set[int] = set()

    def plain(self, node: yaml.Node, path: Where) -> Any:
        """Give the plain value of a node; refuses keys written twice, anchors and foreign tags."""
        self.lines.setdefault(path, node.start_mark.line + 1)
        if id(node) in self.seen or node.tag.split(":")[-1] not in _TAGS:
            raise self.refused(node, "这里用了锚点或标签。", "An anchor or tag is used here.")
        self.seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(child, (*path, i)) for i, child in enumerate(node.value)]
        return _SCALARS[node.tag](node.value)

    def _mapping(self, node: yaml.MappingNode, path: Where) -> dict[str, Any]:
        content: dict[str, Any] = {}
        for key, child in node.value:
            name = str(key.value)
            if name in content:
                raise self.refused(key, f"“{name}”写了两次。", f"{name!r} is written twice.")
            self.lines[*path, name] = key.start_mark.line + 1
            content[name] = self.plain(child, (*path, name))
        return content

    def refused(self, node: yaml.Node, zh: str, en: str) -> MechanismRefused:
        """Give the refusal of one node."""
        return MechanismRefused(
            self.source,
            node.start_mark.line + 1,
            Label(zh=zh, en=en),
            Label(zh="请只写一次、写全。", en="Write it once, in full."),
        )

    def misspelt(self, error: yaml.YAMLError, text: str) -> MechanismRefused:
        """Give the refusal of a file that is not YAML."""
        mark = getattr(error, "problem_mark", None)
        line = min(mark.line + 1 if mark else 1, max(1, len(text.splitlines())))
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        return MechanismRefused(
            self.source,
            line,
            Label(zh=f"YAML 写法有误（{problem}）。", en=f"This is not YAML ({problem})."),
            Label(
                zh="请检查缩进、冒号、引号和括号。",
                en="Check indents, colons, quotes and brackets.",
            ),
        )


_TAGS = {"map", "seq", "null", "bool", "int", "str"}

# --- what pydantic says, in words people use

_KINDS = {
    "string": ("文字", "a text"),
    "int": ("整数", "a whole number"),
    "bool": ("true 或 false", "true or false"),
    "list": ("列表 [..]", "a list [..]"),
    "dict": ("键值对 {..}", "a mapping {..}"),
    "model": ("键值对 {..}", "a mapping {..}"),
}


def _in_words(error: dict[str, Any], model: type[BaseModel]) -> tuple[Label, Label]:
    """Give message and cure for one pydantic error."""
    loc, kind, context = error["loc"], str(error["type"]), error.get("ctx", {})
    name = next((str(part) for part in reversed(loc) if isinstance(part, str)), "")
    where = ".".join(str(part) for part in loc)
    if kind == "extra_forbidden":
        said = Label(zh=f"不认识“{where}”。", en=f"{where!r} is not a word of the language.")
        return said, guess(name, _keys_at(model, loc[:-1]))
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
    return _wrong_kind(where, kind, context)


def _wrong_kind(where: str, kind: str, context: dict[str, Any]) -> tuple[Label, Label]:
    zh, en = _KINDS.get(kind.split("_", maxsplit=1)[0], ("合规的值", "a proper value"))
    said = Label(zh=f"“{where}”的值不对。", en=f"{where} has a wrong value.")
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
