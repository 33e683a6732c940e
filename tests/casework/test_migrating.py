from datetime import timedelta

import pytest
from building import AT
from building import FIRST as FIRST_GROUND
from test_actions import act

from linli.casework import definitions, queries
from linli.casework.actions import open_case
from linli.casework.journal.rebuilding import rebuild_case
from linli.casework.journal.replaying import replay
from linli.casework.migrating.actions import VersionUnknown, migrate, planned
from linli.casework.models import Case, InboxRow, Step, Timer
from linli.casework.proof.verifying import verify
from linli.casework.sequencing import sequence
from linli.rulebook.casefile import Actor
from linli.rulebook.loading import read_book, shipped
from linli.rulebook.overlays import Overlay
from linli.rulebook.ownbook import with_overlays
from linli.rulebook.reading import MechanismRefused

KEY = "road-fault"
FIRST = """\
mechanism: road-fault
version: 1
title: {zh: 路面损坏, en: Road fault}
basis: [街道默认做法]
subject: place
roles:
  clerk: {zh: 经办, en: Clerk, duty: operator}
fields:
  what: {type: text, zh: 情况, en: What}
  size: {type: int, zh: 面积, en: Size}
  grade: {type: code, list: [small, large], labels: {small: {zh: 小, en: Small}, large: {zh: 大, en: Large}}, zh: 等级, en: Grade}
states:
  fresh: {zh: 新报, en: Fresh, phase: intake, initial: true}
  doing: {zh: 修理中, en: Mending, phase: open}
  parked: {zh: 搁置, en: Parked, phase: open}
  ended: {zh: 修好, en: Mended, phase: done, final: true}
tracks:
  check: {zh: 抽查, en: Check, states: {no: {zh: 未查, en: Unchecked}, yes: {zh: 已查, en: Checked}}, initial: no}
actions:
  open: {zh: 登记, en: Enter, start: true, by: [{role: clerk, scope: office}], form: [what!, size, grade]}
  begin: {zh: 开修, en: Begin, from: fresh, to: doing, by: [{role: clerk, scope: office}]}
  look: {zh: 抽查, en: Look, from: doing, by: [{role: clerk, scope: office}], track: {check: {no: yes}}}
  park: {zh: 搁置, en: Park, from: [fresh, doing], to: parked, by: [{role: clerk, scope: office}]}
  end: {zh: 修好, en: End, from: [doing, parked], to: ended, by: [{role: clerk, scope: office}]}
clocks:
  mend: {zh: 修理时限, en: Time to mend, budget: 5 wd, runs_in: [doing], main: true, basis: 街道默认值}
  answer: {zh: 答复时限, en: Time to answer, budget: 2 wd, runs_in: [fresh, doing], basis: 街道默认值}
shows: {title: grade, columns: [size, grade]}
"""
SECOND = (
    FIRST.replace("version: 1", "version: 2")
    .replace("  doing: {zh: 修理中, en: Mending", "  mending: {zh: 维修, en: At work")
    .replace("to: doing", "to: mending")
    .replace("from: doing", "from: mending")
    .replace("[fresh, doing]", "[fresh, mending]")
    .replace("[doing, parked]", "[mending]")
    .replace("from: [mending], to: ended", "from: mending, to: ended")
    .replace("runs_in: [doing]", "runs_in: [mending]")
    .replace("  parked: {zh: 搁置, en: Parked, phase: open}\n", "")
    .replace("  park: {zh: 搁置, en: Park, from: [fresh, mending], to: parked, by: [{role: clerk, scope: office}]}\n", "")
    .replace("  size: {type: int, zh: 面积, en: Size}", "  area_size: {type: int, zh: 面积, en: Size}\n  rank: {type: int, zh: 次序, en: Rank}")
    .replace("form: [what!, size, grade]", "form: [what!, area_size, grade, rank]")
    .replace("columns: [size,", "columns: [area_size, rank,")
    .replace("budget: 5 wd", "budget: 3 wd")
    .replace("budget: 2 wd", "budget: 9 wd")
)  # fmt: skip
DOCUMENT = """\
migrate: road-fault
from: 1
to: 2
reason: {zh: 依新办法缩短修理时限, en: The new rules give less time}
states: {doing: mending}
fields: {size: area_size}
defaults: {rank: 1}
clocks: {answer: restart}
"""
LATER = AT + timedelta(days=1)


