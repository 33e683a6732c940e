"""The outline of a grid cell: typed corner by corner, in force from a day on, the earlier one kept."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from townsfolk import AT, SPOT, settle
from walking import log_in, report, text

from linli.registry.gazetteer.cells import cell_versions, outline_text, read_outline
from linli.registry.isolation import office_transaction
from linli.registry.outlines import shared_area
from linli.registry.queries import area_of_point
from linli.registry.staffing.queries import cells_by_kind, cells_of, posts
from linli.rulebook.mechanism import Label

NOW = datetime(2025, 3, 3, 2, 0, tzinfo=UTC)
CORNERS = "121.390, 31.140\n121.400，31.140\n121.400 31.145\n\n121.390;31.145\n"
BESIDE = "121.405, 31.140\n121.415, 31.140\n121.415, 31.145\n121.405, 31.145"  # the border of the cell that is there


@pytest.fixture
def folk(db):
    return settle(hosts=["testserver"])


def days():
    today = timezone.localdate()
    return today, today + timedelta(days=1)


def address(folk, cell=None):
    code = folk.committee.split("/")[-2]
    return f"/staff/office/places/{code}/cells/{cell or code + '01'}/", f"{code}01"


def sent(folk, cell=None, **more):
    page, _code = address(folk, cell)
    _today, tomorrow = days()
    form = {
        "name": "第1网格",
        "outline": CORNERS,
        "datum": "wgs84",
        "on": tomorrow.isoformat(),
        "kind": "residential",
    }
    return log_in("director").post(page, {**form, **more})


def test_a_new_outline_begins_on_its_day_and_the_earlier_one_stays_as_history(folk):
    today, tomorrow = days()

    answer = sent(folk)

    assert answer.status_code == 302, text(answer)
    with office_transaction(folk.office):
        now, before = cell_versions(address(folk)[1])
        beside = (SPOT[0], 31.1470)
        assert (before.valid_to, now.valid_from, now.valid_to) == (tomorrow, tomorrow, None)
        assert now.corners == 4
        assert area_of_point(*beside, on=today).cell_code == now.code
        assert area_of_point(*beside, on=tomorrow) is None
    page = text(log_in("director").get(address(folk)[0]))
    assert "121.390000, 31.140000" in page
    assert tomorrow.isoformat() in page


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"outline": "121.39, 31.14\n甲, 乙\n"}, "第 2 行不是经度和纬度"),
        ({"outline": "121.39, 31.14\n121.40, 31.15\n121.40, 31.14\n121.39, 31.15"}, "边界自相交"),
        ({"outline": ""}, "边界没有闭合"),
        ({"on": "2025-03-03"}, "从明天起才能改"),
        ({"on": "昨天"}, "请填生效日"),
    ],
)
def test_what_is_no_outline_is_refused_and_nothing_changes(folk, more, said):
    answer = sent(folk, **more)

    assert answer.status_code == 422
    assert said in text(answer)
    with office_transaction(folk.office):
        assert len(cell_versions(address(folk)[1])) == 1


def test_a_new_cell_may_begin_today(folk):
    today, _tomorrow = days()

    answer = sent(folk, "new", code="G-02", on=today.isoformat(), name="", outline=BESIDE)

    assert answer.status_code == 302, text(answer)
    with office_transaction(folk.office):
        (only,) = cell_versions("G-02")
        assert (only.area, only.valid_from) == (folk.committee, today)


def test_an_outline_over_another_cell_is_refused_by_its_name_and_one_along_its_border_is_not(folk):
    today, _tomorrow = days()

    over = sent(folk, "new", code="G-02", on=today.isoformat(), name="")

    assert over.status_code == 422
    assert f"与网格“{address(folk)[1]} 第1网格”重叠约 5" in text(over)
    with office_transaction(folk.office):
        assert cell_versions("G-02") == ()


def test_the_ground_that_two_outlines_share_is_told_in_square_metres():
    square = ((0.0, 0.0), (0.001, 0.0), (0.001, 0.001), (0.0, 0.001), (0.0, 0.0))
    moved = tuple((x + 0.0005, y + 0.0005) for x, y in square)
    diamond = ((0.0005, 0.0), (0.001, 0.0005), (0.0005, 0.001), (0.0, 0.0005), (0.0005, 0.0))
    away = tuple((x + 0.001, y) for x, y in square)
    whole = 111.195**2

    assert shared_area(square, square) == pytest.approx(whole)
    assert shared_area(square, moved) == pytest.approx(whole / 4)
    assert shared_area(square, diamond) == pytest.approx(whole / 2)
    assert shared_area(square, away) == pytest.approx(0, abs=1e-6)


def test_corners_of_everyday_maps_are_converted():
    ring = read_outline(CORNERS, "gcj02")

    assert ring[0] == ring[-1]
    assert all(
        0.004 < typed - kept[0] < 0.006 for typed, kept in zip((121.39, 121.4), ring, strict=False)
    )
    assert (
        outline_text(tuple(read_outline(CORNERS, "wgs84"))).splitlines()[1]
        == "121.400000, 31.140000"
    )


def test_grids_are_drawn_by_kind_each_with_its_keeper_and_every_case_lies_in_one(folk):
    today, _tomorrow = days()
    code = address(folk)[1]
    director = log_in("director")
    over = {"on": today.isoformat(), "outline": CORNERS, "name": "沿街一段", "code": "J-01"}

    drawn = sent(folk, "new", kind="street_front", **over)
    lost = sent(folk, "new", kind="street_front", **{**over, "code": "J-02"})
    ruled = sent(folk, "new", kind="self_governed", **{**over, "code": "Z-01", "name": "自治一格"})
    page = f"{address(folk, 'J-01')[0]}"
    with office_transaction(folk.office):
        keeper = next(row for row in posts(AT) if "operator" in row.duties)
    named = director.post(f"{page}keeper/", {"keeper": str(keeper.id)})

    assert [one.status_code for one in (drawn, lost, ruled, named)] == [302, 422, 302, 302]
    assert "与网格“J-01 沿街一段”重叠" in text(lost)
    with office_transaction(folk.office):
        assert cells_by_kind(today) == {"residential": 1, "street_front": 1, "self_governed": 1}
        (kept,) = cells_of(folk.committee, NOW, today, "street_front")
        assert (kept.code, kept.keeper, kept.holders) == (
            "J-01",
            Label(
                zh=f"{keeper.body_name.zh}{keeper.title.zh}",
                en=f"{keeper.body_name.en}, {keeper.title.en}",
            ),
            ("接案员",),
        )
        assert area_of_point(121.3951, 31.1425, on=today).cell_code == "J-01"
        assert area_of_point(SPOT[0], 31.1470, on=today).cell_code == code
    _visitor, number = report()
    case = text(log_in("dispatcher").get(f"/staff/cases/{number}/"))
    assert "街面网格 J-01" in case
    assert kept.keeper.zh in case
    places = text(director.get("/staff/office/places/"))
    assert "?kind=street_front" in places
    listed = text(
        director.get(f"/staff/office/places/{folk.committee.split('/')[-2]}/?kind=street_front")
    )
    assert "J-01" in listed
    assert code not in listed


def test_a_post_that_does_not_cover_the_cell_does_not_keep_it(folk):
    page, code = address(folk)

    answer = log_in("director").post(f"{page}keeper/", {"keeper": "999999"})

    assert answer.status_code == 422
    assert "这个岗位不管这片地方" in text(answer)
    with office_transaction(folk.office):
        (only,) = cell_versions(code)
        assert only.keeper is None


def test_a_redrawn_cell_keeps_its_keeper_and_one_may_be_taken_away(folk):
    page, code = address(folk)
    with office_transaction(folk.office):
        keeper = next(row for row in posts(AT) if "operator" in row.duties)
    director = log_in("director")
    director.post(f"{page}keeper/", {"keeper": str(keeper.id)})

    sent(folk)

    with office_transaction(folk.office):
        assert [one.keeper for one in cell_versions(code)] == [keeper.id, keeper.id]
    director.post(f"{page}keeper/", {"keeper": ""})
    with office_transaction(folk.office):
        assert [one.keeper for one in cell_versions(code)] == [None, None]
