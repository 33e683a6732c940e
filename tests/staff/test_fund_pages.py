"""The pages of funds and rounds: who sees them, and a round counted step by step on them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from townsfolk import CENTRE, DEPARTMENT, settle
from treasury import Treasury
from walking import log_in, text

from linli.budget.models import BallotBox, RoundCount
from linli.budget.queries import balance_of
from linli.casework.queries.standing import standing
from linli.registry.isolation import office_transaction

WORDS = "春暖花开 一二三"
COSTS = {"长椅": "3000.00", "雨棚": "2500.00", "晾衣架": "2500.00"}


@pytest.fixture
def round_(folk):
    """A round of 6,000 yuan with three projects on its ballot: its case, its number, its projects by name."""
    with office_transaction(folk.office):
        office = Treasury(folk)
        fund = office.round(budget="6000.00", paid_in="6000.00")
        made = {name: office.balloted(fund, name, cost) for name, cost in COSTS.items()}
        office.act("operator", fund, "print_ballot")
        numbers = {name: standing(case).number for name, case in made.items()}
        return fund, standing(fund).number, made, numbers


def send(client, number, **sent):
    return client.post(f"/staff/budget/{number}/round/", sent)


def votes(numbers, **given):
    return {f"votes-{numbers[name]}": count for name, count in given.items()}


@pytest.mark.parametrize(("who", "status"), [(None, 302), ("nobody", 403), *((who, 200) for who in [*CENTRE, *DEPARTMENT, "director"])])  # fmt: skip
def test_who_gets_the_pages_of_funds(round_, who, status):
    _, number, _, _ = round_
    client = Client() if who is None else log_in(who)

    paths = ["/staff/budget/", f"/staff/budget/{number}/", f"/staff/budget/{number}/round/"]

    assert [client.get(path).status_code for path in paths] == [status] * 3


def test_another_office_finds_none_of_it(round_):
    _, number, _, _ = round_
    settle("310115008", "塘桥街道", hosts=["elsewhere.example"])
    other = Client(headers={"host": "elsewhere.example"})
    other.post("/staff/login/", {"username": "operator", "password": "a-long-enough-word"})

    paths = [f"/staff/budget/{number}/", f"/staff/budget/{number}/round/", f"/rounds/{number}/",
             f"/rounds/{number}/votes.pb"]  # fmt: skip

    assert [other.get(path).status_code for path in paths] == [404] * 4
    assert number not in text(other.get("/staff/budget/"))


def test_a_case_that_is_no_round_has_no_round_page(round_):
    _, _, _, numbers = round_

    assert log_in("operator").get(f"/staff/budget/{numbers['长椅']}/round/").status_code == 404
    assert Client().get(f"/rounds/{numbers['长椅']}/").status_code == 404


def test_only_who_may_close_the_round_is_shown_how_and_may(round_):
    _, number, _, _ = round_
    other = log_in("collector")

    assert "抽签" in text(log_in("operator").get(f"/staff/budget/{number}/round/"))
    assert 'name="verb"' not in text(other.get(f"/staff/budget/{number}/round/"))
    answer = send(other, number, verb="draw", words=WORDS)
    assert answer.status_code == 422
    assert "您的岗位不能计这一轮的票" in text(answer)


def test_a_round_is_drawn_keyed_and_counted_on_its_page(folk, round_):
    fund, number, made, numbers = round_
    client = log_in("operator")

    early = send(client, number, verb="count")
    send(client, number, verb="draw", words=WORDS)
    again = send(client, number, verb="draw", words="再抽一次")
    over = send(client, number, verb="key", voters=40, **votes(numbers, 长椅=41, 雨棚=3, 晾衣架=2))
    send(client, number, verb="key", voters=40, **votes(numbers, 长椅=33, 雨棚=20, 晾衣架=20))
    counted = send(client, number, verb="count")

    assert "请先公开抽签，再收选票" in text(early)
    assert "已经抽过签，不能再抽" in text(again)
    assert "项目的票数不能多于投票户数" in text(over)
    assert counted.status_code == 302
    with office_transaction(folk.office):
        states = {name: standing(case).state for name, case in made.items()}
        tied = {states["雨棚"], states["晾衣架"]}
        assert (states["长椅"], tied) == ("won", {"won", "passed_over"})
        assert standing(fund).state == "counted"
        assert standing(fund).values["spent"] == "5500.00"
        assert balance_of(made["长椅"]).granted == 0
    page = text(client.get(f"/staff/budget/{number}/round/"))
    assert "并列，依抽签次序" in page
    assert "计入 33 票" not in page
    assert "轮到它时余款 6,000.00 元" in page


def test_keyed_totals_do_not_do_for_equal_shares(folk):
    with office_transaction(folk.office):
        office = Treasury(folk)
        fund = office.round(budget="6000.00", paid_in="6000.00", rule="shares")
        bench = office.balloted(fund, "长椅", "3000.00")
        office.act("operator", fund, "print_ballot")
        number, key = standing(fund).number, standing(bench).number
    client = log_in("operator")
    send(client, number, verb="draw", words=WORDS)
    send(client, number, verb="key", voters=5, **{f"votes-{key}": 4})

    answer = send(client, number, verb="count")

    assert answer.status_code == 422
    assert "只有合计票数不够，请导入选票" in text(answer)


def test_a_file_that_does_not_fit_is_refused_line_by_line(round_):
    _, number, _, numbers = round_
    client = log_in("operator")
    send(client, number, verb="draw", words=WORDS)
    told = pb(numbers, {**COSTS, "雨棚": "2400"}, [["长椅"]])

    answer = send(client, number, verb="bring", ballots=told)

    assert answer.status_code == 422
    assert f"第 8 行：项目 {numbers['雨棚']} 的造价应为 2500" in text(answer)
    assert BallotBox.objects.count() == 0


def test_ballots_brought_are_counted_and_given_back_as_a_file(round_):
    _, number, _, numbers = round_
    client = log_in("operator")
    send(client, number, verb="draw", words=WORDS)
    cast = [["长椅", "雨棚"], ["雨棚"], ["晾衣架", "雨棚"], ["长椅"]]

    brought = send(client, number, verb="bring", ballots=pb(numbers, COSTS, cast))
    send(client, number, verb="count")
    file = Client().get(f"/rounds/{number}/votes.pb")

    assert brought.status_code == 302
    assert [row.split(";")[0] for row in text(file).splitlines() if row.endswith(";1")] == [
        numbers["长椅"],
        numbers["雨棚"],
    ]
    public = text(Client().get(f"/rounds/{number}/"))
    assert WORDS in public
    assert f"linli fund count {number}.pb --lot" in public


def pb(numbers, costs, cast):
    rows = ["META", "key;value", "budget;6000", "vote_type;approval", "PROJECTS"]
    rows += [
        "project_id;cost;name",
        *(f"{numbers[name]};{cost};{name}" for name, cost in costs.items()),
    ]
    rows += ["VOTES", "voter_id;vote"]
    rows += [f"{n};{','.join(numbers[name] for name in one)}" for n, one in enumerate(cast)]
    return SimpleUploadedFile("votes.pb", "\n".join(rows).encode())


def test_the_list_of_funds_asks_as_often_for_three_as_for_one(folk):
    client = log_in("director")
    asked = []
    for names in (["一"], ["二", "三"]):
        with office_transaction(folk.office):
            office = Treasury(folk)
            office.keys = len(asked) * 100
            for name in names:
                office.round(name=name)
        client.get("/staff/budget/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/staff/budget/")
        asked.append(len(queries))

    assert asked[0] == asked[1]
    assert RoundCount.objects.count() == 0