@pytest.fixture
def cases(office, tmp_path):
    """Give a fresh case, one being mended and checked, one parked and one ended, with version 2 published after."""
    publish(office, tmp_path / "1", FIRST)
    made = {}
    for name, steps in (
        ("fresh", []), ("doing", ["begin", "look"]), ("parked", ["park"]), ("ended", ["begin", "end"]),
    ):  # fmt: skip
        form = {"what": "坑", "size": 3, "grade": "small"}
        made[name] = entered(office, form, name)
        for step in steps:
            act(office, made[name], step, "operator")
    publish(office, tmp_path / "2", SECOND)
    return made


def entered(office, form, key):
    return open_case(
        mechanism=KEY, action="open", by=office.actors["operator"], at=AT, form=form, key=key, area=FIRST_GROUND
    ).case_id  # fmt: skip


def publish(office, folder, text):
    (folder / "mechanisms").mkdir(parents=True)
    (folder / "mechanisms" / f"{KEY}.yaml").write_text(text, encoding="utf-8")
    definitions.publish(read_book(folder, upon=shipped()), office=office and office.id, keys=[KEY])


def rows_of(case):
    """Give the projections of a case, whatever ids their rows have."""
    beside = [model.objects.filter(case=case).values() for model in (InboxRow, Timer)]
    without_ids = [sorted(str({**row, "id": 0}) for row in rows) for rows in beside]
    return Case.objects.filter(id=case).values().get(), without_ids


def go(office, text=DOCUMENT, at=LATER):
    by = Actor(office.id, "import:console")
    return migrate(text=text, file="road-fault-1-2.yaml", by=by, at=at)


def fates(plan):
    numbers = dict(Case.objects.values_list("number", "id"))
    return {numbers[line.number]: (line.fate, [one.zh for one in line.said]) for line in plan.lines}


def test_dry_run_says_what_becomes_of_each_running_case_and_writes_nothing(office, cases):
    before = Step.objects.count()

    plan = planned(text=DOCUMENT, file="road-fault-1-2.yaml", at=LATER)

    assert fates(plan) == {
        cases["fresh"]: ("mapped", [
            "面积：size → area_size", "次序：— → 1", "答复时限：2026-03-04 17:30 → 2026-03-16 17:30",
        ]),
        cases["doing"]: ("mapped", [
            "修理中 → 维修", "面积：size → area_size", "次序：— → 1",
            "答复时限：2026-03-04 17:30 → 2026-03-16 17:30",
        ]),
        cases["parked"]: ("blocked", ["新版没有状态“搁置”"]),
    }  # fmt: skip
    assert [plan.count(fate) for fate in ("same", "mapped", "blocked")] == [0, 2, 1]
    assert Step.objects.count() == before


def test_cases_go_on_under_the_new_version_by_a_step_and_the_rest_stay(office, cases):
    go(office)

    versions = dict(Case.objects.values_list("id", "definition__version"))
    assert versions == {
        cases["fresh"]: 2, cases["doing"]: 2, cases["parked"]: 1, cases["ended"]: 1,
    }  # fmt: skip
    doing = Case.objects.get(id=cases["doing"])
    assert (doing.state, doing.tracks) == ("mending", {"check": "yes"})
    assert doing.values == {"area_size": 3, "grade": "small", "rank": 1}
    last = Step.objects.filter(case=doing).order_by("seq").last()
    assert (last.action, last.actor, last.from_state, last.to_state) == (
        "@migrate", "import:console", "mending", "mending",
    )  # fmt: skip
    act(office, cases["doing"], "end", "operator", LATER)
    assert Case.objects.get(id=cases["doing"]).phase == "done"


