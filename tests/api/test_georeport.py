"""GeoReport v2 as its text has it: what must be answered, in which form, and what is refused how."""

import csv
import io
import re
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from keyed import new_key
from townsfolk import SPOT, settle
from walking import CATEGORY, act, picture, report

from linli.registry.isolation import office_transaction
from linli.registry.models import MachineKey

V2 = "/open311/v2"
CODE = "grid-case_report"
LON, LAT = SPOT
FIELDS = [
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
    "agency_responsible", "service_notice", "requested_datetime", "updated_datetime",
    "expected_datetime", "address", "address_id", "zipcode", "lat", "long", "media_url",
]  # fmt: skip
W3C = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
STATEMENTS = 5  # the office, the key, the rule, what a case begins with, the case


def sent(key, **more):
    return {
        "api_key": key,
        "service_code": CODE,
        "lat": LAT,
        "long": LON,
        "description": "路灯不亮",
        **more,
    }


def post(caller, given, form="json", **headers):
    return caller.post(f"{V2}/requests.{form}", given, headers=headers)


def number_of(answer):
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()[0]["service_request_id"]


def xml(answer):
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    return ET.fromstring(answer.content)  # noqa: S314 - our own answer


def tags(element):
    return [child.tag for child in element]


def test_discovery_names_the_endpoint_in_both_formats(folk, caller):
    told = caller.get("/open311/discovery.json").json()
    root = xml(caller.get("/open311/discovery.xml"))

    assert list(told) == ["changeset", "contact", "key_service", "endpoints"]
    [endpoint] = told["endpoints"]
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["url"] == "http://testserver/open311/v2"
    assert endpoint["formats"] == ["text/xml", "application/json"]
    assert root.tag == "discovery"
    assert [one.text for one in root.iterfind("endpoints/endpoint/formats/format")] == endpoint[
        "formats"
    ]


def test_services_are_the_opening_actions_that_ask_for_a_place(folk, caller):
    listed = caller.get(f"{V2}/services.json").json()
    root = xml(caller.get(f"{V2}/services.xml"))

    assert [one["service_code"] for one in listed] == [
        "grid-case_report", "stairwell-clearing_ask_clearing", "waste-pickup_order",
    ]  # fmt: skip
    assert [one["metadata"] for one in listed] == [False, False, True]
    assert {one["type"] for one in listed} == {"realtime"}
    assert root.tag == "services"
    assert tags(root[0]) == [
        "service_code", "service_name", "description", "metadata", "type", "keywords", "group",
    ]  # fmt: skip
    assert root[0].findtext("metadata") == "false"


def test_a_definition_lists_codes_in_order(folk, caller):
    told = caller.get(f"{V2}/services/waste-pickup_order.json").json()
    root = xml(caller.get(f"{V2}/services/waste-pickup_order.xml"))

    kind, spot = told["attributes"]
    assert (kind["code"], kind["datatype"], kind["required"], kind["order"]) == (
        "kind", "singlevaluelist", True, 1,
    )  # fmt: skip
    assert list(kind["values"][0]) == ["key", "name"]
    assert (spot["code"], spot["datatype"], spot["order"], "values" in spot) == (
        "spot",
        "text",
        2,
        False,
    )
    assert root.tag == "service_definition"
    assert tags(root) == ["service_code", "attributes"]
    assert root.findtext("attributes/attribute/values/value/key") == kind["values"][0]["key"]


def test_a_request_comes_back_as_it_was_sent(folk, key, caller):
    number = number_of(post(caller, sent(key, phone="13800000000", first_name="小明")))

    [told] = caller.get(f"{V2}/requests/{number}.json").json()
    root = xml(caller.get(f"{V2}/requests/{number}.xml"))

    assert list(told) == FIELDS
    assert root.tag == "service_requests"
    assert tags(root[0]) == FIELDS
    assert told["status"] == "open"
    assert told["description"] is None
    assert (told["lat"], told["long"]) == (LAT, LON)
    assert told["service_code"] == CODE
    assert told["zipcode"] is None
    assert root[0].findtext("zipcode") == ""
    assert W3C.fullmatch(told["requested_datetime"])
    assert told["address_id"] == folk.committee.strip("/").split("/")[-1]


def test_what_was_written_comes_out_once_the_office_has_taken_it_on(folk, key, caller):
    taken, turned_away = (
        number_of(post(caller, sent(key, description=words))) for words in ("路灯不亮", "找赵小明")
    )

    def shown(number):
        [told] = caller.get(f"{V2}/requests/{number}.json").json()
        return told["description"], told["status_notes"]

    assert (shown(taken), shown(turned_away)) == ((None, "已上报"), (None, "已上报"))
    act("operator", taken, "accept", category=CATEGORY, urgency="normal")
    act("operator", turned_away, "reject", reason="不属本街道", sure="1")
    assert (shown(taken), shown(turned_away)) == (("路灯不亮", "已受理"), (None, "不予受理"))


