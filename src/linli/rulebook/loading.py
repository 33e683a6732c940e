"""Reading the book: YAML files become mechanisms and code lists, or are refused in one clear sentence."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import Field

import linli.book
from linli.rulebook.counting import FigureRefused
from linli.rulebook.counting.definitions import FigureDefinition, tree_of
from linli.rulebook.labels import Rule
from linli.rulebook.lint import guess, lint
from linli.rulebook.mechanism import CodeList, Label, Mechanism
from linli.rulebook.overlays import NOTHING, Content, Overlay, check_value, filled, used_params
from linli.rulebook.planning import Plan
from linli.rulebook.reading import Lines, MechanismRefused, Where, read_yaml, text_of
from linli.rulebook.workdays import AllHours, Calendars, Year

__all__ = [
    "FOLDER",
    "Book",
    "Lines",
    "MechanismRefused",
    "Where",
    "calendars_in",
    "digest_of",
    "load",
    "read_book",
    "read_mechanism",
    "read_yaml",
    "refuse_faulty",
    "shipped",
    "text_of",
]

FOLDER = Path(linli.book.__path__[0])
DUTIES = "duties.yaml"


class _Duties(Rule):
    """duties.yaml: what posts may carry, by code."""

    title: Label
    basis: list[str] = Field(min_length=1)
    duties: dict[str, Label]


@dataclass(frozen=True)
class Book:
    """The rules as read: mechanisms, code lists, duties, calendars, and the text each mechanism was read from."""

    mechanisms: Mapping[str, Mechanism]
    codes: Mapping[str, CodeList]
    calendars: Calendars
    texts: Mapping[str, str]
    lines: Mapping[str, Lines] = field(default_factory=dict)
    files: Mapping[str, Path] = field(default_factory=dict)
    overlays: Mapping[str, Overlay] = field(default_factory=dict)
    figures: Mapping[str, FigureDefinition] = field(default_factory=dict)
    plans: Mapping[str, Plan] = field(default_factory=dict)
    duties: Mapping[str, Label] = field(default_factory=dict)

    def sha256(self, key: str) -> str:
        """Give the digest of a mechanism's canonical form, which its published version is known by."""
        return digest_of(self.mechanisms[key])

    def line_of(self, key: str, path: Where) -> int:
        """Give the line of a mechanism's file on which a rule stands."""
        return self.lines.get(key, Lines()).of(path)


@cache
def shipped() -> Book:
    """Give the book that Linli brings along, as it was linted when its rules were published."""
    return _read_book(FOLDER, None, is_linted=True)


def read_book(folder: Path, upon: Book | None = None, *, with_mechanisms: bool = True) -> Book:
    """Read and lint a folder laid out like linli/book, adding to `upon` when given; refuses the first bad file.

    Without mechanisms only its code lists, calendars and duties are read.
    """
    return _read_book(folder, upon, with_mechanisms=with_mechanisms)


def with_figures(book: Book, folder: Path) -> Book:
    """Give a book with the figures and plans of a folder, which may name its mechanisms. Raises MechanismRefused."""
    figures = _read_figures(folder / "figures", book.figures, mechanisms=book.mechanisms)
    book = replace(book, figures=figures)
    return replace(book, plans=_read_plans(folder / "plans", book))


def _read_book(
    folder: Path, upon: Book | None, *, with_mechanisms: bool = True, is_linted: bool = False
) -> Book:
    calendars = calendars_in(folder / "calendar", upon.calendars if upon else None)
    codes = _read_codes(folder / "codes", upon.codes if upon else {})
    mechanisms, texts, lines = {}, {}, {}
    there = upon.files if upon else {}
    files: dict[str, Path] = {}
    for file in _yaml_files(folder / "mechanisms") if with_mechanisms else ():
        text = text_of(file)
        mechanism, marks = read_mechanism(text, file.name)
        key = mechanism.mechanism
        if key in files:
            raise _twice(file.name, key, files[key].name)
        if key in there:
            raise _replacing(file, key, there[key])
        files[key], mechanisms[key], texts[key], lines[key] = file, mechanism, text, marks
    book = Book(
        mechanisms={**(upon.mechanisms if upon else {}), **mechanisms},
        codes=codes,
        calendars=calendars,
        texts={**(upon.texts if upon else {}), **texts},
        lines={**(upon.lines if upon else {}), **lines},
        files={**there, **files},
        duties=_read_duties(folder / DUTIES, upon.duties if upon else {}),
    )
    if not is_linted:
        refuse_faulty(book, files)
    book = replace(book, figures=upon.figures, plans=upon.plans) if upon else book
    return with_figures(book, folder) if with_mechanisms else book


