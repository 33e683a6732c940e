"""What was done to the registry, in words, and numbers read from forms."""

from __future__ import annotations

from linli.rulebook.mechanism import Label
from linli.staff.desk import Desk

MOST_DIGITS = 9
VERBS = {
    "stand_in": Label(zh="请人替班", en="Substitute named"),
    "end_stand_in": Label(zh="结束替班", en="Substitution ended"),
    "enter_addresses": Label(zh="录入地址", en="Addresses entered"),
    "add_account": Label(zh="建立账号", en="Account made"),
    "renew_password": Label(zh="重发一次性密码", en="New one-time password"),
    "change_password": Label(zh="更换密码", en="Password changed"),
    "confirm_factor": Label(zh="开通二次验证", en="Second factor set up"),
    "renew_recovery": Label(zh="换一批恢复码", en="New recovery codes"),
    "reset_factor": Label(zh="停用或重置二次验证", en="Second factor taken off"),
    "lock_account": Label(zh="停用账号", en="Account locked"),
    "unlock_account": Label(zh="恢复账号", en="Account unlocked"),
    "retire_account": Label(zh="注销账号", en="Account retired"),
    "hold_post": Label(zh="任岗位", en="Post taken"),
    "release_post": Label(zh="卸岗位", en="Post left"),
    "add_post": Label(zh="设立岗位", en="Post made"),
    "change_post": Label(zh="调整岗位", en="Post changed"),
    "found_office": Label(zh="设立办事处", en="Office founded"),
}


def number_of(desk: Desk, name: str) -> int:
    """Give the number posted under a name; 0, which nothing has, for anything else."""
    text = desk.request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else 0
