"""The verbs of codes: ask for one, and answer with it. Whether an address is known here is never told."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from linli.casework import keys
from linli.casework.queries.logged import definition_of
from linli.casework.sealing import (
    NothingSealed,
    address_lookup,
    plain_mail,
    plain_phone,
    reveal,
)
from linli.notices.channels import open_channels
from linli.notices.codes.queries import CODE, FORMER, NUMBER, digits_of, sealed_for
from linli.notices.models import WAITING, Notice, Passcode
from linli.registry.isolation import current_office
from linli.rulebook.mechanism import Label

AUTO = "auto:notices"
GOOD_FOR = timedelta(minutes=10)
WITHIN = timedelta(hours=1)
KEPT = timedelta(days=1)
MOST_WITHIN = 3
MOST_WRONG = 5
NONCE_BYTES = 16


class CodeRefused(Exception):
    """No code is sent, or the one that was typed opens nothing; `message` says why, never whether an address is known."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Label(zh=zh, en=en)


@dataclass(frozen=True)
class Address:
    """A telephone number or an e-mail address as somebody typed it: how it is reached, and the hash that finds it."""

    channel: str
    plain: str
    lookup: bytes


def read_address(*, text: str) -> Address:
    """Give an address that codes can be sent to. Raises CodeRefused for what is none, or when no channel leads there."""
    mail = plain_mail(text)
    plain, channel = (mail, "mail") if mail else (plain_phone(text), "sms")
    lookup = address_lookup(current_office(), text)
    if plain is None or lookup is None:
        raise CodeRefused("请填手机号码或电子邮箱", "give a telephone number or an e-mail address")
    if channel not in open_channels():
        raise CodeRefused(
            "街道还没有开通这种发送方式，请用回执上的编号和查询码查询",
            "the office cannot send there yet: use the number and the code of your receipt",
        )
    return Address(channel, plain, lookup)


def ask_code(*, purpose: str, address: Address, case: int | None, seq: int, at: datetime) -> None:
    """Keep a code for an address; let it be sent when it is about a `case` (at its step `seq`), else never.

    Raises CodeRefused after three within an hour. Codes older than a day are forgotten.
    """
    Passcode.objects.filter(made_at__lt=at - KEPT).delete()
    if (
        Passcode.objects.filter(lookup=address.lookup, made_at__gt=at - WITHIN).count()
        >= MOST_WITHIN
    ):
        raise CodeRefused(
            "这个号码一小时内要的验证码太多了，请稍后再试", "too many codes for this address: try again in an hour"
        )  # fmt: skip
    row = _kept(purpose, address, at)
    if case is not None:
        _send(row, case, seq, at)


def tell_former(*, address: Address, case: int, seq: int, at: datetime) -> None:
    """Tell the address that held until now that another was put in its place at step `seq` of a case."""
    _send(_kept(FORMER, address, at), case, seq, at)


def tell_number(*, address: Address, case: int, at: datetime) -> None:
    """Tell who wrote a letter the number of the case that it opened."""
    _send(_kept(NUMBER, address, at), case, 1, at)


def former_address(*, case: int, field: str, at: datetime) -> Address | None:
    """Give the address a personal field holds now, journalling that it was read; None where it holds none."""
    try:
        text = reveal(
            office=current_office(), case=case, field=field, by=AUTO, at=at, reason="更改联系方式，告知原联系方式",
        )  # fmt: skip
        return read_address(text=text)
    except (NothingSealed, keys.KeyMissing, CodeRefused):
        return None


def answer_code(*, purpose: str, lookup: bytes, digits: str, at: datetime) -> None:
    """Take the digits of the latest code of an address, once. Raises CodeRefused; commit even then: it counts.

    After five wrong answers a code opens nothing any more.
    """
    rows = Passcode.objects.select_for_update().filter(purpose=purpose, lookup=lookup, until__gt=at)
    row = rows.order_by("-made_at", "-pk").first()
    if row is None or row.used_at is not None or row.wrong >= MOST_WRONG:
        raise _wrong()
    if not hmac.compare_digest(digits_of(row).encode(), digits.strip().encode()):
        row.wrong += 1
        row.save(update_fields=["wrong"])
        raise _wrong()
    row.used_at = at
    row.save(update_fields=["used_at"])


def _wrong() -> CodeRefused:
    return CodeRefused(
        "验证码不对或已过期，请核对后再填，或者重新获取",
        "the code is wrong or no longer good: check it, or ask for a new one",
    )


def _kept(purpose: str, address: Address, at: datetime) -> Passcode:
    office, data_key, nonce = (
        current_office(),
        keys.new_data_key(),
        secrets.token_bytes(NONCE_BYTES),
    )
    return Passcode.objects.create(
        office_id=office, purpose=purpose, channel=address.channel, lookup=address.lookup, nonce=nonce,
        wrapped_key=keys.wrap(office, data_key),
        sealed=keys.encrypt(data_key, address.plain.encode(), sealed_for(nonce)),
        made_at=at, until=at + GOOD_FOR,
    )  # fmt: skip


def _send(row: Passcode, case: int, seq: int, at: datetime) -> None:
    whom = f"{CODE}:{row.pk}"
    Notice.objects.create(
        office_id=row.office_id, case_id=case, seq=seq, definition_id=definition_of(case), tell=whom, whom=whom,
        channel=row.channel, status=WAITING, told_at=at, changed_at=at, next_at=at,
    )  # fmt: skip
