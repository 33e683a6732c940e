"""The page of the gazetteer, and addresses offered while one is typed."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from townsfolk import SPOT, settle
from walking import hidden, log_in, text

PAGE = "/staff/office/gazetteer/"
ROWS = f"路名,弄,号,经度,纬度\n平吉路,150,12,{SPOT[0]},{SPOT[1]}\n,,3,,\n"


@pytest.fixture
def folk(db):
    return settle(hosts=["testserver"])


def sent(client, name="addresses.csv", content=ROWS, datum="wgs84"):
    return client.post(PAGE, {"file": SimpleUploadedFile(name, content.encode()), "datum": datum})


def test_a_sheet_goes_in_and_its_bad_rows_are_told(folk):
    client = log_in("director")

    answer = sent(client)

    assert answer.status_code == 422
    assert "第 3 行" in text(answer)
    assert "新录入 1 条，更改 0 条，未收 1 行" in text(answer)
    assert "平吉路150弄12号" in text(client.get(PAGE, {"words": "150弄"}))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("a.csv", "甲,乙\n1,2\n", "至少要有"), ("a.geojson", "[", "GeoJSON"), ("a.exe", "?", "")],
)
def test_a_file_that_cannot_be_read_is_refused(folk, name, content, said):
    answer = sent(log_in("director"), name, content)

    assert answer.status_code == 422
    assert said in text(answer)


def test_addresses_are_offered_to_whoever_takes_down_a_report(folk):
    sent(log_in("director"))

    answer = log_in("operator").get("/staff/addresses.json", {"text": "平吉路150"})

    (one,) = answer.json()["addresses"]
    assert one["words"] == "平吉路150弄12号"
    assert (round(one["lon"], 4), round(one["lat"], 4)) == SPOT
    assert one["area"]


def test_a_position_typed_from_an_everyday_map_is_converted_and_its_datum_kept(folk):
    client = log_in("operator")
    form = "/staff/intake/grid-case/register/"
    place = {"place.lon": "121.3995", "place.lat": "31.1400", "place.datum": "gcj02"}
    answer = client.post(form, {"key": hidden(client.get(form), "key"), "what": "灯不亮", **place})
    assert answer.status_code == 302, text(answer)

    (row,) = client.get("/staff/cases/").context["page"].rows

    assert 0.004 < 121.3995 - row.lon < 0.005
    assert row.area == folk.committee
