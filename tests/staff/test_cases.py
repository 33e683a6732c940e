import re

from walking import CATEGORY, act, log_in, picture, report, text


def test_a_personal_value_is_masked_and_shown_to_who_gives_a_reason(folk):
    _visitor, number = report(phone="13800000000")
    client = log_in("operator")
    address = f"/staff/cases/{number}/reveal/"

    masked = text(client.get(f"/staff/cases/{number}/"))
    without = client.post(address, {"field": "phone", "reason": " "})
    told = client.post(address, {"field": "phone", "reason": "回访确认位置"})

    assert "13800000000" not in masked
    assert without.status_code == 422
    assert "13800000000" not in text(without)
    assert "13800000000" in text(told)


def test_only_personal_fields_of_the_case_can_be_revealed(folk):
    _visitor, number = report()
    client = log_in("operator")

    answer = client.post(f"/staff/cases/{number}/reveal/", {"field": "what", "reason": "看"})

    assert answer.status_code == 404


def test_photos_go_to_those_who_see_the_case_and_say_what_they_are(folk):
    _visitor, number = report(before=picture())
    client = log_in("operator")
    small = re.search(
        r'src="(/staff/cases/[^"]+/small/)"', text(client.get(f"/staff/cases/{number}/"))
    )

    answer = client.get(small[1])

    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"/staff/cases/{number}/files/{'0' * 64}/").status_code == 404


def test_the_buttons_are_the_actions_of_the_mechanism(folk):
    _visitor, number = report()

    page = text(log_in("operator").get(f"/staff/cases/{number}/"))

    assert re.findall(rf"href=\"/staff/cases/{number}/do/(\w+)/", page) == [
        "accept",
        "supplement",
        "change_phone",
        "reject",
    ]


def test_the_way_back_leads_to_our_own_pages_only(folk):
    _visitor, number = report()
    client = log_in("operator")

    ours = text(client.get(f"/staff/cases/{number}/", {"back": "/staff/cases/?words=路"}))
    theirs = text(client.get(f"/staff/cases/{number}/", {"back": "//evil.example/"}))

    assert f"/staff/cases/?words=路#case-{number}" in ours
    assert 'href="//evil' not in theirs


def test_what_waits_moves_from_one_desk_to_the_next(folk):
    _visitor, number = report()
    before = [number in text(log_in(who).get("/staff/")) for who in ("operator", "dispatcher")]
    act("operator", number, "accept", category=CATEGORY, urgency="normal")
    act("operator", number, "file")

    after = [number in text(log_in(who).get("/staff/")) for who in ("operator", "dispatcher")]

    assert before == [True, False]
    assert after == [False, True]


def test_the_page_shows_the_fields_of_the_case(folk):
    _visitor, number = report("路口路缘石破损", address="平南路口")

    page = text(log_in("operator").get(f"/staff/cases/{number}/"))

    facts = page[page.index("案件内容") : page.index("办理经过")]
    assert "路口路缘石破损" in facts
    assert "平南路口" in facts
