"""Positions in one datum: WGS-84 in the database, with the datum that they came in beside it."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from types import MappingProxyType

from prcoords import Coords as Point
from prcoords import bd_wgs_bored, gcj_wgs_bored, sanity_in_china_p, wgs_bd, wgs_gcj

from linli.rulebook.mechanism import Label

DECIMALS = 7  # one centimetre
DATUMS = MappingProxyType(
    {
        "wgs84": Label(zh="WGS-84（卫星定位）", en="WGS-84 (satellite positioning)"),
        "cgcs2000": Label(zh="CGCS2000（国家大地坐标系）", en="CGCS2000 (national datum)"),
        "gcj02": Label(zh="GCJ-02（高德、腾讯地图）", en="GCJ-02 (Amap, Tencent maps)"),
        "bd09": Label(zh="BD-09（百度地图）", en="BD-09 (Baidu maps)"),
    }
)


class PositionRefused(Exception):
    """A position cannot be used; `message` says why."""

    def __init__(self, message: Label) -> None:
        super().__init__(message.en)
        self.message = message


@dataclass(frozen=True)
class Position:
    """A place in WGS-84 degrees, and the datum in which it came."""

    lon: float
    lat: float
    datum: str = "wgs84"


def to_wgs84(lon: float, lat: float, datum: str = "wgs84") -> Position:
    """Give the position in WGS-84, exact to a centimetre or so.

    CGCS2000 is taken as WGS-84: they differ by centimetres. Raises PositionRefused for an unknown datum
    and for anything outside China, where the Chinese map datums have no meaning.
    """
    if datum not in DATUMS:
        raise PositionRefused(Label(zh=f"不认识坐标系“{datum}”", en=f"unknown datum “{datum}”"))
    point = Point(lat, lon)
    if not (isfinite(lon) and isfinite(lat) and sanity_in_china_p(point)):
        raise PositionRefused(Label(zh="位置不在中国范围内", en="the position is not in China"))
    if datum == "gcj02":
        point = gcj_wgs_bored(point)
    elif datum == "bd09":
        point = bd_wgs_bored(point)
    return Position(round(point.lon, DECIMALS), round(point.lat, DECIMALS), datum)


def from_wgs84(position: Position, datum: str) -> tuple[float, float]:
    """Give longitude and latitude in another datum, to point a Chinese web map at a place."""
    point = Point(position.lat, position.lon)
    if datum == "gcj02":
        point = wgs_gcj(point)
    elif datum == "bd09":
        point = wgs_bd(point)
    return round(point.lon, DECIMALS), round(point.lat, DECIMALS)
