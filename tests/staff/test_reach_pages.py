"""The page of reach: measured with a press, a gap put on record with another, each number leading to its records."""

import pytest
from django.test import Client
from reach.ground import estate, facility, keeper
from townsfolk import AT, SPOT
from walking import log_in, text

from linli.casework.actions import open_case
from linli.registry.isolation import office_transaction
from linli.rulebook.casefile import Exhibit

pytestmark = pytest.mark.django_db
PAGE = "/staff/reach/"


@pytest.fixture
def grounds(folk):
    with office_transaction(folk.office):
        estate(folk, "E1", [0, 100], name="近邻小区")
        estate(folk, "E2", [2000], name="远郊小区")
        facility(folk, 0)


def test_a_press_measures_and_the_gaps_can_be_put_on_record(folk, grounds):
    operator = log_in("operator")

    measured = operator.post(f"{PAGE}measure/", follow=True)
    page = operator.get(PAGE, {"kind": "meal"})
    (row,) = page.context["page"].rows
    opened = operator.post(f"{PAGE}gaps/", {"entry": row.gap.entry}, follow=True)

    assert "测算完：新 20 项" in text(measured)
    assert row.gap.values["estate"] == "远郊小区"
    assert row.lacking == 2
    assert "远郊小区" in text(opened)
    after = operator.get(PAGE, {"kind": "meal"}).context["page"].rows[0].gap
    assert after.number == opened.redirect_chain[-1][0].split("/")[-2]


def test_gaps_are_paged_and_counted_kind_by_kind(folk, grounds):
    with office_transaction(folk.office):
        for number in range(30):
            estate(folk, f"F{number}", [3000 + number], name=f"远处{number}号")
    operator = log_in("operator")
    operator.post(f"{PAGE}measure/")

    first = operator.get(PAGE, {"kind": "meal"})
    second = operator.get(PAGE, {"kind": "meal", "page": 2})
    beyond = operator.get(PAGE, {"kind": "meal", "page": 9})

    meal = next(row for row in first.context["rows"] if row.one.kind == "meal")
    pages = [one.context["page"] for one in (first, second, beyond)]
    shown = [[row.gap.entry for row in page.rows] for page in pages]
    assert [len(rows) for rows in shown] == [25, 6, 6]
    assert not set(shown[0]) & set(shown[1])
    assert [page.page for page in pages] == [1, 2, 2]
    assert meal.gaps == pages[0].total == 31
    assert "31 处缺口" in text(first)


def test_the_share_of_estates_leads_to_as_many_records(folk, grounds):
    operator = log_in("operator")
    operator.post(f"{PAGE}measure/")

    rows = operator.get(PAGE).context["rows"]
    meal = next(row for row in rows if row.one.kind == "meal")
    page = operator.get(meal.estates_in_href)

    assert meal.one.estates == (1, 2)
    assert "近邻小区" in text(page)
    assert "远郊小区" not in text(page)


def test_who_may_not_measure_sees_the_page_and_no_button(folk, grounds):
    handler = log_in("handler")

    page = text(handler.get(PAGE))

    assert "重新测算" not in page
    assert handler.post(f"{PAGE}measure/").status_code == 404
    assert handler.post(f"{PAGE}gaps/", {"entry": "x"}).status_code == 404
    assert log_in("operator").post(f"{PAGE}gaps/", {"entry": "x"}).status_code == 404


def test_residents_see_what_is_near_their_estate(folk, grounds):
    page = Client().get("/near/", {"estate": "E1"})

    shown = {line.one.kind: line for line in page.context["lines"]}
    assert shown["meal"].one.metres == 65  # 50 m times 1.3
    assert shown["meal"].is_within
    assert shown["health"].one.nearest is None
    assert "身边的设施" in text(page)
    assert "account:" not in text(page)


def test_residents_find_the_sports_ground_that_a_school_opens(folk, grounds):
    form = {
        "name": "某中学操场",
        "kind": "sports",
        "owner": "某中学",
        "spaces": 2,
        "hours": "周末8:00–17:00",
        "until": "2026-12-31",
        "place": {"lon": SPOT[0], "lat": SPOT[1]},
    }
    with office_transaction(folk.office):
        open_case(
            mechanism="shared-space", action="enrol", by=keeper(folk), at=AT, form=form, key="ground",
            area=folk.committee, exhibits=[Exhibit("file", "agreement", "ab" * 32)],
        )  # fmt: skip
    log_in("operator").post(f"{PAGE}measure/")

    page = Client().get("/near/", {"estate": "E1"})

    shown = {line.one.kind: line for line in page.context["lines"]}
    assert shown["sport"].one.nearest.values["name"] == "某中学操场"
    assert shown["sport"].is_within
    assert "某中学操场" in text(page)


def test_without_an_estate_there_is_a_list_to_choose_from(folk, grounds):
    page = Client().get("/near/", {"estate": "nowhere"})

    assert page.context["lines"] == []
    assert [name for _code, name, _chosen in page.context["estates"]] == ["近邻小区", "远郊小区"]
