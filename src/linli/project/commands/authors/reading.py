"""The book at hand and its stories, for the commands of those who write it: what is shipped and what LINLI_BOOK adds."""

from __future__ import annotations

from linli.project.progress import Refused
from linli.rulebook.loading import Book, MechanismRefused
from linli.rulebook.ownbook import at_hand, own_folder
from linli.rulebook.stories import Story, stories_in


def at_hand_or_refused() -> Book:
    """Give the book at hand. Raises Refused for a file that cannot be taken."""
    try:
        return at_hand()
    except MechanismRefused as refused:
        raise Refused(str(refused), str(refused)) from refused


def all_stories() -> dict[str, Story]:
    """Give the stories of the shipped book and of the office's own."""
    own = own_folder()
    return {**stories_in(), **(stories_in(own / "mechanisms") if own else {})}
