import csv
import io
from datetime import UTC, datetime

import pytest

from linli.casework.models import Case, Step
from linli.casework.queries import numbers_present
from linli.ledgers.actions import LedgerFile, LedgerRefused, bring_in, planned
from linli.ledgers.mapping import read_map
from linli.ledgers.models import LedgerImport, LedgerUpload
from linli.ledgers.queries import ImportUnknown, import_done, recent_imports
from linli.ledgers.waiting import (
    MAX_LEDGER,
    UploadGone,
    choose_map,
    give_up,
    keep_ledger,
    waiting_ledger,
)
from linli.registry.isolation import current_office
from linli.registry.models import Area
from linli.registry.queries import this_office
from linli.rulebook.loading import shipped

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
MAP = read_map(
    """
ledger: visits
title: {zh: 走访, en: Visits}
mechanism: historic-order
number: {column: 编号, prefix: V-}
steps: [{action: enter, at: {column: 时间, formats: ["%Y-%m-%d %H:%M", "%Y/%m/%d"]}}]
areas:
  - {level: street, code: 片, name: 片名, prefix: L-}
  - {level: committee, code: 组, name: 组名, prefix: L-}
fields:
  ref: {column: 编号}
  category: {column: 类别}
  reported_count: {column: 次数}
  on_time: {column: 按时, codes: {"1": true, "0": false}, wanted: true}
expect: {状态: [办结]}
unused: {备注: 不导入}
""",
    "visits.yaml",
)
COLUMNS = ("编号", "时间", "片", "片名", "组", "组名", "类别", "次数", "按时", "状态", "备注")
GOOD = {
    "编号": "A1", "时间": "2018-02-08 15:34", "片": "1", "片名": "东片", "组": "7", "组名": "第七组",
    "类别": "市容", "次数": "1", "按时": "1", "状态": "办结", "备注": "",
}  # fmt: skip


def ledger(*rows, columns=COLUMNS):
    sink = io.StringIO()
    table = csv.DictWriter(sink, columns, extrasaction="ignore")
    table.writeheader()
    table.writerows(GOOD | row for row in rows)
    return LedgerFile("走访.csv", sink.getvalue().encode())


def brought(folk, file, rules=MAP):
    by = folk.actor("director", AT)
    return import_done(bring_in(file=file, rules=rules, book=shipped(), by=by, at=AT))


def test_a_row_enters_closed_at_its_own_time_and_place(folk):
    done = brought(folk, ledger({}))

    case, step = Case.objects.get(), Step.objects.get()
    assert (done.row.rows, done.row.added) == (1, 1)
    assert (case.number, case.state, case.phase, case.source) == (
        "V-A1",
        "closed",
        "done",
        "ledger",
    )
    assert case.opened_at == case.closed_at == datetime(2018, 2, 8, 7, 34, tzinfo=UTC)
    assert case.area == f"{this_office().path}L-1/L-1-7/"
    assert case.values == {"ref": "A1", "category": "市容", "reported_count": 1, "on_time": True}
    assert (step.actor, step.role) == (f"import:{folk.accounts['director']}", "importer")
    assert Area.objects.get(code="L-1-7").name == "第七组"


def test_two_hundred_bad_rows_are_told_by_line_and_the_good_ones_enter(folk):
    bad = [
        ({"编号": "B{n}", "时间": "昨天"}, "时间", "昨天"),
        ({"编号": "B{n}", "时间": "2099-01-01 08:00"}, "时间", "晚于现在"),
        ({"编号": ""}, "编号", "没有编号"),
        ({"编号": "B{n}", "按时": "2"}, "按时", "不认识的代码“2”"),
        ({"编号": "B{n}", "次数": "两次"}, "次数", "整数"),
        ({"编号": "B{n}", "次数": "-1"}, "次数", "不能小于 0"),
        ({"编号": "B{n}", "状态": "在办"}, "状态", "“在办”不在预期值 办结 之内"),
        ({"编号": "B{n}", "类别": "长" * 61}, "类别", "60"),
    ]
    rows = [
        {name: text.format(n=n) for name, text in bad[n % 8][0].items()}
        if n % 5
        else {"编号": f"G{n}"}
        for n in range(250)
    ]

    done = brought(folk, ledger(*rows))

    assert (done.row.rows, done.row.added, done.row.rejected) == (250, 50, 200)
    assert Case.objects.count() == 50
    told = {note.line: note for note in done.rejected}
    assert len(told) == len(done.rejected) == 200
    for n in range(250):
        if n % 5:
            _, column, words = bad[n % 8]
            assert told[n + 2].column == column, n
            assert words in told[n + 2].message.zh
            assert told[n + 2].message.en


