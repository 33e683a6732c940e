"""Questions about codes: the digits of one, where it goes, and what is sent with it."""

from __future__ import annotations

from linli.casework import keys
from linli.notices.models import Passcode
from linli.registry.isolation import current_office
from linli.rulebook.mechanism import Label

CODE = "code"
DIGITS = 6
DIGITS_OF = "passcode"
FORMER = "former-contact"
NUMBER = "letter-number"
HIDDEN = "•" * DIGITS


def digits_of(code: Passcode) -> str:
    """Give the digits of a code: the office key makes them from the nonce, the database alone cannot."""
    made = keys.keyed_hash(current_office(), DIGITS_OF, bytes(code.nonce).hex())
    return f"{int.from_bytes(made) % 10**DIGITS:0{DIGITS}d}"


def address_of_code(code: int) -> str | None:
    """Give where a code is sent; None once it is forgotten. Raises KeyMissing."""
    row = Passcode.objects.filter(pk=code).first()
    if row is None:
        return None
    data_key = keys.unwrap(current_office(), bytes(row.wrapped_key))
    return keys.decrypt(data_key, bytes(row.sealed), sealed_for(bytes(row.nonce))).decode()


def sealed_for(nonce: bytes) -> bytes:
    """Give what ties the address of a code to that code."""
    return f"{current_office()}:{CODE}:".encode() + nonce


def code_message(code: int, number: str, *, openly: bool) -> Label:
    """Give what is sent with a code, or to an address that was changed on case `number`; the log shows no digits."""
    row = Passcode.objects.filter(pk=code).first()
    if row is not None and row.purpose == FORMER:
        return Label(
            zh=f"您反映的事项（{number}）的联系方式已更改，以后的消息不再发到这里。如果不是您本人改的，请与街道联系。",
            en=f"The contact of your report {number} was changed: further messages do not come here. If it was not you, call the office.",
        )
    if row is not None and row.purpose == NUMBER:
        return Label(
            zh=f"您的来信已登记，编号 {number}。补充情况请直接回复本信，保留标题里的编号；查进度请在“我的上报”用这个邮箱获取验证码。",
            en=f"Your letter was registered under {number}. To add something, answer this letter and keep the number; to follow it, ask for a code under “My reports” with this address.",
        )
    digits = digits_of(row) if row and openly else HIDDEN
    return Label(
        zh=f"验证码 {digits}，10 分钟内有效。如果不是您本人要的，请不要告诉任何人。",
        en=f"Your code is {digits}, good for 10 minutes. If you did not ask for it, tell it to nobody.",
    )
