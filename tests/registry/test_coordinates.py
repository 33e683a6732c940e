from math import nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.registry.coordinates import Position, PositionRefused, from_wgs84, to_wgs84

LON = st.floats(120.8, 122.0)
LAT = st.floats(30.7, 31.9)


def test_wgs84_stays_and_keeps_its_datum():
    assert to_wgs84(121.3950, 31.1420) == Position(121.395, 31.142, "wgs84")
    assert to_wgs84(121.3950, 31.1420, "cgcs2000") == Position(121.395, 31.142, "cgcs2000")


def test_web_map_datums_come_back_to_wgs84():
    amap = to_wgs84(121.3995, 31.1400, "gcj02")
    baidu = to_wgs84(121.4060, 31.1460, "bd09")

    assert amap == Position(121.3948576, 31.1418805, "gcj02")
    assert baidu.datum == "bd09"
    assert abs(baidu.lon - amap.lon) < 0.001


@settings(max_examples=150)
@given(LON, LAT, st.sampled_from(["gcj02", "bd09"]))
def test_there_and_back_is_exact_to_a_few_centimetres(lon, lat, datum):
    there = from_wgs84(Position(lon, lat), datum)

    back = to_wgs84(*there, datum)

    assert abs(back.lon - lon) < 5e-7
    assert abs(back.lat - lat) < 5e-7
    assert 0.003 < abs(there[0] - lon) < 0.02


@pytest.mark.parametrize(
    ("lon", "lat", "datum"),
    [
        (0.0, 0.0, "wgs84"),
        (-121.4, 31.1, "gcj02"),
        (31.1, 121.4, "bd09"),
        (nan, 31.1, "wgs84"),
        (121.4, float("inf"), "wgs84"),
        (121.4, 31.1, "beijing54"),
    ],
)
def test_positions_outside_china_and_unknown_datums_are_refused(lon, lat, datum):
    with pytest.raises(PositionRefused):
        to_wgs84(lon, lat, datum)
