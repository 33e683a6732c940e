"""Events of devices: signed, fresh, each once, of registered devices alone; grouped, limited, opening cases by the table."""

import json
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, transaction
from townsfolk import AT as MADE
from townsfolk import SPOT, settle
from walking import log_in, text

from linli.api.devices.webhook import signature
from linli.casework.models import Case
from linli.exchange.devices.hearing import Event, hear
from linli.exchange.devices.registering import COLUMNS, SheetUnfit, enter_devices
from linli.exchange.devices.tables import DevicesRefused, DeviceTable, check_table, shipped_table
from linli.exchange.models import Device, DeviceEvent
from linli.ledgers.printing import as_csv
from linli.ledgers.sheets import read_sheet
from linli.registry.isolation import office_transaction
from linli.registry.limits import forget_calls
from linli.registry.machines.actions import make_key, revoke_key
from linli.registry.machines.queries import actor_of_machine, machine_numbered, signing_secret
from linli.rulebook.loading import shipped

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ROWS = [
    ("W1", "平南路涵洞", "水位", *map(str, SPOT)), ("W2", "平南路桥下", "水位", *map(str, SPOT)),
    ("B1", "菜场北口垃圾桶", "垃圾桶满溢", *map(str, SPOT)), ("S1", "三号楼烟感", "smoke", *map(str, SPOT)),
]  # fmt: skip
HOOK = "/devices/v1/events"


def sheet(rows=ROWS, columns=COLUMNS):
    return read_sheet("devices.csv", as_csv(columns, rows))


def signing_key(folk, scopes=("signal",), per_minute=600):
    number, _text = make_key(
        name="物联平台", scopes=scopes, per_minute=per_minute, expires_on=None,
        by=folk.actor("director", MADE), at=MADE,
    )  # fmt: skip
    return number


@pytest.fixture
def things(folk):
    """Devices registered in the office, and the number of the key that signs for them."""
    by = folk.actor("director", AT)
    enter_devices(sheet=sheet(), datum="wgs84", table=shipped_table(), by=by, at=AT)
    return signing_key(folk)


def heard(machine, *told, at=AT, table=None):
    """Hear (key, device, value) triples; give what became of each."""
    events = [Event(key, device, Decimal(value), at) for key, device, value in told]
    by = actor_of_machine(machine_numbered(machine, on=AT.date())[0])
    found = hear(events=events, table=table or shipped_table(), machine=machine, by=by, at=at)
    return [one.became for one in found]


def test_the_shipped_table_fits_its_mechanisms():
    check_table(shipped_table(), shipped().mechanisms)

    meant = {
        (kind, value): shipped_table().opened_by(kind, Decimal(value))
        for kind, value in [
            ("smoke", 0), ("smoke", 1), ("bin", 89), ("bin", 90), ("water", 14),
            ("water", 15), ("water", 29), ("water", 30),
        ]
    }  # fmt: skip
    assert [found[0] if found else None for found in meant.values()] == [
        None, "smoke_alarm", None, "full_bin", None, "standing_water", "standing_water", "flooding",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"decision": {"hit": "F", "in": ["kind"], "out": ["opens"], "rules": [["-", '"nothing"']]}}, "判定表的列应为 kind、value 和 opens"),
        ({"opens": {"x": {"mechanism": "grid-case", "action": "accept", "hours": 1}}}, "“x”不能立案"),
        ({"opens": {"x": {"mechanism": "grid-case", "action": "register", "hours": 1, "form": {"colour": "red"}}}}, "“x”的表单不合：colour、what"),
    ],
)  # fmt: skip
def test_a_table_that_does_not_fit_is_refused(change, said):
    table = DeviceTable.model_validate(shipped_table().model_dump(by_alias=True) | change)

    with pytest.raises(DevicesRefused) as refused:
        check_table(table, shipped().mechanisms)

    assert refused.value.message.zh == said


def test_devices_are_registered_from_a_sheet_and_bad_rows_named(folk):
    by = folk.actor("director", AT)
    rows = [
        *ROWS,
        ("C1", "路口", "摄像头", *map(str, SPOT)),
        ("", "x", "水位", "1", "2"),
        ("W9", "海上", "水位", "0", "0"),
    ]

    done = enter_devices(sheet=sheet(rows), datum="wgs84", table=shipped_table(), by=by, at=AT)
    again = enter_devices(sheet=sheet(), datum="wgs84", table=shipped_table(), by=by, at=AT)

    assert (done.added, done.changed, again.added, again.changed) == (4, 0, 0, 4)
    assert [(note.line, note.column) for note in done.bad] == [
        (6, "类别"), (7, "设备编号"), (8, "经度"),
    ]  # fmt: skip
    assert Device.objects.get(code="W1").area == folk.committee
    with pytest.raises(SheetUnfit):
        enter_devices(
            sheet=sheet([("x",)], ("编号",)), datum="wgs84", table=shipped_table(), by=by, at=AT
        )


