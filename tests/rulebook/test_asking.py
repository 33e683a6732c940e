"""What an action asks for: alternatives, things asked under a condition, clocks begun anew, days that roll."""

from datetime import UTC, datetime, timedelta

import pytest

from linli.rulebook.casefile import Actor, Duty, Exhibit, Fault, StepRefused
from linli.rulebook.deciding import decide
from linli.rulebook.lint import lint
from linli.rulebook.loading import MechanismRefused, load
from linli.rulebook.workdays import CHINA, Due

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
AREA = "/310000/310112/310112006/"
CLERK = Actor(1, "account:clerk", (Duty("clerk", 7, (AREA,)),))
CHIEF = Actor(1, "account:chief", (Duty("head", None, (AREA,)),))
EVIDENCE = "evidence: [{photo: proof, min: 2, geotag: true}, {file: report, min: 0}]"


def _doing(mechanism, book):
    fresh = decide(
        mechanism, None, "open", actor=CLERK, at=MONDAY, form={"what": "灯"}, book=book, area=AREA
    )
    begun = decide(
        mechanism, fresh.case, "begin", actor=CLERK, at=MONDAY, form={"unit": 7}, book=book
    )
    return begun.case


def _end(mechanism, case, book, *exhibits, **form):
    return decide(
        mechanism, case, "end", actor=CHIEF, at=MONDAY, form=form, exhibits=exhibits, book=book
    )


def _refused(*args, **form):
    with pytest.raises(StepRefused) as caught:
        _end(*args, **form)
    return caught.value


@pytest.mark.parametrize(
    "given", [Exhibit("photo", "proof", "a" * 64), Exhibit("file", "paper", "b" * 64)]
)
def test_one_of_the_alternatives_is_enough(bend, book, given):
    mechanism = bend(EVIDENCE, "evidence: [{any_of: [{photo: proof}, {file: paper}]}]")
    case = _doing(mechanism, book)

    assert _end(mechanism, case, book, given).case.state == "ended"


def test_none_of_the_alternatives_is_refused_in_words(bend, book):
    mechanism = bend(EVIDENCE, "evidence: [{any_of: [{photo: proof, min: 2}, {file: paper}]}]")
    case = _doing(mechanism, book)

    refused = _refused(mechanism, case, book, Exhibit("photo", "proof", "a" * 64))

    assert refused.code == "evidence"
    assert refused.message.zh == "“办完”须附照片 2 份，或文件 1 份，有其一即可，现有 1 份。"
    assert refused.message.en == "End needs 2 × photo or 1 × file; 1 given."


def test_evidence_under_a_condition_is_asked_for_only_then(bend, book):
    mechanism = bend(EVIDENCE, "form: [note], evidence: [{file: paper, when: note == 'fire'}]")
    case = _doing(mechanism, book)

    refused = _refused(mechanism, case, book, note="fire")

    assert _end(mechanism, case, book, note="smoke").case.state == "ended"
    assert refused.message.zh == "因为“备注”为 fire，“办完”须附文件 1 份，现有 0 份。"
    assert refused.message.en == "since “Note” is fire, End needs 1 × file; 0 given."


def test_field_that_must_be_filled_under_a_condition(bend, book):
    mechanism = bend(EVIDENCE, "form: [cost, note! when cost > 10]")
    case = _doing(mechanism, book)

    refused = _refused(mechanism, case, book, cost="10.01")

    assert (refused.code, [fault.field for fault in refused.faults]) == ("form", ["note"])
    assert refused.faults == (Fault("note", refused.message),)
    assert refused.message.zh == "因为“费用”大于 10，请填写“备注”。"
    assert _end(mechanism, case, book, cost="10").case.state == "ended"
    assert _end(mechanism, case, book, cost="10.01", note="贵").case.state == "ended"


@pytest.mark.parametrize(
    ("old", "new", "line", "zh", "en"),
    [
        (EVIDENCE, "form: [note when cost > 10]", 38, "“字段! when 条件”", "'field! when GUARD'"),
        (
            EVIDENCE,
            "evidence: [{any_of: [{photo: proof}]}]",
            38,
            "any_of 要写两种以上",
            "any_of names two or more",
        ),
        (
            EVIDENCE,
            "evidence: [{photo: proof, file: paper}]",
            38,
            "恰好写一个",
            "give exactly one of photo",
        ),
    ],
)
def test_what_is_asked_wrongly_is_refused_with_line_and_cure(small_text, old, new, line, zh, en):
    assert small_text.count(old) == 1

    with pytest.raises(MechanismRefused) as caught:
        load(small_text.replace(old, new), "small-matter.yaml")

    assert caught.value.line == line
    assert zh in caught.value.message.zh
    assert en in caught.value.message.en
    assert caught.value.cure.zh == "请照此改写。"


def test_restart_lets_a_clock_begin_anew_and_forgets_no_breach_of_the_case(bend, book):
    mechanism = bend(
        "pay: {zh: 支出, en: Pay, from: doing,",
        "pay: {zh: 支出, en: Pay, from: doing, restart: [work],",
    )
    case = _doing(mechanism, book)
    later = MONDAY + timedelta(days=1)

    paid = decide(mechanism, case, "pay", actor=CLERK, at=later, form={"cost": "1"}, book=book)

    before, after = case.clocks["work"], paid.case.clocks["work"]
    assert (before.started_at, after.started_at) == (MONDAY, later)
    assert after.due_at == book.calendars.named("office").add(later, "2 wd").at
    assert (after.breached_at, after.ended_at) == (None, None)


