from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.template import engines
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from linli.rulebook.casefile import Fault
from linli.rulebook.forms import clean
from linli.rulebook.mechanism import CodeList, Label, Mechanism
from linli.ui.questions import Choice, Question, choice_groups, questions_for, read_answers


def _label(zh, en="x"):
    return {"zh": zh, "en": en}


CODES = CodeList.model_validate(
    {
        "list": "kinds",
        "title": _label("类别"),
        "basis": ["试"],
        "codes": {
            "a": _label("市容环境", "Street"),
            "a1": {**_label("暴露垃圾", "Rubbish"), "parent": "a", "aliases": ["垃圾堆放"]},
            "a2": {**_label("占道堆物", "Goods"), "parent": "a"},
            "b": {**_label("人员聚集", "Crowds"), "declined": _label("不办理对人的监控")},
        },
    }
)
BOOK = SimpleNamespace(codes={"kinds": CODES})
FIELDS = {
    "told": {"type": "text", "max": 500, "hint": _label("写清楚", "Say clearly")},
    "caller": {"type": "word"},
    "count": {"type": "int", "min": 1, "max": 9},
    "length": {"type": "number"},
    "cost": {"type": "money"},
    "share": {"type": "fraction"},
    "seen_on": {"type": "date"},
    "seen_at": {"type": "moment"},
    "called": {"type": "bool"},
    "kind": {"type": "code", "list": "kinds"},
    "grade": {"type": "code", "list": ["low", "high"], "labels": {"low": _label("一般", "Low")}},
    "spot": {"type": "place"},
    "where": {"type": "area"},
    "unit": {"type": "body"},
    "helpers": {"type": "bodies"},
}
MECHANISM = Mechanism.model_validate(
    {
        "mechanism": "trial",
        "version": 1,
        "title": _label("试", "Trial"),
        "basis": ["试"],
        "subject": "place",
        "roles": {"clerk": _label("受理员")},
        "fields": {name: {**_label(name, name), **rule} for name, rule in FIELDS.items()},
        "states": {"new": {**_label("新"), "phase": "intake", "initial": True, "final": True}},
        "actions": {
            "report": {
                **_label("上报", "Report"),
                "by": [{"role": "clerk"}],
                "start": True,
                "to": "new",
                "form": ["told!", *list(FIELDS)[1:]],
                "evidence": [{"photo": "before", "min": 1}],
            }
        },
    }
)
POSTED = {
    "told": "  井盖缺失 ",
    "caller": "王女士",
    "count": "3",
    "length": "1.5",
    "cost": "12.5",
    "share": "2/3",
    "seen_on": "2026-03-01",
    "seen_at": "2026-03-01T09:30",
    "called": "true",
    "kind": "a2",
    "grade": "low",
    "spot.lon": "121.395",
    "spot.lat": "31.142",
    "spot.datum": "wgs84",
    "where": "/310112006/",
    "unit": "4",
}


def _asked(**given):
    found = questions_for(
        MECHANISM, "report", BOOK, bodies=[(4, "环卫"), (5, "市政")], areas=[("/310112006/", "本街道")],
        **given,
    )  # fmt: skip
    return {question.name: question for question in found}


def _drawn(question):
    template = engines["django"].from_string("{% load parts %}{% question q %}")
    return " ".join(template.render({"q": question}).split()).replace(" >", ">")


def test_questions_stand_in_order_with_the_evidence_last():
    assert list(_asked()) == [*FIELDS, "before"]


def test_only_marked_questions_are_required():
    required = {name for name, question in _asked().items() if question.required}

    assert required == {"told", "before"}


def test_declined_codes_and_classes_are_not_offered():
    offered = _asked()["kind"].choices

    assert [choice.value for choice in offered] == ["a1", "a2"]
    assert offered[0] == Choice(
        "a1",
        Label(zh="暴露垃圾", en="Rubbish"),
        Label(zh="市容环境", en="Street"),
        "垃圾堆放",
    )


