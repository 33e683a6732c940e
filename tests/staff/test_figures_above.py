"""Figures above an office: seen by those whose posts reach there, over all offices of the ground, without any case."""

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from staff.test_figures import AT, entered
from townsfolk import PASSWORD

from linli.casework.definitions import publish
from linli.figures.models import RollupCell
from linli.figures.periods import period_named
from linli.figures.queries import read
from linli.figures.rollups.above import PeriodNotWhole, read_above, read_figure_above
from linli.figures.rollups.auditing import audit
from linli.figures.rollups.keeping import build, refresh
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
        while build(AT):
            pass


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


def test_the_figures_page_leads_above_the_office_whom_a_post_takes_there(two):
    link = "/staff/figures/above/historic-order/?"
    page = "/staff/figures/?mechanism=historic-order&year=2025"
    assert link not in looked_at(page).content.decode()

    reach_the_district(two.office)

    found = unescape(looked_at(page).content.decode())
    assert f"{link}ground=%2F310000%2F310112%2F&period=2025" in found


def test_the_last_audit_stands_on_the_figures_page_and_its_differences_on_their_own(two):
    with office_transaction(two.office):
        assert audit(at=AT, whole=True).differing == 0
    page = unescape(looked_at("/staff/figures/?mechanism=historic-order").content.decode())
    assert "0 格不符" in page

    with office_transaction(two.office):
        cell = RollupCell.objects.filter(grain=0, told__lt=24312).order_by("part")[0]
        RollupCell.objects.filter(pk=cell.pk).update(times=cell.times + 7)
        assert audit(at=AT + timedelta(days=1), whole=True).differing == 1

    page = unescape(looked_at("/staff/figures/?mechanism=historic-order").content.decode())
    shown = unescape(looked_at("/staff/figures/audits/").content.decode())
    assert "1 格不符" in page
    assert "2025-06" in shown
    assert f">{cell.times + 7}<" in shown
    assert f">{cell.times}<" in shown


def test_who_covers_a_part_of_the_office_sees_no_audit(two):
    with office_transaction(two.office):
        post = Post.objects.get(holding__account__username="director")
        post.areas = [two.committee]
        post.save()

    assert looked_at("/staff/figures/audits/").status_code == 404
