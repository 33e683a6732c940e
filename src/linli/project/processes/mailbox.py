"""The office's mailbox: letters fetched by IMAP, or read from files, each taken in a transaction of its own and answered once.

LINLI_MAILBOX is 'imaps://USER:WORD@HOST:PORT/FOLDER', or imap:// inside one's own house; empty: no mailbox. A letter is
marked as seen once it is committed here: a crash between the two fetches it again, and it is known by its Message-ID.
"""

from __future__ import annotations

import imaplib
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils import timezone

from linli.exchange.letters.actions import OPENED, Taken, take_letter
from linli.exchange.letters.mailboxes import mailbox
from linli.notices.codes.actions import CodeRefused, read_address, tell_number
from linli.registry.isolation import office_transaction
from linli.registry.queries import offices

SECONDS = 20
EVERY_SECONDS = 60.0
MOST_AT_ONCE = 50
PORTS = {"imap": 143, "imaps": 993}
_looked_at: dict[int, float] = {}


def take(office: int, raw: bytes, at: datetime) -> Taken:
    """Take one letter, and tell its sender the number of the case it opened, where the office sends e-mail."""
    with office_transaction(office):
        taken = take_letter(raw=raw, rule=mailbox(), at=at)
        if taken.is_new and taken.became == OPENED and taken.case is not None:
            with suppress(
                CodeRefused
            ):  # where no e-mail leaves the house, the number is told by other ways
                tell_number(address=read_address(text=taken.sender), case=taken.case, at=at)
    return taken


def files_at(path: Path) -> list[Path]:
    """Give the letters at a path: the file itself, or those of a folder, a Maildir's too, by name."""
    if path.is_file():
        return [path]
    return sorted(
        one
        for folder in (path, path / "new", path / "cur")
        if folder.is_dir()
        for one in folder.iterdir()
        if one.is_file() and (one.suffix == ".eml" or folder != path)
    )


def fetch_due(office: int) -> int:
    """Fetch the unseen letters of the mailbox, once a minute; give how many were taken."""
    now = time.monotonic()
    if not settings.LINLI_MAILBOX or not _is_of(office):
        return 0
    if now - _looked_at.get(office, -EVERY_SECONDS) < EVERY_SECONDS:
        return 0
    _looked_at[office] = now
    return fetch(office)


def fetch(office: int) -> int:
    """Fetch the unseen letters of the mailbox now; give how many. Raises OSError or imaplib.IMAP4.error when it cannot be reached."""
    with _opened(settings.LINLI_MAILBOX) as box:
        _status, [listed] = box.uid("SEARCH", "UNSEEN")
        numbers = listed.split()[:MOST_AT_ONCE]
        for number in numbers:
            _status, parts = box.uid("FETCH", number, "(BODY.PEEK[])")
            raw = next((part[1] for part in parts if isinstance(part, tuple)), None)
            if raw is not None:
                take(office, raw, timezone.now())
                box.uid("STORE", number, "+FLAGS.SILENT", r"(\Seen)")
    return len(numbers)


def _is_of(office: int) -> bool:
    """Say whether the mailbox is this office's: the one it is set for, or the only one there is."""
    code = settings.LINLI_MAILBOX_OFFICE
    known = [one.id for one in offices() if code in {"", one.code}]
    return known == [office]


@contextmanager
def _opened(setting: str) -> Iterator[imaplib.IMAP4]:
    where = urlsplit(setting)
    kind = imaplib.IMAP4_SSL if where.scheme == "imaps" else imaplib.IMAP4
    box = kind(where.hostname or "", where.port or PORTS[where.scheme], timeout=SECONDS)
    try:
        box.login(unquote(where.username or ""), unquote(where.password or ""))
        status, said = box.select(where.path.strip("/") or "INBOX")
        if status != "OK":
            raise imaplib.IMAP4.error(str(said))
        yield box
    finally:
        box.logout()
