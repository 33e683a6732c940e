"""One faulty file of an office's own book does not keep the others from being told, listed and checked."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from linli.project.commands.authors import book as authors
from linli.project.commands.line import parser
from linli.project.progress import Refused
from linli.rulebook.ownbook.checking import check

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "write-a-mechanism.zh.md"
LOAN = re.compile(r"```yaml\n# mechanisms/tool-loan.yaml\n(.*?)```", re.DOTALL)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Give a book with a sound mechanism and one whose state is misspelt, neither with a story."""
    sound = LOAN.search(HOW_TO.read_text(encoding="utf-8"))[1].replace("covers: [S106]\n", "")
    faulty = sound.replace("tool-loan", "chair-loan").replace("to: lent", "to: lend")
    mechanisms = tmp_path / "mechanisms"
    mechanisms.mkdir()
    (mechanisms / "tool-loan.yaml").write_text(sound, encoding="utf-8")
    (mechanisms / "chair-loan.yaml").write_text(faulty, encoding="utf-8")
    monkeypatch.setenv("LINLI_BOOK", str(tmp_path))
    monkeypatch.setenv("LINLI_LANGUAGE", "en")
    return tmp_path


def run(*words):
    return authors.book(parser().parse_args(["book", *words]))


def test_the_others_are_told_and_the_faulty_file_is_named(folder, capsys):
    done = run("tell", "--write")

    told = {file.name for file in (folder / "mechanisms").glob("*.story.yaml")}
    assert (done, told) == (1, {"tool-loan.story.yaml"})
    assert "chair-loan.yaml:29: There is no state 'lend'." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("chair-loan", "the file of mechanism 'chair-loan' has a fault, named above"),
        ("table-loan", "there is no mechanism 'table-loan'"),
    ],
)
def test_a_mechanism_with_a_fault_is_not_called_missing(folder, key, said):
    with pytest.raises(Refused) as refused:
        run("tell", key)

    assert str(refused.value).startswith(said)


def test_the_others_are_listed_and_what_is_printed_stays_json(folder, capsys):
    done = run("list", "--json")

    said = capsys.readouterr()
    keys = {row["key"] for row in json.loads(said.out)}
    assert (done, "tool-loan" in keys, "chair-loan" in keys) == (1, True, False)
    assert "chair-loan.yaml:29" in said.err


def test_a_case_may_open_one_whose_file_comes_after_it_and_a_story_lies_beside_its_file(
    folder, capsys
):
    opens = "open: {mechanism: zip-loan, act: book, form: {what: what}}"
    file = folder / "mechanisms" / "chair-loan.yaml"
    text = file.read_text(encoding="utf-8").replace("to: lend", "to: lent")
    other = text.replace("chair-loan", "zip-loan")
    (folder / "mechanisms" / "loan-of-zips.yaml").write_text(
        other.replace("by: [{role: resident}]", "by: [{role: resident}, {auto: parent}]"),
        encoding="utf-8",
    )
    file.write_text(text.replace("when: deposit == true", opens), encoding="utf-8")

    assert run("tell", "zip-loan", "--write") == 0
    assert "zip-loan" not in capsys.readouterr().err
    assert (folder / "mechanisms" / "loan-of-zips.story.yaml").is_file()


def test_a_story_that_cannot_be_read_is_named(folder, capsys):
    (folder / "mechanisms" / "chair-loan.yaml").unlink()
    (folder / "mechanisms" / "tool-loan.story.yaml").write_text("story: [", encoding="utf-8")

    assert run("tell", "tool-loan") == 0
    assert "tool-loan.story.yaml:1: This is not YAML" in capsys.readouterr().err


