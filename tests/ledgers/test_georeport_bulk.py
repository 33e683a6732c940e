from datetime import UTC, datetime

from linli.ledgers.planning import plan_import
from linli.ledgers.queries import shipped_maps
from linli.ledgers.sheets import read_sheet
from linli.rulebook.loading import shipped

ROWS = (
    '"service_request_id","requested_datetime","updated_datetime","closed_date","status_description",'
    '"status_notes","source","service_name","service_subtype","description","agency_responsible",'
    '"address","lat","long"\r\n'
    '"638344","2010-04-14T06:37:38-08:00","2010-04-14T06:37:38-08:00","","closed","","Phone","Sidewalks",'
    '"","Cracked","Works","8TH AVE","37.76","-122.46"\r\n'
    '"638345","yesterday","","","open","","","Sidewalks","","","","","",""\r\n'
)


def test_a_bulk_list_is_planned_and_a_row_without_its_moment_is_told():
    rules = shipped_maps()["georeport-bulk"]
    sheet = read_sheet("requests.csv", ROWS.encode())

    plan = plan_import(sheet, rules, shipped(), at=datetime(2026, 3, 2, tzinfo=UTC))

    [row] = plan.rows
    assert row.number == "O311-638344"
    assert row.moments[0][1].astimezone(UTC) == datetime(2010, 4, 14, 14, 37, 38, tzinfo=UTC)
    assert (row.form["category"], row.form["unit_name"]) == ("Sidewalks", "Works")
    assert [(note.line, note.column) for note in plan.report.rejected] == [
        (3, "requested_datetime")
    ]
    assert plan.report.columns_unknown == []
