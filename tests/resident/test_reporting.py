import re

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from walking import PLACE, hidden, log_in, picture, report, text

FORM = "/report/grid-case/report/"
STATEMENTS = (
    4  # the office, the rule, what a case begins with, the case: each one way there and back
)


def test_a_report_gives_a_number_and_a_code(folk):
    visitor, number = report()

    receipt = text(visitor.get(f"/cases/{number}/receipt/"))

    assert number in receipt
    assert re.search(r"\b[2-9A-HJKMNP-Z]{8}\b", receipt)


def test_a_report_without_its_words_comes_back_with_all_that_was_given(folk):
    visitor = Client()
    page = visitor.get(FORM)

    sent = {"key": hidden(page, "key"), "address": "平南路口", "before": picture(), **PLACE}
    answer = visitor.post(FORM, sent)

    assert answer.status_code == 422
    assert 'id="answer-what-error"' in text(answer)
    assert "平南路口" in text(answer)
    assert 'name="ticket"' in text(answer)


def test_a_report_works_without_a_position(folk):
    visitor = Client()
    page = visitor.get(FORM)

    answer = visitor.post(
        FORM, {"key": hidden(page, "key"), "what": "路灯不亮", "area": folk.committee}
    )
    number = answer["Location"].split("/")[2]

    listed = text(log_in("operator").get("/staff/cases/", {"area": folk.committee}))
    assert number in listed


def test_a_report_sent_twice_is_one_case_with_one_receipt(folk):
    visitor = Client()
    page = visitor.get(FORM)
    sent = {"key": hidden(page, "key"), "what": "路灯不亮"}

    places = [visitor.post(FORM, sent)["Location"] for _ in range(2)]

    assert places[0] == places[1]
    assert visitor.get(places[1]).status_code == 200


def test_a_file_that_is_no_photo_is_refused_with_the_reason(folk):
    visitor = Client()
    page = visitor.get(FORM)
    broken = picture()
    broken.write(b"this is no picture")
    broken.seek(0)
    broken.truncate(18)

    answer = visitor.post(FORM, {"key": hidden(page, "key"), "what": "路灯不亮", "before": broken})

    assert answer.status_code == 422
    assert "看不懂这个文件" in text(answer)


def test_a_report_takes_few_statements(folk):
    visitor = Client()
    sent = {"key": hidden(visitor.get(FORM), "key"), "what": "路灯不亮", **PLACE}
    visitor.post(FORM, {**sent, "key": "0" * 32})

    with CaptureQueriesContext(connection) as asked:
        answer = visitor.post(FORM, sent)

    assert answer.status_code == 302
    of_the_test = ("SAVEPOINT", "RELEASE", "SET LOCAL linli.office = ''")
    kept = [q["sql"] for q in asked if not q["sql"].startswith(of_the_test)]
    assert len(kept) == STATEMENTS, "\n".join(kept)


def test_the_start_page_says_what_can_be_reported(folk):
    page = text(Client().get("/"))

    assert "我要上报" in page
    assert "大家常报的" in page
    assert "网格案件" in page


def test_the_map_draws_the_office_s_own_ground(folk):
    features = Client().get("/map/areas.json").json()["features"]

    assert {feature["properties"]["kind"] for feature in features} == {"area", "cell"}
