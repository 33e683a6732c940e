import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from walking import CATEGORY, act, log_in, report, text

from linli.figures.queries import figure_keys
from linli.figures.screens import CasesWanted, screens, screens_in
from linli.registry.isolation import office_transaction
from linli.rulebook.reading import MechanismRefused

SCREEN = "/staff/screen/"
LINK = re.compile(r'<a\s[^>]*?href="(/staff/cases/\?[^"]*)"[^>]*>\s*([\d,]+)', re.DOTALL)
TOTAL = re.compile(r"共\s*([\d,]+)\s*")
OWN = """
screen: hall
title: {zh: 大厅, en: Hall}
tiles:
  - {key: open, zh: 在办, en: Open, cases: {open: true}}
  - {key: lost, zh: 不在的指标, en: A figure not there, figure: no-such.rate}
"""


def numbers(client, address=SCREEN):
    """Give each address of records on the screen, with the number that leads there."""
    page = client.get(address)
    assert page.status_code == 200
    return {
        unescape(href): int(said.replace(",", ""))
        for href, said in LINK.findall(page.content.decode())
    }


def listed(client, address):
    """Give how many cases the list under an address has."""
    page = client.get(address)
    assert page.status_code == 200
    return page.context["page"].total


def test_every_number_is_that_of_the_list_it_opens(folk):
    _visitor, kerb = report()
    for what in ("路灯不亮", "井盖松动", "路面积水"):
        report(what)
    act("operator", kerb, "accept", category=CATEGORY, urgency="normal")
    client = log_in("operator")

    found = numbers(client)

    assert sorted(found.values(), reverse=True)[:2] == [4, 4]
    assert {href: listed(client, href) for href in found} == found


def test_tiles_say_what_happened_today(folk):
    _visitor, kerb = report()
    report("路灯不亮")
    act("operator", kerb, "reject", reason="重复", sure="1")
    client = log_in("operator")

    page = client.get(SCREEN)
    told = {one.label.en: one.value for one in page.context["tiles"]}

    assert told["New today"] == 2
    assert told["Open"] == 1
    assert told["Closed today"] == 1
    assert told["Overdue"] == 0
    assert told["Hotline satisfaction (this month)"] is None
    assert "截至" in text(page)


def test_cases_in_no_neighbourhood_and_with_no_holder_have_lines_of_their_own(folk):
    client = log_in("operator")
    answer = client.get("/staff/intake/grid-case/register/")
    key = re.search(r'name="key"\s+value="([^"]*)"', text(answer))[1]
    client.post(
        "/staff/intake/grid-case/register/",
        {"key": key, "what": "电话反映路灯不亮", "category": CATEGORY},
    )

    found = numbers(client)

    assert sum("direct=1" in href for href in found) > 0
    assert sum("holder=0" in href or "holder=" in href for href in found) > 0
    assert {href: listed(client, href) for href in found} == found


def test_what_piles_up_in_one_place_is_hot(folk):
    client = log_in("operator")
    for what in ("路灯不亮", "路灯又不亮", "路灯还不亮"):
        _visitor, number = report(what)
        act("operator", number, "accept", category=CATEGORY, urgency="normal")

    [pile] = client.get(SCREEN).context["hot"]

    assert pile.count == 3
    assert listed(client, pile.href) == 3


def test_a_screen_takes_the_same_statements_for_one_case_and_for_three(folk):
    report()
    client = log_in("operator")

    def asked():
        client.get(SCREEN)
        with CaptureQueriesContext(connection) as statements:
            assert client.get(SCREEN).status_code == 200
        return len(statements)

    for_one = asked()
    report("路灯不亮")
    report("井盖松动")

    assert asked() == for_one
    assert for_one <= 26


def test_htmx_gets_the_day_alone(folk):
    part = text(log_in("operator").get(SCREEN, headers={"HX-Request": "true"}))

    assert "wall__tiles" in part
    assert "<html" not in part


def test_an_office_may_lay_its_own_screen_and_lacks_are_no_data(folk, tmp_path, monkeypatch):
    own = tmp_path / "screens"
    own.mkdir()
    own.joinpath("hall.yaml").write_text(OWN, encoding="utf-8")
    monkeypatch.setenv("LINLI_BOOK", str(tmp_path))
    report()

    page = log_in("operator").get(SCREEN)

    assert list(screens()) == ["hall", "day"]
    assert [one.value for one in page.context["tiles"]] == [1, None]
    assert "大厅" in text(page)
    assert log_in("operator").get("/staff/screen/day/").status_code == 200
    assert log_in("operator").get("/staff/screen/night/").status_code == 404


def test_figures_that_shipped_screens_name_are_there(folk):
    with office_transaction(folk.office):
        known = figure_keys()

    named = [tile.figure for one in screens().values() for tile in one.tiles if tile.figure]

    assert named == ["hotline-order.satisfied_rate", "grid-case.satisfied_rate"]
    assert set(named) <= set(known)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("  - {key: open, zh: 又, en: Again, cases: {open: true}}", "open"),
        ("  - {key: none, zh: 空, en: Empty}", "figure"),
        ("tables: [{by: area, zh: 表, en: Table, tiles: [lost]}]", "lost"),
        ("  - {key: odd, zh: 怪, en: Odd, cases: {colour: red}}", "colour"),
    ],
)
def test_a_screen_that_contradicts_itself_is_refused(tmp_path, wrong, said):
    tmp_path.joinpath("hall.yaml").write_text(OWN + wrong, encoding="utf-8")

    with pytest.raises(MechanismRefused) as refused:
        screens_in(tmp_path)

    assert said in str(refused.value)


def test_spans_end_today():
    today = timezone.localdate(timezone.now())  # noqa: TID251 - any day will do

    week = CasesWanted(opened="week", late=True).address(today)

    assert week == {
        "kind": "case",
        "from": f"{today - timedelta(days=6)}",
        "to": f"{today}",
        "late": "1",
    }
