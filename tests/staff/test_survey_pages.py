"""Pages of a sampled survey: planned and drawn with presses, drawn again, printed, keyed, and only for who surveys."""

import json

import pytest
from surveys.rounds import answer, drawn, grounds, started
from walking import log_in, text

from linli.project.commands.counting.survey import check
from linli.registry.isolation import office_transaction

pytestmark = pytest.mark.django_db
SENT = {
    "source": "dwellings", "strata": "estate", "allocation": "proportional", "size": "10", "reserve": "50",
    "seed": "20260301", "seed_source": "福彩3D第2026051期",
}  # fmt: skip


@pytest.fixture
def number(folk):
    with office_transaction(folk.office):
        grounds(folk)
        return started(folk)


def page_of(number):
    return f"/staff/surveys/{number}/"


def test_a_sample_is_planned_drawn_and_drawn_again(folk, number):
    caller = log_in("caller")
    sent = {**SENT, "ground": folk.committee}

    planned = caller.post(f"{page_of(number)}do/plan/", sent, follow=True)
    drawn_ = caller.post(f"{page_of(number)}do/draw/", follow=True)
    again = caller.get(page_of(number), {"again": "1"})

    assert "种子已记下" in text(planned)
    assert "已抽 10 份" in text(drawn_)
    assert "重抽的结果与记录一致" in text(again)
    assert "还不够公布" in text(again)


def test_the_file_of_a_drawing_is_drawn_again_by_the_command(folk, number, tmp_path, capsys):
    caller = log_in("caller")
    caller.post(f"{page_of(number)}do/plan/", {**SENT, "ground": folk.committee})
    caller.post(f"{page_of(number)}do/draw/")

    class Options:
        file = str(tmp_path / "sample.json")

    told = json.loads(caller.get(f"{page_of(number)}frame.json").content)
    (tmp_path / "sample.json").write_text(json.dumps(told), encoding="utf-8")
    right = check(Options)
    told["sample"][0][2] = told["sample"][-1][2]
    (tmp_path / "sample.json").write_text(json.dumps(told), encoding="utf-8")
    wrong = check(Options)

    assert (right, wrong) == (0, 1)


def test_what_is_refused_is_said_and_nothing_is_planned(folk, number):
    caller = log_in("caller")

    page = caller.post(
        f"{page_of(number)}do/plan/", {**SENT, "ground": folk.committee, "seed": "1"}, follow=True
    )
    empty = caller.post(f"{page_of(number)}do/draw/", follow=True)

    assert "至少六位" in text(page)
    assert "还没有方案" in text(empty)
    assert caller.post(f"{page_of(number)}do/burn/").status_code == 404
    assert caller.post(f"{page_of(number)}do/plan/", {**SENT, "ground": "/x/"}).status_code == 404
    assert caller.get(f"{page_of(number)}frame.json").status_code == 404


def test_forms_are_printed_one_for_each_that_is_still_to_be_asked(folk):
    with office_transaction(folk.office):
        survey = drawn(folk)
        answer(folk, survey, survey.open[0])
    caller = log_in("caller")

    page = caller.get(f"{page_of(survey.case.number)}forms/")

    assert len(page.context["sheets"]) == 9
    assert caller.post(f"{page_of(survey.case.number)}forms/").status_code == 403


def test_results_hide_what_is_too_small(folk):
    with office_transaction(folk.office):
        survey = drawn(folk)
        for form_no in survey.open[:7]:
            answer(folk, survey, form_no)

    page = text(log_in("caller").get(page_of(survey.case.number)))

    assert "有效答复 7 份" in page
    assert "份数少，不显示" in page


def test_only_who_surveys_sees_surveys(folk, number):
    for name in ("operator", "handler", "collector"):
        client = log_in(name)
        assert client.get("/staff/surveys/").status_code == 403
        assert client.get(page_of(number)).status_code == 403
        assert client.post(f"{page_of(number)}do/plan/", SENT).status_code == 403
    caller = log_in("caller")
    assert "居民评议" in text(caller.get("/staff/surveys/"))
    assert caller.get("/staff/surveys/none/").status_code == 404
