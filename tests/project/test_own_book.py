"""The last proof: a mechanism that stands in a how-to and nowhere else is checked, published and worked through."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from townsfolk import settle
from walking import act, hidden, log_in, text

from linli.casework.definitions import current, editions, publish
from linli.casework.models import Case, InboxRow, Step
from linli.casework.turns.timers import fire_due
from linli.figures.periods import period_named
from linli.figures.queries import read
from linli.project.commands.authors import book as authors
from linli.project.commands.books import publishing
from linli.project.commands.line import parser
from linli.project.commands.running import migrate
from linli.project.progress import Refused
from linli.registry.isolation import office_transaction
from linli.rulebook.loading import load, shipped
from linli.rulebook.ownbook import at_hand

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
BLOCK = re.compile(r"```yaml\n# ([\w./-]+)\n(.*?)```", re.DOTALL)
KEY = "tool-loan"


def printed(language):
    page = (HOW_TO / f"write-a-mechanism.{language}.md").read_text(encoding="utf-8")
    return dict(BLOCK.findall(page))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "mechanisms").mkdir()
    for name, content in printed("zh").items():
        if name.startswith("mechanisms/"):
            (tmp_path / name).write_text(content, encoding="utf-8")
    monkeypatch.setenv("LINLI_BOOK", str(tmp_path))
    monkeypatch.setenv("LINLI_LANGUAGE", "zh")
    return tmp_path


@pytest.fixture
def folk(db):
    return settle()


def run(*words):
    options = parser().parse_args(["book", *words])
    verb = {"publish": publishing.publish}.get(words[0], authors.book)
    return verb(options)


def test_a_story_is_drafted_where_there_is_none(folder):
    file = folder / "mechanisms" / f"{KEY}.story.yaml"
    file.unlink()
    mechanism = folder / "mechanisms" / f"{KEY}.yaml"
    claimless = mechanism.read_text(encoding="utf-8").replace("covers: [S106]\n", "")
    mechanism.write_text(claimless, encoding="utf-8")

    refused = run("check", str(folder))
    drafted = run("tell", KEY, "--write")
    passed = run("check", str(folder))

    assert (refused, drafted, passed) == (1, 0, 0)
    assert file.read_text(encoding="utf-8").startswith("# 器具借用的故事（草稿）")


def test_both_languages_print_the_same_files():
    assert printed("zh") == printed("en")
    assert set(printed("zh")) == {
        "mechanisms/tool-loan.yaml", "mechanisms/tool-loan.story.yaml", "params.yaml", "texts.yaml",
    }  # fmt: skip


def test_the_file_as_printed_is_checked_published_and_worked_through(folder, folk, capsys):
    assert run("check", str(folder)) == 0
    assert "1 项机制，0 处错误" in capsys.readouterr().out
    assert run("publish") == 0
    assert "已发布“器具借用”第 1 版" in capsys.readouterr().out

    visitor, number = _booked()
    with office_transaction(folk.office):
        case = Case.objects.get(number=number)
        waiting = InboxRow.objects.filter(case_id=case.pk).values_list("duty", "action")
        assert list(waiting) == [("operator", "note_deposit")]
        assert list(case.clocks) == ["answer"]
    assert number in text(log_in("operator").get("/staff/"))
    late = _lent_and_overdue(folk, number)
    act("operator", number, "take_back")

    with office_transaction(folk.office):
        steps = Step.objects.filter(case_id=case.pk).order_by("seq")
        assert [step.action for step in steps] == [
            "book", "note_deposit", "hand_out", "remind", "take_back",
        ]  # fmt: skip
    assert "已归还" in text(visitor.get(f"/cases/{number}/"))
    _told_and_counted(folk, number, late)


def _lent_and_overdue(folk, number):
    act("operator", number, "note_deposit", deposit="true")
    act("operator", number, "hand_out")
    assert "归还时限" in text(log_in("operator").get(f"/staff/cases/{number}/"))
    with office_transaction(folk.office):
        late = Case.objects.get(number=number).due_at + timedelta(minutes=1)
        assert fire_due(late) == 1
    return late


def _told_and_counted(folk, number, late):
    trail = text(log_in("operator").get(f"/staff/cases/{number}/"))
    assert [word in trail for word in ("借出", "催还", "收回")] == [True] * 3
    assert "借出数" in text(log_in("operator").get(f"/staff/figures/?mechanism={KEY}"))
    years = period_named(f"{timezone.localdate():%Y}-01-01..{late.year + 1}-01-01")
    with office_transaction(folk.office):
        lent, kept = (
            read(f"{KEY}.{key}", years, book=at_hand()).value for key in ("lent", "on_time")
        )
        assert (lent.num, kept.num) == (1, 0)


def _booked():
    visitor = Client()
    choice = text(visitor.get("/report/"))
    assert "器具借用" in choice
    address = re.search(rf'href="(/report/{KEY}/[^"]*)"', choice)[1]
    page = visitor.get(address)
    answer = visitor.post(address, {"key": hidden(page, "key"), "what": "轮椅"})
    assert answer.status_code == 302, text(answer)
    return visitor, answer["Location"].split("/")[2]


def test_another_value_is_another_edition_and_running_cases_keep_theirs(folder, folk):
    run("publish")
    _, before = _booked()
    (folder / "params.yaml").write_text(printed("zh")["params.yaml"], encoding="utf-8")
    (folder / "texts.yaml").write_text(printed("zh")["texts.yaml"], encoding="utf-8")

    run("publish")
    run("publish")

    _, after = _booked()
    with office_transaction(folk.office):
        own = [(e.version, e.edition) for e in editions() if e.key == KEY]
        assert own == [(1, 2), (1, 1)]
        assert current(KEY).clocks["loan"].budget == "7 wd"
        assert current(KEY).actions["hand_out"].zh == "交付"
        assert current(KEY).fields["what"].hint.zh == "如轮椅、电钻"
        kept = [Case.objects.get(number=n).definition.edition for n in (before, after)]
        assert kept == [1, 2]


def test_a_changed_text_under_the_same_version_is_refused(folder, folk):
    run("publish")
    file = folder / "mechanisms" / "tool-loan.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("按期归还数", "如期归还数"), encoding="utf-8"
    )

    with pytest.raises(Refused) as refused:
        run("publish")

    assert "请把 version 加一" in str(refused.value)
    with office_transaction(folk.office):
        assert len([e for e in editions() if e.key == KEY]) == 1


def test_a_comment_is_no_change(folder, folk, capsys):
    run("publish")
    file = folder / "mechanisms" / "tool-loan.yaml"
    file.write_text("# 说明\n" + file.read_text(encoding="utf-8"), encoding="utf-8")

    run("publish")

    assert "没有新的内容" in capsys.readouterr().out


def test_a_version_takes_effect_on_its_day(folder, folk):
    run("publish")
    file = folder / "mechanisms" / "tool-loan.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("version: 1", "version: 2"), encoding="utf-8"
    )

    run("publish", "--effective-on", (timezone.localdate() + timedelta(days=30)).isoformat())

    with office_transaction(folk.office):
        assert current(KEY).version == 1
        assert [e.version for e in editions() if e.key == KEY] == [2, 1]


def test_a_file_with_an_error_is_listed_and_not_published(folder, folk, capsys):
    (folder / "params.yaml").write_text("tool-loan:\n  days: 20\n", encoding="utf-8")

    with pytest.raises(Refused):
        run("publish")

    said = capsys.readouterr().out
    assert (
        "params.yaml:2: “借用期限（工作日）”：20 超出可设的范围 1 至 15。请设为 1–15；不设则为 5。"
        in said
    )
    with office_transaction(folk.office):
        assert [e for e in editions() if e.key == KEY] == []


def test_a_shipped_mechanism_may_be_set_but_not_replaced(folder, folk, capsys):
    (folder / "texts.yaml").write_text(
        "grid-case:\n  actions.accept: {zh: 收件, en: Take in}\n", encoding="utf-8"
    )
    run("publish")
    with office_transaction(folk.office):
        assert current("grid-case").actions["accept"].zh == "收件"
    (folder / "mechanisms" / "mine.yaml").write_text(shipped().texts["grid-case"], encoding="utf-8")

    assert run("check", str(folder)) == 1

    said = capsys.readouterr().out
    assert "mine.yaml:2: 机制“grid-case”已在" in said
    assert "book/mechanisms/grid-case.yaml 中。请另取名称" in said


def test_publishing_the_shipped_book_after_settings_leaves_them(folder, folk):
    (folder / "texts.yaml").write_text(
        "grid-case:\n  actions.accept: {zh: 收件, en: Take in}\n", encoding="utf-8"
    )
    run("publish")

    with office_transaction(folk.office):
        added = publish(at_hand(), office=folk.office, keys=["grid-case"])
        assert added == ()


def test_a_data_folder_with_another_text_of_a_version_says_how_to_go_on(folk, monkeypatch):
    monkeypatch.setenv("LINLI_LANGUAGE", "zh")
    book = shipped()
    text = book.texts["volunteer"].replace("en: Volunteer", "en: Helper", 1)
    other = replace(
        book,
        texts={**book.texts, "volunteer": text},
        mechanisms={**book.mechanisms, "volunteer": load(text, "volunteer.yaml")},
    )
    publish(book)
    monkeypatch.setattr(migrate, "shipped", lambda: other)
    monkeypatch.setattr(migrate, "refuse_faulty", lambda *_: None)

    with pytest.raises(Refused) as refused:
        migrate._publish()

    said = str(refused.value)
    assert "“volunteer”第 1 版已发布，内容不同" in said
    assert "请用原来的那一版打开它，或让 LINLI_HOME 指向一个新文件夹" in said
