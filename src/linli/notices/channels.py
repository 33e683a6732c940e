"""Channels out of the house: e-mail, short message, WeCom and DingTalk, each off until a setting says where it goes.

A channel's setting is empty (off), 'sink' (a file in LINLI_HOME, for trials), 'smtp://USER:WORD@HOST:PORT/FROM' for
e-mail, or 'https://:TOKEN@HOST/PATH' of a gateway. Nothing is sent anywhere by default.
"""

from __future__ import annotations

import http.client
import json
import os
import smtplib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings

SINK = "sink"
SECONDS = 10
PORTS = {"https": 443, "http": 80, "smtp": 25, "smtps": 465}
REFUSALS = range(400, 500)
LATER = (408, 425, 429)


class NotSent(Exception):
    """The message was certainly not sent. `is_final`: trying again would not help."""

    def __init__(self, detail: str, *, is_final: bool = False) -> None:
        super().__init__(detail)
        self.is_final = is_final


class SentUnsure(Exception):
    """Nobody knows whether the message was sent: the line broke after it was handed over."""


@dataclass(frozen=True)
class Letter:
    """One message to one address. `id` is the same at every try, so that a gateway can tell a repetition."""

    id: int
    channel: str
    address: str
    title: str
    text: str


def open_channels() -> tuple[str, ...]:
    """Give the channels that lead somewhere."""
    return tuple(name for name, where in settings.LINLI_CHANNELS.items() if where)


def send(letter: Letter) -> None:
    """Send a message by its channel. Raises NotSent or SentUnsure."""
    where = settings.LINLI_CHANNELS.get(letter.channel, "")
    if where == SINK:
        _drop(letter)
    elif where.startswith(("smtp://", "smtps://")):
        _mail(letter, urlsplit(where))
    elif where.startswith(("https://", "http://")):
        _post(letter, urlsplit(where))
    else:
        raise NotSent(f"no gateway is set for {letter.channel}", is_final=True)


def _drop(letter: Letter) -> None:
    """Add the message to the sink, a file that only its owner reads."""
    line = json.dumps(letter.__dict__, ensure_ascii=False) + "\n"
    path = settings.LINLI_HOME / "outbox.jsonl"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as file:
        file.write(line)


def _mail(letter: Letter, where: SplitResult) -> None:
    message = EmailMessage()
    message["From"] = where.path.strip("/") or where.username or ""
    message["To"] = letter.address
    message["Subject"] = letter.title
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no machine answers it, ours neither
    message["Message-ID"] = f"<notice-{letter.id}@{where.hostname}>"
    message.set_content(letter.text)
    port = where.port or PORTS[where.scheme]
    door = smtplib.SMTP_SSL if where.scheme == "smtps" else smtplib.SMTP
    try:
        with door(where.hostname or "", port, timeout=SECONDS) as server:
            if where.username and where.password:
                server.starttls() if where.scheme == "smtp" else None
                server.login(unquote(where.username), unquote(where.password))
            server.send_message(message)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused) as refused:
        raise NotSent(type(refused).__name__, is_final=True) from refused
    except smtplib.SMTPServerDisconnected as broken:
        raise SentUnsure("the server hung up") from broken
    except (smtplib.SMTPException, OSError) as failure:
        raise NotSent(type(failure).__name__) from failure


def _post(letter: Letter, where: SplitResult) -> None:
    line = http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
    connection = line(where.hostname or "", where.port or PORTS[where.scheme], timeout=SECONDS)
    headers = {"Content-Type": "application/json", "Idempotency-Key": f"linli-{letter.id}"}
    if where.password:
        headers["Authorization"] = f"Bearer {unquote(where.password)}"
    target = f"{where.path or '/'}{'?' + where.query if where.query else ''}"
    body = json.dumps(SHAPES[letter.channel](letter), ensure_ascii=False).encode()
    try:
        connection.connect()
    except OSError as failure:
        raise NotSent(type(failure).__name__) from failure
    try:
        connection.request("POST", target, body, headers)
        answer = connection.getresponse()
        said = answer.read(10_000)
    except (OSError, http.client.HTTPException) as broken:
        raise SentUnsure(type(broken).__name__) from broken
    finally:
        connection.close()
    _check(answer.status, said)


def _check(status: int, said: bytes) -> None:
    """Read a gateway's answer: WeCom and DingTalk say 200 and put their refusal in `errcode`."""
    if status in REFUSALS and status not in LATER:
        raise NotSent(f"HTTP {status}", is_final=True)
    if not http.client.OK <= status < http.client.MULTIPLE_CHOICES:
        raise NotSent(f"HTTP {status}")
    try:
        told = json.loads(said)
    except ValueError:
        return
    if isinstance(told, dict) and told.get("errcode"):
        raise NotSent(f"errcode {told['errcode']}")


SHAPES: Mapping[str, Callable[[Letter], dict[str, Any]]] = {
    "mail": lambda letter: {"id": letter.id, "to": letter.address, "subject": letter.title, "text": letter.text},
    "sms": lambda letter: {"id": letter.id, "to": letter.address, "text": letter.text},
    "wecom": lambda letter: {
        "touser": letter.address, "msgtype": "text", "text": {"content": letter.text}, "enable_duplicate_check": 1,
    },
    "dingtalk": lambda letter: {
        "msgtype": "text", "text": {"content": letter.text}, "at": {"atMobiles": [letter.address]},
    },
}  # fmt: skip