def test_personal_values_never_come_out(folk, key, caller):
    number = number_of(post(caller, sent(key, phone="13800000000", first_name="赵小明")))

    for form in ("json", "xml"):
        for address in (f"/requests/{number}.{form}", f"/requests.{form}?extensions=true"):
            shown = caller.get(f"{V2}{address}").content.decode()
            assert number in shown
            assert "13800000000" not in shown
            assert "赵小明" not in shown


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"api_key": ""}, 403),
        ({"api_key": "linli_wrong"}, 403),
        ({"service_code": ""}, 400),
        ({"service_code": "nothing"}, 404),
        ({"lat": "", "long": ""}, 400),
        ({"lat": "north"}, 400),
        ({"lat": "91"}, 400),
        ({"long": ""}, 400),
        ({"description": ""}, 400),
        ({"description": "长" * 501}, 400),
        ({"jurisdiction_id": "nowhere.example"}, 404),
        ({"media_url": "ftp://x"}, 400),
    ],
)
def test_what_is_wrong_is_refused_in_the_format_and_nothing_is_opened(
    folk, key, caller, form, given, status
):
    answer = post(caller, {**sent(key), **given}, form)

    assert answer.status_code == status
    if form == "json":
        [error] = answer.json()
        assert list(error) == ["code", "description"]
        assert error["code"] == status
    else:
        root = xml(answer)
        assert root.tag == "errors"
        assert tags(root[0]) == ["code", "description"]
    assert caller.get(f"{V2}/requests.json").json() == []


def test_a_place_in_words_is_enough(folk, key, caller):
    number = number_of(post(caller, sent(key, lat="", long="", address_string="平南路口")))

    [told] = caller.get(f"{V2}/requests/{number}.json").json()
    assert (told["lat"], told["long"]) == (None, None)


def test_attributes_fill_the_form_and_unknown_ones_are_named(folk, key, caller):
    told = caller.get(f"{V2}/services/waste-pickup_order.json").json()
    kind = told["attributes"][0]["values"][0]["key"]
    given = sent(key, service_code="waste-pickup_order")

    lacking = post(caller, given)
    answer = post(
        caller, {**given, "attribute[kind]": kind, "attribute[spot]": "南门", "attribute[x]": "1"}
    )

    assert lacking.status_code == 400
    assert {error["description"].partition("：")[0] for error in lacking.json()} == {"kind", "spot"}
    assert "x" in answer.json()[0]["service_notice"]
    assert number_of(answer)


def test_a_photo_comes_along_and_what_is_none_is_refused(folk, key, caller):
    broken = picture()
    broken.write(b"this is no picture")
    broken.seek(0)
    broken.truncate(18)

    assert number_of(post(caller, sent(key, media=picture())))
    assert post(caller, sent(key, media=broken)).status_code == 400


def test_the_same_idempotency_key_opens_one_case_and_its_token_finds_it(folk, key, caller):
    again = {"Idempotency-Key": "abc-1"}
    numbers = {number_of(post(caller, sent(key), **again)) for _ in range(2)}
    token = post(caller, sent(key), **again, Prefer="respond-async").json()[0]["token"]

    found = caller.get(f"{V2}/tokens/{token}.json").json()
    assert found == [{"service_request_id": numbers.pop(), "token": token}]
    assert caller.get(f"{V2}/tokens/unknown.json").status_code == 404


def test_filters_narrow_and_ids_override_them(folk, key, caller):
    first, second = (number_of(post(caller, sent(key))) for _ in range(2))
    act("operator", first, "reject", reason="重复", sure="on")

    def found(query):
        answer = caller.get(f"{V2}/requests.json?{query}")
        assert answer.status_code == 200, answer.content.decode()
        return [one["service_request_id"] for one in answer.json()]

    assert found("") == [second, first]
    assert found("status=open") == [second]
    assert found("status=closed") == [first]
    assert found("status=open,closed&service_code=") == [second, first]
    assert found("service_code=waste-pickup_order") == []
    assert found(f"service_request_id={first}&status=open&start_date=2001-01-01") == [first]
    assert found("start_date=2001-01-01T00:00:00Z&end_date=2001-03-01T00:00:00Z") == []
    assert found("page_size=1&page=2") == [first]
    linked = caller.get(f"{V2}/requests.json?page_size=1&page=1")["Link"]
    assert 'page=2>; rel="next"' in linked
    assert 'rel="prev"' not in linked


@pytest.mark.parametrize(
    "query",
    [
        "start_date=yesterday", "start_date=2020-01-01T00:00:00", "status=half", "page=0", "page_size=1001",
        "start_date=2020-01-01T00:00:00Z&end_date=2020-06-01T00:00:00Z",
    ],
)  # fmt: skip
def test_filters_that_mean_nothing_are_refused(folk, caller, query):
    assert caller.get(f"{V2}/requests.xml?{query}").status_code == 400