def test_a_duty_of_nobody_is_refused_with_line_and_cure_and_an_office_may_add_one(folder):
    file = folder / "mechanisms" / "tool-loan.yaml"
    (folder / "mechanisms" / "chair-loan.yaml").unlink()
    file.write_text(
        file.read_text("utf-8").replace("duty: operator", "duty: opertor"), encoding="utf-8"
    )

    found = next(remark for remark in check(folder).remarks if remark.is_error)

    assert found.line == 10
    assert found.message.zh == "角色“保管员”的职责“opertor”没有岗位能担任。"
    assert found.message.en == "No post can carry the duty 'opertor' of role 'keeper'."
    assert found.cure.zh == "是否想写“operator”？本单位另有这项职责的，请写进 duties.yaml。"
    assert found.cure.en.startswith("Did you mean 'operator'?")
    (folder / "duties.yaml").write_text(
        "title: {zh: 本单位职责, en: Ours}\nbasis: [街道自定]\nduties: {opertor: {zh: 看库, en: Keeps the store}}\n",
        encoding="utf-8",
    )
    assert not any("opertor" in remark.message.zh for remark in check(folder).remarks)


def test_a_duty_known_already_is_not_written_twice(folder):
    (folder / "duties.yaml").write_text(
        "title: {zh: 本单位职责, en: Ours}\nbasis: [街道自定]\nduties:\n  handler: {zh: 办, en: Does}\n",
        encoding="utf-8",
    )

    said = [(one.file, one.line, one.message.en) for one in check(folder).remarks]

    assert (str(folder / "duties.yaml"), 4, "The duty 'handler' is known already.") in said


def test_every_message_ends_before_its_cure(folder):
    for remark in check(folder).remarks:
        assert remark.message.zh.endswith(("。", "！", "？"))
        assert remark.message.en.endswith((".", "!", "?"))


def test_whoever_stops_reading_breaks_nothing(folder):
    line = f"{sys.executable} -m linli.project book check {folder} | true; exit ${{PIPESTATUS[0]}}"

    read = subprocess.run(
        ["/bin/bash", "-c", line],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(HOW_TO.parents[2] / "src")},
    )

    assert (read.returncode, read.stderr) == (141, "")


PLAN = """\
plan: chairs
title: {zh: 器具规划, en: Plan of tools}
source: [街道自定]
first_year: 2026
last_year: 2028
midterm: 2027
rows:
  - {row: 1, name: {zh: 借出数, en: Lent}, heading: {zh: 服务, en: Service}, attribute: expected, responsible: 城运中心, unit: 件, final: 100, printed: "100", path: cumulative, figure: tool-loan.lent}
"""


def test_a_plan_may_name_the_figures_of_the_books_own_mechanisms_and_replaces_none(folder):
    (folder / "mechanisms" / "chair-loan.yaml").unlink()
    run("tell", "--write")
    plans = folder / "plans"
    plans.mkdir()
    (plans / "chairs.yaml").write_text(PLAN, encoding="utf-8")

    fit = check(folder)
    (plans / "mine.yaml").write_text(
        PLAN.replace("plan: chairs", "plan: gumei-14th-five-year-plan"), encoding="utf-8"
    )

    assert fit.is_fit
    assert fit.book.plans["chairs"].rows[0].figure == "tool-loan.lent"
    said = [remark.message.en for remark in check(folder).remarks if remark.is_error]
    assert said == [
        "'gumei-14th-five-year-plan' is defined by book/plans/gumei-14th-five-year-plan.yaml already and cannot be replaced by another file."
    ]


def test_a_report_template_is_checked_and_replaces_none(folder, capsys):
    reports = folder / "reports"
    reports.mkdir()
    (reports / "mine.yaml").write_text("report: mine\ntitel: x\n", encoding="utf-8")
    (reports / "monthly-report.yaml").write_text("report: x\n", encoding="utf-8")

    assert run("check", str(folder)) == 1

    said = capsys.readouterr().out
    assert "mine.yaml:2: 'titel' is not a word of the language. Did you mean 'title'?" in said
    assert "The report template 'monthly-report' is shipped and cannot be replaced." in said
