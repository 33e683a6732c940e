"""One kind of step that waits for me, all of it or a sample: a queue for calling people back."""

from __future__ import annotations

import hashlib

import pytest
from walking import act, log_in, picture, report, text

TAKEN = {"taken.lon": 121.395, "taken.lat": 31.142}


@pytest.fixture
def called(folk):
    """Give the numbers of eight cases that wait for a call-back, and of one that waits for a check."""
    numbers = [_verifying(folk) for _ in range(5)]
    for number in numbers[:4]:
        act("verifier", number, "verify")
    return numbers[:4], numbers[4]


def _verifying(folk):
    _visitor, number = report()
    act("operator", number, "accept", category="0102")
    act("operator", number, "file")
    act("dispatcher", number, "dispatch", unit=folk.bodies["市政服务中心"])
    act("handler", number, "take_on")
    act("handler", number, "finish", result="已重铺", after=picture(), **TAKEN)
    return number


def _drawn(number, share):
    return (
        int(hashlib.md5(number.encode(), usedforsecurity=False).hexdigest()[:8], 16) % 100 < share
    )


def _listed(page):
    return {line.row.number for group in page.context["groups"] for line in group.lines}


def test_call_backs_are_listed_apart_all_of_them_or_the_same_sample_at_every_look(called):
    numbers, other = called
    caller = log_in("caller")
    whole = caller.get("/staff/", {"step": "grid-case.call_back"})
    half = caller.get("/staff/", {"step": "grid-case.call_back", "share": "50"})
    again = caller.get("/staff/", {"step": "grid-case.call_back", "share": "50"})
    wrong = caller.get("/staff/", {"step": "grid-case.no_such", "share": "7"})

    assert [(one.key, one.count) for one in whole.context["steps"]] == [("grid-case.call_back", 4)]
    assert _listed(whole) == set(numbers)
    assert other not in _listed(whole)
    assert _listed(half) == {one for one in numbers if _drawn(one, 50)} == _listed(again)
    assert half.context["page"].total == len(_listed(half))
    assert wrong.context["narrowed"] is None
    assert "从第一件开始" in text(whole)
    assert "每次看都是同一批" in text(half)


def test_after_a_call_the_queue_is_shorter_and_one_click_away(called):
    numbers, _other = called
    caller = log_in("caller")
    queue = "/staff/?step=grid-case.call_back"

    act("caller", numbers[0], "call_back", satisfaction="satisfied")
    page = caller.get(queue)
    case = text(caller.get(f"/staff/cases/{numbers[1]}/", {"back": queue}))

    assert _listed(page) == set(numbers[1:])
    assert f'href="{queue}#case-{numbers[1]}"' in case.replace("&amp;", "&")
