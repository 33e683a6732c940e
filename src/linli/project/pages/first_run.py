"""The first-run page: says which office this is, and makes its first operator's account.

Only whoever started the program may fill it in: its address carries a word that the terminal printed.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.project.home import make_first_run_word
from linli.registry.actions import Founded, NewAccount, NewOffice, RegistryRefused, found_office
from linli.registry.isolation import office_transaction
from linli.registry.models import Account
from linli.registry.queries import offices
from linli.rulebook.casefile import RESIDENT
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Label
from linli.rulebook.ownbook import at_hand

Text = str | Promise


@dataclass(frozen=True)
class Asked:
    """One thing the page asks for."""

    name: str
    label: Text
    hint: Text = ""
    kind: str = "text"
    autocomplete: str = "off"
    value: str = ""
    error: Text = ""

    @property
    def id(self) -> str:
        """Give the id of its control."""
        return f"answer-{self.name}"


ASKED = (
    Asked("code", _("办事处代码"), _("9 位数字，即统计用区划代码的前 9 位")),
    Asked("name", _("办事处全称"), _("例如：某某街道办事处")),
    Asked("short", _("简称"), _("显示在页首，例如：某某街道")),
    Asked("short_en", _("英文简称")),
    Asked("display_name", _("您的姓名"), autocomplete="name"),
    Asked("username", _("登录名"), autocomplete="username"),
    Asked("password", _("密码"), _("至少 10 位"), "password", "new-password"),
    Asked("again", _("再输一次密码"), "", "password", "new-password"),
    Asked("word", _("首次运行口令"), _("启动窗口里显示的口令，证明是您启动了系统")),
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def first_run(request: HttpRequest) -> HttpResponse:
    """Ask which office this is; once there is one, lead to it."""
    if offices():
        return redirect("/")
    if request.method != "POST":
        return _asked(
            request, tuple(replace(one, value=request.GET.get(one.name, "")) for one in ASKED)
        )
    fields = tuple(_checked(one, request) for one in ASKED)
    if any(one.error for one in fields):
        return _asked(request, fields)
    try:
        founded = _found({one.name: one.value for one in fields})
    except RegistryRefused as refusal:
        return _asked(
            request, fields, refusal.message.in_language(translation.get_language() or "")
        )
    with office_transaction(founded.office):
        login(request, Account.objects.get(pk=founded.account), settings.AUTHENTICATION_BACKENDS[0])
    return redirect("/staff/")


def all_duties(book: Book) -> tuple[str, ...]:
    """Give every duty that the book knows, and keeping it: the first operator of a small office does everything."""
    return tuple(
        sorted(
            {"book"}
            | {
                role.duty or name
                for mechanism in book.mechanisms.values()
                for name, role in mechanism.roles.items()
                if name != RESIDENT
            }
        )
    )


def _found(answers: dict[str, str]) -> Founded:
    short = Label(zh=answers["short"], en=answers["short_en"])
    founder = NewAccount(
        username=answers["username"],
        display_name=answers["display_name"],
        password=answers["password"],
        language=translation.get_language() or "zh-hans",
    )
    return found_office(
        office=NewOffice(code=answers["code"], official_name=answers["name"], short=short),
        founder=founder,
        duties=all_duties(at_hand()),
        at=timezone.now(),
    )


def _checked(one: Asked, request: HttpRequest) -> Asked:
    value = request.POST.get(one.name, "")
    value = value if one.kind == "password" else value.strip()
    error: Text = "" if value else _("请填写")
    if one.name == "again" and value != request.POST.get("password"):
        error = _("两次输入的密码不同")
    if one.name == "word" and not secrets.compare_digest(
        value.encode(), make_first_run_word(settings.LINLI_HOME).encode()
    ):
        error = _("口令不对，请看启动窗口")
    return replace(one, value=value, error=error)


def _asked(request: HttpRequest, fields: tuple[Asked, ...], refusal: str = "") -> HttpResponse:
    is_wrong = bool(refusal) or any(one.error for one in fields)
    shown = tuple(replace(one, value="") if one.kind == "password" else one for one in fields)
    context = {"fields": shown, "refusal": refusal}
    return render(request, "project/first_run.html", context, status=422 if is_wrong else 200)
