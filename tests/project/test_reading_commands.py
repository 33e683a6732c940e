"""`linli figures` and `linli import` at the console: what they print, and how they refuse."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from townsfolk import settle

from linli.casework.definitions import publish
from linli.project.commands.counting.figures import figures
from linli.project.commands.ledgers import ledger
from linli.project.commands.line import parser
from linli.project.progress import Refused
from linli.registry.isolation import office_transaction
from linli.rulebook.loading import shipped

try:
    import duckdb
except ImportError:
    duckdb = None

MAP = """
ledger: visits
title: {zh: 走访, en: Visits}
mechanism: historic-order
number: {column: number}
steps: [{action: enter, at: {column: at}}]
areas: [{level: street, code: part, name: named, prefix: L-}]
fields:
  ref: {column: number}
  on_time: {column: fit, codes: {"1": true, "0": false}, wanted: true}
"""
LEDGER = """number,at,part,named,fit
A1,2018-02-08 15:34:00,1,东片,1
A2,2018-03-08 15:34:00,1,东片,0
A3,2018-04-08 15:34:00,2,西片,1
A4,2018-04-08 15:34:00,-,-,-
A5,昨天,1,东片,1
"""


@pytest.fixture
def files(db, tmp_path, monkeypatch):
    monkeypatch.setenv("LINLI_LANGUAGE", "zh")
    folk = settle()
    with office_transaction(folk.office):
        publish(shipped(), office=folk.office)
    (tmp_path / "visits.csv").write_text(LEDGER, encoding="utf-8")
    (tmp_path / "visits.yaml").write_text(MAP, encoding="utf-8")
    return [str(tmp_path / "visits.csv"), "--map", str(tmp_path / "visits.yaml")]


@pytest.fixture
def run(capsys):
    def called(*words):
        options = parser().parse_args(words)
        assert {"import": ledger, "figures": figures}[words[0]](options) == 0
        return capsys.readouterr().out

    return called


def test_an_import_reports_every_row_and_may_be_repeated(files, run):
    would = json.loads(run("import", *files, "--dry-run", "--json"))
    did = json.loads(run("import", *files, "--json"))
    again = run("import", *files)

    counts = {"rows": 5, "added": 4, "repeated": 0, "rejected": 1}
    assert {name: would[name] for name in counts} == counts
    assert {name: did[name] for name in counts} == counts
    assert (would["dry_run"], did["dry_run"]) == (True, False)
    assert [(note["line"], note["column"]) for note in did["rejected_notes"]] == [(6, "at")]
    assert {note["line"] for note in did["kept_notes"]} == {5}
    assert "共 5 行：新增 0，此前已有 4，未导入 1" in again


def test_a_figure_is_read_with_its_parts(files, run):
    run("import", *files)

    asked = ("figures", "read", "historic-order.on_time_rate", "--period", "2018", "--json")
    told = json.loads(run(*asked, "--by", "area"))
    narrow = json.loads(run(*asked, "--place", "L-1"))
    by_name = json.loads(run(*asked, "--place", "东片"))

    assert (told["num"], told["den"], told["value"], told["printed"]) == ("2", "3", "2/3", "66.67%")
    assert [(part["label"]["zh"], part["num"], part["den"]) for part in told["slices"]] == [
        ("东片", "1", "2"), ("西片", "1", "1"),
    ]  # fmt: skip
    assert (narrow["num"], narrow["den"]) == (by_name["num"], by_name["den"]) == ("1", "2")
    assert told["sentence"]["zh"].startswith("期内“历史工单”")
    empty = json.loads(run(*asked[:4], "2017", "--json"))
    assert (empty["value"], empty["printed"]) == (None, "无数据")


def test_the_records_behind_a_figure_are_listed(files, run):
    run("import", *files)

    asked = ("figures", "records", "historic-order.on_time_rate", "--period", "2018", "--json")
    told = json.loads(run(*asked, "--side", "den", "--by", "area", "--part", "L-1"))

    assert (told["total"], told["value"]) == (2, "2")
    assert [record["number"] for record in told["records"]] == ["A1", "A2"]


def test_the_figures_there_are_can_be_listed(files, run):
    listed = run("figures", "list")

    assert "historic-order.on_time_rate" in listed
    assert "按时结案率" in listed


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("read", "historic-order.nothing", "--period", "2018"), "historic-order.entered"),
        (("read", "historic-order.entered", "--period", "neulich"), "2026-Q3"),
        (("read", "historic-order.entered", "--period", "2018", "--place", "9"), "310112006001"),
        (("read", "historic-order.entered", "--period", "2018", "--by", "x"), "category"),
        (("read", "historic-order.entered"), "--period"),
        (("read",), "linli figures list"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_can(files, run, words, named):
    with pytest.raises(Refused, match=named):
        run("figures", *words)


@pytest.mark.skipif(
    duckdb is None, reason="duckdb is not installed: pip install 'linli[analytics]'"
)
def test_months_are_exported_and_compared_and_a_later_record_is_told(files, run, tmp_path, capsys):
    folder = str(tmp_path / "archive")
    run("import", *files)

    written = run("figures", "export", "--period", "2018-Q1", "--folder", folder).splitlines()
    same = run("figures", "compare", "--period", "2018-Q1", "--folder", folder)

    assert len(written) == 3
    for line in written:
        path, _, digest = line.split("  ")
        assert sha256(Path(path).read_bytes()).hexdigest() == digest
    assert "，0 个不同，" in same

    (tmp_path / "visits.csv").write_text(
        f"{LEDGER}A6,2018-03-09 08:00:00,1,东片,1\n", encoding="utf-8"
    )
    run("import", *files)
    words = ["figures", "compare", "--period", "2018-Q1", "--folder", folder]

    assert figures(parser().parse_args(words)) == 1
    told = capsys.readouterr().out
    assert "historic-order.entered: PostgreSQL 3, DuckDB 2" in told


@pytest.mark.skipif(duckdb is not None, reason="duckdb is installed")
def test_without_duckdb_the_console_says_how_to_have_it(files, run):
    with pytest.raises(Refused, match=r"linli\[analytics\]"):
        run("figures", "export", "--period", "2018-Q1")
