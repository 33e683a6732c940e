"""The pages of projects: for staff by kind and class, for everybody; and the case with what it posted."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from treasury import Treasury
from walking import log_in, text

from linli.casework.queries.standing import standing
from linli.registry.isolation import office_transaction


def two_projects(folk, names=("坡道", "助餐点")):
    """Two livelihood projects of one line, one paid in part; gives the number of the first."""
    with office_transaction(folk.office):
        office = Treasury(folk)
        line = office.line()
        made = [office.livelihood(line, name, "30000.00") for name in names]
        office.act("lead", made[0], "sign", [("contract", "file")], amount="20000.00", payee="甲")
        office.act(
            "dispatcher", made[0], "pay", [("receipt", "file")], amount="7500.00", voucher="记-31"
        )
        return standing(made[0]).number, standing(line).number


def test_staff_see_projects_by_kind_and_class(folk):
    two_projects(folk)
    client = log_in("operator")

    every = text(client.get("/staff/projects/"))
    safe = text(client.get("/staff/projects/?mechanism=livelihood-project&class=safety"))

    assert "坡道" in every
    assert "7,500.00" in every
    assert "12.50%" in every
    assert "0 / 2" in every
    assert "坡道" not in safe
    assert "还没有项目" in safe
    assert client.get("/staff/projects/?mechanism=grid-case").status_code == 404


def test_everybody_sees_projects_without_links_into_the_office(folk):
    number, _ = two_projects(folk)

    page = text(Client().get("/projects/"))

    assert "坡道" in page
    assert "30,000.00" in page
    assert number not in page
    assert Client().get("/projects/?mechanism=grid-case").status_code == 404


def test_a_case_shows_what_its_steps_posted_and_the_fund_shows_the_case(folk):
    number, line = two_projects(folk)
    client = log_in("operator")

    case, fund = (
        text(client.get(f"/staff/cases/{number}/")),
        text(client.get(f"/staff/budget/{line}/")),
    )

    assert f'href="/staff/budget/{line}/"' in case
    assert "支付 7,500.00" in case
    assert "记-31" in case
    assert "已签约、未支付 → 已支付" in case
    assert f'href="/staff/cases/{number}/"' in fund
    assert "记-31" in fund


def test_the_lists_of_projects_ask_as_often_for_three_as_for_one(folk):
    client = log_in("director")
    asked = []
    for names in (("一",), ("二", "三")):
        with office_transaction(folk.office):
            office = Treasury(folk)
            office.keys = len(asked) * 100
            line = office.line(name=names[0])
            for name in names:
                office.livelihood(line, name, "10.00")
        counts = []
        for address in ("/staff/projects/", "/projects/"):
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            counts.append(len(queries))
        asked.append(counts)

    assert asked[0] == asked[1]
