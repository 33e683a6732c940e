"""Second factors on pages: one's own phone set up, recovery codes shown once, and the duties that must have one."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from linli.registry.actions import RegistryRefused
from linli.registry.factors.actions import (
    begin_factor,
    confirm_factor,
    pass_factor,
    renew_recovery,
    require_factor,
    reset_factor,
)
from linli.registry.factors.queries import factor_of, must_have_second, pairing_of
from linli.registry.login import LoginRefused
from linli.rulebook.labels import Label
from linli.staff.administering.duties import for_registrars, known_duties
from linli.staff.desk import PASSED, Desk
from linli.ui.shelves import Choice

UNFIT, TOO_MANY = 422, 429


def own(desk: Desk) -> HttpResponse:
    """Show one's own second factor: to begin, to confirm with the phone's first code, or that it holds."""
    return _own(desk)


def change(desk: Desk, verb: str) -> HttpResponse:
    """Begin, confirm, prove it in this session, renew the recovery codes, or take it off with a code."""
    account, typed = desk.account.pk, desk.request.POST.get("code", "")
    try:
        if verb == "begin":
            begin_factor(account=account, at=desk.at)
            return redirect("staff:second-factor")
        if verb == "confirm":
            codes = confirm_factor(account=account, typed=typed, by=desk.actor, at=desk.at)
            desk.request.session[PASSED] = account
            return _own(desk, codes=codes)
        if verb not in {"prove", "renew", "end"}:
            raise Http404(verb)
        return _with_code(desk, verb, typed)
    except RegistryRefused as refused:
        return _own(desk, UNFIT, refusal=refused.message)
    except LoginRefused as refused:
        return _own(desk, TOO_MANY if refused.wait else UNFIT, refusal=refused.message)


@for_registrars
def required(desk: Desk) -> HttpResponse:
    """Say for which duties the office requires a second factor; who has one of them sets one up before anything else."""
    known = known_duties(desk)
    if desk.request.method == "POST":
        duties = [code for code in desk.request.POST.getlist("duty") if code in known]
        require_factor(duties=duties, by=desk.actor, at=desk.at)
        messages.success(
            desk.request, _("已更新要求：%(count)d 项职责须开通二次验证") % {"count": len(duties)}
        )
        return redirect("staff:second-factor-duties")
    chosen = desk.office.second_factor_for
    choices = [Choice(code, label, code in chosen) for code, label in known.items()]
    return desk.show("staff/factor_duties.html", {"choices": choices})


def _with_code(desk: Desk, verb: str, typed: str) -> HttpResponse:
    account = desk.account.pk
    origin = str(desk.request.META.get("REMOTE_ADDR", ""))
    pass_factor(account=account, typed=typed, address=origin, at=desk.at)
    if verb == "renew":
        return _own(desk, codes=renew_recovery(account=account, by=desk.actor, at=desk.at))
    if verb == "end":
        reset_factor(account=account, by=desk.actor, at=desk.at)
        desk.request.session.pop(PASSED, None)
        messages.success(desk.request, _("二次验证已停用"))
        return redirect("staff:second-factor")
    desk.request.session[PASSED] = account
    return redirect("staff:inbox")


def _own(
    desk: Desk, status: int = 200, *, refusal: Label | None = None, codes: list[str] | None = None
) -> HttpResponse:
    context = {
        "factor": factor_of(desk.account.pk),
        "pairing": pairing_of(desk.account),
        "is_required": must_have_second(desk.actor),
        "is_passed": desk.has_passed_second,
        "refusal": refusal,
        "codes": codes,
    }
    return desk.show("staff/factor.html", context, status)
