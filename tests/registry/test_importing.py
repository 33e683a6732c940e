import json
from datetime import date
from pathlib import Path

import pytest
from founding import AT

from linli.registry import queries
from linli.registry.coordinates import Position, from_wgs84
from linli.registry.importing import ImportRefused, import_cells, import_place, import_villages
from linli.registry.isolation import office_transaction
from linli.registry.models import Area, GridCell

VILLAGES = Path(__file__).parents[3] / "shared" / "data" / "shanghai_villages_2022.csv"
HEADER = "code12,name,street_code9,street_name,district_code6,district_name,kind\n"
GOOD = "310112006001,古美一村居委会,310112006,古美街道,310112,闵行区,居委会\n"
ON = date(2026, 1, 1)
STREET = "/310000/310112/310112006/"


@pytest.fixture
def bring(gumei, founder, tmp_path):
    def bring(text, *, raw=None, **options):
        path = tmp_path / "villages.csv"
        path.write_bytes(raw or text.encode())
        return import_villages(path, office=gumei.office, by=founder, at=AT, **options)

    return bring


@pytest.fixture
def draw(inside, founder, tmp_path):
    def draw(*features, on=ON, **options):
        path = tmp_path / "cells.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        return import_cells(path, office=inside.office, by=founder, at=AT, on=on, **options)

    return draw


def square(west, south=31.10, side=0.01, code="W1", area="310112006001", **properties):
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {"code": code, "area": area, **properties},
    }


def counts(report):
    return (
        report.read,
        report.added,
        report.changed,
        report.unchanged,
        report.skipped,
        len(report.rejected),
    )


@pytest.mark.skipif(
    not VILLAGES.exists(), reason="the shared file of Shanghai's committees is absent"
)
def test_the_whole_city_goes_in_and_repeating_it_changes_nothing(gumei, founder):
    as_of = date(2022, 10, 31)

    first = import_villages(VILLAGES, office=gumei.office, by=founder, at=AT, as_of=as_of)
    second = import_villages(VILLAGES, office=gumei.office, by=founder, at=AT, as_of=as_of)

    assert counts(first) == (6509, 6509, 0, 0, 0, 0)
    assert counts(second) == (6509, 0, 0, 6509, 0, 0)
    with office_transaction(gumei.office):
        levels = {level: Area.objects.filter(level=level).count() for level in Area.Level.values}
        own = queries.areas_of_office()
    assert levels == {"province": 0, "city": 1, "district": 16, "street": 234, "committee": 6509}
    assert len(own) == 43


@pytest.mark.skipif(
    not VILLAGES.exists(), reason="the shared file of Shanghai's committees is absent"
)
def test_one_street_of_the_city_file_equals_the_place_in_the_book(gumei, founder):
    report = import_villages(
        VILLAGES, office=gumei.office, by=founder, at=AT, streets=["310112006"]
    )
    with office_transaction(gumei.office):
        again = import_place("310112006", by=founder, at=AT)

    assert counts(report) == (6509, 42, 0, 0, 6467, 0)
    assert counts(again) == (42, 0, 0, 42, 0, 0)


def test_official_statistical_and_former_names_are_kept_apart(bring, gumei, founder):
    bring(HEADER + GOOD)
    with office_transaction(gumei.office):
        import_place("310112006", by=founder, at=AT)

    report = bring(
        HEADER + GOOD.replace("古美一村居委会", "古美第一居委会").replace("古美街道", "古美新街道")
    )

    assert counts(report) == (1, 0, 1, 0, 0, 0)
    with office_transaction(gumei.office):
        street = Area.objects.get(code="310112006")
        committee = Area.objects.get(code="310112006001")
    assert (street.official_name, street.stat_name) == ("古美路街道", "古美新街道")
    assert street.aliases == ["古美街道"]
    assert (committee.name, committee.aliases) == ("古美第一居委会", ["古美一村居委会"])


