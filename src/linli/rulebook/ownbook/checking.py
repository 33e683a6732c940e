"""Checking a folder or a file of the book: everything wrong with it at once, by file and line, with the cure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from linli.rulebook.covering.claims import Told, check_claims, shortfalls
from linli.rulebook.covering.coverage import TestNames, repository_of
from linli.rulebook.covering.systems import read_systems
from linli.rulebook.lint import lint
from linli.rulebook.loading import (
    DUTIES,
    FOLDER,
    Book,
    read_book,
    read_mechanism,
    shipped,
    with_figures,
)
from linli.rulebook.mechanism import Label
from linli.rulebook.ownbook import MEND_CALENDAR, PARAMS, TEXTS, overlays_of, with_overlays
from linli.rulebook.ownbook.lying import unread
from linli.rulebook.ownbook.remarks import Remark
from linli.rulebook.reading import MechanismRefused, text_of
from linli.rulebook.stories import Story, read_story, run_story
from linli.rulebook.workdays import CalendarRefused

SHOWN = Label(zh="请在故事里把它办到一次。", en="Let the story show it once.")
MEND = Label(zh="请改故事或改机制。", en="Mend the story or the mechanism.")


@dataclass(frozen=True)
class Checked:
    """What was found in a folder or a file, and the book it makes with what Linli brings along."""

    book: Book
    keys: tuple[str, ...]
    remarks: tuple[Remark, ...]

    @property
    def is_fit(self) -> bool:
        """True when nothing stands against publishing it."""
        return not any(remark.is_error for remark in self.remarks)


def check(path: Path) -> Checked:
    """Read, lint and tell a folder laid out like the book, a folder of mechanisms, or one mechanism file."""
    files = _mechanism_files(path)
    folder = path if path.is_dir() else path.parent
    is_shipped = FOLDER in (folder, folder.parent)
    remarks: list[Remark] = []
    book = shipped() if is_shipped else _ground(folder, remarks)
    keys = []
    for file in files:
        try:
            book, key = _added(book, file, is_shipped=is_shipped)
            keys.append(key)
        except MechanismRefused as refused:
            remarks.append(Remark.of(refused, str(file)))
    for key in keys:
        remarks += _of_mechanism(book, key)
    if not is_shipped and folder.joinpath("mechanisms").is_dir():
        book = _counted(_laid_over(book, folder, remarks), folder, remarks)
        remarks += unread(folder)
    return Checked(book, tuple(keys), tuple(remarks))


def sound_part(folder: Path) -> Checked:
    """Read a folder laid out like the book, leaving out every file that cannot be taken; the remarks name those."""
    remarks: list[Remark] = []
    ground = _ground(folder, remarks)
    book, keys = ground, list[str]()
    for file in _mechanism_files(folder):
        try:
            book, key = _added(book, file, is_shipped=False)
            keys.append(key)
        except MechanismRefused as refused:
            remarks.append(Remark.of(refused, str(file)))
    book, keys = _without_faulty(book, keys, remarks)
    book = _counted(_laid_over(book, folder, remarks), folder, remarks)
    return Checked(book, tuple(keys), tuple(remarks))


def _without_faulty(book: Book, keys: list[str], remarks: list[Remark]) -> tuple[Book, list[str]]:
    """Leave out the mechanisms with an error, and then those that rest on one left out; each is remarked once."""
    while True:
        found = {key: _linted(book, key, str(book.files[key])) for key in keys}
        wrong = {k: next((one for one in of if one.is_error), None) for k, of in found.items()}
        faulty = {key: remark for key, remark in wrong.items() if remark is not None}
        if not faulty:
            return book, keys
        remarks += faulty.values()
        keys = [key for key in keys if key not in faulty]
        book = replace(
            book,
            mechanisms={k: one for k, one in book.mechanisms.items() if k not in faulty},
            texts={k: text for k, text in book.texts.items() if k not in faulty},
            files={k: file for k, file in book.files.items() if k not in faulty},
        )


def check_text(text: str, story: str, name: str, upon: Book) -> Checked:
    """Check one mechanism and its story given as texts, upon a book; `name` names the file.

    What the office sets in the mechanism of that key holds in the book that is given.
    """
    try:
        mechanism, marks = read_mechanism(text, name)
    except MechanismRefused as refused:
        return Checked(upon, (), (Remark.of(refused, name),))
    key = mechanism.mechanism
    book = replace(
        upon,
        mechanisms={**upon.mechanisms, key: mechanism},
        texts={**upon.texts, key: text},
        lines={**upon.lines, key: marks},
    )
    told = name.removesuffix(".yaml") + ".story.yaml"
    remarks = [*_linted(book, key, name), *_told(book, key, story, told)]
    if key in shipped().files:
        replacing = _replacing(name, marks.of(("mechanism",)), key, shipped().files[key])
        remarks.insert(0, Remark.of(replacing, name))
    if key in upon.overlays and not any(remark.is_error for remark in remarks):
        try:
            book = with_overlays(book, {key: upon.overlays[key]})
        except MechanismRefused as refused:
            remarks.append(Remark.of(refused, refused.file))
    return Checked(book, (key,), tuple(remarks))


def _replacing(file: str, line: int, key: str, there: Path) -> MechanismRefused:
    return MechanismRefused(
        file,
        line,
        Label(zh=f"机制“{key}”已在 {there} 中。", en=f"Mechanism {key!r} is in {there} already."),
        Label(
            zh="请另取名称；只想改数值或文字的，写进 params.yaml 或 texts.yaml。",
            en="Give it another name; to change values or words only, use params.yaml or texts.yaml.",
        ),
    )


def _mechanism_files(path: Path) -> list[Path]:
    if path.is_file():
        whole = path.name.replace(".story.yaml", ".yaml")
        return [path.with_name(whole)]
    folder = path / "mechanisms" if (path / "mechanisms").is_dir() else path
    return sorted(f for f in folder.glob("*.yaml") if _is_mechanism(f))


def _is_mechanism(file: Path) -> bool:
    return not file.name.endswith(".story.yaml") and file.name not in (PARAMS, TEXTS, DUTIES)


def _ground(folder: Path, remarks: list[Remark]) -> Book:
    """Give the shipped book with the code lists and calendars of a folder, but none of its mechanisms."""
    root = folder.parent if folder.name == "mechanisms" else folder
    try:
        return read_book(root, upon=shipped(), with_mechanisms=False)
    except CalendarRefused as refused:
        at = str(root / "calendar")
        remarks.append(Remark(at, 1, refused.message, MEND_CALENDAR))
    except MechanismRefused as refused:
        remarks.append(Remark.of(refused, refused.file))
    return shipped()


def _added(book: Book, file: Path, *, is_shipped: bool) -> tuple[Book, str]:
    if not file.is_file():
        raise MechanismRefused(
            str(file),
            1,
            Label(zh="没有这个文件。", en="There is no such file."),
            Label(zh="请改正路径。", en="Mend the path."),
        )
    text = text_of(file)
    mechanism, marks = read_mechanism(text, str(file))
    key = mechanism.mechanism
    there = book.files.get(key)
    if there is not None and not is_shipped:
        raise _replacing(str(file), marks.of(("mechanism",)), key, there)
    made = replace(
        book,
        mechanisms={**book.mechanisms, key: mechanism},
        texts={**book.texts, key: text},
        lines={**book.lines, key: marks},
        files={**book.files, key: file},
    )
    return made, key


def _laid_over(book: Book, folder: Path, remarks: list[Remark]) -> Book:
    try:
        return with_overlays(book, overlays_of(folder, book))
    except MechanismRefused as refused:
        remarks.append(Remark.of(refused, refused.file))
        return book


def _counted(book: Book, folder: Path, remarks: list[Remark]) -> Book:
    """Give the book with the figures and plans of the folder, which may name its mechanisms."""
    try:
        return with_figures(book, folder)
    except MechanismRefused as refused:
        remarks.append(Remark.of(refused, refused.file))
        return book


def _of_mechanism(book: Book, key: str) -> Iterator[Remark]:
    file = book.files[key]
    yield from _linted(book, key, str(file))
    story = story_beside(file)
    try:
        text = text_of(story) if story.is_file() else ""
    except MechanismRefused as refused:
        yield Remark.of(refused, str(story))
    else:
        yield from _told(book, key, text, str(story))


def story_beside(file: Path) -> Path:
    """Give where the story of a mechanism's file lies, whatever the file is called."""
    return file.with_name(f"{file.stem}.story.yaml")


