from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from linli.rulebook.casefile import Actor, Casefile, Duty, Exhibit, Member, Opening, StepRefused
from linli.rulebook.deciding import Waiting, decide, elapse, openings, waiting
from linli.rulebook.mechanism import Label

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
AREA = "/310000/310112/310112006/"
PROOF = Exhibit("photo", "proof", "a" * 64, has_position=True)


def _actor(name, *codes, body=None, areas=(AREA,)):
    return Actor(1, f"account:{name}", tuple(Duty(code, body, areas) for code in codes))


CLERK = _actor("clerk", "clerk", body=7)
OTHER = _actor("other", "clerk", body=8)
CHIEF = _actor("chief", "head")
BOTH = _actor("both", "clerk", "head", body=7)
RESIDENT = Actor(1, "resident:r")


@pytest.fixture
def act(small, book):
    """Give a function that takes an action on Monday morning."""

    def taken(case, action, actor=CLERK, at=MONDAY, exhibits=(), member=None, area=AREA, **form):
        return decide(
            small, case, action, actor=actor, at=at, form=form, exhibits=exhibits, member=member,
            book=book, area=area,
        )  # fmt: skip

    return taken


@pytest.fixture
def refused(act):
    """Give a function that takes an action which must be refused, and gives the refusal."""

    def refusal(*args, **kwargs):
        with pytest.raises(StepRefused) as caught:
            act(*args, **kwargs)
        return caught.value

    return refusal


@pytest.fixture
def fresh(act):
    return act(None, "open", what="路灯不亮", note="一号").case


@pytest.fixture
def doing(act, fresh):
    return act(fresh, "begin", unit=7).case


def test_opening_makes_a_case_file_and_its_first_step(act):
    outcome = act(None, "open", what="路灯不亮", note="一号")

    (step,) = outcome.steps
    assert outcome.case == Casefile(
        mechanism="small-matter", version=1, state="fresh", seq=1, opened_by="account:clerk",
        area=AREA, tracks={"check": "no"},
        values={"score": "0", "spent": "0.00", "tries": 0, "note": "一号"},
        actors={"open": ("account:clerk",)},
    )  # fmt: skip
    assert (step.seq, step.action, step.actor, step.at) == (1, "open", "account:clerk", MONDAY)
    assert (step.from_state, step.to_state, step.role, step.body) == ("", "fresh", "clerk", 7)
    assert step.values == outcome.case.values
    assert step.sealed == {"what": "路灯不亮"}


def test_action_moves_the_case_starts_its_clock_and_gives_it_a_holder(act, fresh):
    outcome = act(fresh, "begin", unit="7")

    (step,) = outcome.steps
    assert (outcome.case.state, outcome.case.seq, outcome.case.holder) == ("doing", 2, 7)
    assert outcome.case.values["grade"] == "good"
    assert outcome.case.clocks["work"].due_at == datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
    assert step.values == {"unit": 7, "grade": "good"}
    assert (step.from_state, step.to_state, step.holder) == ("fresh", "doing", 7)
    assert fresh.state == "fresh"


def test_unknown_action_is_refused(refused, fresh):
    assert refused(fresh, "fly").code == "unknown"
    assert refused(fresh, "fly").message == Label(
        zh="没有“fly”这个动作。", en="There is no action 'fly'."
    )


def test_action_from_another_state_is_refused_before_anything_else(refused, doing):
    refusal = refused(doing, "begin", actor=CHIEF)

    assert refusal.code == "state"
    assert refusal.message.zh == "此事项已是“办理中”，不能再“承办”。"
    assert refused(None, "begin").message.zh == "“承办”不能用来新开事项。"
    assert refused(doing, "open").code == "state"


def test_actor_without_the_role_or_beyond_its_scope_is_refused(refused, fresh, doing):
    assert refused(fresh, "begin", actor=CHIEF).code == "permission"
    assert (
        refused(fresh, "begin", actor=_actor("x", "clerk", areas=("/310000/310104/",))).code
        == "permission"
    )
    assert refused(fresh, "begin", actor=_actor("x", "clerk", areas=())).code == "permission"
    assert refused(doing, "pay", actor=OTHER).code == "permission"
    assert refused(doing, "retry", actor=OTHER).code == "permission"
    assert refused(fresh, "begin", actor=RESIDENT).message == Label(
        zh="“承办”由经办办理，此事项不在您的职责范围内。",
        en="“Begin” is for Clerk; this case is not within your duties.",
    )
    assert refused(None, "open", what="甲", area="/310000/310104/").code == "permission"


