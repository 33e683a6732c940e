"""An address in words places a case, where the gazetteer knows it: point, cell and neighbourhood."""

import pytest
from townsfolk import AT, SPOT, settle

from linli.casework.actions import open_case
from linli.casework.journal.rebuilding import rebuild_case
from linli.casework.models import Case, Step
from linli.registry.actors import resident
from linli.registry.gazetteer.entering import enter_addresses
from linli.registry.isolation import office_transaction


@pytest.fixture
def office(db):
    folk = settle()
    rows = [
        {"路名": "平吉路", "弄": "150", "经度": str(SPOT[0]), "纬度": str(SPOT[1])},
        {"路名": "远方路", "弄": "1", "经度": "121.0", "纬度": "31.0"},
        {"路名": "平吉路", "经度": str(SPOT[0]), "纬度": str(SPOT[1])},
    ]
    with office_transaction(folk.office):
        enter_addresses(
            list(enumerate(rows, 2)), datum="wgs84", by=folk.actor("director", AT), at=AT
        )
        yield folk


def opened(**form):
    receipt = open_case(
        mechanism="grid-case", action="report", by=resident("x"), at=AT,
        form={"what": "路灯不亮", **form}, key=str(form),
    )  # fmt: skip
    return Case.objects.get(pk=receipt.case_id)


def test_an_address_alone_places_a_case_and_says_so(office):
    case = opened(address="平吉路150弄12号门口")

    assert (case.lon, case.lat) == SPOT
    assert case.area == office.committee
    assert case.cell is not None
    told = Step.objects.get(case=case).values["@placed"]
    assert (told["lon"], told["lat"]) == SPOT


def test_the_place_is_told_again_from_the_journal(office):
    case = opened(address="平吉路150弄")
    before = (case.lon, case.lat, case.datum, case.area, case.cell_id)

    rebuild_case(case.pk, AT)

    case.refresh_from_db()
    assert (case.lon, case.lat, case.datum, case.area, case.cell_id) == before


@pytest.mark.parametrize("words", ["平吉路上", "远方路1弄", "不知道在哪里"])
def test_a_road_alone_an_address_outside_and_none_leave_the_place_open(office, words):
    case = opened(address=words)

    assert case.lon is None
    assert "@placed" not in Step.objects.get(case=case).values


def test_a_point_that_is_given_stands_whatever_the_words(office):
    lon, lat = SPOT[0] + 0.001, SPOT[1]

    case = opened(address="平吉路150弄", place={"lon": lon, "lat": lat, "datum": "wgs84"})

    assert case.lon == pytest.approx(lon)
    assert "@placed" not in Step.objects.get(case=case).values
