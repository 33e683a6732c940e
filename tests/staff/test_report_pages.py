"""The pages of reports: opened, written, confirmed, frozen, signed and issued by three people, without script."""

import re
from html import unescape
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from reports.conftest import entered, shelf, staffed  # noqa: F401 - a fixture
from walking import log_in

from linli.registry.isolation import office_transaction
from linli.reports.rounds.queries import round_view


@pytest.fixture
def people(folk, shelf):  # noqa: F811
    entered(folk.office, 2)
    entered(folk.office, 1, on_time=False, first=20, category="绿化")
    staffed(folk)
    return {duty: log_in(f"report_{duty}") for duty in ("editor", "signer", "writer")}


def opened(people):
    answer = people["editor"].post("/staff/reports/", {"template": "small", "period": "2025-06"})
    assert answer.status_code == 302
    return answer["Location"]


def text(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode())))


def do(client, at, verb, **sent):
    return client.post(f"{at}do/{verb}/", sent).status_code


def test_a_report_goes_through_three_hands_to_its_issue(people, folk):
    at = opened(people)
    works = folk.bodies["市政服务中心"]
    assert do(people["editor"], at, "assign", section="orders", body=works) == 302
    assert do(people["editor"], at, "confirm", section="orders", revision=0) == 422
    assert do(people["writer"], at, "confirm", section="orders", revision=0) == 302
    assert do(people["editor"], at, "freeze") == 422
    assert do(people["editor"], at, "confirm", section="ahead", revision=0) == 302
    assert do(people["editor"], at, "freeze") == 302
    assert "本月录入3件，按时率66.67%，其中市容2件。" in text(people["writer"], at)
    assert do(people["editor"], at, "sign") == 422
    assert do(people["signer"], at, "sign") == 302
    assert do(people["editor"], at, "issue", number="古办〔2025〕1号") == 302
    assert "古办〔2025〕1号" in text(people["signer"], at)
    assert do(people["editor"], at, "correct", reason="少了一件") == 302
    assert "更正" in text(people["editor"], "/staff/reports/")


def test_each_number_opens_its_records_and_unbound_digits_are_underlined(people, folk):
    at = opened(people)
    sent = {"text": "共{historic-order.entered|category=市容}件，另有25件。", "revision": 0}
    assert people["editor"].post(f"{at}sections/orders/", sent).status_code == 302

    shown = people["editor"].get(f"{at}sections/orders/").content.decode()

    href = re.search(r'class="report__number" href="([^"]+)"', shown)[1].replace("&amp;", "&")
    assert re.search(r'class="report__unbound" title="[^"]+">25<', shown)
    director = log_in("director")
    assert "数值 2，明细 2 条，相符" in text(director, href)


def test_a_term_that_the_writer_picks_is_explained_once_at_the_end(people, folk):
    at = opened(people)
    ahead, writer = f"{at}sections/ahead/", people["editor"]
    prose = "三会都开了，自治金按三会定的用。"
    assert writer.post(ahead, {"text": prose, "revision": 0, "term": "三会"}).status_code == 302
    marked = "{term:三会}都开了，自治金按三会定的用。"
    assert marked in text(writer, ahead)
    assert writer.post(ahead, {"text": marked, "revision": 1, "term": "三会"}).status_code == 422
    assert writer.post(ahead, {"text": marked, "revision": 1, "term": "定的"}).status_code == 422
    assert writer.post(ahead, {"text": marked, "revision": 1, "term": "自治金"}).status_code == 302
    for section, revision in (("orders", 0), ("ahead", 2)):
        assert do(writer, at, "confirm", section=section, revision=revision) == 302
    assert do(writer, at, "freeze") == 302

    with office_transaction(folk.office):
        view = round_view(int(at.split("/")[-2]))
    last = [block.text for block in view.snapshot.content.blocks][-4:]
    assert last[:2] == ["三会都开了，自治金按三会定的用。", "名词解释"]
    assert [note.partition("：")[0] for note in last[2:]] == ["三会", "自治金"]
    assert [one.finding.message.zh for one in view.findings] == []
    word = Document(BytesIO(writer.get(f"{at}word/").content))
    assert [one.text for one in word.paragraphs][-3:] == last[1:]


