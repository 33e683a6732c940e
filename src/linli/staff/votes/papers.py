"""The numbered forms of a vote: printed from a page or as PDF, and ticked one by one when they lie on the table."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from linli.deliberation.queries import FormRow, VoteView, form_list, forms_of, may_lead
from linli.deliberation.voting.concluding import reconcile_by_number
from linli.deliberation.voting.standing import VoteRefused
from linli.reports.printing.pdf import PdfRefused, check_tools, compiled
from linli.rulebook.labels import Label
from linli.staff.desk import Desk
from linli.staff.votes.pages import UNFIT, tellers_only, view_of
from linli.staff.votes.typeset import Leaf, forms_source

ON_PAPER = Label(zh="或用浏览器打印这一页", en="or print this page from the browser")


def forms(desk: Desk, vote: int) -> HttpResponse:
    """Show the numbered forms with their codes, to be printed."""
    return _shown(desk, _led(desk, vote))


def forms_pdf(desk: Desk, vote: int) -> HttpResponse:
    """Give the numbered forms as PDF, one to a page, or say what is missing for it."""
    view = _led(desk, vote)
    try:
        check_tools(ON_PAPER)
    except PdfRefused as refused:
        return _shown(desk, view, refused.message)
    leaves = [Leaf(one, address) for one, address in _sheets(desk, vote)]
    answer = HttpResponse(compiled(forms_source(view, leaves)), content_type="application/pdf")
    name = f"{view.row.title}.pdf"
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    answer["Cache-Control"] = "private, no-store"
    return answer


def tally(desk: Desk, vote: int) -> HttpResponse:
    """List every form with what became of it; a POST holds those ticked as on the table against the record."""
    view = _led(desk, vote)
    refusal, ticked = None, frozenset(desk.request.POST.getlist("here"))
    if desk.request.method == "POST":
        try:
            known = reconcile_by_number(vote=vote, ticked=ticked, by=desk.actor, at=desk.at)
        except VoteRefused as refused:
            refusal = refused.message
        else:
            messages.success(
                desk.request, _("逐张相符：发出 %(issued)s") % {"issued": known.issued}
            )
            return redirect("staff:vote", vote=vote)
    context = {"view": view, "rows": form_list(vote), "ticked": ticked, "refusal": refusal}
    return desk.show("staff/vote_tally.html", context, UNFIT if refusal else 200)


def _led(desk: Desk, vote: int) -> VoteView:
    tellers_only(desk)
    view = view_of(vote)
    if not may_lead(desk.actor, vote):
        raise PermissionDenied
    return view


def _sheets(desk: Desk, vote: int) -> list[tuple[FormRow, str]]:
    door = desk.request.build_absolute_uri(reverse("resident:vote-ballot", args=[vote]))
    return [(one, f"{door}?form={one.number}&code={one.code}") for one in forms_of(vote)]


def _shown(desk: Desk, view: VoteView, refusal: Label | None = None) -> HttpResponse:
    context = {"view": view, "sheets": _sheets(desk, view.row.id), "refusal": refusal}
    return desk.show("staff/vote_forms.html", context, UNFIT if refusal else 200)
