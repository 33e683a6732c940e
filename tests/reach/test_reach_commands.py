"""`linli reach` and `linli registry dwellings` at the console: what they print, and how they refuse."""

import json

import pytest
from reach.ground import METRE_NORTH, estate, facility
from townsfolk import AT, SPOT

from linli.project.commands.counting.reach import show
from linli.project.commands.ledgers import divisions
from linli.project.commands.line import parser
from linli.project.progress import Refused
from linli.reach.queries import network_loaded
from linli.registry.dwellings.queries import housing_estates
from linli.registry.isolation import office_transaction


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("LINLI_LANGUAGE", "en")


def said(capsys, verb, *words):
    code = verb(parser().parse_args([str(word) for word in words]))
    return code, capsys.readouterr().out.splitlines()


def street(tmp_path, *corners):
    line = {"type": "LineString", "coordinates": corners}
    plain = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {}, "geometry": line}],
    }
    (tmp_path / "paths.geojson").write_text(json.dumps(plain), encoding="utf-8")
    return tmp_path / "paths.geojson"


def test_measuring_says_what_became_and_how_many_are_in_reach(folk, capsys):
    estate(folk, "A1", [0, 50])
    estate(folk, "B1", [900])
    facility(folk, 100)

    first, again = (said(capsys, show, "reach", "measure") for _ in range(2))

    assert first[0] == again[0] == 0
    assert "20 new, 0 changed, 0 as before" in first[1][0]
    assert "0 new, 0 changed, 20 as before" in again[1][0]
    assert "  meal: 1/2, 4/6" in first[1]


def test_a_network_is_loaded_and_what_is_none_is_refused(folk, capsys, tmp_path):
    file = street(tmp_path, SPOT, (SPOT[0], SPOT[1] + 500 * METRE_NORTH))

    code, lines = said(capsys, show, "reach", "load", file, "--source", "own survey")

    assert (code, lines) == (0, ["walking network loaded: 1 lines"])
    with office_transaction(folk.office):
        assert network_loaded().source == "own survey"
    (tmp_path / "no.geojson").write_text("{}", encoding="utf-8")
    for wrong in (["reach", "load"], ["reach", "load", tmp_path / "no.geojson"]):
        with pytest.raises(Refused):
            said(capsys, show, *wrong)
    with office_transaction(folk.office):
        assert network_loaded().source == "own survey"


def test_dwellings_come_in_and_bad_rows_are_named_by_line(folk, capsys, tmp_path):
    estate(folk, "A1", [0])
    file = tmp_path / "dwellings.csv"
    file.write_text(
        "estate,building,room\nA1,1号,101\nA1,1号,301\nNone,1号,302\n", encoding="utf-8"
    )

    code, lines = said(capsys, divisions, "registry", "dwellings", file)

    assert code == 0
    assert lines[0] == "3 rows: 1 dwellings added, 1 there before, 1 left out"
    assert lines[1].startswith("  line 4: ")
    with office_transaction(folk.office):
        (found,) = [one for one in housing_estates(on=AT.date()) if one.code == "A1"]
        assert found.dwellings == 3
