"""Case numbers, and the receipt codes with which residents find their case again."""

from __future__ import annotations

import hmac
import re
from datetime import datetime
from zoneinfo import ZoneInfo

from linli.casework import keys

ZONE = ZoneInfo("Asia/Shanghai")
ALPHABET = (
    "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0 O 1 I L, which people mistake for each other
)
CODE_LENGTH = 8
CODE = "receipt-code"
ACCESS = "receipt-access"


def number_of(serial: int, at: datetime, name: str) -> str:
    """Give a readable number: the office's letters, the year, a serial that may have gaps: 'GM26-0004217'."""
    return f"{letters_of(name)}{at.astimezone(ZONE):%y}-{serial:07d}"


def letters_of(name: str) -> str:
    """Give two or three capitals for an office: those it writes, its words' initials, or from its one word."""
    words: list[str] = re.findall(r"[A-Za-z]+", name)
    if not words:
        return "LL"
    if len(words) > 1:
        return "".join(word[0] for word in words[:3]).upper()
    word = words[0].upper()
    if word == words[0]:
        return word[:3]
    consonant = re.search(r"[^AEIOU]", word[2:])
    second = consonant[0] if consonant else word[1:2]
    return f"{word[0]}{second}"


def receipt_code(office: int, number: str) -> str:
    """Give the code of a case's receipt. Only the office key can tell it; the database has its hash."""
    rest = int.from_bytes(keys.keyed_hash(office, CODE, number))
    signs = []
    for _ in range(CODE_LENGTH):
        rest, nth = divmod(rest, len(ALPHABET))
        signs.append(ALPHABET[nth])
    return "".join(signs)


def access_hash(office: int, number: str, code: str) -> bytes:
    """Give the keyed hash by which a receipt code is checked."""
    return keys.keyed_hash(office, ACCESS, f"{number} {code}")


def opens(office: int, number: str, code: str, access: bytes) -> bool:
    """Say whether a code, however it is written, belongs to the receipt of a case."""
    written = re.sub(r"[\s-]", "", code).upper()
    return hmac.compare_digest(access_hash(office, number, written), access)
