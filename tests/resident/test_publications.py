"""Issued reports for anybody: the text as issued, how every number was counted, and what corrects what."""

import re
from html import unescape

import pytest
from django.test import Client
from reports.conftest import THEN, entered, shelf, staffed  # noqa: F401 - a fixture
from townsfolk import settle

from linli.registry.isolation import office_transaction
from linli.reports.rounds.actions import confirm_section, correct, freeze, issue, open_round, sign
from linli.rulebook.loading import shipped


@pytest.fixture
def folk(db):
    return settle(hosts=["testserver"])


@pytest.fixture
def people(folk, shelf):  # noqa: F811
    entered(folk.office, 2)
    entered(folk.office, 1, on_time=False, first=20, category="绿化")
    return staffed(folk)


def issued(folk, people, number="古办〔2025〕1号", corrects=None):
    editor = people["editor"]
    with office_transaction(folk.office):
        report = (
            open_round(template="small", period="2025-06", by=editor, at=THEN)
            if corrects is None
            else correct(report=corrects, reason="少一件", by=editor, at=THEN)
        )
        for section in ("orders", "ahead"):
            confirm_section(report=report, section=section, revision=0, by=editor, at=THEN)
        freeze(report=report, by=editor, at=THEN, book=shipped())
        sign(report=report, by=people["signer"], at=THEN)
        issue(report=report, number=number, by=editor, at=THEN)
    return report


def text(address):
    answer = Client().get(address)
    assert answer.status_code == 200
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode())))


def test_an_issued_report_is_read_by_anybody_and_its_numbers_open(folk, people):
    assert "还没有公开的报告" in text("/publications/")
    report = issued(folk, people)

    assert "古办〔2025〕1号" in text("/publications/")
    page = Client().get(f"/publications/{report}/").content.decode()
    assert "本月录入" in page
    links = re.findall(r'class="report__number" href="([^"]+)"', page)
    assert links == [f"/publications/{report}/fig_orders_{n:03d}/" for n in (1, 2, 3)]
    rate = text(links[1])
    assert "按时结案率" in rate
    assert re.search(r"数值 66\.67% .*时段 2025年6月 分子 2 分母 3 背后的记录 3 ", rate)


def test_a_report_in_the_making_is_nobodys_to_read(folk, people):
    with office_transaction(folk.office):
        report = open_round(template="small", period="2025-06", by=people["editor"], at=THEN)

    assert Client().get(f"/publications/{report}/").status_code == 404
    assert Client().get(f"/publications/{report}/fig_orders_001/").status_code == 404


def test_a_corrected_report_says_so_and_leads_to_the_correction(folk, people):
    first = issued(folk, people)
    second = issued(folk, people, "古办〔2025〕2号", corrects=first)

    assert (
        f'href="/publications/{second}/"'
        in Client().get(f"/publications/{first}/").content.decode()
    )
    assert "这份报告更正了以前的一份" in text(f"/publications/{second}/")
    assert "已更正" in text("/publications/")
    assert Client().get(f"/publications/{first}/none_such/").status_code == 404
