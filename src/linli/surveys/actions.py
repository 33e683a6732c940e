"""The verbs of surveys: plan with a seed, draw, call up a reserve, hand the result in. Refusals come before any write."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from io import BytesIO

from openpyxl import Workbook

from linli.casework.actions import open_case, perform
from linli.casework.attachments import Sender, keep_upload
from linli.registry.isolation import current_office, office_transaction
from linli.rulebook.casefile import Actor, Exhibit
from linli.rulebook.mechanism import Label
from linli.surveys.models import Drawing
from linli.surveys.plans import ALLOCATIONS, DWELLINGS, MOST, STRATA, Plan, frame_of, units_of
from linli.surveys.queries import Survey, answers_of, strata_of
from linli.surveys.sampling import frame_digest

FEWEST_SIGNS = 6
REPLACED = ("not_reached", "ineligible")


class SurveyRefused(Exception):
    """The sample cannot be planned, drawn or counted so; `message` says why. Nothing has changed."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Label(zh=zh, en=en)


def plan_drawing(
    *, survey: Survey, plan: Plan, seed: str, seed_source: str, by: Actor, at: datetime
) -> None:
    """Fix what will be drawn, and from which seed; it cannot be changed afterwards. Raises SurveyRefused."""
    if survey.drawn is not None:
        raise SurveyRefused(
            "抽样方案已经定了，不能再改", "the sample is planned and cannot be changed"
        )
    if len(seed.strip()) < FEWEST_SIGNS or not seed_source.strip():
        raise SurveyRefused(
            "请写种子（至少六位）和它从哪里来，例如某期福彩号码",
            "give the seed, six signs at least, and where it comes from, such as a published lottery draw",
        )
    _check(plan, survey)
    Drawing.objects.create(
        office_id=current_office(), case_id=survey.case.case, plan=plan.told(), seed=seed.strip(),
        seed_source=seed_source.strip(), planned_by=by.id, planned_at=at,
    )  # fmt: skip


def draw(*, survey: Survey, by: Actor, at: datetime) -> int:
    """Read the frame as it stands, draw from it, open a questionnaire for each unit; give how many are asked.

    The survey's own step keeps size and protocol. Raises SurveyRefused or StepRefused.
    """
    planned = survey.drawn
    if planned is None or planned.drawn_at is not None:
        raise SurveyRefused(
            "还没有方案，或者已经抽过", "nothing is planned, or it is drawn already"
        )
    frame = frame_of(planned.plan, on=at.date())
    units = units_of(planned.plan, frame, planned.seed)
    asked = sum(not one.is_reserve for one in units)
    if not asked:
        raise SurveyRefused("抽样框是空的", "there is nothing to draw from")
    with office_transaction(by.office):
        Drawing.objects.filter(office_id=current_office(), case_id=survey.case.case).update(
            frame=frame, digest=frame_digest(frame), drawn_by=by.id, drawn_at=at
        )
        for one in units:
            open_case(
                mechanism=survey.kind.answers, action="draw", by=by, at=at, area=survey.case.area,
                key=f"sample:{survey.case.number}:{one.form_no}", source="sample",
                form={
                    "survey_no": survey.case.number, "form_no": one.form_no, "stratum": one.stratum[:80],
                    "reserve": one.is_reserve,
                },
            )  # fmt: skip
        protocol = {
            "seed": planned.seed,
            "plan": planned.plan.told(),
            "digest": frame_digest(frame),
        }
        _step(survey, survey.kind.draw, {"sample": asked}, "frame", protocol, by, at)
    return asked