def load(text: str, source: str, overlay: Overlay = NOTHING) -> Mechanism:
    """Read one mechanism from its text; refuses what the language does not know. `source` names the file."""
    return read_mechanism(text, source, overlay)[0]


def read_mechanism(text: str, source: str, overlay: Overlay = NOTHING) -> tuple[Mechanism, Lines]:
    """Read one mechanism, and its lines, with its params filled in and the overlay's texts laid over."""

    def prepare(content: Content, lines: Lines) -> Content:
        def refuse(path: Where, message: Label, cure: Label) -> Exception:
            return MechanismRefused(source, lines.of(path), message, cure)

        for name in (content.get("params") or {}) if isinstance(content, dict) else ():
            if name not in used_params(content):
                raise refuse(("params", name), *_unused(name))
        return filled(content, overlay, refuse)

    mechanism, lines = read_yaml(text, source, Mechanism, prepare)
    for name, param in mechanism.params.items():
        for word in ("default", "value"):
            said = getattr(param, word)
            wrong = None if said is None and word == "value" else check_value(param, said)
            if wrong is not None:
                path = ("params", name, word)
                raise MechanismRefused(source, lines.of(path), wrong, _INSIDE)
    return mechanism, lines


@lru_cache(maxsize=4096)
def digest_of(mechanism: Mechanism) -> str:
    """Give the SHA-256 of a mechanism's canonical form: comments, order and layout do not count."""
    plain = mechanism.model_dump(by_alias=True, exclude_defaults=True)
    canonical = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(canonical.encode()).hexdigest()


def refuse_faulty(book: Book, keys: Collection[str]) -> None:
    """Refuse the first mechanism of some that linting finds an error in, in the name of its file."""
    for key in sorted(keys):
        for finding in lint(book.mechanisms[key], book):
            if finding.severity == "error":
                name = book.files[key].name
                raise MechanismRefused(name, finding.line, finding.message, finding.cure)


def _yaml_files(folder: Path) -> list[Path]:
    return sorted(f for f in folder.glob("*.yaml") if not f.name.endswith(".story.yaml"))


def _read_codes(folder: Path, known: Mapping[str, CodeList]) -> dict[str, CodeList]:
    lists = dict(known)
    for file in _yaml_files(folder):
        codes, marks = read_yaml(text_of(file), file.name, CodeList)
        if codes.key in known:
            raise _replacing(file, codes.key, Path("book") / "codes" / f"{codes.key}.yaml")
        for code in codes.codes.values():
            if code.parent and code.parent not in codes.codes:
                raise _unknown(file.name, marks.of(("codes", code.code)), code.parent, codes.codes)
            if code.code in _above(codes, code.code):
                raise _circular(file.name, marks.of(("codes", code.code)), code.code, code.parent)
        lists[codes.key] = codes
    return {key: _whole(codes, lists, ()) for key, codes in lists.items()}


def _read_duties(file: Path, known: Mapping[str, Label]) -> dict[str, Label]:
    """Read what posts may carry; refuses a duty that is known already."""
    if not file.is_file():
        return dict(known)
    read, marks = read_yaml(text_of(file), str(file), _Duties)
    for code in read.duties.keys() & known.keys():
        raise MechanismRefused(
            str(file),
            marks.of(("duties", code)),
            Label(zh=f"职责“{code}”已有。", en=f"The duty {code!r} is known already."),
            Label(zh="请删去这一行。", en="Take the line out."),
        )
    return {**known, **read.duties}


def _read_figures(
    folder: Path, known: Mapping[str, FigureDefinition], mechanisms: Mapping[str, Mechanism]
) -> dict[str, FigureDefinition]:
    """Read the figures that stand on their own; refuses the first whose tree cannot be made."""
    figures, files = dict(known), {}
    for file in _yaml_files(folder):
        figure, marks = read_yaml(text_of(file), file.name, FigureDefinition)
        key = figure.figure
        if key in figures:
            raise _replacing(file, key, Path("book") / "figures" / f"{key}.yaml")
        figures[key], files[key] = figure, (file.name, marks)
    for key, (name, marks) in files.items():
        try:
            tree_of(figures, key, mechanisms)
        except FigureRefused as refused:
            cure = Label(zh="请改写这个数。", en="Rewrite the figure.")
            line = marks.of(("num",) if figures[key].num else ("figure",))
            raise MechanismRefused(name, line, refused.message, cure) from refused
    return figures


