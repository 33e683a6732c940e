"""Bodies come in from a party-building system, once, and are counted as having come from there."""

from datetime import UTC, datetime

from linli.casework.models import Case
from linli.figures.periods import period_named
from linli.figures.queries import read, records
from linli.ledgers.actions import LedgerFile, bring_in
from linli.ledgers.queries import import_done, shipped_maps
from linli.rulebook.loading import shipped

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
YEAR = period_named("2025")
FIGURE = "party-bodies-imported"
ROWS = (
    "单位编码,单位名称,单位类别,正式党员数,排摸日期,街道代码,街道\r\n"
    "A1,一号科技公司,两新企业,4,2025-04-01,1,一街\r\n"
    "A2,二号社会工作服务社,社会组织,0,2025/05/06,1,一街\r\n"
    "A3,三号公司,国企,9,2025-06-01,1,一街\r\n"
    "A4,四号公司,两新企业,许多,2025-06-01,1,一街\r\n"
)


def brought_in(folk):
    number = bring_in(
        file=LedgerFile("单位.csv", ROWS.encode()), rules=shipped_maps()["party-bodies"], book=shipped(),
        by=folk.actor("director", AT), at=AT,
    )  # fmt: skip
    return import_done(number)


def test_bodies_of_the_party_system_come_in_once_and_are_counted(folk):
    first, again = brought_in(folk), brought_in(folk)

    assert (first.row.added, first.row.rejected) == (2, 2)
    assert [(one.line, one.column) for one in first.rejected] == [
        (4, "单位类别"),
        (5, "正式党员数"),
    ]
    assert (again.row.added, again.row.repeated) == (0, 2)
    assert sorted(Case.objects.values_list("number", "state", "source")) == [
        ("DJ-A1", "listed", "party-system"),
        ("DJ-A2", "listed", "party-system"),
    ]
    assert read(FIGURE, YEAR, book=shipped()).value.num == 2
    assert [row.number for row in records(FIGURE, YEAR, book=shipped()).records] == [
        "DJ-A1",
        "DJ-A2",
    ]