def call_up(*, survey: Survey, stratum: str, by: Actor, at: datetime) -> int:
    """Call up the next reserve of a stratum for one that was not reached or does not count; give its form number.

    Who refused is not replaced: that would leave only the willing. Raises SurveyRefused or StepRefused.
    """
    forms = {
        no: one for no, one in sorted(survey.forms.items()) if one.values["stratum"] == stratum
    }
    units = {one.form_no: one for one in survey.drawn.units} if survey.drawn else {}
    lost = sum(one.state in REPLACED for one in forms.values())
    called = sum(units[no].is_reserve and not one.values["reserve"] for no, one in forms.items())
    waiting = [no for no in survey.reserves if no in forms]
    if called >= lost:
        raise SurveyRefused(
            "这一层没有要替换的：拒答不替换",
            "none of this stratum is to be replaced; refusals are not",
        )
    if not waiting:
        raise SurveyRefused("这一层的备用样本用完了", "the reserves of this stratum are used up")
    perform(
        case=forms[waiting[0]].case, action="call_up", by=by, at=at, form={}, revision=None,
        key=f"call-up:{survey.case.number}:{waiting[0]}",
    )  # fmt: skip
    return waiting[0]


def hand_in(*, survey: Survey, by: Actor, at: datetime) -> None:
    """Hand the survey's result in as its questionnaires add up; reserves that wait are left. Raises SurveyRefused, StepRefused."""
    if survey.open:
        listed = "、".join(map(str, survey.open[:10]))
        raise SurveyRefused(f"还有没有结果的表：{listed}", f"forms without a result: {listed}")
    answers, strata = answers_of(survey), strata_of(survey)
    refused = sum(one.refused for one in strata)
    form = {
        "reached": sum(answers.values()) + refused,
        "refused": refused,
        **{name: answers[name] for name in ("pleased", "fairly", "displeased", "unknown")},
    }
    with office_transaction(by.office):
        for number in survey.reserves:
            perform(
                case=survey.forms[number].case, action="leave", by=by, at=at, form={}, revision=None,
                key=f"leave:{survey.case.number}:{number}",
            )  # fmt: skip
        _step(survey, survey.kind.hand_in, form, "answers", form, by, at)


def _step(
    survey: Survey,
    action: str,
    form: dict[str, int],
    tag: str,
    told: Mapping[str, object],
    by: Actor,
    at: datetime,
) -> None:
    exhibits: Sequence[Exhibit] = [_kept(survey.case.case, tag, told, by, at)]
    perform(
        case=survey.case.case, action=action, by=by, at=at, form=form, exhibits=exhibits, revision=None,
        key=f"{action}:{survey.case.number}:{at.isoformat()}",
    )  # fmt: skip


def _kept(case: int, tag: str, told: Mapping[str, object], by: Actor, at: datetime) -> Exhibit:
    """Keep a workbook that tells each of these on a line."""
    book, text = Workbook(write_only=True), BytesIO()
    sheet = book.create_sheet(tag)
    for name, value in told.items():
        sheet.append([name, json.dumps(value, ensure_ascii=False, sort_keys=True)])
    book.save(text)
    text.seek(0)
    sender = Sender(by.id, at, "file", tag)
    return keep_upload(
        office=by.office, case=case, upload=text, name=f"{tag}.xlsx", sender=sender
    ).exhibit


def _check(plan: Plan, survey: Survey) -> None:
    if plan.source != DWELLINGS and plan.source not in survey.kind.calls:
        raise SurveyRefused("不认识这个抽样框", "unknown frame")
    if plan.strata not in STRATA or plan.allocation not in ALLOCATIONS:
        raise SurveyRefused("请选分层和分配办法", "choose strata and allocation")
    if not 1 <= plan.size <= MOST or not 0 <= plan.reserve <= 100:  # noqa: PLR2004 - per cent
        raise SurveyRefused(
            f"样本数为 1 至 {MOST}，备用为 0 至 100%", f"1 to {MOST} units, 0 to 100 % reserves"
        )
    if plan.source != DWELLINGS:
        _check_days(plan)


def _check_days(plan: Plan) -> None:
    try:
        begin, end = date.fromisoformat(plan.begin), date.fromisoformat(plan.end)
    except ValueError as error:
        raise SurveyRefused(
            "请填写办结的起止日期", "give the days between which they closed"
        ) from error
    if begin >= end:
        raise SurveyRefused("结束日期要在开始日期之后", "the end must come after the beginning")
