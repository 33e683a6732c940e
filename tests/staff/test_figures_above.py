"""Figures above an office: seen by those whose posts reach there, over all offices of the ground, without any case."""

from html import unescape

import pytest
from django.test import Client
from staff.test_figures import AT, entered
from townsfolk import PASSWORD

from linli.casework.definitions import publish
from linli.figures.periods import period_named
from linli.figures.queries import read
from linli.figures.rollups.above import PeriodNotWhole, read_above, read_figure_above
from linli.figures.rollups.keeping import missing_parts, refresh
from linli.registry.actions import NewAccount, NewOffice, found_office
from linli.registry.isolation import office_transaction
from linli.registry.models import Post
from linli.rulebook.loading import shipped
from linli.rulebook.mechanism import Label

PAGE = "/staff/figures/above/historic-order/?period=2025&figure=on_time_rate"
DISTRICT = "/310000/310112/"


def rolled_up(office):
    with office_transaction(office):
        refresh(AT)
        while missing_parts():
            refresh(AT)


@pytest.fixture
def two(folk):
    """Give two offices of one district, with orders each, their roll-ups built."""
    second = found_office(
        office=NewOffice("310112007", "江川路街道办事处", Label(zh="江川", en="Jiangchuan")),
        founder=NewAccount("second", "江川", PASSWORD, ""),
        duties=("operator",),
        at=AT,
    )
    with office_transaction(second.office):
        publish(shipped(), office=second.office, keys=["historic-order"])
    entered(folk, 3)
    entered(folk, 1, on_time=False, first=10)

    class Second:
        office = second.office

    entered(Second, 2, first=30)
    rolled_up(folk.office)
    rolled_up(second.office)
    return folk


def looked_at(path):
    browser = Client()
    browser.post("/staff/login/", {"username": "director", "password": PASSWORD})
    return browser.get(path, HTTP_HOST="localhost")


def reach_the_district(office):
    with office_transaction(office):
        post = Post.objects.get(holding__account__username="director")
        post.areas = [DISTRICT]
        post.save()


def test_a_district_is_the_sum_of_its_offices_and_a_league_of_them(two):
    year = period_named("2025")

    with office_transaction(two.office):
        above = read_above("historic-order", year, ground=DISTRICT, by="office")
        own = read("historic-order.on_time_rate", year, book=shipped()).value

    found = {one.figure.key.partition(".")[2]: one for one in above.readings}
    rate = found["on_time_rate"]
    assert above.offices == 2
    assert (own.num, own.den) == (3, 4)
    assert (rate.value.num, rate.value.den) == (5, 6)
    assert {path[-10:]: (v.num, v.den) for path, v in rate.slices.items()} == {
        "310112006/": (3, 4),
        "310112007/": (2, 2),
    }


def test_above_an_office_only_whole_months_are_read(two):
    with office_transaction(two.office), pytest.raises(PeriodNotWhole):
        read_figure_above(
            "historic-order.on_time_rate", period_named("2025-06-02"), ground=DISTRICT
        )


def test_who_reaches_no_further_than_the_office_finds_no_page_above_it(two):
    assert looked_at(PAGE).status_code == 404


def test_the_page_shows_the_district_office_by_office(two):
    reach_the_district(two.office)

    page = unescape(looked_at(PAGE).content.decode())

    assert "83.33%" in page
    assert "2 个机构" in page
    assert page.index("江川路街道办事处") < page.index("75.00%")


def test_a_part_of_a_month_is_told_to_be_none(two):
    reach_the_district(two.office)

    page = looked_at("/staff/figures/above/historic-order/?period=2025-06-02").content.decode()

    assert "机构以上只读整月、整季、整年" in page