def test_a_term_that_the_glossary_does_not_hold_is_said(people):
    at = opened(people)
    sent = {"text": "推进{term:没有的词}。", "revision": 0}
    assert people["editor"].post(f"{at}sections/ahead/", sent).status_code == 302

    assert "名词解释里没有这个词" in text(people["editor"], f"{at}sections/ahead/")


def test_a_chart_stands_with_its_table_and_each_number_of_it_opens_its_records(people, folk):
    at = opened(people)

    shown = people["editor"].get(f"{at}sections/orders/").content.decode()

    assert shown.count('class="chart chart--column"') == 1
    row = re.search(r'<th scope="row">市容</th>\s*<td>\s*<a\s+href="([^"]+)"\s*>2</a>', shown)
    assert "数值 2，明细 2 条，相符" in text(log_in("director"), row[1].replace("&amp;", "&"))


def test_somebody_elses_writing_is_not_overwritten(people):
    at = opened(people)
    first = {"text": "甲写的。", "revision": 0}
    assert people["editor"].post(f"{at}sections/ahead/", first).status_code == 302

    second = people["editor"].post(f"{at}sections/ahead/", {"text": "乙写的。", "revision": 0})

    assert second.status_code == 422
    assert "乙写的。" in second.content.decode()
    assert "甲写的。" in text(people["editor"], at + "sections/ahead/")


def test_records_that_came_after_the_freeze_are_shown(people, folk):
    at = opened(people)
    for section in ("orders", "ahead"):
        assert do(people["editor"], at, "confirm", section=section, revision=0) == 302
    assert do(people["editor"], at, "freeze") == 302
    assert "定稿后没有变动" in text(people["editor"], f"{at}moved/")

    entered(folk.office, 1, first=50)

    assert "num R-50#1" in text(people["editor"], f"{at}moved/")
    with office_transaction(folk.office):
        number = int(at.split("/")[-2])
        assert round_view(number).snapshot.content.blocks[1].text.startswith("本月录入3件")


def frozen(people):
    at = opened(people)
    for section in ("orders", "ahead"):
        assert do(people["editor"], at, "confirm", section=section, revision=0) == 302
    assert do(people["editor"], at, "freeze") == 302
    return at


def test_word_and_pdf_are_given_and_an_edited_word_file_is_read_back(people):
    at = frozen(people)
    word, printed = people["writer"].get(f"{at}word/"), people["writer"].get(f"{at}pdf/")
    assert (word.status_code, printed.content[:5]) == (200, b"%PDF-")
    document = Document(BytesIO(word.content))
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            run.text = run.text.replace("66.67%", "86.67%")
    sink = BytesIO()
    document.save(sink)

    sent = SimpleUploadedFile("改过.docx", sink.getvalue())
    answer = people["editor"].post(f"{at}edited/", {"file": sent})

    assert answer.status_code == 200
    found = answer.context["changed"]
    assert [(n.label.zh[:5], one.frozen, one.written) for n, one in found] == [
        ("按时结案率", "66.67%", "86.67%")
    ]
    clean = SimpleUploadedFile("原样.docx", word.content)
    assert (
        "每个数都与定稿相同"
        in people["editor"].post(f"{at}edited/", {"file": clean}).content.decode()
    )
    assert people["editor"].post(f"{at}edited/", {}).status_code == 422


def test_a_report_that_is_not_frozen_has_no_files(people):
    at = opened(people)
    assert [
        people["editor"].get(f"{at}{one}/").status_code for one in ("word", "pdf", "edited")
    ] == [404] * 3


def test_a_wrong_period_is_said_on_the_page(people):
    answer = people["editor"].post("/staff/reports/", {"template": "small", "period": "六月"})
    assert answer.status_code == 422
    assert "看不懂时段“六月”" in answer.content.decode()


def test_people_without_a_part_in_reports_are_refused(people):
    at = opened(people)
    handler = log_in("handler")
    assert [handler.get(a).status_code for a in ("/staff/reports/", at, f"{at}moved/")] == [403] * 3
    assert do(handler, at, "freeze") == 403