def test_an_event_opens_a_case_at_the_devices_place_and_the_next_joins_it(folk, things):
    assert heard(things, ("e1", "B1", 95), ("e2", "B1", 97), ("e1", "B1", 95)) == [
        "opened", "joined", "repeated",
    ]  # fmt: skip

    [case] = Case.objects.all()
    assert (case.lon, case.lat, case.area) == (*SPOT, folk.committee)
    assert (case.category, case.source) == ("0102", "device")
    assert case.opened_by == f"machine:{things}"
    assert list(DeviceEvent.objects.order_by("pk").values_list("key", "is_first", "case_id")) == [
        ("e1", True, case.pk), ("e2", False, case.pk),
    ]  # fmt: skip


def test_things_in_one_area_share_a_case_where_the_table_says_so(things):
    assert heard(things, ("e1", "W1", 40), ("e2", "W2", 35), ("e3", "W1", 20)) == [
        "opened", "joined", "opened",
    ]  # fmt: skip
    assert heard(things, ("e4", "S1", 1), ("e5", "B1", 10)) == ["opened", "nothing"]
    assert Case.objects.count() == 3


def test_after_its_case_has_ended_a_device_is_quiet_for_a_while_and_then_opens_another(things):
    heard(things, ("e1", "B1", 95))
    Case.objects.update(phase="void", state="rejected", closed_at=AT)

    soon = heard(things, ("e2", "B1", 95), at=AT + timedelta(hours=11))
    later = heard(things, ("e3", "B1", 95), at=AT + timedelta(hours=13))

    assert (soon, later) == (["joined"], ["opened"])
    assert Case.objects.count() == 2


def test_more_than_the_limit_is_dropped_and_counted(things):
    table = shipped_table().model_copy(update={"most_an_hour": 2})

    became = heard(things, *[(f"e{n}", "B1", 95) for n in range(4)], table=table)

    assert became == ["opened", "joined", "limited", "limited"]
    assert Device.objects.get(code="B1").dropped == 2
    assert DeviceEvent.objects.count() == 2
    assert heard(things, ("e9", "B1", 95), at=AT + timedelta(minutes=61), table=table) == ["joined"]


def test_a_device_nobody_registered_is_not_heard(things):
    assert heard(things, ("e1", "X9", 95)) == ["unknown"]
    assert (DeviceEvent.objects.count(), Case.objects.count()) == (0, 0)


def test_devices_of_another_office_are_out_of_reach(db):
    mine, other = settle(), settle("310115008", "塘桥街道")
    with office_transaction(mine.office):
        by = mine.actor("director", AT)
        enter_devices(sheet=sheet(), datum="wgs84", table=shipped_table(), by=by, at=AT)
        heard(signing_key(mine), ("e1", "B1", 95))

    with office_transaction(other.office):
        assert (Device.objects.count(), DeviceEvent.objects.count()) == (0, 0)
    with office_transaction(mine.office):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            DeviceEvent.objects.all().delete()
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            DeviceEvent.objects.update(value=1)


# --- the webhook


def send(client, key, secret, told, moment=None, **headers):
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    moment = str(int(time.time())) if moment is None else moment
    given = {
        "X-Linli-Key": str(key), "X-Linli-Timestamp": moment,
        "X-Linli-Signature": f"sha256={signature(secret, moment, body)}", **headers,
    }  # fmt: skip
    return client.post(f"{HOOK}.json", body, content_type="application/json", headers=given)


def now():
    return datetime.fromtimestamp(time.time(), UTC)


def event(key="e1", device="B1", value=95, **more):
    return {
        "id": key,
        "device": device,
        "at": now().isoformat(),
        "value": value,
        **more,
    }


@pytest.fixture
def signed(folk, things):
    forget_calls()
    return things, signing_secret(things)


