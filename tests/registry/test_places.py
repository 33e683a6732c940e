from datetime import date

import pytest
from founding import AT

from linli.registry import actions, maps, queries
from linli.registry.gazetteer.drawing import draw_cell
from linli.registry.outlines import OutlineRefused
from linli.registry.queries import PlacedPoint, area_of_point

STREET = "/310000/310112/310112006/"
FIRST, SECOND = STREET + "310112006001/", STREET + "310112006002/"
ON = date(2026, 1, 1)
TODAY = date(2026, 3, 2)


def ring(west, south=31.10, side=0.01):
    east, north = round(west + side, 6), round(south + side, 6)
    return ((west, south), (east, south), (east, north), (west, north), (west, south))


@pytest.fixture
def cells(inside, founder):
    """Two cells side by side, with a shared border at 121.39."""
    return [
        draw_cell(code=code, area=area, outline=ring(west), by=founder, at=AT, on=ON)
        for code, area, west in (("W2", SECOND, 121.39), ("W1", FIRST, 121.38))
    ]


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        (121.385, 31.105, "W1"),
        (121.395, 31.105, "W2"),
        (121.39, 31.105, "W1"),
        (121.39, 31.10, "W1"),
        (121.38, 31.10, "W1"),
        (121.40, 31.11, "W2"),
        (121.3900010001, 31.105, "W2"),
    ],
)
def test_a_point_lies_in_exactly_one_cell_also_on_borders(
    cells, django_assert_num_queries, lon, lat, code
):
    with django_assert_num_queries(1):
        placed = area_of_point(lon, lat, on=TODAY)

    assert placed.cell_code == code


def test_a_placed_point_names_its_committee(cells):
    placed = area_of_point(121.395, 31.105, on=TODAY)

    assert placed == PlacedPoint(cells[0], "W2", SECOND, "古美三村居委会")


@pytest.mark.parametrize(
    ("lon", "lat"), [(121.37, 31.105), (121.385, 31.12), (121.4001, 31.105), (0, 0)]
)
def test_a_point_outside_all_cells_lies_nowhere(cells, lon, lat):
    assert area_of_point(lon, lat, on=TODAY) is None


def test_cells_count_from_their_first_day_and_not_on_their_last(cells, founder):
    moved = date(2026, 6, 1)
    draw_cell(code="W1", area=SECOND, outline=ring(121.38), by=founder, at=AT, on=moved)

    areas = [
        getattr(area_of_point(121.385, 31.105, on=day), "area", None)
        for day in (date(2025, 12, 31), ON, date(2026, 5, 31), moved)
    ]

    assert areas == [None, FIRST, FIRST, SECOND]


def test_a_crossed_outline_draws_no_cell(inside, founder):
    corners = ring(121.38)
    crossed = (corners[0], corners[2], corners[1], corners[3], corners[0])

    with pytest.raises(OutlineRefused):
        draw_cell(code="W1", area=FIRST, outline=crossed, by=founder, at=AT, on=ON)

    assert maps.map_document(on=TODAY)["cells"]["features"] == []


def test_the_map_shows_what_is_in_force(cells, founder, django_assert_num_queries):
    actions.outline_area(code="310112006001", outline=ring(121.38), by=founder, at=AT)
    estate = actions.add_estate(
        code="E1", name="东兰新村", area=FIRST, outline=ring(121.381, side=0.002), by=founder, at=AT
    )
    actions.add_buildings(
        estate=estate,
        buildings=[("1", ring(121.3811, side=0.0002)), ("2", None)],
        by=founder,
        at=AT,
    )
    line = {"type": "LineString", "coordinates": [[121.38, 31.1], [121.4, 31.1]]}
    actions.add_landmarks(landmarks=[("main_road", "平南路", line)], by=founder, at=AT)

    with django_assert_num_queries(5):
        drawn = maps.map_document(on=TODAY)

    assert {
        name: [f["properties"].get("name") for f in layer["features"]]
        for name, layer in drawn.items()
    } == {
        "committees": ["古美一村居委会"],
        "cells": ["", ""],
        "estates": ["东兰新村"],
        "buildings": [None],
        "landmarks": ["平南路"],
    }
    assert drawn["buildings"]["features"][0]["properties"] == {"number": "1", "estate": "东兰新村"}
    assert drawn["cells"]["features"][0]["geometry"]["coordinates"] == [
        [list(p) for p in ring(121.38)]
    ]
    assert drawn["landmarks"]["features"][0]["geometry"] == line
    assert queries.areas_of_office()[1].outline == ring(121.38)


@pytest.mark.parametrize(("metres", "code"), [(-1.0, "west"), (1.0, "east")])
def test_a_point_a_metre_from_a_slanting_border_lies_on_its_own_side(inside, founder, metres, code):
    south, north, lean, side = 31.140, 31.142, 0.0006, 0.003
    for name, west in (("west", 121.390), ("east", 121.390 + side)):
        outline = (
            (west, south), (west + side, south), (west + side + lean, north), (west + lean, north),
            (west, south),
        )  # fmt: skip
        draw_cell(code=name, area=FIRST, outline=outline, by=founder, at=AT, on=ON)
    border = 121.390 + side + lean / 2

    placed = area_of_point(border + metres / 95_500, 31.141, on=TODAY)

    assert placed.cell_code == code
