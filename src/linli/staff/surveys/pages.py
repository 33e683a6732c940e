"""Pages of sampled surveys: the plan with its seed, the sample, printed forms, what the answers say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from linli.casework import queries
from linli.casework.actions import CaseUnknown
from linli.casework.queries import CaseFilters
from linli.casework.queries.standing import Standing
from linli.notices.links.actions import LinkOrder, give_link
from linli.registry.queries import areas_of_office
from linli.rulebook.casefile import StepRefused
from linli.rulebook.labels import Label
from linli.staff.desk import Desk
from linli.surveys.actions import SurveyRefused, call_up, draw, hand_in, plan_drawing
from linli.surveys.kinds import kinds_at_hand
from linli.surveys.plans import DWELLINGS, Plan
from linli.surveys.queries import (
    NoSurvey,
    Survey,
    answers_of,
    asked_in,
    drawn_again,
    estimate_of,
    shown_strata,
    survey_numbered,
    told_by_question,
)
from linli.surveys.questions import QuestionTold
from linli.surveys.sampling import Unit
from linli.ui.printing import percent, rounded

SIZE = 50
LEAST, RESERVE, SAMPLE = 5, 50, 100
LINK_DAYS = 30
LANDED = "answer"


@dataclass(frozen=True)
class Form:
    """One unit on the page: its form number, what it is, and the questionnaire."""

    unit: Unit
    case: Standing
    state: str


@dataclass(frozen=True)
class OptionRow:
    """An option as it is printed: how many chose it, their share and its 95 % interval."""

    label: Label
    count: int
    share: str | None
    low: str | None
    high: str | None


@dataclass(frozen=True)
class QuestionRow:
    """A question as it is printed: how many answered it, and what they said."""

    label: Label
    base: int
    too_few: bool
    options: list[OptionRow]
    mean: str | None
    margin: str | None


def listed(desk: Desk) -> HttpResponse:
    """List the surveys that can be sampled."""
    _surveyors_only(desk)
    rows = [
        row
        for mechanism in kinds_at_hand()
        for row in queries.cases(
            actor=desk.actor,
            filters=CaseFilters(mechanism=mechanism),
            at=desk.at,
            page=1,
            size=SIZE,
        ).rows
    ]
    return desk.show("staff/surveys.html", {"rows": rows})


def survey(desk: Desk, number: str) -> HttpResponse:
    """Show one survey: the plan or its form, the sample and its repetition, the results."""
    one = _survey(desk, number)
    drawn = one.drawn is not None and one.drawn.drawn_at is not None
    context = {
        "survey": one,
        "areas": [(row.path, row.name) for row in areas_of_office(on=desk.today)],
        "sources": [DWELLINGS, *(key for key in one.kind.calls if key in desk.mechanisms)],
        "titles": {
            key: desk.mechanisms[key].title for key in one.kind.calls if key in desk.mechanisms
        },
        "defaults": {"least": LEAST, "reserve": RESERVE, "size": SAMPLE},
        "again": drawn_again(one) if drawn and "again" in desk.request.GET else None,
        "forms": _forms(desk, one) if drawn else [],
        "strata": shown_strata(one) if drawn else [],
        "questions": [_question(told) for told in told_by_question(one)],
        **(_told(one) if drawn else {}),
    }
    return desk.show("staff/survey.html", context)


def act(desk: Desk, number: str, verb: str) -> HttpResponse:
    """Plan, draw, call a reserve up, or hand in; what is refused is said on the page."""
    one = _survey(desk, number)
    if verb not in VERBS:
        raise Http404(verb)
    try:
        messages.success(desk.request, VERBS[verb](desk, one))
    except (SurveyRefused, StepRefused) as refused:
        messages.error(desk.request, refused.message.in_language(desk.language))
    return redirect("staff:survey", number)


def forms(desk: Desk, number: str) -> HttpResponse:
    """Show the forms to be printed; asked by POST, each with a link by which the household itself can answer."""
    one = _survey(desk, number)
    waiting = [form for form in _forms(desk, one) if form.unit.form_no in one.open]
    linked = desk.request.method == "POST"
    if linked and not desk.may_give_links:
        raise PermissionDenied
    sheets = [(form, _link(desk, form) if linked else "") for form in waiting]
    context = {"survey": one, "sheets": sheets, "linked": linked, "questions": asked_in(one)}
    return desk.show("staff/survey_forms.html", context)


def protocol(desk: Desk, number: str) -> HttpResponse:
    """Give seed, plan and frame as a file from which `linli survey` draws again."""
    one = _survey(desk, number)
    if one.drawn is None or one.drawn.drawn_at is None:
        raise Http404(number)
    told = {
        "seed": one.drawn.seed,
        "plan": one.drawn.plan.told(),
        "digest": one.drawn.digest,
        "frame": one.drawn.frame,
        "sample": [
            [unit.form_no, unit.stratum, unit.unit, unit.is_reserve] for unit in one.drawn.units
        ],
    }
    answer = JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="{number}-sample.json"'
    return answer


def _planned(desk: Desk, one: Survey) -> str:
    sent = desk.request.POST
    plan = _plan(sent)
    if plan.ground not in {row.path for row in areas_of_office(on=desk.today)}:
        raise Http404(plan.ground)
    plan_drawing(
        survey=one, plan=plan, seed=sent.get("seed", ""), seed_source=sent.get("seed_source", ""),
        by=desk.actor, at=desk.at,
    )  # fmt: skip
    return _("抽样方案已定，种子已记下；现在可以抽样")


def _drawn(desk: Desk, one: Survey) -> str:
    asked = draw(survey=one, by=desk.actor, at=desk.at)
    return _("已抽 {asked} 份").format(asked=asked)


def _called(desk: Desk, one: Survey) -> str:
    stratum = desk.request.POST.get("stratum", "")
    number = call_up(survey=one, stratum=stratum, by=desk.actor, at=desk.at)
    return _("已启用备用的 {number} 号表").format(number=number)


def _handed(desk: Desk, one: Survey) -> str:
    hand_in(survey=one, by=desk.actor, at=desk.at)
    return _("结果已报送，等待复核")


VERBS: dict[str, Callable[[Desk, Survey], str]] = {
    "plan": _planned,
    "draw": _drawn,
    "call-up": _called,
    "hand-in": _handed,
}


def _plan(sent: QueryDict) -> Plan:
    def whole(name: str) -> int:
        text = sent.get(name, "")
        return int(text) if text.isdecimal() and len(text) < 6 else -1  # noqa: PLR2004 - no longer numbers

    return Plan(
        source=sent.get("source", ""), ground=sent.get("ground", ""), strata=sent.get("strata", ""),
        size=whole("size"), allocation=sent.get("allocation", ""), reserve=whole("reserve"), least=LEAST,
        begin=sent.get("begin", ""), end=sent.get("end", ""),
    )  # fmt: skip


def _surveyors_only(desk: Desk) -> None:
    if not desk.may_survey:
        raise PermissionDenied


def _survey(desk: Desk, number: str) -> Survey:
    _surveyors_only(desk)
    try:
        return survey_numbered(number)
    except (CaseUnknown, NoSurvey) as unknown:
        raise Http404(number) from unknown


def _forms(desk: Desk, one: Survey) -> list[Form]:
    units = one.drawn.units if one.drawn else ()
    return [
        Form(unit, case, case.mechanism.states[case.state].in_language(desk.language))
        for unit in units
        if (case := one.forms.get(unit.form_no)) is not None
    ]


def _link(desk: Desk, form: Form) -> str:
    view = queries.case_view(number=form.case.number, actor=desk.actor, at=desk.at)
    order = LinkOrder(
        body=view.row.holder or 0,
        name=f"{form.unit.form_no}",
        actions=[LANDED],
        days=LINK_DAYS,
        once=True,
    )
    origin = desk.request.build_absolute_uri("/").rstrip("/")
    return give_link(view=view, order=order, origin=origin, by=desk.actor, at=desk.at)[1]


def _share(number: float | Fraction) -> str | None:
    exact = Fraction(number)
    return percent(exact.numerator, exact.denominator, 1)


def _question(told: QuestionTold) -> QuestionRow:
    lines = [
        OptionRow(one.label, one.count, _share(one.share), _share(one.interval.low), _share(one.interval.high))
        for one in told.options
    ]  # fmt: skip
    mean = None if told.mean is None else rounded(Fraction(told.mean), 2)
    margin = None if told.margin is None else rounded(Fraction(told.margin), 2)
    return QuestionRow(told.question.rule, told.base, told.too_few, lines, mean, margin)


def _told(one: Survey) -> dict[str, object]:
    """Give the results as the page prints them; with fewer valid answers than the plan's least, none."""
    found, answers = estimate_of(one), answers_of(one)
    least = one.drawn.plan.least if one.drawn else LEAST
    if found.valid < least or found.interval is None:
        return {"found": found, "too_few": True, "answers": answers}
    return {
        "found": found,
        "low": _share(found.interval.low),
        "high": _share(found.interval.high),
        "weighted": None if found.weighted is None else _share(found.weighted),
        "margin": None if found.margin is None else _share(found.margin),
        "answers": answers,
    }