def test_action_for_clocks_is_for_nobody(refused, doing):
    refusal = refused(doing, "hurry")

    assert refusal.code == "permission"
    assert refusal.message.zh == "“催办”由系统办理，此事项不在您的职责范围内。"


def test_who_did_one_thing_may_not_do_the_other(act, refused, fresh):
    case = act(None, "open", actor=BOTH, what="甲").case

    refusal = refused(case, "look", actor=BOTH)
    seen = act(case, "look", actor=CHIEF).case

    assert refusal.code == "permission"
    assert refusal.message.zh == "您已办过“开办”，“检查”须由他人办理。"
    assert seen.tracks == {"check": "yes"}


def test_form_comes_before_evidence_and_evidence_before_guards(act, refused, doing):
    asked = act(doing, "ask", units=[8]).case

    assert refused(asked, "end", actor=CHIEF, colour="red").code == "form"
    assert refused(asked, "end", actor=CHIEF).code == "evidence"
    assert refused(asked, "end", actor=CHIEF, exhibits=[PROOF, PROOF]).code == "guard"


def test_evidence_needs_number_position_and_kind(refused, act, doing):
    bare = replace(PROOF, has_position=False)

    refusal = refused(doing, "end", actor=CHIEF, exhibits=[PROOF, bare])
    stray = refused(doing, "end", actor=CHIEF, exhibits=[PROOF, PROOF, replace(PROOF, tag="other")])
    ended = act(doing, "end", actor=CHIEF, exhibits=[PROOF, PROOF])

    assert refusal.code == "evidence"
    assert refusal.message.zh == "“办完”须附带位置的照片 2 份，现有 1 份。"
    assert stray.code == "evidence"
    assert ended.case.state == "ended"
    assert ended.steps[0].exhibits == (PROOF, PROOF)


def test_track_that_has_moved_on_is_said(act, refused, fresh):
    seen = act(fresh, "look", actor=CHIEF).case

    assert refused(seen, "look", actor=CHIEF).code == "track"
    assert refused(seen, "look", actor=CHIEF).message.zh == "检查现为“已查”，不能“检查”。"


def test_guard_is_said_in_words(act, refused, doing):
    for _ in range(2):
        doing = act(act(doing, "retry").case, "begin", unit=7).case

    refusal = refused(doing, "retry")

    assert refusal.code == "guard"
    assert refusal.message == Label(
        zh="“重来”须满足：“次数”小于 2。", en="“Retry” asks for this: “Tries” below 2."
    )


def test_guard_sees_the_form(act, refused, doing):
    paid = act(doing, "pay", cost="60").case

    assert refused(paid, "pay", cost="40.01").code == "guard"
    assert act(paid, "pay", cost="40").case.entry_sums == {"payment": "100.00"}


def test_entry_keeps_its_own_fields_and_adds_up_exactly(act, doing):
    case = doing
    for cost in ("0.10", "0.20", "33.33"):
        outcome = act(case, "pay", cost=cost)
        case = outcome.case

    assert (case.entry_counts, case.entry_sums) == ({"payment": 3}, {"payment": "33.63"})
    assert "cost" not in case.values
    assert (case.values["spent"], case.values["score"]) == ("33.63", "0.75")
    assert outcome.steps[0].values == {"cost": "33.33", "spent": "33.63", "score": "0.75"}
    assert outcome.steps[0].entry == "payment"


def test_assign_none_and_null_clear(act, doing):
    back = act(doing, "retry").case

    assert (back.state, back.holder, back.values["tries"]) == ("fresh", None, 1)
    assert back.clocks["work"].ended_at == MONDAY
    assert act(back, "begin", unit=8).case.values["grade"] == "poor"


