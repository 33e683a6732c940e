"""Guides for residents: only what concerns them, with blank forms of theirs alone."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from walking import text

from linli.resident.guides import concerns_residents
from linli.rulebook.loading import shipped

ALL = shipped().mechanisms
THEIRS = sorted(key for key, one in ALL.items() if concerns_residents(one))
OTHERS = sorted(set(ALL) - set(THEIRS))


@pytest.mark.parametrize("key", THEIRS)
def test_a_guide_says_who_what_how_long_and_where(folk, key):
    page = text(Client().get(f"/mechanisms/{key}/"))

    assert ALL[key].title.zh in page
    assert [clock.zh for clock in ALL[key].clocks.values() if clock.zh not in page] == []
    assert "不收费" in page
    assert "12345" in page
    assert [basis for basis in ALL[key].basis if basis not in page] == []


def test_a_guide_names_the_bodies_to_go_to(folk):
    page = text(Client().get("/mechanisms/grid-case/"))

    assert "城运中心" in page
    assert "古美路街道" in page
    assert "09:00-12:00" in page


def test_guides_list_what_concerns_residents_only(folk):
    page = text(Client().get("/mechanisms/"))

    assert [key for key in ALL if f"/mechanisms/{key}/" in page] == [
        key for key in ALL if key in THEIRS
    ]
    assert [Client().get(f"/mechanisms/{key}/").status_code for key in OTHERS] == [404] * len(
        OTHERS
    )


def test_residents_see_blank_forms_of_their_own_actions_only(folk):
    client = Client()

    assert "问题描述" in text(client.get("/mechanisms/grid-case/forms/report/"))
    assert client.get("/mechanisms/grid-case/forms/dispatch/").status_code == 404
    assert client.get("/mechanisms/grid-case/forms/none/").status_code == 404


@pytest.mark.parametrize("address", ["/mechanisms/", "/mechanisms/grid-case/"])
def test_guides_ask_few_statements(folk, address):
    client = Client()
    client.get(address)

    with CaptureQueriesContext(connection) as asked:
        client.get(address)

    assert len(asked) <= 8 + len(ALL)
