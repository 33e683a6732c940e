"""The pages of reports: all of them, one with its sections and findings, one section written, what moved since."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from linli.figures.periods import PeriodUnknown
from linli.registry.queries import bodies
from linli.reports.rounds import actions
from linli.reports.rounds.actions import ReportRefused
from linli.reports.rounds.comparing import compared
from linli.reports.rounds.permits import may_confirm, may_edit, may_see, may_sign, may_write
from linli.reports.rounds.queries import (
    RoundUnknown,
    RoundView,
    SectionRow,
    drift,
    found,
    round_view,
    rounds,
    section_set,
)
from linli.reports.writing.glossary import terms_at_hand, with_term
from linli.reports.writing.templates import (
    TemplateUnknown,
    read_template,
    template_files,
    template_text,
)
from linli.rulebook.ownbook import at_hand
from linli.staff.desk import Desk
from linli.staff.reporting.reading import of_frozen, of_quote, paragraphs
from linli.ui.shelves import Choice

UNFIT = 422
Verb = Callable[[Desk, int, QueryDict], None]


def reports(desk: Desk) -> HttpResponse:
    """List the reports; open a new one on a period."""
    _seers_only(desk)
    if desk.request.method != "POST":
        return _listed(desk)
    sent = desk.request.POST
    try:
        number = actions.open_round(
            template=sent.get("template", ""), period=sent.get("period", ""), by=desk.actor, at=desk.at
        )  # fmt: skip
    except (ReportRefused, TemplateUnknown, PeriodUnknown) as refused:
        return _listed(desk, refused.message.in_language(desk.language), UNFIT)
    messages.success(desk.request, _("报告已开始编报，请各单位填报并确认"))
    return redirect("staff:report", number)


def report(desk: Desk, number: int) -> HttpResponse:
    """Show a report: where it stands, its sections, its findings, its text."""
    _seers_only(desk)
    return _shown(desk, number)


def act(desk: Desk, number: int, verb: str) -> HttpResponse:
    """Confirm, assign, freeze, waive, sign, issue or correct."""
    _seers_only(desk)
    if verb not in VERBS:
        raise Http404(verb)
    try:
        VERBS[verb](desk, number, desk.request.POST)
    except ReportRefused as refused:
        return _shown(desk, number, refused.message.in_language(desk.language), UNFIT)
    return redirect("staff:report", number)


def section(desk: Desk, number: int, key: str) -> HttpResponse:
    """Show one section with the numbers of this moment; write it."""
    _seers_only(desk)
    if desk.request.method != "POST":
        return _section(desk, number, key)
    sent = desk.request.POST
    text, term = sent.get("text", ""), sent.get("term", "")
    if term:
        marked = with_term(text, term) if term in terms_at_hand() else None
        if marked is None:
            said = _("文中没有“%(term)s”，或已经附了解释") % {"term": term}
            return _section(desk, number, key, text, said)
        text = marked
    try:
        actions.write_section(
            report=number, section=key, text=text, revision=_number(sent, "revision"),
            by=desk.actor, at=desk.at,
        )  # fmt: skip
    except ReportRefused as refused:
        said = refused.message.in_language(desk.language)
        return _section(desk, number, key, text, said)
    messages.success(desk.request, _("已保存；请看过下面的数再确认"))
    return redirect("staff:report-section", number, key)


def moved(desk: Desk, number: int) -> HttpResponse:
    """Show which numbers would be printed otherwise today, and the records that came and went."""
    _seers_only(desk)
    view = _view(number)
    context = {"view": view, "moved": drift(number, at_hand())}
    return desk.show("staff/report_moved.html", context)


def beside(desk: Desk, number: int) -> HttpResponse:
    """Show a report beside that of the year before."""
    view = round_seen(desk, number)
    context = {"view": view, "comparison": compared(number)}
    return desk.show("staff/report_beside.html", context)


def round_seen(desk: Desk, number: int) -> RoundView:
    """Give a round to somebody who has a part in reports; 404 when there is none."""
    _seers_only(desk)
    return _view(number)


def _listed(desk: Desk, refusal: str = "", status: int = 200) -> HttpResponse:
    templates = [read_template(template_text(key), key) for key in template_files()]
    context = {
        "rounds": rounds(),
        "templates": [Choice(one.report, one.title, is_chosen=False) for one in templates],
        "may_edit": may_edit(desk.actor),
        "sent": desk.request.POST,
        "refusal": refusal,
        "this_year": desk.today.year,
    }
    return desk.show("staff/reports.html", context, status=status)


def _shown(desk: Desk, number: int, refusal: str = "", status: int = 200) -> HttpResponse:
    view, place = _view(number), found(number).place
    context = {
        "view": view,
        "text": _text(view, place),
        "sections": [_permits(desk, one) for one in view.sections],
        "may_edit": may_edit(desk.actor),
        "may_sign": may_sign(desk.actor),
        "bodies": bodies(on=desk.today),
        "refusal": refusal,
    }
    return desk.show("staff/report.html", context, status=status)


def _section(
    desk: Desk, number: int, key: str, text: str | None = None, refusal: str = ""
) -> HttpResponse:
    try:
        row, setting = section_set(number, key, at_hand())
        place = found(number).place
    except RoundUnknown as unknown:
        raise Http404(key) from unknown
    context = {
        "view": _view(number),
        "permits": _permits(desk, row),
        "section": row,
        "text": row.text if text is None else text,
        "shown": paragraphs(setting.blocks, lambda mark: of_quote(setting.quotes[mark], place)),
        "unclear": setting.unclear,
        "terms": terms_at_hand().values(),
        "picked": setting.terms,
        "refusal": refusal,
    }
    return desk.show("staff/report_section.html", context, status=UNFIT if refusal else 200)


def _permits(desk: Desk, row: SectionRow) -> dict[str, Any]:
    """Give a section with what this person may do to it."""
    return {
        "row": row,
        "may_write": may_write(desk.actor, row.body),
        "may_confirm": may_confirm(desk.actor, row.body) and not row.confirmed_at,
    }


def _text(view: RoundView, place: str) -> object:
    if view.snapshot is None:
        return None
    numbers = view.snapshot.numbers
    return paragraphs(view.snapshot.content.blocks, lambda mark: of_frozen(numbers[mark], place))


def _view(number: int) -> RoundView:
    try:
        return round_view(number)
    except RoundUnknown as unknown:
        raise Http404(number) from unknown


def _number(sent: QueryDict, name: str) -> int:
    text = sent.get(name, "")
    return int(text) if text.isdecimal() else -1


def _seers_only(desk: Desk) -> None:
    if not may_see(desk.actor):
        raise PermissionDenied


def _confirm(desk: Desk, number: int, sent: QueryDict) -> None:
    actions.confirm_section(
        report=number, section=sent.get("section", ""), revision=_number(sent, "revision"),
        by=desk.actor, at=desk.at,
    )  # fmt: skip
    messages.success(desk.request, _("已确认这一节"))


def _assign(desk: Desk, number: int, sent: QueryDict) -> None:
    body = _number(sent, "body")
    known = {one.id for one in bodies(on=desk.today)}
    actions.assign_section(
        report=number, section=sent.get("section", ""), body=body if body in known else None,
        by=desk.actor, at=desk.at,
    )  # fmt: skip
    messages.success(desk.request, _("已指定负责单位，请其确认"))


def _freeze(desk: Desk, number: int, _sent: QueryDict) -> None:
    actions.freeze(report=number, by=desk.actor, at=desk.at, book=at_hand())
    messages.success(desk.request, _("已定稿：数不再变动，请处理核对出的问题"))


def _waive(desk: Desk, number: int, sent: QueryDict) -> None:
    actions.waive(
        report=number, finding=sent.get("finding", ""), reason=sent.get("reason", ""),
        by=desk.actor, at=desk.at,
    )  # fmt: skip
    messages.success(desk.request, _("已写明理由"))


def _sign(desk: Desk, number: int, _sent: QueryDict) -> None:
    actions.sign(report=number, by=desk.actor, at=desk.at)
    messages.success(desk.request, _("已签发，可以编号印发"))


def _issue(desk: Desk, number: int, sent: QueryDict) -> None:
    actions.issue(report=number, number=sent.get("number", ""), by=desk.actor, at=desk.at)
    messages.success(desk.request, _("已印发，居民可以看到"))


def _correct(desk: Desk, number: int, sent: QueryDict) -> None:
    new = actions.correct(
        report=number, reason=sent.get("reason", ""), by=desk.actor, at=desk.at
    )  # fmt: skip
    messages.success(desk.request, _("更正已开始，是报告 %(number)d") % {"number": new})


VERBS: dict[str, Verb] = {
    "confirm": _confirm,
    "assign": _assign,
    "freeze": _freeze,
    "waive": _waive,
    "sign": _sign,
    "issue": _issue,
    "correct": _correct,
}
