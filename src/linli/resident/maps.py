"""The office's own map, for the maps of every page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse, JsonResponse

from linli.registry.maps import map_document
from linli.resident.visits import Visit

HOUR = "public, max-age=3600"
KINDS = {"committees": "area", "cells": "cell", "buildings": "building"}


def areas(visit: Visit) -> HttpResponse:
    """Give committees, cells, estates, buildings, roads and waters as one GeoJSON collection."""
    features = list(_features(map_document(on=visit.today)))
    answer = JsonResponse({"type": "FeatureCollection", "features": features})
    answer["Cache-Control"] = HOUR
    return answer


def _features(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for layer, collection in document.items():
        for feature in collection["features"]:
            yield {**feature, "properties": _drawn(layer, feature["properties"])}


def _drawn(layer: str, properties: dict[str, Any]) -> dict[str, Any]:
    """Give what the map draws by: a name, a kind, and whether a road is a wide one."""
    name = properties.get("name") or properties.get("number") or ""
    kind = KINDS.get(layer, "")
    if layer == "estates":
        kind = "green" if properties["kind"] == "green" else "estate"
    if layer == "landmarks":
        kind = "water" if properties["kind"] == "water" else "road"
    drawn = {"name": name, "kind": kind, "main": properties.get("kind") == "main_road"}
    return {**drawn, "grid": properties["kind"]} if layer == "cells" else drawn