def test_participants_are_asked_and_inviting_again_never_resets_one(act, refused, doing):
    asked = act(doing, "ask", units=["8", "9"])
    helped = act(asked.case, "help", actor=OTHER, member=("helper", "8")).case
    again = act(helped, "ask", units=[8, 9, 10])

    assert asked.steps[0].invited == (
        Member("helper", "8", "asked"),
        Member("helper", "9", "asked"),
    )
    assert again.steps[0].invited == (Member("helper", "10", "asked"),)
    assert [(m.key, m.state) for m in again.case.members] == [
        ("8", "done"),
        ("9", "asked"),
        ("10", "asked"),
    ]
    assert refused(again.case, "help", actor=OTHER, member=("helper", "8")).code == "participant"
    assert refused(again.case, "help", actor=OTHER, member=("helper", "9")).code == "permission"
    assert refused(again.case, "help", actor=OTHER).code == "permission"
    assert refused(again.case, "help", actor=OTHER, member=("stranger", "8")).code == "participant"
    assert refused(again.case, "end", actor=CHIEF, exhibits=[PROOF, PROOF]).message.zh == (
        "“办完”须满足：“协办”均已办结。"
    )


def test_last_eight_actors_of_an_action_are_remembered(small, book):
    mechanism = book.mechanisms["grid-case"]
    case = Casefile(
        "grid-case",
        1,
        "handling",
        area=AREA,
        holder=7,
        tracks={"extension": "none", "watch": "normal"},
    )
    for number in range(10):
        lead = _actor(number, "lead", body=7)
        case = decide(
            mechanism,
            case,
            "whistle",
            actor=lead,
            at=MONDAY,
            form={"units": [number + 1]},
            book=book,
        ).case

    assert case.actors["whistle"] == tuple(f"account:{number}" for number in range(2, 10))


def test_refusal_changes_nothing(act, refused, doing):
    before = repr(doing)

    refused(doing, "pay", cost="1000")
    refused(doing, "end", actor=CHIEF)

    assert repr(doing) == before


def test_clock_that_comes_due_breaches_and_acts(act, small, book, doing):
    due_at = doing.clocks["work"].due_at

    early = elapse(small, doing, "work", due_at - timedelta(seconds=1), book)
    late = elapse(small, doing, "work", due_at + timedelta(hours=2), book)
    twice = elapse(small, late.case, "work", due_at + timedelta(hours=3), book)

    assert early.case is doing
    assert (early.steps, twice.steps) == ((), ())
    assert [(s.action, s.actor, s.role, s.at) for s in late.steps] == [
        ("hurry", "auto:clock", None, due_at + timedelta(hours=2))
    ]
    assert (late.case.state, late.case.clocks["work"].breached_at) == ("ended", due_at)
    assert late.case.clocks["work"].was_met is False
    assert late.case.actors == doing.actors


def test_clock_whose_action_is_not_possible_only_breaches(book):
    mechanism = book.mechanisms["grid-case"]
    case = decide(
        mechanism,
        None,
        "report",
        actor=RESIDENT,
        at=MONDAY,
        form={"what": "甲"},
        book=book,
        area=AREA,
    ).case
    watched = replace(case, tracks={**case.tracks, "watch": "escalated"})

    outcome = elapse(mechanism, watched, "intake", case.clocks["intake"].due_at, book)

    assert outcome.steps == ()
    assert outcome.case.clocks["intake"].breached_at == case.clocks["intake"].due_at
    assert replace(outcome.case, clocks=watched.clocks) == watched


def test_nothing_is_due_once_a_case_has_ended(book):
    mechanism = book.mechanisms["grid-case"]
    case = decide(
        mechanism,
        None,
        "report",
        actor=RESIDENT,
        at=MONDAY,
        form={"what": "甲"},
        book=book,
        area=AREA,
    ).case
    watched = decide(
        mechanism, case, "supervise", actor=_actor("s", "supervisor"), at=MONDAY, form={}, book=book
    ).case

    ended = decide(
        mechanism,
        watched,
        "reject",
        actor=_actor("o", "operator"),
        at=MONDAY,
        form={"reason": "重复"},
        book=book,
    ).case

    assert watched.clocks["watch"].is_running
    assert [reading.ended_at for reading in ended.clocks.values()] == [MONDAY, MONDAY]


def test_year_without_calendar_refuses_the_step(refused, fresh):
    refusal = refused(fresh, "begin", at=datetime(2031, 3, 3, 1, tzinfo=UTC), unit=7)

    assert refusal.code == "guard"
    assert refusal.message.zh.startswith("没有2031年的工作日历")