def test_clocks_kept_go_on_and_clocks_named_begin_anew(office, cases):
    before = Case.objects.get(id=cases["doing"]).clocks

    go(office)

    after = Case.objects.get(id=cases["doing"]).clocks
    assert after["mend"] == before["mend"]
    assert after["answer"]["started_at"] == LATER.isoformat()
    assert after["answer"]["budget"] == "9 wd"
    assert set(Timer.objects.filter(case=cases["doing"]).values_list("clock", flat=True)) == {
        "mend",
        "answer",
    }


def test_the_journal_proves_whole_and_each_step_is_read_under_its_version(office, cases):
    go(office)
    act(office, cases["doing"], "end", "operator", LATER)
    sequence()

    assert verify(office=office.id).faults == ()
    steps = queries.case_view(
        number=Case.objects.get(id=cases["doing"]).number, actor=office.actors["operator"], at=LATER
    ).trail
    assert [(one.action_label.zh, one.to_label.zh) for one in steps] == [
        ("登记", "新报"), ("开修", "修理中"), ("抽查", "修理中"), ("转入第 2 版规则", "维修"), ("修好", "修好"),
    ]  # fmt: skip
    assert [said.value.zh for said in steps[3].texts] == ["依新办法缩短修理时限"]


@pytest.mark.parametrize("ends", [False, True])
def test_rebuilding_after_a_migration_gives_the_same_rows(office, cases, ends):
    go(office)
    if ends:
        act(office, cases["doing"], "end", "operator", LATER)

    for case in (cases["fresh"], cases["doing"]):
        before = rows_of(case)
        rebuild_case(case, LATER)
        assert rows_of(case) == before


def test_migrating_twice_does_nothing_more(office, cases):
    go(office)
    before = Step.objects.count()

    again = go(office)

    assert [line.fate for line in again.lines] == ["blocked"]
    assert Step.objects.count() == before


def test_a_replay_leaves_migrations_out(office, cases):
    go(office)

    found = replay(definitions.current(KEY), shipped(), since=AT - timedelta(days=1))

    assert "@migrate" not in {one.action.zh for one in found.differences}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("states: {doing: mending}", "states: {doing: mended}", "“mended”不在所指的版本里"),
        ("fields: {size: area_size}", "fields: {what: area_size}", "封存"),
        ("defaults: {rank: 1}", "defaults: {rank: many}", ""),
        ("to: 2", "to: 1", "同一版"),
    ],
)
def test_a_document_that_cannot_hold_is_refused_and_nothing_changes(office, cases, old, new, said):
    before = Step.objects.count()

    with pytest.raises(MechanismRefused) as refused:
        go(office, DOCUMENT.replace(old, new))

    assert said in refused.value.message.zh
    assert Step.objects.count() == before


def test_a_version_that_is_not_published_is_refused(office, cases):
    with pytest.raises(VersionUnknown) as refused:
        go(office, DOCUMENT.replace("to: 2", "to: 3"))

    assert "第 3 版没有发布" in refused.value.message.zh


def test_what_the_office_set_is_named_when_a_newer_shipped_version_came_without_it(
    office, tmp_path
):
    publish(None, tmp_path / "1", FIRST)
    title = {"title": {"zh": "路坏了", "en": "Broken road"}}
    book = read_book(tmp_path / "1", upon=shipped())
    laid = with_overlays(book, {KEY: Overlay({}, title)})
    definitions.publish(laid, office=office.id, keys=[KEY])
    assert definitions.current(KEY).title.zh == "路坏了"
    assert definitions.left_behind() == ()

    publish(None, tmp_path / "2", SECOND)

    assert definitions.left_behind() == ((KEY, 1, 2),)
    anew = with_overlays(read_book(tmp_path / "2", upon=shipped()), {KEY: Overlay({}, title)})
    definitions.publish(anew, office=office.id, keys=[KEY])
    assert definitions.left_behind() == ()
