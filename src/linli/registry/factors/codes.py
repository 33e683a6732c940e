"""Codes that change every thirty seconds (RFC 6238 over RFC 4226, SHA-1, six digits), and recovery codes. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote, urlencode

from django.utils.crypto import salted_hmac

SECONDS = 30
DIGITS = 6
SECRET_BYTES = 20
DRIFT = (0, -1, 1)
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
GROUPS, GROUP = 3, 4


def secret_of(nonce: bytes) -> bytes:
    """Give the 20 bytes that a phone is told: the program's key makes them from the nonce, the database alone cannot."""
    made = salted_hmac("linli.second-factor", nonce.hex(), algorithm="sha256")
    return made.digest()[:SECRET_BYTES]


def counter_at(at: datetime) -> int:
    """Give the number of the thirty seconds that a moment lies in, counted from 1970 (RFC 6238, 4.2)."""
    return int(at.timestamp()) // SECONDS


def code_of(secret: bytes, counter: int) -> str:
    """Give the six digits of a counter (RFC 4226, 5.3)."""
    mac = hmac.new(secret, counter.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = mac[-1] & 0x0F
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def counter_of(secret: bytes, typed: str, at: datetime, after: int) -> int | None:
    """Give the counter whose code was typed, one before or after the moment at most and later than `after`; else None."""
    digits = "".join(typed.split())
    for drift in DRIFT:
        counter = counter_at(at) + drift
        same = hmac.compare_digest(code_of(secret, counter).encode(), digits.encode())
        if same and counter > after:
            return counter
    return None


def key_text(secret: bytes) -> str:
    """Give a secret as people type it into a phone: base32 in groups of four."""
    text = base64.b32encode(secret).decode()
    return " ".join(text[begin : begin + GROUP] for begin in range(0, len(text), GROUP))


def phone_address(secret: bytes, *, account: str, issuer: str) -> str:
    """Give the otpauth address that a phone reads from a QR code."""
    label = quote(f"{issuer}:{account}")
    said = urlencode({"secret": base64.b32encode(secret).decode(), "issuer": issuer})
    return f"otpauth://totp/{label}?{said}"


def recovery_code() -> str:
    """Give a recovery code: 12 letters and digits in groups, without those that look alike; 59 bits."""
    groups = ("".join(secrets.choice(LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))
    return "-".join(groups)


def recovery_digest(account: int, typed: str) -> bytes:
    """Give what is kept of a recovery code of an account, however it is spaced and written."""
    letters = "".join(one for one in typed.casefold() if one.isalnum())
    return salted_hmac("linli.recovery-code", f"{account}:{letters}", algorithm="sha256").digest()
