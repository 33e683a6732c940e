"""A hundred mechanisms: pages ask no more of the database than for three, and stay usable."""

import dataclasses
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from walking import CATEGORY, hidden, log_in, report, text

from linli.casework.definitions import publish
from linli.registry.isolation import office_transaction
from linli.rulebook.loading import load, shipped

PAGES = ["/staff/", "/staff/cases/", "/staff/board/", "/staff/intake/", "/staff/figures/"]


def publish_copies(office, number, source="grid-case"):
    """Publish mechanisms like a shipped one, under other keys and titles; every third is about an estate."""
    book = shipped()
    texts = {}
    for nth in range(number):
        key = f"copy-{nth:03}"
        own = book.texts[source].replace(f"mechanism: {source}", f"mechanism: {key}")
        own = own.replace("网格案件, en: Grid case", f"副本 {nth:03}, en: Copy {nth:03}", 1)
        texts[key] = own.replace("subject: place", "subject: estate") if nth % 3 == 0 else own
    copies = {key: load(one, f"{key}.yaml") for key, one in texts.items()}
    with office_transaction(office):
        publish(dataclasses.replace(book, mechanisms=copies, texts=texts), office=office)


def statements(client, address):
    assert client.get(address, follow=True).status_code == 200
    with CaptureQueriesContext(connection) as asked:
        client.get(address, follow=True)
    return len(asked)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_takes_the_same_statements_for_few_mechanisms_and_for_thirty(folk, address):
    report()
    publish_copies(folk.office, 3)
    client = log_in("operator")
    for_few = statements(client, address)
    publish_copies(folk.office, 30)

    assert statements(client, address) == for_few


def test_with_many_mechanisms_one_is_found_by_its_title(folk):
    publish_copies(folk.office, 30)
    client = log_in("operator")

    everything = text(client.get("/staff/intake/"))
    found = text(client.get("/staff/intake/", {"words": "副本 017"}))
    in_english = text(client.get("/staff/intake/", {"words": "copy 017"}))
    nothing = text(client.get("/staff/intake/", {"words": "没有这样的"}))

    assert len(re.findall(r'href="/staff/intake/copy-', everything)) == 30
    assert everything.index("身边的地方") < everything.index("小区")
    assert re.findall(r"/staff/intake/(copy-\d+)/", found) == ["copy-017"]
    assert re.findall(r"/staff/intake/(copy-\d+)/", in_english) == ["copy-017"]
    assert "没有名称相符的事项" in nothing


def test_the_board_and_figures_put_what_names_my_duty_first(folk):
    publish_copies(folk.office, 30, source="hotline-order")
    client = log_in("collector")

    board = text(client.get("/staff/board/"))
    groups = re.findall(r'<optgroup label="([^"]+)"', board)

    assert groups[0] == "与我的岗位有关"
    assert client.get("/staff/board/", {"mechanism": "copy-004"})["Location"] == (
        "/staff/board/copy-004/"
    )
    assert client.get("/staff/figures/", {"mechanism": "copy-004"}).status_code == 200


def test_the_list_offers_only_mechanisms_of_which_there_is_a_case(folk):
    publish_copies(folk.office, 30)
    report()

    page = text(log_in("operator").get("/staff/cases/"))

    assert "副本" not in page
    assert "网格案件" in page


def test_counts_of_other_mechanisms_stay_when_one_is_chosen(folk):
    report()
    client = log_in("operator")

    page = text(client.get("/staff/cases/", {"mechanism": "hotline-order"}))

    counts = re.findall(r'>(全部|网格案件)<span\s+class="count"\s*>(\d+)<', page)
    assert counts == [("全部", "1"), ("网格案件", "1")]


def test_an_intake_form_leads_to_the_others(folk):
    publish_copies(folk.office, 30)
    client = log_in("operator")

    page = text(client.get("/staff/intake/copy-003/register/"))
    answer = client.get("/staff/intake/", {"to": "/staff/intake/copy-008/register/"})

    assert 'value="/staff/intake/copy-008/register/"' in page
    assert answer["Location"] == "/staff/intake/copy-008/register/"
    assert client.get("/staff/intake/", {"to": "https://elsewhere.example/"}).status_code == 200


def test_residents_see_few_things_first_and_find_the_others_by_name(folk):
    publish_copies(folk.office, 30)
    report()

    start = text(Client().get("/"))
    choice = text(Client().get("/report/"))
    found = text(Client().get("/report/", {"words": "017"}))

    opened = re.compile(r'href="/report/([\w-]+)/\w+/"')
    ways = opened.findall(start)
    every = len(opened.findall(choice))
    assert (len(ways), ways[0]) == (6, "grid-case")
    assert every > 30
    assert f"全部 {every} 类" in start
    assert opened.findall(found) == ["copy-017"]


def test_of_the_mechanisms_of_my_duty_the_one_with_the_most_cases_comes_first(folk):
    publish_copies(folk.office, 3)
    client = log_in("operator")
    chosen = re.compile(r'<option[^>]*value="([^"]+)"[^>]*selected')
    address = "/staff/intake/copy-001/register/"
    taken = {
        "key": hidden(client.get(address), "key"),
        "what": "电话反映路灯不亮",
        "category": CATEGORY,
    }
    client.post(address, taken)

    assert chosen.findall(text(client.get("/staff/board/"))) == ["copy-001"]
