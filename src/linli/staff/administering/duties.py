"""Duties in words: those that mechanisms name, and those of running the office itself."""

from __future__ import annotations

from functools import wraps
from typing import ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from linli.casework.erasing.actions import ERASER
from linli.notices.links.reach import GIVES_LINKS
from linli.registry.actions import REGISTRAR
from linli.reports.rounds.permits import EDITOR, SIGNER, WRITER
from linli.rulebook.casefile import RESIDENT
from linli.rulebook.mechanism import Label
from linli.staff.desk import BOOK_DUTY, Desk, Page

P = ParamSpec("P")
OF_THE_OFFICE = {
    REGISTRAR: Label(zh="机构管理", en="Administers the office"),
    "importer": Label(zh="台账导入", en="Brings ledgers in"),
    GIVES_LINKS: Label(zh="发一次性链接", en="Gives one-time links"),
    BOOK_DUTY: Label(zh="规则维护", en="Keeps the rules"),
    ERASER: Label(zh="个人信息保护专员", en="Protects personal data"),
    EDITOR: Label(zh="编报告", en="Edits reports"),
    WRITER: Label(zh="写报告的一节", en="Writes a section of reports"),
    SIGNER: Label(zh="签发报告", en="Signs reports"),
    "chair": Label(zh="主持表决", en="Leads votes"),
    "teller": Label(zh="收票计票", en="Takes ballots in"),
    "director": Label(zh="街道领导", en="Leads the subdistrict"),
}


def known_duties(desk: Desk) -> dict[str, Label]:
    """Give every duty a post may carry, by code, in the order of mechanisms; those of the office last."""
    named = {
        role.duty or name: Label(zh=role.zh, en=role.en)
        for mechanism in reversed(desk.mechanisms.values())
        for name, role in mechanism.roles.items()
        if name != RESIDENT
    }
    return {**named, **OF_THE_OFFICE}


def for_registrars(page: Page[P]) -> Page[P]:
    """Open a page to those whose post administers the office; refuse others."""

    def guarded(desk: Desk, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not desk.is_registrar:
            raise PermissionDenied
        return page(desk, *args, **kwargs)

    return wraps(page)(guarded)