def test_extension_may_be_repeated_and_the_budget_tells_the_sum(bend, book):
    mechanism = bend(
        "pay: {zh: 支出, en: Pay, from: doing,",
        "pay: {zh: 支出, en: Pay, from: doing, extend: {work: 3 wd},",
    )
    case = _doing(mechanism, book)

    once = decide(mechanism, case, "pay", actor=CLERK, at=MONDAY, form={"cost": "1"}, book=book)
    twice = decide(
        mechanism, once.case, "pay", actor=CLERK, at=MONDAY, form={"cost": "1"}, book=book
    )

    assert twice.case.clocks["work"].budget == "8 wd"
    assert twice.case.clocks["work"].due_at == book.calendars.named("office").add(MONDAY, "8 wd").at


def _local(text):
    return datetime.fromisoformat(text).replace(tzinfo=CHINA).astimezone(UTC)


@pytest.mark.parametrize(
    ("begun", "budget", "due", "provisional"),
    [
        (
            "2026-03-02 09:00",
            "10 cd",
            "2026-03-12 17:30",
            False,
        ),  # a Thursday: to the end of business
        ("2026-03-05 09:00", "9 cd", "2026-03-16 17:30", False),  # a Saturday rolls to Monday
        (
            "2026-09-25 09:00",
            "7 cd",
            "2026-10-08 17:30",
            False,
        ),  # the second day of the national holiday
        (
            "2026-02-04 09:00",
            "10 cd",
            "2026-02-14 17:30",
            False,
        ),  # a Saturday worked in exchange is no holiday
        (
            "2026-12-25 09:00",
            "10 cd",
            "2027-01-04 17:30",
            True,
        ),  # the next year is not announced yet
    ],
)
def test_limit_in_calendar_days_rolls_over_a_holiday_as_the_civil_code_says(
    bend, book, begun, budget, due, provisional
):
    mechanism = bend(
        "budget: 2 wd, runs_in: [doing]", f"budget: {budget}, roll: true, runs_in: [doing]"
    )
    fresh = decide(
        mechanism,
        None,
        "open",
        actor=CLERK,
        at=_local(begun),
        form={"what": "灯"},
        book=book,
        area=AREA,
    )

    outcome = decide(
        mechanism, fresh.case, "begin", actor=CLERK, at=_local(begun), form={"unit": 7}, book=book
    )

    reading = outcome.case.clocks["work"]
    assert (reading.due_at, reading.provisional) == (_local(due), provisional)


def test_rolling_leaves_what_was_provisional_so(book):
    due = Due(_local("2026-03-14 09:00"), provisional=True)

    assert book.calendars.rolled(due, "duty") == Due(_local("2026-03-16 17:30"), provisional=True)


@pytest.mark.parametrize("name", ["key", "revision", "member", "ticket", "csrfmiddlewaretoken"])
def test_field_with_the_name_of_a_control_is_refused_with_the_cure(bend, book, name):
    mechanism = bend(
        "  cost: {type: money,",
        f"  {name}: {{type: word, default: a, zh: 名, en: Name}}\n  cost: {{type: money,",
    )

    found = [finding for finding in lint(mechanism, book) if finding.code == "reserved"]

    assert [(f.severity, f.where, f.cure.zh) for f in found] == [
        ("error", f"fields.{name}", f"请改名，如 {name}_no 或 {name}_name。")
    ]


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        (EVIDENCE, "evidence: [{photo: key}]", "reserved", "actions.end.evidence.0"),
        (EVIDENCE, "form: [note], evidence: [{photo: note}]", "reserved", "actions.end.evidence.0"),
        (
            EVIDENCE,
            "evidence: [{any_of: [{photo: a}, {photo: a}]}]",
            "evidence",
            "actions.end.evidence",
        ),
        (
            EVIDENCE,
            "evidence: [{photo: a, when: weather == 'fine'}]",
            "guard",
            "actions.end.evidence.0.when",
        ),
        (EVIDENCE, "form: [note! when what == 'x']", "guard", "actions.end.form.0"),
    ],
)
def test_lint_finds_what_is_asked_wrongly(bend, book, old, new, code, where):
    found = {(finding.code, finding.where) for finding in lint(bend(old, new), book)}

    assert (code, where) in found


def test_lint_refuses_to_restart_a_clock_that_does_not_run_then(bend, book):
    mechanism = bend(
        "to: fresh, by: [{role: clerk, scope: own}]",
        "to: fresh, restart: [work], by: [{role: clerk, scope: own}]",
    )

    (found,) = [finding for finding in lint(mechanism, book) if finding.code == "restart"]

    assert found.where == "actions.retry.restart"
    assert found.cure.en == "Change its runs_in, or drop restart."


def test_lint_refuses_working_days_that_roll(bend, book):
    mechanism = bend("budget: 2 wd,", "budget: 2 wd, roll: true,")

    (found,) = [finding for finding in lint(mechanism, book) if finding.where == "clocks.work.roll"]

    assert found.message.zh == "只有按日历天计的时限才顺延。"
