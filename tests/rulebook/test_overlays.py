import pytest
from rulebook.small import DUTIES

from linli.rulebook.loading import MechanismRefused, digest_of, load, shipped
from linli.rulebook.overlays import Overlay
from linli.rulebook.ownbook import read_own

PARAMS = """params:
  days: {type: int, default: 2, min: 1, max: 9, zh: 天数, en: Days}
  most: {type: int, default: 20, min: 10, max: 500, zh: 字数, en: Letters}
  limit: {type: money, default: "100", min: "0", max: "500.50", zh: 上限, en: Limit}
  word: {type: word, default: good, of: [good, poor], zh: 等级, en: Grade}
  tries: {type: int, default: 1, min: 1, max: 3, zh: 次数, en: Tries}
roles:
"""


@pytest.fixture
def text(small_text):
    return (
        small_text.replace("roles:\n", PARAMS, 1)
        .replace("budget: 2 wd", 'budget: "{days} wd"')
        .replace("max: 20,", 'max: "{most}",')
        .replace("when: total('payment') + cost <= 100", "when: \"total('payment') + cost <= {limit}\"")
        .replace("[['>= 1', '\"poor\"'], ['-', '\"good\"']]", "[['>= {tries}', '\"poor\"'], ['-', '\"{word}\"']]")
        .replace("zh: 办理时限,", 'zh: "办理时限（{days}个工作日）",')
    )  # fmt: skip


def test_a_param_holds_in_clocks_forms_guards_cells_and_texts(text):
    plain, set_ = (
        load(text, "x.yaml", Overlay(params))
        for params in ({}, {"days": 5, "most": 40, "limit": "250.50", "tries": 2, "word": "poor"})
    )

    assert [m.clocks["work"].budget for m in (plain, set_)] == ["2 wd", "5 wd"]
    assert [m.fields["what"].max for m in (plain, set_)] == [20, 40]
    assert [m.actions["pay"].when[-8:] for m in (plain, set_)] == ["t <= 100", "= 250.50"]
    assert [m.decisions["grading"].rules for m in (plain, set_)] == [
        [[">= 1", '"poor"'], ["-", '"good"']],
        [[">= 2", '"poor"'], ["-", '"poor"']],
    ]
    assert set_.clocks["work"].zh == "办理时限（5个工作日）"
    assert set_.params["days"].value == 5
    assert digest_of(plain) != digest_of(set_)


@pytest.mark.parametrize(
    ("before", "after", "line", "said", "cure"),
    [
        ('"{days} wd"', '"{day} wd"', None, "没有名为“day”的可设值。", "请在 params 中声明"),
        ('"{days} wd"', "2 wd", None, "没有", ""),
        ("default: 2, min: 1", "default: 12, min: 1", 7, "12 超出可设的范围 1 至 9。", "请改在范围之内。"),
        ("default: good", "default: fine", 10, "“fine”不在可选之列：good、poor。", "请改在范围之内。"),
        ("type: int, default: 1, min: 1, max: 3", "type: int, default: 1", 11, "要写 min 和 max", "请照此改写。"),
        (", of: [good, poor]", "", 10, "要写 of（可选的词）", "请照此改写。"),
    ],
)  # fmt: skip
def test_a_param_that_cannot_be_is_refused(text, before, after, line, said, cure):
    assert before in text
    changed = text.replace(before, after)
    if after == "2 wd":
        changed = changed.replace("（{days}个工作日）", "")
        line, said, cure = 7, "可设值“days”没有用到。", "请在用它的地方写“{days}”，或删去它。"

    with pytest.raises(MechanismRefused) as refused:
        load(changed, "x.yaml")

    assert said in refused.value.message.zh
    assert refused.value.cure.zh.startswith(cure)
    assert line in (None, refused.value.line)


