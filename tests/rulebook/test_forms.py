import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.rulebook import forms
from linli.rulebook.casefile import Fault, StepRefused
from linli.rulebook.loading import shipped
from linli.rulebook.mechanism import FieldRule, Label

BOOK = shipped()


def _value(kind, answer, **more):
    return forms.value_of(FieldRule(zh="甲", en="A", type=kind, **more), answer, BOOK)


def _unfit(kind, answer, **more):
    with pytest.raises(forms.Unfit) as caught:
        _value(kind, answer, **more)
    return caught.value.label


@pytest.mark.parametrize(
    ("kind", "answer", "value"),
    [
        ("text", "  井盖破损\r\n路口  ", "井盖破损\n路口"),
        ("word", " A-1 ", "A-1"),
        ("int", "007", 7),
        ("int", 7, 7),
        ("int", "-3", -3),
        ("number", "12.50", "12.5"),
        ("number", 12, "12"),
        ("number", "1200", "1200"),
        ("number", "-0", "0"),
        ("money", "12.5", "12.50"),
        ("money", 100, "100.00"),
        ("fraction", "4/6", "2/3"),
        ("fraction", "0.75", "3/4"),
        ("date", "2026-02-28", "2026-02-28"),
        ("moment", "2026-03-01 09:30", "2026-03-01T01:30:00Z"),
        ("moment", "2026-03-01T09:30:00+09:00", "2026-03-01T00:30:00Z"),
        ("bool", "on", True),
        ("bool", False, False),
        ("bool", "0", False),
        ("area", "/310000/310112/", "/310000/310112/"),
        ("place", {"lon": "121.4", "lat": 31}, {"lon": 121.4, "lat": 31.0, "datum": "wgs84"}),
        ("place", {"lon": 1, "lat": 2, "datum": "gcj02"}, {"lon": 1.0, "lat": 2.0, "datum": "gcj02"}),
        ("body", "7", 7),
        ("bodies", ["9", 7, 9], [7, 9]),
        ("photo", "a" * 64, "a" * 64),
    ],
)  # fmt: skip
def test_answer_becomes_the_typed_value(kind, answer, value):
    assert _value(kind, answer) == value
    assert type(_value(kind, answer)) is type(value)


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("text", 5), ("text", "坏\x00字"), ("word", "两\n行"), ("word", "长" * 61), ("text", "长" * 2001),
        ("int", "1.5"), ("int", True), ("int", "七"), ("int", "9" * 40), ("int", [1]), ("int", "1/0"),
        ("number", "1/3"), ("number", "1e9"), ("number", "NaN"), ("money", "0.005"), ("money", "12,5"),
        ("fraction", "1/0"), ("fraction", "x"), ("date", "2026-02-29"), ("date", "2026/1/1"),
        ("moment", "gestern"), ("moment", "9999-12-31T23:59:59-12:00"), ("bool", "ja"), ("area", "310112"),
        ("area", "/a/"), ("place", "here"), ("place", {"lon": 181, "lat": 0}), ("place", {"lon": 1}),
        ("place", {"lon": 1, "lat": float("nan")}), ("place", {"lon": 1, "lat": 1, "datum": "mars"}),
        ("place", {"lon": 1, "lat": 1, "note": "x"}), ("body", 0), ("body", "-1"), ("body", True),
        ("bodies", "7"), ("bodies", [0]), ("photo", "A" * 64), ("file", "x"), ("text", "\ud800"),
    ],
)  # fmt: skip
def test_answer_that_does_not_fit_is_refused_in_both_languages(kind, answer):
    label = _unfit(kind, answer)

    assert label.zh.endswith("。")
    assert label.en.endswith(".")


def test_bounds_are_told():
    assert _unfit("int", 0, min=1) == Label(zh="不能小于 1。", en="Not less than 1.")
    assert _unfit("money", "100.01", max=100) == Label(zh="不能大于 100。", en="Not more than 100.")
    assert _unfit("text", "四个汉字", max=3).zh == "最多 3 字，现有 4 字。"
    assert _value("money", "100", max=100) == "100.00"


