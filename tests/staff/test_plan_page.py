"""The page of a plan: rows with value, path and light; who has yet to give a number."""

from datetime import UTC, datetime, timedelta
from html import unescape

from django.test import Client
from townsfolk import PASSWORD

from linli.casework.actions import open_case, perform
from linli.registry.isolation import office_transaction
from linli.registry.queries import this_office
from linli.rulebook.casefile import Actor, Duty, Exhibit

PAGE = "/staff/figures/plans/gumei-14th-five-year-plan/"
AT = datetime(2024, 1, 20, 2, tzinfo=UTC)


def attested(folk, kind, amount, whole=None, *, as_of="2023-12-31", until="2025-03-31"):
    body = None
    reporter, attester = (
        Actor(
            folk.office,
            f"account:{n}",
            (Duty("handler", body, ("/",)), Duty("verifier", body, ("/",))),
        )
        for n in (981, 982)
    )
    form = {"kind": kind, "reached": amount, "as_of": as_of, "valid_until": until, "source": "公报"}
    with office_transaction(folk.office):
        case = open_case(
            mechanism="attested-value", action="report", by=reporter, at=AT,
            form=form if whole is None else {**form, "whole": whole},
            exhibits=[Exhibit("file", "sheet", "cd" * 32)], key=f"{kind}{as_of}", area=this_office().path,
        ).case_id  # fmt: skip
        perform(
            case=case, action="attest", by=attester, at=AT + timedelta(hours=1), form={}, exhibits=(),
            key=f"attest{case}", revision=None,
        )  # fmt: skip


def page(year):
    browser = Client()
    browser.post("/staff/login/", {"username": "director", "password": PASSWORD})
    return browser.get(PAGE, {"year": year})


def rows(answer):
    return {row.number: row for group in answer.context["groups"] for row in group.rows}


def test_rows_stand_by_their_path_and_open_their_figure(folk):
    attested(folk, "090", "2900", as_of="2022-12-31")
    attested(folk, "090", "600")
    attested(folk, "061", "97", "100")
    attested(folk, "300", "12", "12")

    answer = page("2023")
    found, text = rows(answer), unescape(answer.content.decode())

    assert answer.status_code == 200
    assert len(found) == 40
    jobs, residents, elected = found["9"], found["6a"], found["30"]
    assert (jobs.value, jobs.expected, jobs.before, jobs.status.zh, jobs.light) == (
        "3,500", "3,600 个", "2,900 个", "风险", "red",
    )  # fmt: skip
    assert (residents.value, residents.target, residents.status.zh, residents.light) == (
        "97.00%", "≥ 98%", "滞后", "red",
    )  # fmt: skip
    assert (elected.value, elected.status.zh, elected.light) == ("100.00%", "已完成", "green")
    assert found["36"].status.zh == "无数据"
    done = [n for _, told in answer.context["tallies"] for said, n in told if said.zh == "已完成"]
    assert sum(done) == [row.status.zh for row in found.values()].count("已完成") == 1
    assert "period=2021-01-01..2024-01-01" in jobs.href.replace("%2F", "/")
    assert "中期评估" in text
    assert "badge--red" in text


def test_who_is_late_is_named_with_their_rows(folk):
    answer = page("2022")

    owing = dict(answer.context["late"])

    assert owing["投资促进中心"] == ("35", "36")
    assert "年度监测" in answer.content.decode()
    assert sum(n for _, counts in answer.context["tallies"] for _, n in counts) == 40


def test_years_outside_the_plan_lead_to_its_ends(folk):
    assert page("1999").context["year"] == 2021
    assert page("2040").context["year"] == 2025
    assert page("soon").context["year"] == 2025


def test_an_unknown_plan_and_a_visitor_get_nothing(folk):
    assert Client().get(PAGE).status_code == 302
    browser = Client()
    browser.post("/staff/login/", {"username": "director", "password": PASSWORD})
    assert browser.get("/staff/figures/plans/no-such/").status_code == 404
