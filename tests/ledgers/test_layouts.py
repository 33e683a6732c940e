"""Layouts of ledgers: every shipped one is filled from its mechanism, and a bad one says what does not fit."""

import pytest

from linli.ledgers.layouts import (
    Layout,
    LayoutRefused,
    check_layout,
    is_known,
    layouts_at_hand,
    shipped_layouts,
)
from linli.rulebook.loading import shipped

MECHANISMS = dict(shipped().mechanisms)


def layout(**columns):
    title = {"zh": "表", "en": "Sheet"}
    return Layout(layout="sheet", title=title, of="grid-case", columns=columns)


@pytest.mark.parametrize("key", sorted(shipped_layouts()))
def test_every_shipped_layout_is_filled_from_its_mechanism(key):
    asked = shipped_layouts()[key]

    mechanism = check_layout(asked, MECHANISMS)

    known = [word for word in asked.columns.values() if is_known(word, mechanism)]
    assert len(known) * 2 > len(asked.columns)


def test_there_are_fifty_and_no_two_are_the_same():
    asked = [(one.of, tuple(one.columns.values())) for one in shipped_layouts().values()]

    assert len(asked) >= 50
    assert len(set(asked)) == len(asked)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"编号": "number", "高": ".height"}, "列“高”：没有字段“height”"),
        ({"编号": "number", "次": "count.visit"}, "列“次”：没有登记项“visit”"),
        ({"编号": "nummer", "状态": "state"}, "列“编号”：不认识“nummer”，可写：number、area"),
    ],
)
def test_a_layout_that_does_not_fit_says_which_column(columns, said):
    with pytest.raises(LayoutRefused) as refused:
        check_layout(layout(**columns), MECHANISMS)

    assert refused.value.message.zh.startswith(said)


def test_what_differs_from_entry_to_entry_is_counted_or_summed():
    asked = Layout(
        layout="v",
        title={"zh": "表", "en": "Sheet"},
        of="venue",
        columns={"名": ".name", "日": ".visit_on"},
    )

    with pytest.raises(LayoutRefused) as refused:
        check_layout(asked, MECHANISMS)

    assert refused.value.message.en == (
        "column '日': 'visit_on' differs from entry to entry: take count.visit or its sum"
    )


def test_an_office_lays_its_own(tmp_path, monkeypatch):
    folder = tmp_path / "layouts"
    folder.mkdir()
    text = "layout: own\ntitle: {zh: 自己的表, en: Our own}\nof: grid-case\ncolumns: {编号: number, 备注: hand}\n"
    (folder / "own.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr("linli.ledgers.layouts.own_folder", lambda: tmp_path)

    found = layouts_at_hand()

    assert found["own"].open_columns(MECHANISMS["grid-case"]) == ["备注"]
    assert "grid-cases" in found