def test_bad_rows_are_listed_by_line_and_the_rest_goes_in(bring, gumei):
    report = bring(
        HEADER
        + GOOD
        + GOOD
        + "31011200600,少一位,310112006,古美街道,310112,闵行区,居委会\n"
        + "310112006002,古美三村居委会,310112007,古美街道,310112,闵行区,居委会\n"
        + "310112006003,,310112006,古美街道,310112,闵行区,居委会\n"
        + "310112006000,古美街道办事处,310112006,古美街道,310112,闵行区,其他\n"
        + "440310001001,某社区,440310001,某街道,440310,某区,居委会\n"
        + "310112006005,古美七村居委会\n"
        + "310112006006, 古美八村居委会 ,310112006,古美街道,310112,闵行区,居委会\n"
    )

    assert counts(report) == (9, 2, 0, 0, 0, 7)
    assert [(r.line, r.code, r.reason.en) for r in report.rejected] == [
        (3, "310112006001", "the code occurs twice"),
        (4, "31011200600", "the code is not 12 digits"),
        (5, "310112006002", "the code does not agree with its street and district"),
        (6, "310112006003", "a name is empty or too long"),
        (7, "310112006000", "the code does not agree with its street and district"),
        (8, "440310001001", "the city above is unknown: add it first"),
        (9, "310112006005", "the code does not agree with its street and district"),
    ]
    with office_transaction(gumei.office):
        assert Area.objects.get(code="310112006006").stat_name == "古美八村居委会"


def test_a_file_in_gb18030_is_read_and_others_are_refused(bring, gumei):
    assert counts(bring("", raw=(HEADER + GOOD).encode("gb18030"))) == (1, 1, 0, 0, 0, 0)
    with pytest.raises(ImportRefused):
        bring("", raw=b"\xff\xff\xff\xff")
    with pytest.raises(ImportRefused) as refusal:
        bring("code12,name\n1,2\n")
    assert refusal.value.message.zh.startswith("缺少列：street_code9、")


def test_cells_go_in_once_and_a_redrawn_one_keeps_its_history(draw):
    first = draw(square(121.38), square(121.40, code="W2", name="古美公园"))
    same = draw(square(121.38), square(121.40, code="W2", name="古美公园"))
    redrawn = draw(square(121.38, side=0.011), on=date(2026, 6, 1))

    assert counts(first) == (2, 2, 0, 0, 0, 0)
    assert counts(same) == (2, 0, 0, 2, 0, 0)
    assert counts(redrawn) == (1, 0, 1, 0, 0, 0)
    assert list(
        GridCell.objects.order_by("code", "valid_from").values_list(
            "code", "valid_from", "valid_to"
        )
    ) == [
        ("W1", ON, date(2026, 6, 1)),
        ("W1", date(2026, 6, 1), None),
        ("W2", ON, None),
    ]


def test_cells_come_in_with_their_kind_and_an_unknown_kind_is_left_out(draw):
    report = draw(
        square(121.38),
        square(121.38, code="J1", kind="street_front"),
        square(121.38, code="J2", kind="park"),
    )

    assert counts(report) == (3, 2, 0, 0, 0, 1)
    assert report.rejected[0].reason.en == "there is no kind of grid cell “park”"
    assert dict(GridCell.objects.values_list("code", "kind")) == {
        "W1": "residential",
        "J1": "street_front",
    }
    assert counts(draw(square(121.38, kind="self_governed"))) == (1, 0, 1, 0, 0, 0)


def test_a_cell_redrawn_on_its_first_day_is_replaced(draw):
    draw(square(121.38))

    report = draw(square(121.38, side=0.02))

    assert counts(report) == (1, 0, 1, 0, 0, 0)
    assert GridCell.objects.count() == 1


