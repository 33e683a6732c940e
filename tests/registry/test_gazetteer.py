"""The gazetteer: rows go in one by one, positions keep the datum they came in, and what is typed finds its address."""

import pytest
from townsfolk import AT, SPOT, settle

from linli.registry.coordinates import to_wgs84
from linli.registry.gazetteer.entering import BadRow, enter_addresses, feature_rows
from linli.registry.gazetteer.queries import addresses_like, known_names, offered_for
from linli.registry.isolation import office_transaction
from linli.registry.models import Address, Change


@pytest.fixture
def folk(db):
    return settle()


@pytest.fixture
def office(folk):
    with office_transaction(folk.office):
        yield folk


def row(**cells):
    names = {"road": "路名", "lane": "弄", "number": "号", "estate": "小区", "village": "村", "area": "居民区", "lon": "经度", "lat": "纬度"}  # fmt: skip
    return {names[key]: str(value) for key, value in cells.items()}


def enter(folk, *rows, datum="wgs84"):
    return enter_addresses(
        list(enumerate(rows, start=2)), datum=datum, by=folk.actor("director", AT), at=AT
    )


def test_good_rows_go_in_and_bad_ones_are_told_by_line(office):
    done = enter(
        office,
        row(road="平吉路", lane="１５０弄", number="十二号", lon=SPOT[0], lat=SPOT[1]),
        row(lane="3"),
        row(estate="万源城", area="没有这个居民区"),
        row(road="古龙路", lon="abc", lat="31"),
    )

    assert (done.added, done.changed) == (1, 0)
    assert [(bad.line, bad.reason.en) for bad in done.bad] == [
        (3, "Give a road, an estate or a village"),
        (4, "There is no neighbourhood “没有这个居民区”"),
        (5, "No such position"),
    ]
    assert isinstance(done.bad[0], BadRow)
    (known,) = addresses_like("平吉路")
    assert (known.words, known.area) == ("平吉路150弄12号", office.committee)
    assert Change.objects.filter(verb="enter_addresses").count() == 1


def test_the_same_again_changes_nothing_and_a_new_position_is_a_change(office):
    first = row(road="平吉路", lane="150", area="", lon=SPOT[0], lat=SPOT[1])
    enter(office, first)

    again, moved = enter(office, first), enter(office, {**first, "经度": str(SPOT[0] + 0.001)})

    assert (again.added, again.changed) == (0, 0)
    assert (moved.added, moved.changed) == (0, 1)
    assert Address.objects.count() == 1


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_positions_of_everyday_maps_are_converted_and_their_datum_is_kept(office, datum):
    enter(office, row(road="平吉路", lon=SPOT[0], lat=SPOT[1]), datum=datum)

    kept = Address.objects.get()
    meant = to_wgs84(*SPOT, datum)
    assert (kept.lon, kept.lat, kept.datum) == (meant.lon, meant.lat, datum)
    assert abs(kept.lon - SPOT[0]) > 0.003


def test_points_of_geojson_are_rows(office):
    rows = feature_rows({"features": [{"properties": {"路名": "平吉路", "号": 8}, "geometry": {"type": "Point", "coordinates": [*SPOT]}}]})  # fmt: skip

    done = enter_addresses(rows, datum="wgs84", by=office.actor("director", AT), at=AT)

    assert (done.added, done.bad) == (1, ())
    assert addresses_like("8号")[0].words == "平吉路8号"


def test_what_is_typed_finds_its_address_and_else_the_nearest_that_is_known(office):
    enter(
        office,
        row(road="平吉路"), row(road="平吉路", lane="150"), row(road="平吉路", lane="150", number="12"),
        row(estate="万源城"),
    )  # fmt: skip

    def offered(text):
        return [one.words for one in offered_for(text)]

    assert offered("平吉") == ["平吉路", "平吉路150弄", "平吉路150弄12号"]
    assert offered("平") == []
    assert offered("家住平吉路150弄12号302室") == ["平吉路150弄12号"]
    assert offered("平吉路150弄99号") == ["平吉路150弄", "平吉路150弄12号"]
    assert offered("我在平吉路上看见") == ["平吉路"]
    assert offered("万源城12号") == ["万源城"]
    assert offered("没有地址") == []
    assert known_names() == {"平吉路", "万源城"}


def test_another_offices_addresses_are_not_seen(office):
    enter(office, row(road="平吉路"))
    words = Address.objects.get().words

    with pytest.raises(Exception, match="office"), office_transaction(office.office + 1):
        addresses_like(words)
