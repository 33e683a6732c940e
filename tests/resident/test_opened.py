"""What a mechanism opens to all is read by anybody, in its open states and public fields alone."""

from dataclasses import replace

import pytest
from django.test import Client
from django.utils import timezone
from walking import text

from linli.casework.actions import open_case
from linli.casework.queries.public.published import published_cases
from linli.registry.isolation import office_transaction
from linli.rulebook.casefile import Actor, Duty

now = timezone.now  # noqa: TID251 - the pages go by the real clock
PAGE = "/open/office-document/"
NOTICE = {
    "name": "二季度物业收支", "kind": "property_notice", "formed_on": "2026-07-01", "about": "公共收益三万元",
    "places": "小区公告栏",
}  # fmt: skip


def entered(folk, action="enter", **more):
    by = Actor(folk.office, "account:9", (Duty("lead", 1, ("/",)),))
    with office_transaction(folk.office):
        return open_case(
            mechanism="office-document", action=action, by=by, at=now(), form={**NOTICE, **more},
            key=f"{action}{more}",
        )  # fmt: skip


def read(address):
    page = Client().get(address)
    assert page.status_code == 200
    return text(page)


def test_what_is_open_is_read_by_anybody_and_nothing_else_is(folk):
    number = entered(folk).number
    draft = {name: value for name, value in NOTICE.items() if name != "places"}
    by = Actor(folk.office, "account:9", (Duty("lead", 1, ("/",)),))
    with office_transaction(folk.office):
        open_case(
            mechanism="office-document", action="draft", by=by, at=now(),
            form={**draft, "name": "还没写完的"}, key="draft",
        )  # fmt: skip

    listed, shown = read("/open/"), read(PAGE)

    assert "文件与公开" in listed
    assert "二季度物业收支" in shown
    assert "公共收益三万元" in shown
    assert "物业管理公开" in shown
    assert "小区公告栏" in shown
    assert "2026-07-01" not in shown
    assert "还没写完的" not in shown
    assert number not in shown


def test_entries_are_found_by_words_of_their_names_and_paged(folk):
    for nth in range(23):
        entered(folk, name=f"第{nth}号公告")

    assert read(PAGE).count("号公告") == 20
    assert read(f"{PAGE}?page=2").count("号公告") == 3
    assert "第7号公告" in read(f"{PAGE}?words=第7号")
    assert read(f"{PAGE}?words=第7号").count("号公告") == 1
    assert "没有符合的条目" in read(f"{PAGE}?words=%25")
    assert read(f"{PAGE}?page=99999999999").count("号公告") == 20


@pytest.mark.parametrize("key", ["grid-case", "hotline-order", "budget-line", "no-such"])
def test_what_its_mechanism_does_not_open_is_not_there(folk, key):
    assert Client().get(f"/open/{key}/").status_code == 404


def test_a_title_that_is_not_public_is_not_shown(folk, monkeypatch):
    entered(folk)
    monkeypatch.setattr(
        "linli.casework.queries.public.opened.published_cases", _with_a_closed_title
    )

    shown = read(PAGE)

    assert "二季度物业收支" not in shown
    assert "公共收益三万元" in shown


def _with_a_closed_title(*given, **more):
    found = published_cases(*given, **more)
    return tuple(replace(one, mechanism=_closed(one.mechanism)) for one in found)


def _closed(mechanism):
    name = mechanism.fields["name"].model_copy(update={"public": False})
    shows = mechanism.shows.model_copy(update={"resident": ["about"]})
    return mechanism.model_copy(
        update={"fields": {**mechanism.fields, "name": name}, "shows": shows}
    )
