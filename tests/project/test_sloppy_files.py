"""Files as a hurried hand leaves them: each is answered with file, line and cure in both languages, never with a traceback."""

import re
from pathlib import Path

import pytest

from linli.ledgers.mapping import check_maps
from linli.project.commands.authors import book as authors
from linli.project.commands.line import parser
from linli.rulebook.migrating.shelf import check_documents
from linli.rulebook.ownbook.checking import check

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "write-a-mechanism.zh.md"
BLOCK = re.compile(r"```yaml\n# ([\w./-]+)\n(.*?)```", re.DOTALL)
RULES, STORY = "mechanisms/tool-loan.yaml", "mechanisms/tool-loan.story.yaml"
LISTED = "list: a\ntitle: {zh: 甲, en: A}\nbasis: [x]\ncodes: {x: {zh: 甲, en: A, parent: y}, y: {zh: 乙, en: B, parent: x}}\n"

WRITTEN = [
    ("  keeper: {zh", "\tkeeper: {zh", RULES, 11, "缩进请用空格"),
    ("version: 1", "version：1", RULES, 2, "冒号、逗号、引号、括号请用英文的"),
    ("version: 1", "version 1", RULES, 2, "请在名称后写英文冒号"),
    ("states:\n", "states\n", RULES, 16, "请在名称后写英文冒号"),
    ("zh: 借什么, en", "zh: 借什么， en", RULES, 13, "请用英文的"),
    ("{type: word", "{type：word", RULES, 13, "冒号请用英文的"),
    ("version: 1", "version: 0", RULES, 2, "应 ≥ 1"),
    ("version: 1", "version: " + "9" * 5000, RULES, 2, "应写整数"),
    ("title: {zh: 器具借用, en: Tool loan}", "title: 器具借用", RULES, 3, "{zh: 器具借用, en: …}"),
    ("by: [{role: resident}]", "by: {role: resident}", RULES, 28, "在外面加方括号"),
    ("when: deposit == true", "when: deposit == “是”", RULES, 30, "引号请用英文的"),
    ("when: deposit == true", "when: deposit ≥ 1", RULES, 30, ">="),
    ("when: deposit == true", "when: deposit = true", RULES, 30, "=="),
    ("when: deposit == true", "when: deposit 且 deposit", RULES, 30, "and、or、not"),
    ("when: deposit == true", 'when: ""', RULES, 30, "不可留空"),
    ("met('loan')", "met（'loan'）", RULES, 39, "请改写这个数"),
    ("story: tool-loan", "story: tool-lone", STORY, 1, "请写 story: tool-loan"),
    ("at: 2026-03-02 09:00", "at: 三月二日", STORY, 6, "照此改写"),
    ("+6 wd", "6天", STORY, 24, "照此改写"),
    ("/310000/310112/310112006/310112006001/", "古美", STORY, 7, "照此改写"),
]
LYING = [
    ("params.yaml", "# 借期\ntool-loan: {days: 7}\n".encode("gb18030"), "UTF-8"),
    ("codes/a.yaml", LISTED.encode(), "删去"),
    ("codes/a.yaml", LISTED.replace("codes", "includes: [a]\ncodes").encode(), "删去"),
    ("texts.yaml", "tool-loan:\n  actions.lend: {zh: 交付, en: Lend}\n".encode(), "zh、en"),
    ("calendar/2031.yaml", b"year: 2031\n", "cn-年份.yaml"),
    ("calendar/cn-2031.yaml", b"year: [\n", "括号"),
    ("calendar/cn-2031.yaml", b"year: x\n", "应写整数"),
    ("mechanism/a.yaml", b"mechanism: a\n", "mechanisms"),
    ("mechanisms/b.yml", b"mechanism: b\n", "b.yaml"),
    ("c.yaml", b"mechanism: c\n", "mechanisms/"),
]


@pytest.fixture
def folder(tmp_path):
    """Give a book of one sound mechanism with its story."""
    printed = dict(BLOCK.findall(HOW_TO.read_text(encoding="utf-8")))
    (tmp_path / "mechanisms").mkdir()
    for name in (RULES, STORY):
        (tmp_path / name).write_text(printed[name], encoding="utf-8")
    return tmp_path


def errors(folder):
    return [one for one in check(folder).remarks if one.is_error]


@pytest.mark.parametrize(("old", "new", "name", "line", "cure"), WRITTEN)
def test_a_slip_of_the_hand_is_named_with_its_line_and_cure(folder, old, new, name, line, cure):
    text = (folder / name).read_text(encoding="utf-8")
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    first = errors(folder)[0]

    assert (first.file, first.line) == (str(folder / name), line)
    assert cure in first.cure.zh
    assert not re.search("[一-龥]", re.sub("[^ ]*[一-龥][^ ]*", "", first.cure.en))


@pytest.mark.parametrize(("name", "content", "cure"), LYING)
def test_what_lies_beside_is_read_or_named(folder, name, content, cure):
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)

    (found,) = errors(folder)

    assert Path(found.file).name in (Path(name).name, Path(name).parts[0])
    assert cure in found.cure.zh


@pytest.mark.parametrize("name", [RULES, STORY])
@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_a_file_in_another_encoding_is_refused(folder, name, encoding):
    text = (folder / name).read_text(encoding="utf-8")
    (folder / name).write_bytes(text.encode(encoding))

    (found,) = errors(folder)

    assert (found.file, "UTF-8" in found.cure.zh) == (str(folder / name), True)


@pytest.mark.parametrize("bend", ["\ufeff{}".format, lambda text: text.replace("\n", "\r\n")])
def test_what_windows_adds_to_a_file_does_no_harm(folder, bend):
    text = (folder / RULES).read_text(encoding="utf-8")
    (folder / RULES).write_bytes(bend(text).encode())

    assert errors(folder) == []


def test_a_file_of_values_that_says_nothing_sets_nothing(folder):
    (folder / "params.yaml").write_text("# 暂不设\n", encoding="utf-8")

    assert errors(folder) == []


def test_nesting_without_end_is_refused(folder):
    (folder / RULES).write_text("a: " + "{a: " * 1500 + "1" + "}" * 1500, encoding="utf-8")

    assert "太深" in errors(folder)[0].message.zh


@pytest.mark.parametrize(
    ("shelf", "look"), [("ledgers", check_maps), ("migrations", check_documents)]
)
def test_maps_of_ledgers_and_migration_documents_are_checked(folder, shelf, look):
    (folder / shelf).mkdir()
    (folder / shelf / "a.yaml").write_text("ledger: [x\n", encoding="utf-8")

    (found,) = look(folder)

    assert (Path(found.file).name, found.line) == ("a.yaml", 1)


def test_an_office_is_shown_what_stands_in_its_own_files_alone(folder, monkeypatch, capsys):
    monkeypatch.setenv("LINLI_BOOK", str(folder))

    assert authors.book(parser().parse_args(["book", "check"])) == 0
    assert "S106" not in capsys.readouterr().out
