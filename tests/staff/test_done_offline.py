"""What a phone did without a network bears two moments: when it arrived, and when the phone says it was done."""

from datetime import timedelta

import pytest
from django.utils import timezone
from walking import CATEGORY, hidden, log_in, report, text

from linli.casework.models import Step
from linli.registry.isolation import office_transaction


def accepted(number, done):
    client = log_in("operator")
    address = f"/staff/cases/{number}/do/accept/"
    page = client.get(address)
    form = {"revision": hidden(page, "revision"), "key": hidden(page, "key"), "category": CATEGORY}
    answer = client.post(
        address, {**form, "urgency": "normal"},
        headers={"X-Outbox": "x", "X-Outbox-Done": done},
    )  # fmt: skip
    assert answer.status_code == 200, text(answer)
    return client


def step(folk):
    with office_transaction(folk.office):
        return Step.objects.get(action="accept")


def test_the_moment_that_the_phone_claims_is_kept_beside_that_of_arrival_and_moves_nothing(folk):
    _visitor, number = report()
    now = timezone.now()  # noqa: TID251 - pages go by the real clock
    done = (now - timedelta(hours=2)).replace(microsecond=0)

    client = accepted(number, done.isoformat())

    taken = step(folk)
    assert taken.values["@done"] == done.isoformat()
    assert taken.at >= now
    assert "离线办理于" in text(client.get(f"/staff/cases/{number}/"))


@pytest.mark.parametrize("hours", [0, -1, 24 * 8])
def test_what_was_just_done_or_cannot_be_is_no_claim(folk, hours):
    _visitor, number = report()
    done = timezone.now() - timedelta(hours=hours)  # noqa: TID251 - as above

    client = accepted(number, done.isoformat())

    assert "@done" not in step(folk).values
    assert "离线办理于" not in text(client.get(f"/staff/cases/{number}/"))


@pytest.mark.parametrize("odd", ["gestern", "2026-03-02T09:00:00", ""])
def test_what_is_no_moment_is_left(folk, odd):
    _visitor, number = report()

    accepted(number, odd)

    assert "@done" not in step(folk).values
