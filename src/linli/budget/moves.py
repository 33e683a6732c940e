"""Moves of money: from which account of a fund to which. No balance but that of the source falls below nothing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

from linli.rulebook.labels import Label
from linli.rulebook.lasting.money import Move

Kind = Literal["source", "free", "approved", "committed", "paid"]
KINDS: tuple[Kind, ...] = get_args(Kind)
OF_FUND: tuple[Kind, ...] = ("source", "free")
FLOWS: dict[Move, tuple[Kind, Kind]] = {
    "allocation": ("source", "free"),
    "withdrawal": ("free", "source"),
    "approval": ("free", "approved"),
    "release": ("approved", "free"),
    "commitment": ("approved", "committed"),
    "cancellation": ("committed", "approved"),
    "payment": ("committed", "paid"),
    "refund": ("paid", "committed"),
}
MOVES: dict[Move, Label] = {
    "allocation": Label(zh="拨入", en="Allocation"),
    "withdrawal": Label(zh="收回", en="Withdrawal"),
    "approval": Label(zh="批准", en="Approval"),
    "release": Label(zh="退回未用", en="Release"),
    "commitment": Label(zh="承诺", en="Commitment"),
    "cancellation": Label(zh="撤销承诺", en="Cancellation"),
    "payment": Label(zh="支付", en="Payment"),
    "refund": Label(zh="退款", en="Refund"),
}
ACCOUNTS: dict[Kind, Label] = {
    "source": Label(zh="资金来源", en="Source"),
    "free": Label(zh="未安排", en="Not yet given out"),
    "approved": Label(zh="已批准、未签约", en="Approved, not yet committed"),
    "committed": Label(zh="已签约、未支付", en="Committed, not yet paid"),
    "paid": Label(zh="已支付", en="Paid"),
}


@dataclass(frozen=True)
class Shortage:
    """What an account has, and what was asked of it."""

    kind: Kind
    has: Decimal
    asked: Decimal


def shortage(balances: dict[Kind, Decimal], moves: list[Move], amount: Decimal) -> Shortage | None:
    """Give the first account that moves of one amount would overdraw; nothing when all can be made."""
    left = dict(balances)
    for move in moves:
        giving, taking = FLOWS[move]
        has = left.get(giving, Decimal(0))
        if giving != "source" and has < amount:
            return Shortage(giving, has, amount)
        left[giving] = has - amount
        left[taking] = left.get(taking, Decimal(0)) + amount
    return None