def test_a_signed_call_is_heard_and_a_replay_of_it_changes_nothing(folk, signed, client):
    told = {"events": [event(), event("e2", "W1", 12.5)]}
    moment = str(int(time.time()))

    first = send(client, *signed, told, moment).json()
    again = send(client, *signed, told, moment).json()

    assert [(one["id"], one["became"]) for one in first["events"]] == [
        ("e1", "opened"),
        ("e2", "nothing"),
    ]
    assert again["counts"] == {"repeated": 2}
    assert Case.objects.count() == 1
    assert DeviceEvent.objects.get(key="e2").value == Decimal("12.5")


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Linli-Signature": "sha256=" + "0" * 64},
        {"X-Linli-Signature": ""},
        {"X-Linli-Key": "999999"},
        {"X-Linli-Key": "one"},
        {"X-Linli-Timestamp": str(int(time.time()) + 1)},
    ],
)
def test_a_call_signed_otherwise_is_refused_in_the_same_words(signed, client, headers):
    answer = send(client, *signed, {"events": [event()]}, **headers)

    assert (answer.status_code, Case.objects.count()) == (403, 0)
    assert "X-Linli-Signature" in answer.json()[0]["description"]


@pytest.mark.parametrize("off", [-301, 301])
def test_a_call_that_is_not_fresh_is_refused_though_well_signed(signed, client, off):
    answer = send(client, *signed, {"events": [event()]}, str(int(time.time()) + off))

    assert (answer.status_code, DeviceEvent.objects.count()) == (403, 0)


def test_keys_that_do_not_sign_and_revoked_ones_open_nothing(folk, signed, client):
    other = signing_key(folk, scopes=("report",))
    key, secret = signed

    assert signing_secret(other) is None
    assert send(client, other, secret, {"events": [event()]}).status_code == 403
    revoke_key(key=key, by=folk.actor("director", MADE), at=MADE)
    assert send(client, key, secret, {"events": [event()]}).status_code == 403


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (b"not json", "内容不是 JSON"),
        ({"events": []}, "请给出 events：1 至 100 个"),
        ({"events": [event(name="王某")]}, "第 1 个：只收 id、device、at、value 四项，不收别的"),
        ({"events": [event(value="many")]}, "第 1 个：value 不是数"),
        ({"events": [event(value=True)]}, "第 1 个：value 不是数"),
        ({"events": [event(), event(key="")]}, "第 2 个：id 与 device 为 1 至 80 字"),
        ({"events": [event() | {"at": "2020-01-01T00:00:00Z"}]}, "第 1 个：at 应为七天以内的时间，带时区"),
        ({"events": [event() | {"at": now().replace(tzinfo=None).isoformat()}]}, "第 1 个：at 应为七天以内的时间，带时区"),
    ],
)  # fmt: skip
def test_what_is_no_event_is_refused_whole(signed, client, told, said):
    answer = send(client, *signed, told)

    assert (answer.status_code, answer.json()[0]["description"]) == (400, said)
    assert DeviceEvent.objects.count() == 0


def test_too_many_calls_a_minute_wait(folk, things, client):
    forget_calls()
    key = signing_key(folk, per_minute=1)

    codes = [
        send(client, key, signing_secret(key), {"events": [event()]}).status_code for _ in "12"
    ]

    assert codes == [200, 429]


def test_the_page_registers_devices_and_shows_what_they_told(folk, things):
    heard(things, ("e1", "B1", 95))
    browser = log_in("director")
    file = SimpleUploadedFile(
        "devices.csv", as_csv(COLUMNS, [("B2", "南口", "垃圾桶满溢", *map(str, SPOT))])
    )

    done = browser.post("/staff/devices/", {"file": file, "datum": "gcj02"}, follow=True)

    assert "新登记 1 台，更改 0 台，未收 0 行" in text(done)
    assert [row.code for row, _kind in done.context["devices"]] == ["B1", "B2", "S1", "W1", "W2"]
    [told] = done.context["events"]
    assert (told.device, told.is_first) == ("B1", True)
    case = browser.get(f"/staff/cases/{told.case}/")
    assert [event.device for event in case.context["signals"]] == ["B1"]
    assert browser.post("/staff/devices/", {}).status_code == 422
    assert log_in("operator").get("/staff/devices/").status_code == 403


def test_the_signing_secret_is_shown_once_with_the_key(folk):
    browser = log_in("director")
    sent = {"name": "物联平台", "scope": ["signal"], "per_minute": "60"}

    page = browser.post("/staff/office/machines/", sent)

    assert page.context["secret"] == signing_secret(page.context["key"])
    assert page.context["secret"] in text(page)
    assert page.context["secret"] not in text(browser.get("/staff/office/machines/"))
