"""Two Open311 clients written by others, each against a running server: what they send and read must fit."""

from datetime import UTC, datetime

import pytest
from civicbot.http import HttpTransport, RateLimiter
from civicbot.open311 import Open311Client, ValidationError
from civicbot.registry import Endpoint
from georeport import GeoReport
from keyed import new_key
from townsfolk import SPOT, settle
from walking import CATEGORY, act

CODE, PICKUP = "grid-case_report", "waste-pickup_order"
LON, LAT = SPOT


@pytest.fixture
def town(transactional_db, live_server):
    folk = settle()
    return f"{live_server.url}/open311/v2", new_key(folk)


def civicbot(address):
    endpoint = Endpoint(id="linli", name="Linli", base_url=address, write=True)
    return Open311Client(endpoint, HttpTransport(rate_limiter=RateLimiter(min_interval=0)))


def filed(client, key, code=CODE, **more):
    prepared = client.create_request(
        code, dry_run=False, confirm="SEND", validate_remote=True, api_key=key,
        lat=LAT, lng=LON, description="路灯不亮", **more,
    )  # fmt: skip
    return prepared.response[0]["service_request_id"]


def test_civicbot_goes_the_whole_way(town):
    address, key = town
    client = civicbot(address)

    kind = client.get_service_definition(PICKUP)["attributes"][0]["values"][0]["key"]
    with pytest.raises(ValidationError):
        filed(client, key, PICKUP)
    pickup = filed(client, key, PICKUP, attributes={"kind": kind, "spot": "南门"})
    number = filed(client, key)

    assert client.list_services()[0]["service_code"] == CODE
    act("operator", number, "accept", category=CATEGORY, urgency="normal")
    assert client.get_request(number)["description"] == "路灯不亮"
    assert client.get_request(number)["status"] == "open"
    listed = client.list_requests(service_code=CODE, status="open")
    assert [one["service_request_id"] for one in listed] == [number]
    both = client.list_requests(service_request_ids=[number, pickup])
    assert {one["service_request_id"] for one in both} == {number, pickup}


@pytest.mark.parametrize("form", ["json", "xml"])
def test_georeport_reads_what_was_filed(town, form):
    address, key = town
    numbers = {filed(civicbot(address), key) for _ in range(2)}
    client = GeoReport(address, output_format=form)
    today = datetime.now(UTC).strftime("%Y-%m-%dT00:00:00Z")  # noqa: TID251 - the client's own clock

    assert client.get_service_list()[0]["service_code"] == CODE
    assert client.get_service_definition(PICKUP)["service_code"] == PICKUP
    assert {one["service_request_id"] for one in client.get_service_requests()} == numbers
    assert len(client.get_service_requests(service_code=CODE, start_date=today)) == 2
    number = min(numbers)
    assert client.get_service_request(number)["service_request_id"] == number