def test_methods_formats_and_addresses_that_are_none_are_refused(folk, caller):
    wrong = caller.delete(f"{V2}/requests.json")

    assert (wrong.status_code, wrong["Allow"]) == (405, "GET, HEAD, POST")
    assert wrong.json()[0]["code"] == 405
    assert caller.get(f"{V2}/services.yaml").status_code == 406
    assert caller.get(f"{V2}/services", headers={"Accept": "image/png"}).status_code == 406
    assert caller.get(f"{V2}/services", headers={"Accept": "application/json"}).json()
    assert xml(caller.get(f"{V2}/services")).tag == "services"
    assert caller.get(f"{V2}/nothing.json").json()[0]["code"] == 404
    assert caller.get(f"{V2}/requests/none.xml").status_code == 404


def test_updates_tell_changes_of_state(folk, key, caller):
    number = number_of(post(caller, sent(key)))
    act("operator", number, "accept", category=CATEGORY)

    root = xml(caller.get(f"{V2}/servicerequestupdates.xml?service_request_id={number}"))
    [told] = caller.get(f"{V2}/requests/{number}.json?extensions=true").json()

    assert root.tag == "service_request_updates"
    assert [one.findtext("external_status_code") for one in root] == ["reported", "accepted"]
    assert [note["type"] for note in told["notes"]] == ["reported", "accepted"]


def test_a_key_opens_what_it_names_until_it_ends(folk, caller):
    may_not = new_key(folk, scopes=("bulk",))
    ended = new_key(folk, expires_on=date(2025, 4, 1))

    assert post(caller, sent(may_not)).status_code == 403
    assert post(caller, sent(ended)).status_code == 403


def test_a_key_is_kept_as_a_hash_only(folk, key):
    assert not MachineKey.objects.exists()  # outside its office nothing is seen
    with office_transaction(folk.office):
        row = MachineKey.objects.get()

    assert key.encode() not in bytes(row.digest)
    assert row.hint == key[:10]


def test_too_many_calls_are_told_when_to_come_back(folk, caller):
    slow = new_key(folk, per_minute=2)

    codes = [caller.get(f"{V2}/services.json", {"api_key": slow}).status_code for _ in range(3)]
    late = caller.get(f"{V2}/services.json", {"api_key": slow})

    assert codes == [200, 200, 429]
    assert 1 <= int(late["Retry-After"]) <= 60


def test_two_offices_are_told_apart_by_jurisdiction(folk, caller):
    settle("310115008", "塘桥街道", hosts=["elsewhere.example"])
    key = new_key(folk)

    assert caller.get(f"{V2}/services.json").status_code == 400
    number = number_of(post(caller, sent(key, jurisdiction_id="310112006")))
    other = {"jurisdiction_id": "310115008"}
    assert caller.get(f"{V2}/requests/{number}.json", other).status_code == 404
    assert post(caller, sent(key, **other)).status_code == 403
    here = caller.get(f"{V2}/requests/{number}.json", {"jurisdiction_id": "310112006"})
    assert here.status_code == 200


def test_a_request_takes_few_statements(folk, key, caller):
    post(caller, sent(key))

    with CaptureQueriesContext(connection) as asked:
        number_of(post(caller, sent(key)))

    of_the_test = ("SAVEPOINT", "RELEASE", "SET LOCAL linli.office = ''")
    kept = [q["sql"] for q in asked if not q["sql"].startswith(of_the_test)]
    assert len(kept) == STATEMENTS, "\n".join(kept)


def test_a_list_takes_as_many_statements_for_three_as_for_one(folk, key, caller):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert caller.get(f"{V2}/requests.json").status_code == 200
        return len(queries)

    post(caller, sent(key))
    asked()
    one = asked()
    for _ in range(2):
        post(caller, sent(key))

    assert asked() == one


def test_what_residents_report_on_the_web_is_listed_and_what_staff_enter_is_not(folk, caller):
    _visitor, number = report()

    listed = Client().get(f"{V2}/requests.json").json()

    assert [one["service_request_id"] for one in listed] == [number]


def test_bulk_gives_the_columns_of_its_specification(folk, key, caller):
    number = number_of(post(caller, sent(key)))
    bulk = new_key(folk, scopes=("bulk",))

    shut = caller.get(f"{V2}/bulk.csv")
    answer = caller.get(f"{V2}/bulk.csv", {"api_key": bulk})

    header, row = csv.reader(io.StringIO(answer.content.decode()))
    assert shut.status_code == 403
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert header == [
        "service_request_id", "requested_datetime", "updated_datetime", "closed_date",
        "status_description", "status_notes", "source", "service_name", "service_subtype",
        "description", "agency_responsible", "address", "lat", "long",
    ]  # fmt: skip
    assert (row[0], row[3], row[4], row[6], row[9]) == (number, "", "open", "open311", "")
    assert tags(xml(caller.get(f"{V2}/bulk.xml", {"api_key": bulk}))[0]) == header
