"""What happened to a page since it was looked at is told in a line, and nothing else moves."""

from datetime import UTC, datetime

from walking import CATEGORY, act, log_in, report, text

from linli.casework import queries
from linli.registry.isolation import office_transaction
from linli.rulebook.casefile import Actor

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
LIST = "/staff/cases/?mechanism=grid-case"


def told(client, page):
    return "".join(text(client.get(page.context["news"])).split())


def test_a_list_tells_what_came_and_what_changed_since_it_was_looked_at(folk):
    client = log_in("operator")
    _visitor, first = report("第1处")
    page = client.get(LIST)
    before = told(client, page)

    report("第2处")
    act("operator", first, "accept", category=CATEGORY, urgency="normal")
    after = told(client, page)
    again = told(client, client.get(LIST))

    assert before == again == ""
    assert "1件新到，1件有变动" in after
    assert 'hx-get="/staff/cases/?mechanism=grid-case"' in text(client.get(page.context["news"]))


def test_a_case_that_left_the_list_is_a_change_and_one_that_came_into_it_is_new(folk):
    client = log_in("operator")
    _visitor, leaves = report("第1处")
    reported = client.get(f"{LIST}&state=reported")
    accepted = client.get(f"{LIST}&state=accepted")

    act("operator", leaves, "accept", category=CATEGORY, urgency="normal")

    assert "1件有变动" in told(client, reported)
    assert "新到" not in told(client, reported)
    assert "1件新到" in told(client, accepted)


def test_nobody_is_told_of_cases_they_may_not_see(folk):
    report("第1处")
    stranger = Actor(folk.office, "account:999999")

    with office_transaction(folk.office):
        found = queries.news_since(
            actor=stranger, filters=queries.CaseFilters(), at=AT, since=AT, seen={}
        )

    assert found == queries.News(came=0, changed=0)


def test_what_makes_no_sense_in_the_address_tells_nothing(folk):
    client = log_in("operator")

    for odd in ("", "?since=x&seen=1.2", "?since=2026-03-02&seen=a.b,9.9", f"?seen={'9' * 40}.1"):
        answer = client.get(f"/staff/cases/news/{odd}")
        assert (answer.status_code, text(answer).strip()) == (200, "")


def test_a_case_page_tells_when_somebody_acted(folk):
    client = log_in("operator")
    _visitor, number = report("第1处")
    address = f"/staff/cases/{number}/news/?revision=1"
    before = text(client.get(address)).strip()

    act("operator", number, "accept", category=CATEGORY, urgency="normal")

    assert before == ""
    assert "这件事刚有新进展" in text(client.get(address))
