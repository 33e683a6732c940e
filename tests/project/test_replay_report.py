"""The report of a replay is drafted from its records: another record, another number in the text."""

import pytest

from linli.project.progress import Refused
from linli.project.replay.drafting import report_again, write_report
from linli.project.replay.running import replayed
from linli.project.replay.script import keys, read_replay, replay_text
from linli.reports.writing.references import Reference, pieces
from linli.reports.writing.templates import read_template, template_files, template_text
from linli.rulebook.loading import shipped

REPLAY = """
replay: small
title: {zh: 小重放, en: A small replay}
basis: [测试]
period: '2019'
report: small-annual
office: {zh: 小街道, en: Small}
neighbourhoods: [东片, 西片]
bodies: {police: {zh: 执法队, en: Enforcement}}
claims:
  A1: {zh: 拆违点位, unit: 个, printed: '5', figure: site-rectification.buildings}
records:
  - {mechanism: site-rectification, cases: 5, way: [register, check +1h, measure +1d, rectify +1h], answers: {kind: building, outcome: removed, square_metres: {spread: '418.4'}, unit: police}}
  - {mechanism: site-rectification, cases: 3, way: [register, check +1h, rectify +1d], answers: {kind: unlicensed, outcome: closed_down, unit: police}}
"""
TEMPLATE = """
report: small-annual
title: {zh: 小年报, en: Small annual}
basis: [测试]
span: year
heading: '{office}{period}总结'
sections:
  all:
    title: {zh: 整治, en: Clearing}
    text: 拆违{site-rectification.buildings}处、{site-rectification.area|places=1}平方米，取缔{site-rectification.rectified|kind=unlicensed}家，比上年{site-rectification.buildings|change}。
"""


@pytest.fixture(autouse=True)
def shelf(tmp_path, monkeypatch):
    monkeypatch.setenv("LINLI_LANGUAGE", "en")
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "small-annual.yaml").write_text(TEMPLATE, encoding="utf-8")
    monkeypatch.setenv("LINLI_BOOK", str(tmp_path))


def drafted(text):
    replayed(text, "small.yaml", lambda cases: None, alone=True)
    return report_again(text, "small.yaml")


def test_the_report_is_drafted_from_the_records_and_one_record_changes_it(db):
    view = drafted(REPLAY)
    assert view.snapshot.content.heading == "小街道2019年总结"
    assert view.snapshot.content.blocks[1].text == "拆违5处、418.4平方米，取缔3家，比上年无数据。"

    other = drafted(REPLAY.replace("cases: 3, way", "cases: 4, way"))

    assert other.snapshot.content.blocks[1].text == "拆违5处、418.4平方米，取缔4家，比上年无数据。"


def test_files_are_written_as_their_names_say(db, tmp_path):
    content = drafted(REPLAY).snapshot.content
    for name, begins in (("a.docx", b"PK"), ("a.pdf", b"%PDF")):
        write_report(content, tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(begins)
    with pytest.raises(Refused, match=r"\.docx or \.pdf"):
        write_report(content, tmp_path / "a.txt")


@pytest.mark.parametrize("key", [key for key in template_files() if key != "small-annual"])
def test_shipped_templates_refer_to_figures_and_codes_that_are_there(key):
    book = shipped()
    known = {f"{name}.{figure}" for name, m in book.mechanisms.items() for figure in m.figures}
    template = read_template(template_text(key), key)
    referred = [
        one
        for section in template.sections.values()
        for one in pieces(section.text)
        if isinstance(one, Reference)
    ]

    assert referred
    assert {one.figure for one in referred if one.figure} - known - set(book.figures) == set()
    named = {one.codes.partition(".")[0] for one in referred if one.codes}
    assert named - set(book.codes) - set(book.mechanisms) == set()


def test_the_report_of_tangqiao_says_every_number_that_records_give():
    replay = read_replay(replay_text("tangqiao-2019"), "tangqiao-2019")
    template = read_template(template_text(replay.report), replay.report)
    said = {
        (one.figure or one.codes, one.part, one.share)
        for section in template.sections.values()
        for one in pieces(section.text)
        if isinstance(one, Reference)
    }
    claimed = {
        (claim.figure or claim.codes, claim.part, claim.share)
        for claim in replay.claims.values()
        if not claim.why
    }

    assert claimed - said == set()
    assert "tangqiao-2019" in keys()
