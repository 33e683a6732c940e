"""The whole path of a grid case through the pages, by a client without JavaScript."""

import re

from walking import CATEGORY, TAKEN, act, log_in, picture, report, text


def test_a_report_goes_all_the_way_to_closed(folk):
    visitor, number = report(before=picture())
    works = folk.bodies["市政服务中心"]

    act("operator", number, "accept", category=CATEGORY, urgency="normal")
    act("operator", number, "file")
    act("dispatcher", number, "dispatch", unit=works)
    act("handler", number, "take_on")
    act("handler", number, "finish", result="已更换路缘石", after=picture(), **TAKEN)
    act("verifier", number, "verify")
    act("caller", number, "call_back", satisfaction="satisfied")

    assert "已结案" in text(log_in("caller").get(f"/staff/cases/{number}/"))
    seen = text(visitor.get(f"/cases/{number}/"))
    assert "已结案" in seen
    assert "已更换路缘石" in seen
    assert "处置人员" not in seen


def test_a_resident_who_is_not_content_sends_it_back(folk):
    visitor, number = report()
    act("operator", number, "accept", category=CATEGORY, urgency="normal")
    act("operator", number, "file")
    act("dispatcher", number, "dispatch", unit=folk.bodies["市政服务中心"])
    act("handler", number, "take_on")
    act("handler", number, "finish", result="已更换", after=picture(), **TAKEN)
    act("verifier", number, "verify")

    asked = text(visitor.get(f"/cases/{number}/do/rate/"))
    fields = {
        name: re.search(rf'name="{name}" value="([^"]*)"', asked)[1] for name in ("key", "revision")
    }
    answer = visitor.post(
        f"/cases/{number}/do/rate/", {**fields, "satisfaction": "dissatisfied", "comment": "又松了"}
    )

    assert answer.status_code == 302
    assert "已派遣" in text(visitor.get(f"/cases/{number}/"))
