from datetime import timedelta

import pytest
from building import AT, photo
from test_actions import act, report

from linli.casework.journal.replaying import replay
from linli.casework.models import Step
from linli.casework.turns.timers import fire_due
from linli.rulebook.loading import load, shipped

KEY = "grid-case"
SINCE = AT - timedelta(days=1)


def version(*changes):
    text = shipped().texts[KEY].replace("version: 1", "version: 2")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return load(text, f"{KEY}.yaml")


def replayed(*changes, **more):
    return replay(version(*changes), shipped(), since=SINCE, **more)


@pytest.fixture
def whole(office):
    """Give a case that went all its way, late once, and one that was only reported."""
    case = report(office, key="whole").case_id
    act(office, case, "accept", "operator", AT + timedelta(hours=1), form={"category": "0102"})
    act(office, case, "file", "operator", AT + timedelta(hours=2))
    at = AT + timedelta(days=3)
    fire_due(at)
    act(office, case, "dispatch", "dispatcher", at, form={"unit": office.bodies["patrol"]})
    act(office, case, "take_on", "handler", at + timedelta(hours=1))
    act(
        office, case, "finish", "handler", at + timedelta(hours=2),
        form={"result": "已修"}, exhibits=[photo()],
    )  # fmt: skip
    act(office, case, "verify", "verifier", at + timedelta(hours=3))
    act(
        office,
        case,
        "call_back",
        "caller",
        at + timedelta(hours=4),
        form={"satisfaction": "dissatisfied"},
    )
    report(office, key="fresh", at=AT)
    return case


def test_the_same_rules_make_no_difference_and_nothing_is_written(office, whole):
    before = Step.objects.count()

    found = replayed()

    assert (found.cases, found.same, found.differences) == (2, 2, ())
    assert (found.mechanism, found.version, found.steps) == (KEY, 2, 9)
    assert Step.objects.count() == before


@pytest.mark.parametrize(
    ("change", "action", "kind", "said"),
    [
        (("runs_in: [dispatched, handling]", "runs_in: [handling]"), "派遣", "due", "“处置时限”到期 —，而不是"),
        (("'\"5 wd\"', '\"office\"'", "'\"3 wd\"', '\"office\"'"), "派遣", "due", "“处置时限”到期 2026-03-10 17:30，而不是 2026-03-12 17:30"),
        (("redone < 2}], set", "redone < 0}], set"), "回访", "state", "到“待回访”，而不是“已派遣”"),
        (("form: [result!], evidence", "form: [result!, comment!], evidence"), "处置完毕", "missing", "当时没有填写：意见"),
        (("photo: check, min: 0", "photo: check"), "核查通过", "missing", "当时没有附上：核查照片"),
        (("from: filed, to: dispatched, by", "from: filed, when: urgency == 'urgent', to: dispatched, by"), "派遣", "refused", "“派遣”须满足：“紧急程度”为“紧急”。"),
        (("by: [{role: verifier, scope: area, not_actor_of: [collect, self_handle, finish]}], evidence", "by: [{role: supervisor, scope: area}], evidence"), "核查通过", "refused", "新版不由这个角色办理"),
        (("from: accepted, to: filed", "from: reported, to: filed"), "立案", "refused", ""),
    ],
)  # fmt: skip
def test_a_case_that_would_have_gone_otherwise_is_named_with_step_and_reason(
    office, whole, change, action, kind, said
):
    found = replayed(change)

    assert [(one.action.zh, one.kind) for one in found.differences] == [(action, kind)]
    assert said in found.differences[0].said.zh
    assert (found.cases, found.same) == (2, 1)


def test_an_action_that_is_gone_is_a_refusal(office, whole):
    mechanism = version()
    actions = {key: one for key, one in mechanism.actions.items() if key != "take_on"}

    found = replay(
        mechanism.model_copy(update={"actions": actions, "version": 3}), shipped(), since=SINCE
    )

    assert [(one.seq > 4, one.said.zh) for one in found.differences] == [(True, "新版没有这个动作")]


def test_only_cases_since_a_day_and_the_newest_are_taken(office, whole):
    report(office, key="late", at=AT + timedelta(days=5))

    assert replayed(most=1).cases == 1
    assert replay(version(), shipped(), since=AT + timedelta(days=4)).cases == 1
    assert replay(version(), shipped(), since=AT + timedelta(days=9)).cases == 0
