"""Finding a figure by its key: those of mechanisms ('mechanism.figure'), and those the book defines on its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches

from linli.casework.definitions import current, current_keys, in_force
from linli.rulebook.counting import FigureTree, expand
from linli.rulebook.counting.definitions import tree_of
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Label, Mechanism
from linli.rulebook.ownbook import at_hand

SUGGESTED = 8
MOST_KEPT = 10_000
_trees: dict[tuple[int, str], tuple[object, FigureTree]] = {}


class FigureUnknown(LookupError):
    """No such figure; `message` says which of those there are come near."""

    def __init__(self, key: str, known: Iterable[str]) -> None:
        names = list(known)
        own = [name for name in names if name.startswith(f"{key.partition('.')[0]}.")]
        near = own or get_close_matches(key, names, SUGGESTED, 0.5) or names[:SUGGESTED]
        self.message = Label(
            zh=f"没有“{key}”这个数；现有 {len(names)} 个，相近的有：{'、'.join(near)}",
            en=f"no figure {key!r}; of the {len(names)} there are, these come near: {', '.join(near)}",
        )
        super().__init__(self.message.en)


def figure_keys(book: Book | None = None) -> list[str]:
    """Give the keys of every figure that the current mechanisms define, and those of the book's own figures."""
    book, known = book or at_hand(), current_keys()
    return [f"{key}.{name}" for key in known for name in current(key).figures] + defined_keys(book)


def defined_keys(book: Book) -> list[str]:
    """Give the keys of the figures the book defines on their own whose mechanisms are all in force."""
    known = set(current_keys())
    trees = (
        _kept(book, key, lambda key=key: tree_of(book.figures, key, book.mechanisms))  # type: ignore[misc]
        for key in book.figures
    )
    return [tree.key for tree in trees if known.issuperset(tree.mechanisms)]


def tree_in(mechanism: Mechanism, name: str) -> FigureTree:
    """Give the tree of a figure of a mechanism, expanded once a process: what was read once does not change."""
    return _kept(mechanism, name, lambda: expand(mechanism, name))


def _kept(owner: object, name: str, made: Callable[[], FigureTree]) -> FigureTree:
    """Give what is kept for an owner, who is kept with it: nobody else comes to have its number."""
    key = (id(owner), name)
    if key not in _trees:
        if len(_trees) >= MOST_KEPT:
            _trees.clear()
        _trees[key] = (owner, made())
    return _trees[key][1]


def figure_named(key: str, book: Book | None = None) -> FigureTree:
    """Give a figure's tree, by 'mechanism.figure' or by the key of a figure of the book. Raises FigureUnknown."""
    book = book or at_hand()
    owner, dot, name = key.partition(".")
    if not dot and key in book.figures:
        tree = tree_of(book.figures, key, in_force())
        if set(current_keys()).issuperset(tree.mechanisms):
            return tree
    if owner not in current_keys() or name not in current(owner).figures:
        raise FigureUnknown(key, figure_keys(book))
    return tree_in(current(owner), name)
