"""Keys: the office's secret in its key file, data keys wrapped by it, keyed hashes and signatures."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from linli.rulebook.mechanism import Label

KEY_BYTES = 32
NAME_BYTES = 4
NONCE_BYTES = 12


class KeyMissing(Exception):
    """The office key that wrapped this is not on this machine; `message` says how to mend it."""

    message = Label(
        zh="本机没有能打开这项内容的密钥：请恢复密钥备份。在此之前，个人信息和照片无法读取，其他一切照常。",
        en="The key to this is not on this machine: restore the keys archive. Until then personal "
        "fields and photos cannot be read; everything else works.",
    )


class SealBroken(Exception):
    """What was encrypted has been changed since, or belongs somewhere else."""


@dataclass(frozen=True)
class OfficeKey:
    """One secret of an office and what is derived from it. `name` marks what it has wrapped."""

    name: bytes
    wrapping: bytes
    hashing: bytes
    signing: bytes

    @classmethod
    def derived(cls, secret: bytes) -> OfficeKey:
        """Give the key made from 32 secret bytes."""
        return cls(
            name=_derive(secret, "name")[:NAME_BYTES],
            wrapping=_derive(secret, "wrapping"),
            hashing=_derive(secret, "hashing"),
            signing=_derive(secret, "signing"),
        )


def office_key(office: int) -> OfficeKey:
    """Give the key the office uses now: the last in its key file, which is made on first use."""
    return _keys(_key_file(office))[-1]


def new_data_key() -> bytes:
    """Give a fresh key for the personal fields of one case, or for one file."""
    return secrets.token_bytes(KEY_BYTES)


def wrap(office: int, data_key: bytes) -> bytes:
    """Give a data key encrypted with the office key, to be stored in the database."""
    key = office_key(office)
    return key.name + encrypt(key.wrapping, data_key, key.name)


def unwrap(office: int, wrapped: bytes) -> bytes:
    """Give the data key back. Raises KeyMissing when another office key wrapped it, SealBroken."""
    name, sealed = wrapped[:NAME_BYTES], wrapped[NAME_BYTES:]
    path = _key_file(office)
    key = _named(path, name)
    if key is None:
        forget()  # the keys archive may have been restored meanwhile
        key = _named(path, name)
    if key is None:
        raise KeyMissing(KeyMissing.message.en)
    return decrypt(key.wrapping, sealed, name)


def encrypt(key: bytes, plain: bytes, bound_to: bytes) -> bytes:
    """Give nonce and AES-256-GCM ciphertext. Only who names the same `bound_to` can decrypt it."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to)


def decrypt(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    """Give the plain bytes. Raises SealBroken when anything about them was changed."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)
    except (InvalidTag, ValueError) as refusal:
        raise SealBroken("the ciphertext was changed, or belongs elsewhere") from refusal


def keyed_hash(office: int, purpose: str, text: str) -> bytes:
    """Give HMAC-SHA256 under the office key: it finds a phone or a receipt code without storing it."""
    message = f"{purpose}\0{text}".encode()
    return hmac.digest(office_key(office).hashing, message, hashlib.sha256)


def sign(office: int, message: bytes) -> bytes:
    """Give the office's Ed25519 signature."""
    return _signer(office).sign(message)


def public_key(office: int) -> bytes:
    """Give the 32 bytes with which anybody can check the office's signatures."""
    return _signer(office).public_key().public_bytes_raw()


def is_signed(message: bytes, signature: bytes, public: bytes) -> bool:
    """Tell whether the signature is that of the holder of this public key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def known_public_keys(office: int) -> set[bytes]:
    """Give the public keys of the office's secrets on this machine, and of those remembered; makes none."""
    path = _key_file(office)
    own = {_public(key) for key in _keys(path)} if path.exists() else set()
    remembered = path.with_suffix(".pub")
    lines = remembered.read_text("ascii").split() if remembered.exists() else []
    return own | {bytes.fromhex(line) for line in lines}


def remember_public_key(home: Path, office: int, public: bytes) -> None:
    """Trust an office's former signatures although their secret is lost: a restore without the keys."""
    path = home / "keys" / f"office-{office}.pub"
    with path.open("a", encoding="ascii") as file:
        file.write(public.hex() + "\n")


def forget() -> None:
    """Read the key files anew: they were put back or taken away."""
    _keys.cache_clear()


def _signer(office: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(office_key(office).signing)


def _public(key: OfficeKey) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(key.signing).public_key().public_bytes_raw()


def _derive(secret: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"linli/{purpose}/1".encode()).derive(secret)


def _key_file(office: int) -> Path:
    return _key_file_in(settings.LINLI_HOME, office)


@lru_cache(maxsize=1024)
def _key_file_in(home: Path, office: int) -> Path:
    return Path(home) / "keys" / f"office-{office}.key"


def _named(path: Path, name: bytes) -> OfficeKey | None:
    return next((key for key in _keys(path) if key.name == name), None)


@lru_cache(maxsize=1024)
def _keys(path: Path) -> tuple[OfficeKey, ...]:
    if not path.exists():
        _make(path)
    lines = path.read_text("ascii").split()
    return tuple(OfficeKey.derived(base64.b64decode(line, validate=True)) for line in lines)


def _make(path: Path) -> None:
    """Write a new secret, wholly or not at all; whoever comes second leaves the first one's file."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(f".{secrets.token_hex(8)}")
    secret = base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        path.hardlink_to(draft)
    draft.unlink()
    _settle(path.parent)


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
