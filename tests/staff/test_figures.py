"""The figures pages: what is counted, for whom, and the records behind each number."""

from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.test import Client
from townsfolk import PASSWORD

from linli.casework.history import Command, HistoricCase, append_history
from linli.registry.actions import NewAccount, add_account, add_body, add_post, hold_post
from linli.registry.isolation import office_transaction
from linli.registry.queries import this_office
from linli.rulebook.casefile import Actor, Duty
from linli.rulebook.loading import shipped
from linli.rulebook.mechanism import Label

AT = datetime(2025, 6, 2, 2, 0, tzinfo=UTC)
RATE = "historic-order.on_time_rate"


def entered(folk, count, *, area=None, category="市容", on_time=True, first=0):
    importer = Actor(folk.office, "import:console", (Duty("importer", None, ("/",)),))
    with office_transaction(folk.office):
        place = area or this_office().path
        cases = [
            HistoricCase(
                mechanism="historic-order",
                steps=[
                    Command(
                        "enter", importer, AT + timedelta(hours=n),
                        {"ref": f"R{first + n}", "category": category}
                        | ({} if on_time is None else {"on_time": on_time}),
                    )
                ],
                area=place,
                number=f"R-{first + n}",
            )
            for n in range(count)
        ]  # fmt: skip
        append_history(
            office=folk.office, cases=cases, book=shipped(), until=AT + timedelta(days=300)
        )


@pytest.fixture
def orders(folk):
    entered(folk, 3, area=folk.committee)
    entered(folk, 1, on_time=False, first=10)
    entered(folk, 2, on_time=None, category="交通", first=20)
    return folk


def client(username="director"):
    browser = Client()
    assert browser.post(
        "/staff/login/", {"username": username, "password": PASSWORD}
    ).status_code == 302  # fmt: skip
    return browser


def text(answer):
    return unescape(" ".join(answer.content.decode().split()))


def test_a_mechanism_shows_all_its_figures_with_numerator_and_denominator(orders):
    page = client().get("/staff/figures/", {"mechanism": "historic-order", "year": "2025"})

    assert page.status_code == 200
    rate = next(one for one in page.context["ratios"] if one.label.zh.startswith("按时结案率"))
    assert (rate.value, rate.num, rate.den) == ("75.00%", 3, 4)
    assert {one.label.zh: one.value for one in page.context["counts"]} == {
        "历史工单数": "6", "按时结案数": "3", "超时结案数": "1", "有按时标记的工单数": "4",
    }  # fmt: skip
    assert rate.num_href in text(page)
    assert rate.den_href in text(page)


def test_beside_a_rate_of_those_who_answered_stands_how_many_did(orders):
    year = {"mechanism": "historic-order", "year": "2025"}
    page = client().get("/staff/figures/", year)
    one = client().get(f"/staff/figures/{RATE}/", {"year": "2025"})

    rate = next(
        shown for shown in page.context["ratios"] if shown.label.zh.startswith("按时结案率")
    )
    beside = rate.answered
    assert (beside.value, beside.num, beside.den) == ("66.67%", 4, 6)
    assert "答复率 66.67%" in text(page)
    assert "答复率 66.67%" in text(one)
    asked = client().get(beside.den_href)
    assert (asked.context["page"].total, asked.context["agrees"]) == (6, True)
    assert "应答复的" in text(asked)


def test_a_period_with_nothing_in_it_says_no_data_and_never_nought_per_cent(orders):
    page = client().get("/staff/figures/", {"mechanism": "historic-order", "year": "2024"})

    assert "无数据" in text(page)
    assert "0.00%" not in text(page)


def test_a_figure_is_said_in_words_and_broken_down_with_a_chart(orders):
    page = client().get(f"/staff/figures/{RATE}/", {"year": "2025", "by": "category"})

    slices = {one.label.zh: (one.value, one.num, one.den) for one in page.context["slices"]}
    assert slices == {"市容": ("75.00%", 3, 4)}
    assert "除以期内“历史工单”" in text(page)
    assert "<svg" in text(page)


@pytest.mark.parametrize(
    ("figure", "is_said"), [("request-closing-rate", True), ("historic-order.entered", False)]
)
def test_the_page_of_a_cohort_says_as_of_when_it_was_read(orders, figure, is_said):
    page = client().get(f"/staff/figures/{figure}/", {"year": "2025"})

    assert ("后来才办到的，这时还没有数进分子" in text(page)) == is_said


@pytest.mark.parametrize(
    ("query", "listed"),
    [
        ({}, 3),
        ({"side": "den"}, 4),
        ({"by": "area", "part": "310112006001", "side": "den"}, 3),
        ({"by": "area", "part": "", "side": "num"}, 0),
        ({"by": "category", "part": "无此类"}, 0),
    ],
)
def test_every_number_opens_exactly_its_records(orders, query, listed):
    if query.get("part") == "310112006001":
        query = {**query, "part": orders.committee.rstrip("/").rsplit("/", 1)[-1]}

    page = client().get(f"/staff/figures/{RATE}/records/", {"period": "2025", **query})

    assert (page.context["page"].total, page.context["stated"]) == (listed, listed)
    assert page.context["agrees"]
    assert len(page.context["page"].records) == listed
    if listed:
        number = page.context["page"].records[0].number
        assert f"/staff/cases/{number}/" in text(page)


def test_a_count_of_nothing_that_anybody_counts_is_not_found(orders):
    browser = client()

    assert browser.get("/staff/figures/historic-order.nothing/").status_code == 404
    assert browser.get(f"/staff/figures/{RATE}/", {"by": "address"}).status_code == 404
    assert browser.get("/staff/figures/nothing/records/").status_code == 404


def test_a_period_nobody_understands_is_answered_with_what_can_be_written(orders):
    page = client().get("/staff/figures/", {"period": "neulich"})

    assert page.status_code == 200
    assert "看不懂时段" in text(page)


def test_people_see_the_figures_of_the_areas_their_posts_cover(orders):
    by = Actor(orders.office, "account:1")
    with office_transaction(orders.office):
        label = Label(zh="居委会", en="Committee")
        body = add_body(kind="committee", name=label, area=orders.committee, by=by, at=AT)
        post = add_post(body=body, title=label, duties=["collector"], by=by, at=AT)
        account = NewAccount(username="local", display_name="居委干部", password=PASSWORD)
        number = add_account(account=account, by=by, at=AT)
        hold_post(account=number, post=post, by=by, at=AT)
        office = this_office().path

    page = client("local").get(
        "/staff/figures/", {"mechanism": "historic-order", "year": "2025", "place": office}
    )

    assert page.context["choosing"].place == orders.committee
    assert [one.value for one in page.context["choosing"].places] == [orders.committee]
    assert page.context["counts"][0].value == "3"


@pytest.mark.parametrize("address", ["", f"{RATE}/", f"{RATE}/records/?side=den"])
def test_more_records_ask_no_more_of_the_database(orders, address, django_assert_max_num_queries):
    browser = client()
    join = "&" if "?" in address else "?"
    whole = f"/staff/figures/{address}{join}period=2025&mechanism=historic-order&by=category"
    with django_assert_max_num_queries(40) as few:
        browser.get(whole)
    asked = len(few)
    entered(orders, 30, category="环保", first=100)

    with django_assert_max_num_queries(asked):
        assert browser.get(whole).status_code == 200
