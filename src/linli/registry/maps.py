"""The office's own map as GeoJSON: it needs no tiles from anywhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import F

from linli.registry.models import Area, Building, Estate, GridCell, Landmark
from linli.registry.outlines import Ring
from linli.registry.queries import in_force


def map_document(*, on: date) -> dict[str, Any]:
    """Give the office's own map as GeoJSON layers: committees, cells, estates, buildings, landmarks."""
    return {
        "committees": _layer(_committee_features(on)),
        "cells": _layer(_cell_features(on)),
        "estates": _layer(_estate_features(on)),
        "buildings": _layer(_building_features()),
        "landmarks": _layer(
            {
                "type": "Feature",
                "geometry": row.geometry,
                "properties": {"kind": row.kind, "name": row.name},
            }
            for row in Landmark.objects.order_by("id")
        ),
    }


def _layer(features: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def _feature(outline: Ring, **properties: object) -> dict[str, Any]:
    geometry = {"type": "Polygon", "coordinates": [[list(point) for point in outline]]}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _committee_features(on: date) -> Iterable[dict[str, Any]]:
    rows = Area.objects.filter(
        in_force(on, "valid_from", "valid_to"), level="committee", outline__isnull=False
    )
    return (
        _feature(row.outline, code=row.code, path=row.path, name=row.name)
        for row in rows.order_by("code")
    )


def _cell_features(on: date) -> Iterable[dict[str, Any]]:
    rows = GridCell.objects.filter(in_force(on, "valid_from", "valid_to")).order_by("code")
    return (
        _feature(row.outline, id=row.pk, code=row.code, path=row.area, name=row.name, kind=row.kind)
        for row in rows
    )


def _estate_features(on: date) -> Iterable[dict[str, Any]]:
    rows = Estate.objects.filter(in_force(on, "valid_from", "valid_to"), outline__isnull=False)
    return (
        _feature(row.outline, kind=row.kind, path=row.area, name=row.name)
        for row in rows.order_by("code")
    )


def _building_features() -> Iterable[dict[str, Any]]:
    rows = Building.objects.filter(outline__isnull=False).annotate(estate_name=F("estate__name"))
    return (
        _feature(row.outline, number=row.number, estate=row.estate_name)
        for row in rows.order_by("id")
    )