_STORY = Label(
    zh="请在旁边写一份；linli book tell 机制名 --write 先写出草稿。",
    en="Write one beside it; linli book tell KEY --write drafts it.",
)


def _linted(book: Book, key: str, name: str) -> Iterator[Remark]:
    for found in lint(book.mechanisms[key], book):
        yield Remark(name, found.line, found.message, found.cure, found.severity == "error")


def _told(book: Book, key: str, text: str, name: str) -> Iterator[Remark]:
    if not text:
        said = Label(zh=f"机制“{key}”没有故事。", en=f"Mechanism {key!r} has no story.")
        yield Remark(name, 1, said, _STORY)
        return
    try:
        story = read_story(text, name)
    except MechanismRefused as refused:
        yield Remark.of(refused, name)
        return
    if story.plot.story != key:
        said = Label(
            zh=f"故事讲的是“{story.plot.story}”，机制叫“{key}”",
            en=f"The story tells {story.plot.story!r}; the mechanism is {key!r}",
        )
        cure = Label(zh=f"请写 story: {key}。", en=f"Write story: {key}.")
        yield Remark(name, story.lines.of(("story",)), said, cure)
        return
    if any(found.severity == "error" for found in lint(book.mechanisms[key], book)):
        return
    yield from _of_story(book, key, story)


def _of_story(book: Book, key: str, story: Story) -> Iterator[Remark]:
    result = run_story(book.mechanisms[key], story, book)
    for line, said in result.wrongs:
        yield Remark(story.source, line, said, MEND)
    for gap in result.gaps:
        yield Remark(story.source, 1, _gap(gap), SHOWN)
    systems = read_systems()
    told = Told(book.mechanisms[key], story, result)
    for found in check_claims(told, systems, TestNames(repository_of(FOLDER)).has):
        yield Remark(story.source, found.line, found.message, found.cure)
    for number, claim in story.plot.covers.items():
        for short in (
            shortfalls(number, systems.all[number], [claim]) if number in systems.all else ()
        ):
            yield Remark(
                story.source, story.lines.of(("covers", number)), short, SHOWN, is_error=False
            )


def _gap(gap: str) -> Label:
    words = {
        "action ": "没有办过的动作：",
        "breach of ": "没有超过的时限：",
        "guard of ": "没有见过的条件：",
    }
    for english, chinese in words.items():
        if gap.startswith(english):
            return Label(zh=f"{chinese}{gap.removeprefix(english)}", en=f"not seen: {gap}")
    return Label(zh=f"没有见过：{gap}", en=f"not seen: {gap}")