def test_code_must_be_a_leaf_of_its_list_that_is_not_declined():
    assert _value("code", "0110", list="grid-category") == "0110"
    assert _value("code", "100118", list="grid-category") == "100118"
    assert _unfit("code", "01", list="grid-category").zh == "“市容环境”是大类，请选到小类。"
    assert _unfit("code", "9999", list="grid-category").zh == "“9999”不在“网格案件类别”中。"
    assert _unfit("code", "0502", list="grid-category").zh.startswith("不办理“流浪乞讨”：")
    assert _unfit("code", ["0110"], list="grid-category").zh.endswith("不在“网格案件类别”中。")


def test_code_of_an_own_list_and_of_an_open_one():
    assert _value("code", "a", list=["a", "b"]) == "a"
    assert _unfit("code", "c", list=["a", "b"]).zh == "“c”不在“甲”中。"
    assert _value("code", " 市容环卫 ", list="ledger-word") == "市容环卫"
    assert _unfit("code", "长" * 61, list="ledger-word").en == "At most 60 characters."


def test_all_faults_of_a_form_are_told_at_once():
    mechanism = BOOK.mechanisms["hotline-order"]
    form = {"order_no": " ", "kind": "rant", "phone": 1, "colour": "red", "what": "楼道灯不亮"}

    with pytest.raises(StepRefused) as caught:
        forms.clean(mechanism, "register", form, BOOK)

    assert caught.value.code == "form"
    assert caught.value.faults == (
        Fault("colour", Label(zh="表单里没有这一项。", en="This form has no such question.")),
        Fault(
            "order_no",
            Label(zh="请填写“12345 工单编号”。", en="Please give: Order number of 12345."),
        ),
        Fault("kind", Label(zh="“rant”不在“诉求类型”中。", en="'rant' is not in Kind of request.")),
        Fault("phone", Label(zh="应填文字。", en="Write a text.")),
    )
    assert caught.value.message.zh == "表单有误：colour、12345 工单编号、诉求类型、来电号码。"


def test_blank_answers_count_as_none():
    mechanism = BOOK.mechanisms["grid-case"]
    form = {"what": "路灯不亮", "address": "  ", "phone": None, "contact": "", "place": None}

    assert forms.clean(mechanism, "report", form, BOOK) == {"what": "路灯不亮"}


def test_no_is_an_answer():
    mechanism = BOOK.mechanisms["hotline-order"]

    assert forms.clean(mechanism, "first_contact", {"reached": False}, BOOK) == {"reached": False}


@pytest.mark.parametrize("key", sorted(BOOK.mechanisms))
def test_schema_of_every_form_names_its_questions(key):
    mechanism = BOOK.mechanisms[key]
    for name, action in mechanism.actions.items():
        schema = forms.schema(mechanism, name, BOOK)

        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert list(schema["properties"]) == action.fields
        assert set(schema["required"]) == action.required
        assert schema["additionalProperties"] is False


def test_schema_says_what_the_form_takes():
    schema = forms.schema(BOOK.mechanisms["grid-case"], "collect", BOOK)

    assert schema["required"] == ["what", "place"]
    assert schema["properties"]["what"] == {
        "title": "问题描述", "description": "What is wrong",
        "type": "string", "minLength": 1, "maxLength": 500,
    }  # fmt: skip
    assert schema["properties"]["place"]["required"] == ["lon", "lat"]
    assert "0502" not in schema["properties"]["category"]["enum"]
    assert "0110" in schema["properties"]["category"]["enum"]


ANSWERS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30),
    st.text(string.digits + "./-+e:T ", max_size=20), st.lists(st.integers(), max_size=3),
    st.dictionaries(st.sampled_from(["lon", "lat", "datum"]), st.floats() | st.text(max_size=5)),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(kind=st.sampled_from(sorted(forms._CLEANERS)), answer=ANSWERS)
def test_any_answer_is_a_value_that_stays_itself_or_is_unfit(kind, answer):
    try:
        value = _value(kind, answer)
    except forms.Unfit:
        return

    assert _value(kind, value) == value
