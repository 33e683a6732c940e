"""The lock of the book: each version that was published, with the digest of its canonical form."""

from __future__ import annotations

import re
from collections.abc import Mapping

from linli.rulebook.loading import FOLDER, Book, shipped
from linli.rulebook.mechanism import Label

LOCK = FOLDER / "book.lock"
LINE = re.compile(r"([a-z][a-z0-9-]*) (\d+) ([0-9a-f]{64})")
HEAD = "# key, version and SHA-256 of the canonical form of every published version: ./linli book lock\n"
Locked = Mapping[tuple[str, int], str]


class LockBroken(Exception):
    """A published version has another text now; `message` names it and says what to do."""

    def __init__(self, message: Label) -> None:
        super().__init__(message.en)
        self.message = message


def locked(text: str | None = None) -> dict[tuple[str, int], str]:
    """Give the digests that are locked, by key and version. Raises LockBroken for a line that is none."""
    kept = text if text is not None else LOCK.read_text(encoding="utf-8") if LOCK.exists() else ""
    found: dict[tuple[str, int], str] = {}
    for number, line in enumerate(kept.splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        read = LINE.fullmatch(line)
        twice = read is not None and (read[1], int(read[2])) in found
        if read is None or twice:
            raise LockBroken(
                Label(
                    zh=f"book.lock 第 {number} 行不对：请运行 linli book lock --rewrite 重写。",
                    en=f"book.lock line {number} is wrong: run linli book lock --rewrite.",
                )
            )
        found[read[1], int(read[2])] = read[3]
    return found


def changed(book: Book, kept: Locked) -> list[Label]:
    """Give a line for each mechanism whose locked version has another text now, with the cure."""
    return [
        Label(
            zh=f"{key} 第 {mechanism.version} 版已锁定，内容变了：请把 version 加一。",
            en=f"{key} version {mechanism.version} is locked and its text has changed: raise the version.",
        )
        for key, mechanism in book.mechanisms.items()
        if kept.get((key, mechanism.version), book.sha256(key)) != book.sha256(key)
    ]


def unlocked(book: Book, kept: Locked) -> list[str]:
    """Give the keys whose present version is not in the lock."""
    return [
        key for key, mechanism in book.mechanisms.items() if (key, mechanism.version) not in kept
    ]


def lock(*, rewrite: bool = False) -> list[str]:
    """Add the present versions of the shipped book to the lock; `rewrite` begins it anew. Raises LockBroken.

    Rewriting is for the time before a first release, when no office runs on what is locked.
    """
    book = shipped()
    kept = {} if rewrite else locked()
    wrong = changed(book, kept)
    if wrong:
        raise LockBroken(
            Label(zh="\n".join(w.zh for w in wrong), en="\n".join(w.en for w in wrong))
        )
    new = {(key, book.mechanisms[key].version): book.sha256(key) for key in unlocked(book, kept)}
    rows = sorted({**kept, **new}.items())
    lines = [f"{key} {version} {digest}" for (key, version), digest in rows]
    LOCK.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    return [f"{key} {version}" for key, version in sorted(new)]