def _read_plans(folder: Path, book: Book) -> dict[str, Plan]:
    """Read the plans; refuses one whose row names a figure that is not there."""
    plans = dict(book.plans)
    for file in _yaml_files(folder):
        plan, marks = read_yaml(text_of(file), file.name, Plan)
        if plan.plan in plans:
            raise _replacing(file, plan.plan, Path("book") / "plans" / f"{plan.plan}.yaml")
        for nth, row in enumerate(plan.rows):
            if not _is_figure(book, row.figure):
                message = Label(
                    zh=f"第 {row.number} 行的数“{row.figure}”不存在。",
                    en=f"Row {row.number} names {row.figure!r}, which is no figure.",
                )
                cure = Label(zh="请写已有的数。", en="Name a figure that is there.")
                raise MechanismRefused(file.name, marks.of(("rows", nth)), message, cure)
        plans[plan.plan] = plan
    return plans


def _is_figure(book: Book, key: str) -> bool:
    owner, dot, name = key.partition(".")
    if not dot:
        return key in book.figures
    return owner in book.mechanisms and name in book.mechanisms[owner].figures


def _whole(codes: CodeList, lists: Mapping[str, CodeList], within: tuple[str, ...]) -> CodeList:
    """Give a list with the codes of those it includes, and of those that they include."""
    taken = dict(codes.codes)
    for key in codes.includes:
        if key not in lists:
            raise _unknown(f"{codes.key}.yaml", 1, key, lists)
        if key in (*within, codes.key):
            raise _circular(f"{codes.key}.yaml", 1, codes.key, key)
        taken |= _whole(lists[key], lists, (*within, codes.key)).codes
    return codes.model_copy(update={"codes": taken})


def _above(codes: CodeList, code: str) -> list[str]:
    """Give the codes above one, the nearest first; it is among them itself when they run in a circle."""
    above: list[str] = []
    parent = codes.codes[code].parent
    while parent in codes.codes and parent not in above:
        above.append(parent)
        parent = codes.codes[parent].parent
    return above


def _circular(file: str, line: int, key: str, other: str | None) -> MechanismRefused:
    return MechanismRefused(
        file,
        line,
        Label(zh=f"“{key}”与“{other}”互相包含。", en=f"{key!r} and {other!r} hold each other."),
        Label(zh="请从其中一处删去。", en="Take one of the two out."),
    )


def _twice(file: str, key: str, other: str) -> MechanismRefused:
    return MechanismRefused(
        file,
        1,
        Label(zh=f"机制“{key}”已在 {other} 中。", en=f"Mechanism {key!r} is already in {other}."),
        Label(zh="请改名或并成一个文件。", en="Rename it or merge the two files."),
    )


def _replacing(file: Path, key: str, other: Path) -> MechanismRefused:
    return MechanismRefused(
        str(file),
        1,
        Label(
            zh=f"“{key}”已由 {other} 定义，不能另写一份来替换。",
            en=f"{key!r} is defined by {other} already and cannot be replaced by another file.",
        ),
        Label(
            zh="请另取名称；只想改数值或文字的，写进 params.yaml 或 texts.yaml。",
            en="Give it another name; to change values or words only, use params.yaml or texts.yaml.",
        ),
    )


def _unused(name: str) -> tuple[Label, Label]:
    return (
        Label(zh=f"可设值“{name}”没有用到。", en=f"The param {name!r} is never used."),
        Label(
            zh=f"请在用它的地方写“{{{name}}}”，或删去它。",
            en=f"Write '{{{name}}}' where it belongs, or take it out.",
        ),
    )


_INSIDE = Label(zh="请改在范围之内。", en="Set it inside the bounds.")


def calendars_in(folder: Path, upon: Calendars | None = None) -> Calendars:
    """Give the calendars of a folder (`cn-<year>.yaml`, `hours.yaml`), with those of `upon` before them.

    Raises MechanismRefused, which names file and line, and CalendarRefused where the files contradict each other.
    """
    found = [
        read_yaml(text_of(path), str(path), Year)[0] for path in sorted(folder.glob("cn-*.yaml"))
    ]
    years, file = {year.year: year for year in found}, folder / "hours.yaml"
    hours = read_yaml(text_of(file), str(file), AllHours)[0].root if file.is_file() else {}
    if upon is None:
        return Calendars(years, hours)
    return upon.extended(years, hours) if years or hours else upon


def _unknown(file: str, line: int, word: str, known: Mapping[str, Any]) -> MechanismRefused:
    return MechanismRefused(
        file,
        line,
        Label(zh=f"没有“{word}”。", en=f"There is no {word!r}."),
        guess(word, list(known)),
    )
