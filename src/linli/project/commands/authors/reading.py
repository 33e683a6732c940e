"""The book at hand and its stories, for the commands of those who write it: what is shipped and what LINLI_BOOK adds."""

from __future__ import annotations

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
