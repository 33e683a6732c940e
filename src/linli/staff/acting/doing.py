"""Taking an action on a case: its form, its refusals in place, and what happened in between."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from linli.budget.actions import perform
from linli.casework.actions import RevisionConflict
from linli.casework.queries import CaseUnseen, CaseView
from linli.casework.queries.standing import Faced, case_faced
from linli.registry.queries import body_names
from linli.rulebook.casefile import Opening, StepRefused
from linli.staff.acting.laying import filled, laid
from linli.staff.acting.phrases import usable, used
from linli.staff.cases import seen
from linli.staff.deadlines import changes_shown
from linli.staff.desk import Desk
from linli.staff.hints.box import offered, taken
from linli.staff.hints.ruling import prefilled, ruled
from linli.staff.listing.beside import way_back
from linli.ui.sheets import Sheet

CONFLICT, FORBIDDEN, UNFIT = 409, 403, 422


def do(desk: Desk, number: str, action: str) -> HttpResponse:
    """Ask what an action needs and take it. To act, the case is read; to ask, all that is shown of it."""
    case = faced(desk, number)
    sheet = _sheet(desk, case, action)
    if desk.request.method == "POST":
        sent = filled(desk, sheet)
        if "take" in desk.request.POST:
            return _shown(desk, seen(desk, number), taken(sent, desk.request.POST["take"]))
        if "use" in desk.request.POST:
            view = seen(desk, number)
            return _shown(desk, view, used(sent, view, desk.request.POST["use"]))
        return _take(desk, case, sent)
    view = seen(desk, number)
    if Opening(action, sheet.member) not in view.openings:
        return _shown(desk, view, sheet, FORBIDDEN, is_shut=True)
    asked = asked_anew(sheet, view)
    return _shown(desk, view, prefilled(asked, ruled(desk, asked, view)))


def asked_anew(sheet: Sheet, view: CaseView) -> Sheet:
    """Give the form without what the case holds, when its action moved the case on before and it came back.

    A second call-back must not come with the first one's mark; what only amends comes with what there is.
    """
    is_again = any(step.action == sheet.name for step in view.trail)
    return replace(sheet, answers={}) if is_again and sheet.action.to is not None else sheet


def clocks_after(desk: Desk, number: str, action: str) -> HttpResponse:
    """Say what the action would do to the clocks of the case, as its form is filled so far.

    Nothing, when the case went on since the form was laid: the question crossed the form itself on its way.
    """
    view, case = seen(desk, number), faced(desk, number)
    sheet = _sheet(desk, case, action)
    if Opening(action, sheet.member) not in view.openings:
        if sheet.revision != case.revision:
            return desk.show("staff/clock_changes.html", {"changes": []})
        raise Http404(action)
    changes = changes_shown(desk, view, sheet.told(desk.request.POST))
    return desk.show("staff/clock_changes.html", {"changes": changes, "is_open": True})


def faced(desk: Desk, number: str) -> Faced:
    """Give the case of a number to act on; to those who may not see it, it does not exist."""
    try:
        return case_faced(number=number, actor=desk.actor)
    except CaseUnseen as unseen:
        raise Http404(number) from unseen


def _sheet(desk: Desk, case: Faced, action: str) -> Sheet:
    if action not in case.mechanism.actions or case.mechanism.actions[action].start:
        raise Http404(action)
    given = desk.request.POST if desk.request.method == "POST" else desk.request.GET
    kind, _colon, key = given.get("member", "").partition(":")
    revision = given.get("revision", "")
    fields = case.mechanism.actions[action].fields
    return laid(
        desk,
        case.mechanism,
        action,
        revision=int(revision) if revision.isdecimal() else case.revision,
        member=(kind, key) if key else None,
        answers={name: case.values[name] for name in fields if name in case.values},
    )


def _take(desk: Desk, case: Faced, sheet: Sheet) -> HttpResponse:
    if sheet.faults:
        return _shown(desk, seen(desk, case.number), sheet, UNFIT)
    try:
        perform(
            case=case.id,
            action=sheet.name,
            by=desk.actor,
            at=desk.at,
            form=sheet.form,
            exhibits=sheet.exhibits,
            key=sheet.key,
            revision=sheet.revision,
            member=sheet.member,
            done_at=desk.done_at,
        )
    except RevisionConflict as conflict:
        return _met(desk, seen(desk, case.number), sheet, conflict)
    except StepRefused as refused:
        status = FORBIDDEN if refused.code == "permission" else UNFIT
        return _shown(desk, seen(desk, case.number), sheet.refused(refused), status)
    return _done(desk, case, sheet)


def _met(desk: Desk, view: CaseView, sheet: Sheet, conflict: RevisionConflict) -> HttpResponse:
    """Show mine beside what others did in between; sending again takes the action on the case as it is now."""
    since = [line for line in view.trail if line.seq > (sheet.revision or 0)]
    still_open = Opening(sheet.name, sheet.member) in view.openings
    fresh = sheet.renewed(conflict.revision)
    return _shown(desk, view, fresh, CONFLICT, since=since, is_shut=not still_open)


def _shown(
    desk: Desk, view: CaseView, sheet: Sheet, status: int = 200, **more: object
) -> HttpResponse:
    template = "staff/do.html#sheet" if desk.request.headers.get("HX-Request") else "staff/do.html"
    given = desk.request.POST if desk.request.method == "POST" else desk.request.GET
    shown = {
        "view": view,
        "sheet": sheet,
        "back": way_back(given.get("back")),
        "changes": changes_shown(desk, view, sheet),
        "likely": offered(desk, sheet, view),
        "ruled": ruled(desk, sheet, view),
        "usable": usable(sheet, view),
        **more,
    }
    return desk.show(template, shown, status)


def _done(desk: Desk, case: Faced, sheet: Sheet) -> HttpResponse:
    said = _said(desk, case.number, sheet)
    if desk.is_kept_letter:
        return JsonResponse({"said": str(said)})
    messages.success(desk.request, said)
    query = urlencode({"back": way_back(desk.request.POST.get("back"))})
    target = f"{reverse('staff:case', args=[case.number])}?{query}"
    if not desk.request.headers.get("HX-Request"):
        return redirect(target)
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = target
    return answer


def _said(desk: Desk, number: str, sheet: Sheet) -> str:
    """Give what has happened in words: the action, how the case stands now, and who has it."""
    done = {"number": number, "action": sheet.action.in_language(desk.language)}
    try:
        now = case_faced(number=number, actor=desk.actor)
    except CaseUnseen:
        return _("%(number)s 已办理：%(action)s。案件已不在您的范围内") % done
    done["state"] = now.state_label.in_language(desk.language)
    said = _("%(number)s 已办理：%(action)s。案件现在：%(state)s") % done
    holder = body_names([now.holder]).get(now.holder) if now.holder else None
    return f"{said}，{holder.in_language(desk.language)}" if holder else said
