import pytest
from rulebook.small import DUTIES

from linli.rulebook.loading import MechanismRefused, digest_of, load, read_book, shipped
from linli.rulebook.mechanism import FieldRule, Label

REPLACED = [
    (
        "  begin: {zh: 承办, en: Begin, from: fresh",
        "  begin: {zh: 承办, en: Begin, form_: fresh",
        "不认识“actions.begin.form_”。",
        "是否想写“form”？",
        "'actions.begin.form_' is not a word of the language. Did you mean 'form'?",
    ),
    (
        "subject: place\n",
        "subjekt: place\n",
        "不认识“subjekt”。",
        "是否想写“subject”？",
        "'subjekt' is not a word of the language. Did you mean 'subject'?",
    ),
    (
        "  cost: {type: money,",
        "  cost: {type: cash,",
        "“fields.cost.type”不能是“cash”。",
        "可用：area、bodies、body、bool、code、",
        "fields.cost.type cannot be 'cash'.",
    ),
    (
        "version: 1\n",
        "version: one\n",
        "“version”的值不对。",
        "应写整数。",
        "version has a wrong value. Write a whole number.",
    ),
    (
        "  clerk: {zh: 经办, en: Clerk}",
        "  clerk: {zh: 经办}",
        "缺少“roles.clerk.en”。",
        "请补上“en: …”。",
        "'roles.clerk.en' is missing. Add 'en: …'.",
    ),
    (
        "by: [{auto: clock}]",
        "by: [{auto: clock, role: clerk}]",
        "“actions.hurry.by.0”：role 与 auto 恰好写一个。",
        "请照此改写。",
        "actions.hurry.by.0: give exactly one of role and auto. Rewrite it so.",
    ),
    (
        "budget: 2 wd",
        "budget: two days",
        "“clocks.work.budget”：时限“two days”写法不对，应为“数 wm|wh|wd|cm|ch|cd”或“=判定表”。",
        "请照此改写。",
        "clocks.work.budget: budget 'two days': write '<n> wm|wh|wd|cm|ch|cd' or '=decision'.",
    ),
    (
        "mechanism: small-matter",
        "mechanism: Small Matter",
        "“mechanism”的值不对。",
        "请用小写字母、数字和连接号命名。",
        "mechanism has a wrong value. Use lower-case letters, digits and hyphens",
    ),
    (
        "basis: [街道默认做法]",
        "basis: []",
        "“basis”的值不对。",
        "不可留空。",
        "basis has a wrong value. It may not be empty.",
    ),
    (
        "groups: {live: [fresh, doing]}",
        "groups: {live: fresh}",
        "“groups.live”的值不对。",
        "应写列表：在外面加方括号，如 [..]。",
        "groups.live has a wrong value. Write a list: put it in brackets, as [..].",
    ),
]


def _refusal(text):
    with pytest.raises(MechanismRefused) as caught:
        load(text, "small-matter.yaml")
    return caught.value


@pytest.mark.parametrize(("old", "new", "message", "cure", "english"), REPLACED)
def test_bad_rule_is_refused_with_its_line_and_cure(small_text, old, new, message, cure, english):
    text = small_text.replace(old, new)
    line = text[: text.index(new)].count("\n") + 1

    refused = _refusal(text)

    assert (refused.file, refused.line) == ("small-matter.yaml", line)
    assert refused.message.zh == message
    assert refused.cure.zh.startswith(cure)
    assert f"{refused.message.en} {refused.cure.en}".startswith(english)
    assert str(refused).startswith(f"small-matter.yaml:{line}: {message}")


def test_missing_key_of_the_file_is_named(small_text):
    refused = _refusal(small_text.replace("subject: place\n", ""))

    assert refused.message == Label(zh="缺少“subject”。", en="'subject' is missing.")
    assert refused.line == 1


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "文件里什么也没有写。"),
        ("- a\n- b\n", 1, "文件不是“键: 值”的形式。"),
        ("mechanism: a\nversion: 1\nmechanism: b\n", 3, "“mechanism”写了两次。"),
        ("mechanism: &a x\ntitle: *a\n", 1, "这里用了锚点或标签。"),
        ("mechanism: !!python/name:os.system x\n", 1, "这里用了锚点或标签。"),
        (
            "mechanism: 2026-01-01\nversion: [1\n",
            2,
            "YAML 写法有误（方括号里缺少逗号，或没有合上）。",
        ),
        ("a: {b: 1\n  c", 2, "YAML 写法有误"),
        ("a: \x00", 1, "YAML 写法有误"),
    ],
)
def test_text_that_is_not_plain_yaml_is_refused(text, line, message):
    refused = _refusal(text)

    assert refused.message.zh.startswith(message)
    assert refused.line == line