def test_what_is_missing_is_kept_and_listed_but_not_for_rows_that_stay_out(folk):
    file = ledger(
        {"编号": "A1", "片": "-", "片名": "-"},
        {"编号": "A2", "按时": "-"},
        {"编号": "A3", "按时": "-", "时间": "昨天"},
        {"编号": "A4", "组": "七组", "组名": "第七组"},
    )

    done = brought(folk, file)

    assert [(note.line, note.column) for note in done.kept] == [(2, "片名"), (3, "按时"), (5, "组")]
    assert (done.row.added, done.row.rejected) == (3, 1)
    office = this_office().path
    assert dict(Case.objects.values_list("number", "area")) == {
        "V-A1": office,
        "V-A2": f"{office}L-1/L-1-7/",
        "V-A4": f"{office}L-1/",
    }


def test_a_file_may_come_again_longer(folk):
    brought(folk, ledger({"编号": "A1"}, {"编号": "A2"}))

    again = brought(folk, ledger({"编号": "A1"}, {"编号": "A2"}, {"编号": "A3"}, {"编号": "A3"}))

    assert (again.row.added, again.row.repeated, again.row.rejected) == (1, 2, 1)
    assert again.rejected[0].message.zh == "编号 A3 与第 4 行重复".replace("A3", "V-A3")
    assert numbers_present(["V-A1", "V-A2", "V-A3", "V-A4"]) == {"V-A1", "V-A2", "V-A3"}
    assert [row.id for row in recent_imports()] == [again.row.id, again.row.id - 1]


def test_a_preview_says_what_the_import_then_does_and_writes_nothing(folk):
    file = ledger({"编号": "A1"}, {"编号": "A2", "次数": "两次"}, {"编号": "A3", "按时": "-"})
    by = folk.actor("director", AT)

    plan, repeated = planned(file=file, rules=MAP, book=shipped(), by=by, at=AT)
    before = (Case.objects.count(), LedgerImport.objects.count())
    done = brought(folk, file)

    assert (len(plan.rows), repeated, before) == (2, 0, (0, 0))
    assert tuple(plan.report.rejected) == done.rejected
    assert tuple(plan.report.kept) == done.kept


def test_a_ledger_without_a_needed_column_is_refused_whole(folk):
    columns = [name for name in COLUMNS if name != "类别"]

    with pytest.raises(LedgerRefused) as refused:
        brought(folk, ledger({}, columns=columns))

    assert "类别" in refused.value.message.zh
    assert (Case.objects.count(), LedgerImport.objects.count()) == (0, 0)


def test_columns_the_map_does_not_know_are_named(folk):
    done = brought(folk, ledger({}, columns=(*COLUMNS, "新列")))

    assert done.unmapped == ("新列",)


def test_who_has_no_duty_for_it_brings_nothing_in(folk):
    by = folk.actor("operator", AT)

    with pytest.raises(LedgerRefused):
        bring_in(file=ledger({}), rules=MAP, book=shipped(), by=by, at=AT)

    assert Case.objects.count() == 0


def test_a_waiting_ledger_is_encrypted_its_senders_alone_and_forgotten_after_a_day(folk):
    by, other = folk.actor("director", AT), folk.actor("operator", AT)
    file = ledger({})
    upload = keep_ledger(file=file, rules=MAP, by=by, at=AT)

    kept = waiting_ledger(upload=upload, by=by)

    assert (kept.file, kept.rules) == (file, MAP)
    assert b"A1" not in bytes(LedgerUpload.objects.get().sealed)
    with pytest.raises(UploadGone):
        waiting_ledger(upload=upload, by=other)
    renamed = MAP.model_copy(update={"source": "paper"})
    choose_map(upload=upload, rules=renamed, by=by)
    assert waiting_ledger(upload=upload, by=by).rules == renamed
    next_day = AT.replace(day=4)
    keep_ledger(file=file, rules=MAP, by=by, at=next_day)
    with pytest.raises(UploadGone):
        waiting_ledger(upload=upload, by=by)


def test_what_is_given_up_is_gone_and_what_is_too_large_never_kept(folk):
    by = folk.actor("director", AT)
    upload = keep_ledger(file=ledger({}), rules=MAP, by=by, at=AT)

    give_up(upload=upload, by=by)

    assert LedgerUpload.objects.count() == 0
    for content in (b"", b"x" * (MAX_LEDGER + 1)):
        with pytest.raises(LedgerRefused):
            keep_ledger(file=LedgerFile("x.csv", content), rules=MAP, by=by, at=AT)
    with pytest.raises(ImportUnknown):
        import_done(current_office() + 1000)