@pytest.mark.parametrize(("count", "control"), [(6, "radio"), (7, "select")])
def test_up_to_six_codes_are_radio_buttons(count, control):
    choices = tuple(Choice(str(n), Label(zh=str(n), en=str(n))) for n in range(count))

    question = Question("kind", Label(zh="类", en="Kind"), "code", choices=choices)

    assert question.control == control


def test_choices_stand_under_their_groups():
    groups = choice_groups(_asked()["kind"])

    assert [(group.zh, len(choices)) for group, choices in groups] == [("市容环境", 2)]


def test_answers_posted_are_what_the_mechanism_takes():
    post = QueryDict(mutable=True)
    post.update(POSTED)
    post.setlist("helpers", ["5", "4"])

    form, files = read_answers(list(_asked().values()), post, MultiValueDict())

    assert files == {}
    assert clean(MECHANISM, "report", form, BOOK) == {
        "told": "井盖缺失",
        "caller": "王女士",
        "count": 3,
        "length": "1.5",
        "cost": "12.50",
        "share": "2/3",
        "seen_on": "2026-03-01",
        "seen_at": "2026-03-01T01:30:00Z",
        "called": True,
        "kind": "a2",
        "grade": "low",
        "spot": {"lon": 121.395, "lat": 31.142, "datum": "wgs84"},
        "where": "/310112006/",
        "unit": 4,
        "helpers": [4, 5],
    }


def test_blank_answers_are_left_out():
    post = QueryDict("told=++&caller=&spot.lon=&spot.lat=&spot.datum=wgs84")

    assert read_answers(list(_asked().values()), post, MultiValueDict()) == ({}, {})


def test_half_a_place_is_kept_so_that_it_can_be_refused():
    post = QueryDict("spot.lon=121.4&spot.datum=wgs84")

    form, _ = read_answers(list(_asked().values()), post, MultiValueDict())

    assert form == {"spot": {"lon": "121.4", "datum": "wgs84"}}


def test_files_come_under_the_tag_of_their_evidence():
    photos = [SimpleUploadedFile("1.jpg", b"1"), SimpleUploadedFile("2.jpg", b"2")]
    files = MultiValueDict({"before": photos, "stray": photos})

    assert read_answers(list(_asked().values()), QueryDict(), files) == ({}, {"before": photos})


@pytest.mark.parametrize("name", [*FIELDS, "before"])
def test_every_kind_of_question_is_drawn_with_its_label_and_error(name):
    fault = Fault(name, Label(zh="请改正。", en="Correct it."))

    html = _drawn(_asked(errors=[fault])[name])

    assert f'id="answer-{name}"' in html
    assert f'id="answer-{name}-error"' in html
    assert "请改正。" in html
    assert f'name="{name}' in html


def test_an_answer_given_before_stands_in_its_control():
    values = {"seen_at": "2026-03-01T01:30:00Z", "kind": "a2", "called": False, "helpers": [5]}

    asked = _asked(values=values)

    assert 'value="2026-03-01T09:30"' in _drawn(asked["seen_at"])
    assert '<input type="radio" name="kind" value="a2" checked>' in _drawn(asked["kind"])
    assert '<input type="radio" name="called" value="false" checked>' in _drawn(asked["called"])
    assert '<input type="checkbox" name="helpers" value="5" checked>' in _drawn(asked["helpers"])


def test_an_upload_kept_before_need_not_be_sent_again():
    html = _drawn(_asked(tickets=[("before", "signed-ticket"), ("other", "not-this")])["before"])

    assert '<input type="hidden" name="ticket" value="signed-ticket">' in html
    assert "not-this" not in html
    assert " required" not in html


def test_questions_speak_english_to_the_english():
    with translation.override("en"):
        html = _drawn(_asked()["grade"])

    assert "Low" in html
    assert "optional" in html
    assert "一般" not in html