def test_bad_cells_are_listed_by_feature_and_the_rest_goes_in(draw):
    crossed = square(121.38, code="X")
    crossed["geometry"]["coordinates"][0][1:3] = reversed(
        crossed["geometry"]["coordinates"][0][1:3]
    )
    open_ring = square(121.38, code="O")
    open_ring["geometry"]["coordinates"][0].pop()
    holed = square(121.38, code="H")
    holed["geometry"]["coordinates"] *= 2
    point = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [121, 31]},
        "properties": {"code": "P", "area": "310112006001"},
    }

    report = draw(
        crossed,
        open_ring,
        holed,
        point,
        square(31.1, south=121.3, code="S"),
        square(121.38, code=""),
        square(121.38, code="A", area="古美一村"),
        square(121.38, code="B", area="310112006999"),
        {"type": "Feature", "geometry": None, "properties": None},
        "cell",
        square(121.38),
    )

    assert [(r.line, r.code, r.reason.en) for r in report.rejected] == [
        (1, "X", "the outline crosses itself"),
        (2, "O", "the outline is not closed"),
        (3, "H", "not one polygon without holes"),
        (4, "P", "not one polygon without holes"),
        (5, "S", "the outline lies outside China"),
        (6, "", "the property code is missing"),
        (7, "A", "the property area is not 12 digits"),
        (8, "B", f"there is no area “{STREET}310112006999/”"),
        (9, "", "the feature has no properties"),
        (10, "", "the feature has no properties"),
    ]
    assert counts(report) == (11, 1, 0, 0, 0, 10)
    assert GridCell.objects.get().code == "W1"


def said(report):
    return [
        (one.line, one.code, one.reason.en.partition(" by about")[0]) for one in report.rejected
    ]


def test_a_cell_over_one_that_stands_or_one_of_the_file_is_named_and_the_rest_goes_in(draw):
    draw(square(121.38, name="一格"))

    report = draw(
        square(121.385, code="W2"),  # over W1, which stands
        square(121.39, code="W3"),  # beside W1: a border in common is none
        square(121.395, code="W4"),  # over W3 of the file
        square(121.41, code="W5"),
    )

    assert said(report) == [
        (1, "W2", "It overlaps cell “W1 一格”"),
        (3, "W4", "It overlaps cell “W3”"),
    ]
    assert counts(report) == (4, 2, 0, 0, 0, 2)
    assert set(GridCell.objects.values_list("code", flat=True)) == {"W1", "W3", "W5"}


def test_neighbours_move_their_border_together_in_one_file(draw):
    draw(square(121.38), square(121.39, code="W2"))

    later = date(2026, 6, 1)
    report = draw(square(121.38, side=0.015), square(121.395, code="W2"), on=later)

    assert counts(report) == (2, 0, 2, 0, 0, 0)


def test_what_grows_over_a_neighbour_whose_own_change_is_left_out_is_left_out_too(draw):
    draw(square(121.38), square(121.39, code="W2"), square(121.42, code="W3"))

    report = draw(square(121.38, side=0.015), square(121.415, code="W2"), on=date(2026, 6, 1))

    assert said(report) == [
        (1, "W1", "It overlaps cell “W2”"),
        (2, "W2", "It overlaps cell “W3”"),
    ]
    assert GridCell.objects.filter(valid_to__isnull=False).count() == 0


def test_cells_drawn_on_a_web_map_are_moved_to_wgs84(draw):
    feature = square(121.38)
    ring = feature["geometry"]["coordinates"][0]
    feature["geometry"]["coordinates"] = [[list(from_wgs84(Position(*p), "gcj02")) for p in ring]]

    report = draw(feature, datum="gcj02")

    moved = GridCell.objects.get().outline
    assert counts(report) == (1, 1, 0, 0, 0, 0)
    assert all(
        abs(a - b) < 1e-6
        for got, want in zip(moved, ring, strict=True)
        for a, b in zip(got, want, strict=True)
    )


@pytest.mark.parametrize("text", ["{", "[]", '{"type": "Point"}', '"cells"'])
def test_a_file_that_is_no_feature_collection_is_refused(inside, founder, tmp_path, text):
    path = tmp_path / "cells.geojson"
    path.write_text(text)

    with pytest.raises(ImportRefused):
        import_cells(path, office=inside.office, by=founder, at=AT, on=ON)

    assert GridCell.objects.count() == 0
