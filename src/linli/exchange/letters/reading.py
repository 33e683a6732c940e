"""Reading an e-mail (RFC 5322): who, about what, its words without what it quotes, its files, and whether a machine wrote it. Pure."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr
from html.parser import HTMLParser

LONGEST_HEADER = 200
BLOCKS = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "blockquote"}
UNREAD = {"style", "script", "head", "title"}
QUOTED = re.compile(
    r"^\s*(?:-{2,}\s*(?:Original Message|原始邮件|Original)\s*-{2,}|On .{5,200} wrote:|在.{5,200}写道：|发件人[：:].*)\s*$",
    re.IGNORECASE,
)
BY_MACHINE = {"bulk", "junk", "list", "auto_reply"}
ROBOTS = re.compile(r"^(?:mailer-daemon|postmaster|no-?reply|bounces?)(?:[+@-]|$)", re.IGNORECASE)


class LetterUnreadable(Exception):
    """These bytes are no e-mail that can be taken."""


@dataclass(frozen=True)
class Enclosure:
    """A file of a letter."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class ReadLetter:
    """A letter as it was read. `key` is its Message-ID, or the hash of its bytes; `robot` says what shows that no person wrote it."""

    key: str
    sender: str
    subject: str
    words: str
    enclosures: tuple[Enclosure, ...]
    robot: str


def key_of(raw: bytes) -> str:
    """Give by what a letter is known, however broken it is: its Message-ID, else the hash of its bytes."""
    found = re.search(rb"(?im)^message-id:\s*(<[^>\r\n]{1,400}>)", raw[:65536])
    return (
        found[1].decode("ascii", "replace")
        if found
        else f"sha256:{hashlib.sha256(raw).hexdigest()}"
    )


def read_letter(raw: bytes) -> ReadLetter:
    """Give a letter. Raises LetterUnreadable when it has no sender or its parts cannot be decoded."""
    try:
        message = message_from_bytes(raw, policy=default)
        assert isinstance(message, EmailMessage)
        _name, sender = parseaddr(str(message.get("From", "")))
        subject = " ".join(str(message.get("Subject", "")).split())[:LONGEST_HEADER]
        words = unquoted(_text(message))
        enclosures = tuple(_enclosures(message))
        robot = _robot(message, sender)
    except (AssertionError, LookupError, ValueError, TypeError, AttributeError) as broken:
        raise LetterUnreadable(type(broken).__name__) from broken
    if "@" not in sender:
        raise LetterUnreadable("From")
    return ReadLetter(key_of(raw), sender.lower(), subject, words, enclosures, robot)


def unquoted(text: str) -> str:
    """Give what somebody wrote, without the letter it answers."""
    kept: list[str] = []
    for line in text.splitlines():
        if QUOTED.match(line):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line.rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _robot(message: EmailMessage, sender: str) -> str:
    """Give the header that shows a machine at work (RFC 3834, RFC 2919, RFC 3464); nothing for a person's letter."""
    auto = str(message.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    if auto != "no":
        return "Auto-Submitted"
    if str(message.get("Precedence", "")).strip().lower() in BY_MACHINE:
        return "Precedence"
    for header in ("List-Id", "X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress"):
        if header in message:
            return header
    if str(message.get("Return-Path", "")).strip() == "<>":
        return "Return-Path"
    if message.get_content_type() == "multipart/report" or ROBOTS.match(sender):
        return "From"
    return ""


def _text(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    text = str(part.get_content())
    return _plain(text) if part.get_content_type() == "text/html" else text


def _enclosures(message: EmailMessage) -> list[Enclosure]:
    found = []
    for part in message.walk():
        if part.is_multipart() or (
            part.get_content_maintype() == "text" and not part.get_filename()
        ):
            continue
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and content:
            name = str(part.get_filename() or "")[:LONGEST_HEADER]
            found.append(Enclosure(name, part.get_content_type(), content))
    return found


class _Plain(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.unread = 0

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        self.unread += tag in UNREAD
        if tag in BLOCKS:
            self.lines.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.unread -= tag in UNREAD and self.unread > 0

    def handle_data(self, data: str) -> None:
        if not self.unread:
            self.lines.append(data)


def _plain(html: str) -> str:
    parser = _Plain()
    parser.feed(html)
    return "".join(parser.lines)
