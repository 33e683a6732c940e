"""Orders of another platform: each in once, kept with its number, told back in its columns, held against its list."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from lists import AT, CITY, order, sent, taken
from townsfolk import settle

from linli.budget.actions import open_case, perform
from linli.casework.definitions import current
from linli.casework.models import Case, Step
from linli.exchange.actions import ExchangeRefused, note_told, take_in
from linli.exchange.models import Batch, OutsideOrder
from linli.exchange.profiles import Profile, ProfileRefused, check_profile, shipped_profiles
from linli.exchange.queries import batch, case_outside, differences, outside_numbers
from linli.exchange.reading import ListRefused
from linli.exchange.replies import replies
from linli.registry.isolation import office_transaction
from linli.rulebook.loading import shipped


def counts(number):
    done = batch(number)
    return (done.rows, done.opened, done.changed, done.rejected)


def found(at=AT):
    return {one.kind: [row.number for row in one.rows] for one in differences(CITY, at=at)}


def case_of(number):
    return OutsideOrder.objects.get(number=number).case


def act(folk, username, case, action, at, **form):
    return perform(
        case=case.pk, action=action, by=folk.actor(username, at), at=at, form=form,
        key=f"{action}-{case.pk}-{at.isoformat()}", revision=None,
    )  # fmt: skip


def through(folk, number, at):
    """Take an order to its call-back, with an answer."""
    case = case_of(number)
    act(folk, "operator", case, "first_contact", at, reached=True)
    act(folk, "dispatcher", case, "dispatch", at, unit=str(folk.bodies["市政服务中心"]))
    act(folk, "handler", case, "take_on", at)
    act(folk, "handler", case, "finish", at, outcome="solved", result="灯已更换")
    return case


@pytest.mark.parametrize("key", sorted(shipped_profiles()))
def test_every_shipped_profile_fits_its_mechanism(key):
    profile = shipped_profiles()[key]

    mechanism = check_profile(profile, shipped().mechanisms)

    assert mechanism.mechanism == profile.mechanism
    assert sorted(s for states in profile.back.status.values() for s in states) == sorted(
        mechanism.states
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"mechanism": "nothing"}, "没有机制“nothing”"),
        ({"action": "dispatch"}, "动作“dispatch”不能立案"),
        ({"fields": {}}, "必填的“kind”没有列"),
        ({"back": {"status": {"已办结": ["closed"]}, "columns": {"号": {"take": "number"}}}}, "状态“registered”应恰有一个对方用词"),
        (
            {"back": {**CITY.back.model_dump(), "columns": {"电话": {"field": "phone"}}}},
            "“phone”是个人信息，不回传",
        ),
    ],
)  # fmt: skip
def test_a_profile_that_does_not_fit_is_refused_with_what_is_wrong(change, said):
    profile = Profile.model_validate(CITY.model_dump() | change)

    with pytest.raises(ProfileRefused) as refused:
        check_profile(profile, shipped().mechanisms)

    assert refused.value.message.zh == said


def test_orders_open_cases_once_and_keep_their_number(folk):
    first = taken(folk, order("A1"), order("A2", "办理中", kind="咨询"))
    again = taken(folk, order("A1"), order("A2", "办理中", kind="咨询"))

    assert (counts(first), counts(again)) == ((2, 2, 0, 0), (2, 0, 0, 0))
    case = case_of("A1")
    assert case.values["order_no"] == "A1"
    assert (case.values["kind"], case.source) == ("help", "city-12345")
    step = Step.objects.get(case=case)
    assert step.actor == f"import:{folk.accounts['operator']}"
    assert [(label.zh, number) for label, number, _due in outside_numbers(case.pk)] == [
        ("市 12345 热线平台", "A1")
    ]
    assert case_outside("A1") == case.number
    assert Case.objects.count() == 2


def test_an_order_typed_by_hand_before_is_joined_and_not_opened_again(folk):
    by = folk.actor("operator", AT)
    typed = open_case(
        mechanism="hotline-order", action="register", by=by, at=AT, key="typed",
        form={"order_no": "A1", "kind": "help", "what": "楼道灯不亮"},
    )  # fmt: skip

    taken(folk, order("A1"))

    assert Case.objects.count() == 1
    assert case_of("A1").pk == typed.case_id


def test_what_cannot_enter_is_named_by_row_and_column_and_kept_as_missing(folk):
    number = taken(
        folk, order("A1", kind="表扬"), order("", kind="求助"), order("A2"), order("A2"),
        order("A3", sent="昨天"), order("A4", "已办结"),
    )  # fmt: skip

    done = batch(number)
    assert counts(number) == (6, 2, 0, 3)
    assert [(note.line, note.column) for note in done.notes] == [
        (2, "诉求类型"), (3, "工单编号"), (5, "工单编号"), (6, "派发时间"),
    ]  # fmt: skip
    assert found()["missing_here"] == ["A1", "A4"]
    assert Case.objects.count() == 2


def test_a_list_only_looked_at_opens_nothing(folk):
    number = taken(folk, order("A1"), opens=False)

    assert counts(number) == (1, 0, 0, 0)
    assert Case.objects.count() == 0
    assert found()["missing_here"] == ["A1"]

    taken(folk, order("A1"))

    assert found()["missing_here"] == []


def test_only_posts_that_open_such_cases_exchange_lists(folk):
    with pytest.raises(ExchangeRefused):
        taken(folk, order("A1"), by="handler")
    with pytest.raises(ExchangeRefused):
        note_told(profile=CITY, replies=(), file_name="", by=folk.actor("caller", AT), at=AT)

    assert (Batch.objects.count(), OutsideOrder.objects.count()) == (0, 0)


def test_a_list_without_the_columns_is_refused_whole(folk):
    by = folk.actor("operator", AT)
    with pytest.raises(ListRefused) as refused:
        take_in(
            profile=CITY,
            sent=sent(("A1",), columns=("编号",)),
            opens=True,
            is_whole=False,
            by=by,
            at=AT,
        )

    assert refused.value.message.zh == "清单缺少这些列：工单编号、工单状态、派发时间"
    assert Batch.objects.count() == 0


def test_replies_go_back_in_their_columns_and_only_when_something_is_new(folk):
    taken(folk, order("A1"), order("A2"))
    first = replies(CITY, at=AT)
    note_told(profile=CITY, replies=first, file_name="", by=folk.actor("operator", AT), at=AT)
    later = AT + timedelta(hours=2)

    assert [reply.cells[2] for reply in first] == ["已签收", "已签收"]
    assert replies(CITY, at=later) == ()

    case = through(folk, "A1", later)

    [reply] = replies(CITY, at=later)
    assert dict(zip(CITY.back.columns, reply.cells, strict=True)) == {
        "工单编号": "A1", "街道编号": case.number, "工单状态": "待回访",
        "承办单位": "市政服务中心", "办理结果": "实际解决", "答复内容": "灯已更换",
        "满意程度": "", "办结时间": "",
    }  # fmt: skip
    assert len(replies(CITY, at=later, everything=True)) == 2


def test_a_step_the_platform_does_not_hear_of_sends_nothing_again(folk):
    taken(folk, order("A1"))
    by = folk.actor("operator", AT)
    note_told(profile=CITY, replies=replies(CITY, at=AT), file_name="", by=by, at=AT)

    act(folk, "supervisor", case_of("A1"), "supervise", AT + timedelta(minutes=5))

    assert replies(CITY, at=AT + timedelta(minutes=5)) == ()


def test_differences_are_told_apart(folk):
    taken(
        folk, order("A1"), order("A2"), order("A3"), order("A4", due="2026-03-02 09:00"), whole=True
    )
    later = AT + timedelta(days=1)

    assert found(later) == {
        "missing_here": [], "missing_there": [], "other_status": [], "late": ["A4"],
    }  # fmt: skip

    through(folk, "A1", later)
    act(folk, "caller", case_of("A1"), "call_back", later, satisfaction="satisfied")
    whole = [
        order("A1", "办理中"), order("A2", "已办结"), order("A4", "转办", due="2026-03-02 09:00"),
        order("A5", sent="2026-03-02 09:30"),
    ]  # fmt: skip
    number = taken(folk, *whole, opens=False, whole=True, at=later)

    assert counts(number) == (4, 0, 3, 0)
    assert found(later) == {
        "missing_here": ["A5"],
        "missing_there": ["A3"],
        "other_status": ["A4", "A1", "A2"],
        "late": ["A4"],
    }
    assert current("hotline-order").states[case_of("A1").state].phase == "done"


def test_orders_of_another_office_are_out_of_reach(db):
    mine, other = settle(), settle("310115008", "塘桥街道")
    with office_transaction(mine.office):
        taken(mine, order("A1"))

    with office_transaction(other.office):
        assert (Batch.objects.count(), OutsideOrder.objects.count()) == (0, 0)
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Batch.objects.create(
                office_id=mine.office,
                platform="x",
                way="in",
                sha256="0" * 64,
                by="x",
                at=AT,
                rows=0,
            )


def test_the_database_keeps_what_belongs_together(folk):
    taken(folk, order("A1"))

    with pytest.raises(IntegrityError, match="outside_told_whole"), transaction.atomic():
        OutsideOrder.objects.update(told_seq=3)
