"""The pages of mechanisms: everything the rule says is there, counts keep to one's reach, versions are told apart."""

import pytest
import yaml
from django.db import connection
from django.test.utils import CaptureQueriesContext
from townsfolk import settle
from walking import log_in, report, text

from linli.casework.definitions import publish
from linli.registry.isolation import office_transaction
from linli.rulebook import loading
from linli.rulebook.loading import Book, shipped

MECHANISMS = sorted(shipped().mechanisms)


def next_version(key, change):
    """Give a book that holds the next version of one shipped mechanism."""
    rule = yaml.safe_load(shipped().texts[key])
    rule["version"] += 1
    change(rule)
    written = yaml.safe_dump(rule, allow_unicode=True)
    found = loading.load(written, f"{key}.yaml")
    return Book({key: found}, shipped().codes, shipped().calendars, {key: written})


def statements(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


@pytest.mark.parametrize("key", MECHANISMS)
def test_a_page_holds_every_action_limit_figure_and_basis(folk, key):
    mechanism = shipped().mechanisms[key]

    page = text(log_in("operator").get(f"/staff/mechanisms/{key}/"))

    for part in (mechanism.actions, mechanism.clocks, mechanism.figures, mechanism.states):
        assert [rule.zh for rule in part.values() if rule.zh not in page] == []
    assert [basis for basis in mechanism.basis if basis not in page] == []
    assert shipped().sha256(key) in page
    assert "diagram__narrow" in page


@pytest.mark.parametrize("key", MECHANISMS)
def test_every_form_of_every_mechanism_can_be_looked_at(folk, key):
    client, mechanism = log_in("operator"), shipped().mechanisms[key]

    for name, rule in mechanism.actions.items():
        page = text(client.get(f"/staff/mechanisms/{key}/forms/{name}/"))

        assert [f for f in rule.fields if mechanism.fields[f].zh not in page] == []
        assert "<form" not in page.split('id="content"')[1].split("</main>")[0]


def test_the_sheet_for_signing_names_version_digest_basis_and_signers(folk):
    page = text(log_in("operator").get("/staff/mechanisms/grid-case/sheet/"))

    assert shipped().sha256("grid-case") in page
    assert all(
        words in page for words in ("签发人", "审核人", "自发布之日起", "上海市城市网格化管理办法")
    )


def test_counts_keep_to_ones_reach(folk):
    report()

    inside = text(log_in("operator").get("/staff/mechanisms/"))
    outside = text(log_in("handler2").get("/staff/mechanisms/"))

    assert 'data-label="在办">1<' in inside
    assert 'data-label="在办">1<' in outside or 'data-label="在办">0<' in outside


def test_versions_are_told_apart_in_words(folk):
    def change(rule):
        rule["clocks"]["verify"]["budget"] = "7 wd"

    with office_transaction(folk.office):
        publish(next_version("grid-case", change), office=folk.office)

    page = text(log_in("operator").get("/staff/mechanisms/grid-case/"))

    assert "核查时限由2个工作日改为7个工作日" in page
    assert "本街道发布" in page
    assert "首次发布" in page


def test_what_is_not_there_is_not_found(folk):
    client = log_in("operator")

    assert client.get("/staff/mechanisms/none/").status_code == 404
    assert client.get("/staff/mechanisms/none/sheet/").status_code == 404
    assert client.get("/staff/mechanisms/grid-case/forms/none/").status_code == 404


def test_the_list_takes_the_same_statements_however_many_cases(folk):
    report()
    client = log_in("operator")
    for_one = statements(client, "/staff/mechanisms/")
    report("路灯不亮")
    report("井盖松动")

    assert statements(client, "/staff/mechanisms/") == for_one


def test_the_page_takes_the_same_statements_however_many_cases(db):
    settle()
    report()
    client = log_in("operator")
    for_one = statements(client, "/staff/mechanisms/grid-case/")
    report("路灯不亮")
    report("井盖松动")

    assert statements(client, "/staff/mechanisms/grid-case/") == for_one