def test_words_that_yaml_would_turn_into_something_else_stay_words(small):
    assert small.tracks["check"].initial == "no"
    assert list(small.tracks["check"].states) == ["no", "yes"]
    assert load("""\
mechanism: on
version: 1
title: {zh: 2026-01-01, en: 0101}
basis: [1:30]
subject: place
roles: {}
fields: {}
states: {off: {zh: 是, en: yes, phase: intake}}
actions: {}
""", "on.yaml").title == Label(zh="2026-01-01", en="0101")  # fmt: skip


def test_shipped_book_is_read_once_and_knows_its_lines():
    book = shipped()

    assert shipped() is book
    assert {"grid-case", "historic-order", "hotline-order"} <= set(book.mechanisms)
    for key, mechanism in book.mechanisms.items():
        text = book.texts[key]
        assert load(text, f"{key}.yaml") == mechanism
        assert book.sha256(key) == digest_of(load(f"# a comment\n{text}", key))
        for action in mechanism.actions:
            line = text.splitlines()[book.line_of(key, ("actions", action)) - 1]
            assert line.strip().startswith(f"{action}:")


def test_codes_of_several_lists_are_taken_together():
    codes = shipped().codes

    assert codes["grid-category"].codes == (
        codes["grid-event"].codes | codes["grid-component"].codes
    )
    assert codes["grid-event"].codes["0110"].zh == "道路破损"
    assert codes["grid-event"].codes["0110"].parent == "01"
    assert "不明井盖" in codes["grid-component"].codes["100114"].aliases


def test_choices_leave_out_classes_and_declined_codes():
    offered = {code.code for code in shipped().codes["grid-event"].choices()}

    assert offered & {"01", "0409", "0502"} == set()
    assert {"0101", "0599", "21"} <= offered
    assert len(offered) == 19 + 5 + 6 + 10 + 14 - 2 + 1


def test_book_of_a_folder_stands_on_another(book, small):
    assert set(book.mechanisms) == {*shipped().mechanisms, "small-matter"}
    assert book.codes == shipped().codes
    assert book.calendars is shipped().calendars
    assert book.line_of("small-matter", ("states", "doing")) == 21
    assert book.line_of("small-matter", ("states", "doing", "phase", "none")) == 21
    assert small.states["doing"].zh == "办理中"


def _folder(tmp_path, mechanisms=(), codes=()):
    for part, files in (("mechanisms", mechanisms), ("codes", codes)):
        (tmp_path / part).mkdir()
        for name, text in files:
            (tmp_path / part / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_mechanism_that_stands_in_two_files_is_refused(tmp_path, small_text):
    folder = _folder(tmp_path, [("a.yaml", small_text), ("b.yaml", small_text)])

    with pytest.raises(MechanismRefused) as caught:
        read_book(folder, upon=shipped())

    assert caught.value.file == "b.yaml"
    assert caught.value.message.zh == "机制“small-matter”已在 a.yaml 中。"


def test_file_in_another_encoding_is_refused(tmp_path, small_text):
    folder = _folder(tmp_path)
    (folder / "mechanisms" / "a.yaml").write_bytes(small_text.encode("gb18030"))

    with pytest.raises(MechanismRefused) as caught:
        read_book(folder, upon=shipped())

    assert caught.value.message.zh == "文件不是 UTF-8 编码。"


def test_mechanism_that_does_not_hold_together_is_refused_with_its_line(tmp_path, small_text):
    folder = _folder(tmp_path, [("a.yaml", small_text.replace("to: doing", "to: done"))])
    (folder / "duties.yaml").write_text(DUTIES, encoding="utf-8")

    with pytest.raises(MechanismRefused) as caught:
        read_book(folder, upon=shipped())

    assert caught.value.line == 32
    assert caught.value.message.zh == "没有名为“done”的状态。"
    assert caught.value.cure.en == "Did you mean 'doing'?"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "list: a\ntitle: {zh: 甲, en: A}\nbasis: [x]\nincludes: [urgencies]\n",
            "没有“urgencies”。",
        ),
        (
            "list: a\ntitle: {zh: 甲, en: A}\nbasis: [x]\ncodes:\n  b: {zh: 乙, en: B, parent: c}\n",
            "没有“c”。",
        ),
        ("list: a\ntitle: {zh: 甲, en: A}\n", "缺少“basis”。"),
    ],
)
def test_code_list_that_names_what_is_not_there_is_refused(tmp_path, text, message):
    folder = _folder(tmp_path, codes=[("a.yaml", text)])

    with pytest.raises(MechanismRefused) as caught:
        read_book(folder, upon=shipped())

    assert caught.value.message.zh == message


def test_field_seals_free_text_personal_values_and_files():
    def sealed(kind, **more):
        return FieldRule(zh="甲", en="A", type=kind, **more).is_sealed

    assert [sealed(kind) for kind in ("text", "photo", "file")] == [True, True, True]
    assert [sealed(kind) for kind in ("word", "code", "int", "place")] == [False] * 4
    assert sealed("word", personal=True)