def _own(tmp_path, text, **files):
    (tmp_path / "mechanisms").mkdir()
    (tmp_path / "mechanisms" / "small-matter.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "duties.yaml").write_text(DUTIES, encoding="utf-8")
    for name, content in files.items():
        (tmp_path / f"{name}.yaml").write_text(content, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("params", "line", "said", "cure"),
    [
        ("small-matter:\n  days: 10\n", 2, "“天数”：10 超出可设的范围 1 至 9。", "请设为 1–9；不设则为 2。"),
        ("small-matter:\n  days: two\n", 2, "“天数”：“two”不是数。", "请设为 1–9；不设则为 2。"),
        ("small-matter:\n  days: true\n", 2, "“天数”：“True”不是数。", "请设为 1–9；不设则为 2。"),
        ("small-matter:\n  word: fine\n", 2, "“等级”：“fine”不在可选之列：good、poor。", "请设为 good、poor；不设则为 good。"),
        ("small-matter:\n  days: 3\n  day: 3\n", 3, "“小事”没有可设值“day”。", "是否想写“days”？"),
        ("small-mater:\n  days: 3\n", 1, "没有机制“small-mater”。", "是否想写“small-matter”？"),
    ],
)  # fmt: skip
def test_values_out_of_bounds_are_refused_with_file_line_and_cure(
    tmp_path, text, params, line, said, cure
):
    with pytest.raises(MechanismRefused) as refused:
        read_own(_own(tmp_path, text, params=params))

    assert refused.value.file.endswith("params.yaml")
    assert (refused.value.line, refused.value.message.zh, refused.value.cure.zh) == (
        line,
        said,
        cure,
    )


def test_texts_are_laid_over_and_only_where_there_are_texts(tmp_path, text):
    texts = (
        "small-matter:\n  title: {zh: 小件, en: Trifle}\n  states.doing: {zh: 在办, en: At work}\n"
    )
    folder = _own(tmp_path, text, texts=texts)

    book = read_own(folder)

    assert book.mechanisms["small-matter"].title.zh == "小件"
    assert book.mechanisms["small-matter"].states["doing"].en == "At work"
    assert book.mechanisms["small-matter"].states["doing"].phase == "open"
    (folder / "texts.yaml").write_text(
        texts.replace("states.doing", "states.done"), encoding="utf-8"
    )
    with pytest.raises(MechanismRefused) as refused:
        read_own(folder)
    assert refused.value.message.zh == "没有“states.done”这处文字。"


def test_an_own_book_adds_codes_and_calendars_and_replaces_none(tmp_path, text):
    folder = _own(tmp_path, text)
    (folder / "codes").mkdir()
    (folder / "calendar").mkdir()
    tools = "list: tools\ntitle: {zh: 器具, en: Tools}\nbasis: [本单位清单]\ncodes: {drill: {zh: 电钻, en: Drill}}\n"
    (folder / "codes" / "tools.yaml").write_text(tools, encoding="utf-8")
    hours = 'night: {zh: 夜班, en: Night, days: all, hours: ["20:00-24:00"], basis: 本单位作息}\n'
    (folder / "calendar" / "hours.yaml").write_text(hours, encoding="utf-8")

    book = read_own(folder)

    assert book.codes["tools"].codes["drill"].zh == "电钻"
    assert "night" in book.calendars.names
    assert set(shipped().calendars.names) < set(book.calendars.names)
    (folder / "calendar" / "hours.yaml").write_text(
        hours.replace("night", "office"), encoding="utf-8"
    )
    with pytest.raises(MechanismRefused) as refused:
        read_own(folder)
    assert "不能替换" in refused.value.message.zh
    (folder / "calendar" / "hours.yaml").unlink()
    (folder / "codes" / "tools.yaml").write_text(
        tools.replace("list: tools", "list: urgency"), encoding="utf-8"
    )
    with pytest.raises(MechanismRefused) as refused:
        read_own(folder)
    assert "“urgency”已由" in refused.value.message.zh
    assert "tools.yaml" in refused.value.file


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(MechanismRefused) as refused:
        read_own(tmp_path / "nowhere")

    assert refused.value.message.zh == "没有这个文件夹。"
