from datetime import timedelta

import pytest
from building import AT, FIRST, IN_FIRST, IN_SECOND, SECOND, photo
from test_actions import act, grid_category, report

from linli.casework import queries
from linli.casework.queries import CaseFilters
from linli.rulebook.casefile import Opening

LATER = AT + timedelta(days=20)


def listed(office, who="operator", at=AT, **filters):
    page = queries.cases(actor=office.actors[who], filters=CaseFilters(**filters), at=at)
    return [row.id for row in page.rows]


def reports(office, count, place=IN_FIRST):
    return [
        report(
            office, {"what": f"第{n}处井盖松动", "place": place}, key=f"{place['lon']}-{n}"
        ).case_id
        for n in range(count)
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_the_same_statements_however_many_rows(office, count, django_assert_num_queries):
    for case in reports(office, count):
        act(office, case, "accept", "operator", form={"category": grid_category()})
    supervisor, operator = office.actors["supervisor"], office.actors["operator"]

    with django_assert_num_queries(5):
        page = queries.cases(actor=supervisor, filters=CaseFilters(), at=AT)
    with django_assert_num_queries(3):
        waits = queries.inbox(actor=operator, at=AT)
    with django_assert_num_queries(2):
        columns = queries.board(actor=operator, mechanism="grid-case", at=AT)
    assert page.total == len(page.rows) == waits.total == count
    assert {column.state: column.count for column in columns if column.count} == {"accepted": count}


@pytest.mark.parametrize("acts", [1, 3])
def test_a_case_takes_the_same_statements_however_many_steps(
    office, acts, django_assert_num_queries
):
    case = reports(office, 1)[0]
    number = act(office, case, "accept", "operator", form={"category": grid_category()}).number
    act(office, case, "file", "operator")
    for _ in range(acts):
        act(office, case, "dispatch", "dispatcher", form={"unit": office.bodies["patrol"]})
        act(office, case, "send_back", "lead", form={"reason": "不属本单位"}) if acts == 1 else None
        if acts > 1:
            act(
                office,
                case,
                "reassign",
                "dispatcher",
                form={"unit": office.bodies["patrol"], "reason": "改"},
            )
            break

    with django_assert_num_queries(9):
        view = queries.case_view(number=number, actor=office.actors["caller"], at=AT)
    assert len(view.trail) == view.row.revision


def test_a_list_shows_what_its_filters_ask_for(office):
    first, second = reports(office, 1), reports(office, 1, IN_SECOND)
    act(office, second[0], "accept", "operator", form={"category": grid_category()})

    assert listed(office) == [*second, *first]
    assert listed(office, area=FIRST) == first
    assert listed(office, area=SECOND) == second
    assert listed(office, state="accepted") == second
    assert listed(office, category=grid_category()) == second
    assert listed(office, words="井盖 松动") == [*second, *first]
    assert listed(office, words="路灯") == []
    assert listed(office, words="100%") == []
    assert listed(office, phase="open") == []
    assert listed(office, opened_to=AT) == []
    assert listed(office, opened_from=AT) == [*second, *first]
    counts = queries.state_counts(
        actor=office.actors["operator"], filters=CaseFilters(state="accepted"), at=AT
    )
    assert counts == {("grid-case", "reported"): 1, ("grid-case", "accepted"): 1}


def test_who_sees_a_case(office):
    case = reports(office, 1, IN_SECOND)[0]
    number = act(office, case, "accept", "operator", form={"category": grid_category()}).number

    assert listed(office, "collector") == []
    with pytest.raises(queries.CaseUnseen):
        queries.case_view(number=number, actor=office.actors["collector"], at=AT)
    with pytest.raises(queries.CaseUnseen):
        queries.case_view(number=number, actor=office.actors["handler"], at=AT)

    act(office, case, "file", "operator")
    act(office, case, "dispatch", "dispatcher", form={"unit": office.bodies["patrol"]})

    assert listed(office, "handler") == [case]
    view = queries.case_view(number=number, actor=office.actors["handler"], at=AT)
    assert Opening("take_on") in view.openings


def test_a_case_shows_what_happened_in_words(office):
    receipt = report(office, {"what": "路面塌陷", "place": IN_FIRST, "phone": "13800000000"})
    case = receipt.case_id
    act(office, case, "accept", "operator", form={"category": grid_category()})
    act(office, case, "file", "operator")
    act(office, case, "dispatch", "dispatcher", form={"unit": office.bodies["patrol"]})
    act(office, case, "take_on", "handler")
    act(office, case, "finish", "handler", form={"result": "已补平"}, exhibits=[photo()])

    view = queries.case_view(number=receipt.number, actor=office.actors["verifier"], at=LATER)

    assert (view.row.title, view.row.state_label.zh, view.row.area_name) == (
        "路面塌陷",
        "待核查",
        "1村居委会",
    )
    told = [
        (line.action_label.zh, line.actor_name.zh, [str(said.value) for said in line.texts])
        for line in view.trail
    ]
    assert told[0] == ("居民上报", "居民", ["路面塌陷"])
    assert told[4] == ("接单", "handler甲", [])
    assert told[5] == ("处置完毕", "handler甲", ["已补平"])
    assert view.trail[3].texts[0].value.zh == "城管中队"
    assert [shown.value for shown in view.shown if shown.is_personal] == ["•••"]
    assert [picture.sha256 for picture in view.photos] == ["ab" * 32]
    assert {line.clock: line.state for line in view.clocks} == {
        "intake": "met", "assign": "met", "handle": "paused", "verify": "late",
    }  # fmt: skip


def test_a_receipt_leads_its_holder_to_the_case_and_nobody_else(office):
    receipt = report(office)

    case, actor = queries.case_for_receipt(
        number=f" {receipt.number.lower()} ", code=receipt.code.lower()
    )

    assert (case, actor) == (receipt.case_id, office.resident)
    assert queries.case_view(number=receipt.number, actor=actor, at=AT).row.id == case
    with pytest.raises(queries.ReceiptUnknown):
        queries.case_for_receipt(number=receipt.number, code="AAAAAAAA")
    with pytest.raises(queries.ReceiptUnknown):
        queries.case_for_receipt(number="GM26-9999999", code=receipt.code)


def test_cases_of_the_same_kind_nearby_are_related(office):
    near = {"lon": 121.3852, "lat": 31.1051, "datum": "wgs84"}
    cases = [
        report(office, {"what": "井盖", "place": p}, key=str(p))
        for p in (IN_FIRST, near, IN_SECOND)
    ]
    for receipt in cases:
        act(office, receipt.case_id, "accept", "operator", form={"category": grid_category()})

    view = queries.case_view(number=cases[0].number, actor=office.actors["operator"], at=AT)

    assert [row.id for row in view.related] == [cases[1].case_id]
