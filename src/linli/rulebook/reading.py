"""Reading YAML with marks: plain values as an object of a model, each with its line, or one clear refusal."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, RootModel, ValidationError

from linli.rulebook.labels import Label
from linli.rulebook.lint.shapes import in_words
from linli.rulebook.overlays import Content
from linli.rulebook.slips import cure_of_yaml, problem_of_yaml

Where = tuple[str | int, ...]
Read = TypeVar("Read", bound=BaseModel)


class MechanismRefused(Exception):
    """A file of the book that cannot be taken: where, why, and the cure."""

    def __init__(self, file: str, line: int, message: Label, cure: Label) -> None:
        message = message.as_sentence
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


class _PlainLoader(yaml.CSafeLoader):
    """YAML with the plain values of JSON: `no` is a word, 0101 keeps its nought, a date stays text."""


_PlainLoader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("null", r"~|null|", ["~", "n", ""]),
    ("bool", r"true|false", ["t", "f"]),
    ("int", r"-?(?:0|[1-9][0-9]{0,17})", list("-0123456789")),
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


def text_of(file: Path) -> str:
    """Give the text of a file of the book. Raises MechanismRefused for one that is not in UTF-8."""
    try:
        return file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        said = Label(zh="文件不是 UTF-8 编码。", en="The file is not in UTF-8.")
        cure = Label(
            zh="请另存为 UTF-8：记事本在“另存为”里选编码（GBK、Unicode 都不行）。",
            en="Save it as UTF-8; Notepad asks for the encoding under “Save as” (not GBK, not Unicode).",
        )
        raise MechanismRefused(str(file), 1, said, cure) from error


def read_yaml(
    text: str,
    source: str,
    model: type[Read],
    prepare: Callable[[Content, Lines], Content] = lambda content, _: content,
) -> tuple[Read, Lines]:
    """Give a YAML text as an object of a model, and its lines; refuses what the model does not know.

    `prepare` may change the plain content before the model sees it.
    """
    reading = _Reading(source)
    try:
        node = yaml.compose(text, Loader=_PlainLoader)
    except yaml.YAMLError as error:
        raise reading.misspelt(error, text) from error
    if node is None and issubclass(model, RootModel):
        return model.model_validate({}), Lines()
    if not isinstance(node, yaml.MappingNode):
        raise _no_mapping(source, model, is_empty=node is None)
    try:
        plain = reading.plain(node, ())
    except RecursionError as error:
        raise reading.refused(node, "层次太深。", "It is nested too deeply.") from error
    lines = Lines(reading.lines)
    content = prepare(plain, lines)
    try:
        return model.model_validate(content), lines
    except ValidationError as error:
        # a misspelt key is also a missing one: say the former
        first = min(
            error.errors(), key=lambda e: (e["type"] != "extra_forbidden", lines.of(e["loc"]))
        )
        message, cure = in_words(dict(first), model)
        raise MechanismRefused(source, lines.of(first["loc"]), message, cure) from error


def _no_mapping(source: str, model: type[BaseModel], *, is_empty: bool) -> MechanismRefused:
    first = next((f.alias or n for n, f in model.model_fields.items() if n != "root"), "key")
    said = Label(zh="文件不是“键: 值”的形式。", en="The file is not a mapping of keys to values.")
    if is_empty:
        said = Label(zh="文件里什么也没有写。", en="Nothing is written in the file.")
    cure = Label(zh=f"请从“{first}: …”写起。", en=f"Begin with '{first}: …'.")
    return MechanismRefused(source, 1, said, cure)


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
        problem, row = problem_of_yaml(error)
        rows = text.splitlines() or [""]
        line = min(row, len(rows))
        return MechanismRefused(
            self.source,
            line,
            Label(zh=f"YAML 写法有误（{problem.zh}）。", en=f"This is not YAML ({problem.en})."),
            cure_of_yaml(rows[line - 1]),
        )


_TAGS = {"map", "seq", "null", "bool", "int", "str"}
