"""What the command line says while it works, in the language of the terminal."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Refused(Exception):
    """A command cannot be done; the message says why and what helps."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(worded(zh, en))


def worded(zh: str, en: str) -> str:
    """Give the text in the terminal's language: LINLI_LANGUAGE, else LANG; Chinese unless English is asked for."""
    language = (
        os.environ.get("LINLI_LANGUAGE") or os.environ.get("LC_ALL") or os.environ.get("LANG")
    )
    return en if (language or "").startswith(("en", "C.", "POSIX")) else zh


def say(text: str) -> None:
    """Print one line at once, whatever the terminal can show."""
    try:
        print(text, flush=True)  # noqa: T201
    except UnicodeEncodeError:
        encoding = sys.stdout.encoding or "ascii"
        print(text.encode(encoding, "replace").decode(encoding), flush=True)  # noqa: T201


@contextmanager
def step(zh: str, en: str) -> Iterator[list[str]]:
    """Say one line when the step is done: what it was, what it noted, how long it took."""
    began = time.monotonic()
    notes: list[str] = []
    yield notes
    noted = worded(f"：{'，'.join(notes)}", f": {', '.join(notes)}") if notes else ""
    say(f"✓ {worded(zh, en)}{noted}  {time.monotonic() - began:.1f} s")
