"""How many statements the pages of the desk send, whatever there is on them. Times are measured by bench.desk."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from walking import CATEGORY, act, log_in, report

PAGES = {
    "list": ("/staff/cases/?mechanism=grid-case&state=accepted&category=" + CATEGORY, 11),
    "case": ("/staff/cases/{number}/", 20),
    "screen": ("/staff/screen/", 12),
}
FRAME = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SET LOCAL")


def sent(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return [one["sql"][:90] for one in asked if not one["sql"].startswith(FRAME)]


def accepted(count):
    for _ in range(count):
        _visitor, number = report()
        act("operator", number, "accept", category=CATEGORY, urgency="normal")
    return number


@pytest.mark.parametrize("page", PAGES)
def test_a_page_sends_few_statements_however_many_cases_there_are(folk, page):
    address, most = PAGES[page]
    client = log_in("operator")
    number = accepted(1)
    for_one = sent(client, address.format(number=number))
    accepted(2)

    for_three = sent(client, address.format(number=number))

    assert len(for_three) == most, for_three
    assert len(for_one) <= most, for_one