def test_automatic_actions_that_do_not_rest_refuse_the_whole(bend, book, act):
    mechanism = bend(
        "by: [{auto: clock}]", "by: [{auto: clock}, {auto: tries < 99}], set: {score: score + 1}"
    )
    mechanism = mechanism.model_copy(
        update={
            "actions": {
                **mechanism.actions,
                "hurry": mechanism.actions["hurry"].model_copy(update={"to": None}),
            }
        }
    )
    case = act(None, "open", what="甲").case

    with pytest.raises(StepRefused) as caught:
        decide(mechanism, case, "begin", actor=CLERK, at=MONDAY, form={"unit": 7}, book=book)

    assert caught.value.code == "loop"


def test_automatic_actions_follow_in_the_same_outcome(book):
    mechanism = book.mechanisms["grid-case"]
    case = Casefile(
        "grid-case", 1, "callback", seq=9, opened_by="resident:r", area=AREA, holder=7,
        tracks={"extension": "none", "watch": "normal"}, values={"redone": 0, "from_resident": True},
    )  # fmt: skip

    outcome = decide(
        mechanism,
        case,
        "rate",
        actor=RESIDENT,
        at=MONDAY,
        form={"satisfaction": "dissatisfied"},
        book=book,
    )

    assert [(s.seq, s.action, s.actor, s.from_state, s.to_state) for s in outcome.steps] == [
        (10, "rate", "resident:r", "callback", "callback"),
        (11, "redo", "auto:rule", "callback", "dispatched"),
    ]
    assert outcome.steps[1].values == {"redone": 1, "satisfaction": None}
    assert "satisfaction" not in outcome.case.values


def test_openings_are_what_the_actor_may_do_now(small, book, act, doing):
    asked = act(doing, "ask", units=[8]).case

    assert openings(small, doing, CLERK, book) == [Opening("pay"), Opening("ask"), Opening("retry")]
    assert openings(small, doing, CHIEF, book) == [Opening("look"), Opening("end")]
    assert openings(small, asked, CHIEF, book) == [Opening("look")]
    assert openings(small, asked, OTHER, book) == [Opening("ask"), Opening("help", ("helper", "8"))]
    assert openings(small, doing, RESIDENT, book) == []


def test_waiting_says_who_is_expected_to_do_what(small, act, fresh, doing):
    asked = act(doing, "ask", units=[8]).case

    assert waiting(small, fresh) == [Waiting("begin", "clerk", "area")]
    assert waiting(small, doing) == [
        Waiting("retry", "clerk", "own", person="account:clerk"),
        Waiting("end", "head", "area", barred=("account:clerk",)),
    ]
    assert waiting(small, asked) == [
        Waiting("retry", "clerk", "own", person="account:clerk"),
        Waiting("help", "clerk", "participant", body=8, member=("helper", "8")),
    ]


def test_waiting_follows_what_the_states_and_tracks_say(book):
    mechanism = book.mechanisms["grid-case"]
    case = Casefile(
        "grid-case", 1, "handling", area=AREA, holder=7, actors={"ask_time": ("account:lead",)},
        tracks={"extension": "requested", "watch": "normal"},
    )  # fmt: skip

    rows = waiting(mechanism, case)

    assert [row for row in rows if row.action == "finish"] == [
        Waiting("finish", duty, "body", body=7) for duty in ("handler", "lead", "collector")
    ]
    assert [row for row in rows if row.action == "refuse_time"] == [
        Waiting("refuse_time", "supervisor", "area", barred=("account:lead",))
    ]
    assert {row.action for row in rows} == {"finish", "refuse_time"}  # no clock runs to be extended


def test_party_scope_reaches_bodies_and_persons(bend, book):
    mechanism = bend("by: [{role: clerk, scope: own}]", "by: [{role: clerk, scope: party}]")
    case = Casefile(
        "small-matter",
        1,
        "doing",
        area=AREA,
        tracks={"check": "no"},
        parties=("8", "account:p"),
        values={"tries": 0},
    )

    def may(actor):
        return Opening("retry") in openings(mechanism, case, actor, book)

    assert may(OTHER)
    assert may(_actor("p", "clerk", body=9))
    assert not may(CLERK)
    assert [row for row in waiting(mechanism, case) if row.action == "retry"] == [
        Waiting("retry", "clerk", "party", body=8),
        Waiting("retry", "clerk", "party", person="account:p"),
    ]
