"""The book at hand and its stories, for the commands of those who write it: what is shipped and what LINLI_BOOK adds."""

from __future__ import annotations

import re
import sys

from linli.project.progress import Refused, worded
from linli.rulebook.loading import Book, MechanismRefused
from linli.rulebook.ownbook import at_hand, own_folder
from linli.rulebook.ownbook.checking import sound_part
from linli.rulebook.ownbook.remarks import Remark
from linli.rulebook.reading import text_of
from linli.rulebook.stories import Story, read_story, stories_in


def at_hand_or_refused() -> Book:
    """Give the book at hand. Raises Refused for a file that cannot be taken."""
    try:
        return at_hand()
    except MechanismRefused as refused:
        raise Refused(str(refused), str(refused)) from refused


def sound_book() -> tuple[Book, bool]:
    """Give what can be taken of the book at hand, and whether that is all; each faulty file is named on stderr."""
    own = own_folder()
    if own is None or not own.is_dir():
        return at_hand_or_refused(), True
    found = sound_part(own)
    for remark in found.remarks:
        print(in_words(remark), file=sys.stderr)  # noqa: T201
    return found.book, found.is_fit


def mechanism_or_refused(book: Book, key: str) -> None:
    """Refuse a key that the book lacks; one whose file is there but was left out for a fault is not called missing."""
    if key in book.mechanisms:
        return
    if _is_written(key):
        raise Refused(
            f"机制“{key}”的文件有错，见上；改好再试",
            f"the file of mechanism {key!r} has a fault, named above; mend it and try again",
        )
    raise Refused(
        f"没有机制“{key}”；可用：{'、'.join(sorted(book.mechanisms))}",
        f"there is no mechanism {key!r}; there are: {', '.join(sorted(book.mechanisms))}",
    )


def _is_written(key: str) -> bool:
    """Say whether a file of the office's own book is the mechanism of that key, or bears its name."""
    own = own_folder()
    named = re.compile(rf"^mechanism:\s*[\"']?{re.escape(key)}[\"']?\s*(#.*)?$", re.MULTILINE)
    return own is not None and any(
        file.stem == key or named.search(file.read_text(encoding="utf-8", errors="replace"))
        for file in (own / "mechanisms").glob("*.yaml")
        if not file.name.endswith(".story.yaml")
    )


def in_words(remark: Remark) -> str:
    """Give one remark as a line in the terminal's language: mark, file, line, what, cure."""
    said = worded(f"{remark.message.zh}{remark.cure.zh}", f"{remark.message.en} {remark.cure.en}")
    return f"{'✗' if remark.is_error else '!'} {remark.file}:{remark.line}: {said}"


def all_stories() -> dict[str, Story]:
    """Give the stories of the shipped book and of the office's own; one that cannot be read is named on stderr."""
    own, found = own_folder(), stories_in()
    for file in sorted((own / "mechanisms").glob("*.story.yaml")) if own else ():
        try:
            story = read_story(text_of(file), file.name)
        except MechanismRefused as refused:
            remark = Remark(str(file), refused.line, refused.message, refused.cure)
            print(in_words(remark), file=sys.stderr)  # noqa: T201
        else:
            found[story.plot.story] = story
    return found
