from datetime import timedelta

import time_machine
from walking import CATEGORY, TAKEN, act, hidden, log_in, picture, report, send, text

from linli.casework.models import Case, Step
from linli.registry.isolation import office_transaction

CONFIRM = "请先勾选确认"


def test_a_form_that_lacks_an_answer_comes_back_with_the_fault_in_place(folk):
    _visitor, number = report()

    answer = send(log_in("operator"), number, "accept", urgency="normal")

    assert answer.status_code == 422
    assert 'id="answer-category-error"' in text(answer)
    assert "已上报" in text(log_in("operator").get(f"/staff/cases/{number}/"))


def test_an_upload_is_kept_when_the_form_must_be_sent_again(folk):
    _visitor, number = report()
    act("operator", number, "accept", category=CATEGORY, urgency="normal")
    act("operator", number, "file")
    act("dispatcher", number, "dispatch", unit=folk.bodies["市政服务中心"])
    act("handler", number, "take_on")
    client = log_in("handler")

    refused = send(client, number, "finish", after=picture(), **TAKEN)
    again = {name: hidden(refused, name) for name in ("revision", "key", "ticket")}
    answer = client.post(
        f"/staff/cases/{number}/do/finish/", {**again, "result": "已修好", **TAKEN}
    )

    assert refused.status_code == 422
    assert answer.status_code == 302
    assert text(client.get(f"/staff/cases/{number}/")).count("/small/") == 1


def test_a_forged_ticket_brings_nothing(folk):
    _visitor, number = report()
    act("operator", number, "accept", category=CATEGORY, urgency="normal")
    act("operator", number, "file")
    act("dispatcher", number, "dispatch", unit=folk.bodies["市政服务中心"])
    act("handler", number, "take_on")

    answer = send(log_in("handler"), number, "finish", result="已修好", ticket="forged", **TAKEN)

    assert answer.status_code == 422


def test_a_dangerous_action_asks_a_second_time(folk):
    _visitor, number = report()
    client = log_in("operator")

    once = send(client, number, "reject", reason="不在本街道")
    twice = send(client, number, "reject", reason="不在本街道", sure="1")

    assert once.status_code == 422
    assert CONFIRM in text(once)
    assert twice.status_code == 302


def test_two_people_on_one_case_see_both_versions_and_can_send_again(folk):
    _visitor, number = report()
    slow = log_in("operator")
    address = f"/staff/cases/{number}/do/accept/"
    page = slow.get(address)
    act("supervisor", number, "supervise")

    sent = {"revision": hidden(page, "revision"), "key": hidden(page, "key")}
    met = slow.post(address, {**sent, "category": CATEGORY, "urgency": "urgent"})
    fresh = {"revision": hidden(met, "revision"), "key": hidden(met, "key")}
    again = slow.post(address, {**fresh, "category": CATEGORY, "urgency": "urgent"})

    assert met.status_code == 409
    assert "督办" in text(met)
    assert "暴露垃圾" in text(met)
    assert again.status_code == 302


def test_a_form_sent_twice_is_done_once(folk):
    _visitor, number = report()
    client = log_in("operator")
    address = f"/staff/cases/{number}/do/accept/"
    page = client.get(address)
    sent = {
        "revision": hidden(page, "revision"),
        "key": hidden(page, "key"),
        "category": CATEGORY,
        "urgency": "normal",
    }

    answers = [client.post(address, sent).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert text(client.get(f"/staff/cases/{number}/")).count('class="event__head"') == 2


def test_htmx_gets_the_sheet_alone_and_is_led_on_after_success(folk):
    _visitor, number = report()
    client = log_in("operator")
    address = f"/staff/cases/{number}/do/accept/"
    sheet = client.get(address, headers={"HX-Request": "true"})
    sent = {"revision": hidden(sheet, "revision"), "key": hidden(sheet, "key")}

    refused = client.post(address, sent, headers={"HX-Request": "true"})
    done = client.post(address, {**sent, "category": CATEGORY}, headers={"HX-Request": "true"})

    assert "<html" not in text(sheet)
    assert refused.status_code == 422
    assert "<html" not in text(refused)
    assert done.status_code == 204
    assert done["HX-Redirect"].startswith(f"/staff/cases/{number}/")


def test_an_action_of_somebody_else_is_refused_and_nothing_changes(folk):
    _visitor, number = report()
    client = log_in("handler")

    seen = client.get(f"/staff/cases/{number}/do/accept/")
    sent = client.post(
        f"/staff/cases/{number}/do/accept/", {"category": CATEGORY, "key": "k", "revision": "1"}
    )

    assert seen.status_code == 403
    assert sent.status_code == 403
    assert "已上报" in text(log_in("operator").get(f"/staff/cases/{number}/"))


def dispatched(folk):
    """A case that was dispatched just now: its number, and the page of whoever did it."""
    _visitor, number = report()
    act("operator", number, "accept", category=CATEGORY, urgency="normal")
    act("operator", number, "file", category=CATEGORY, urgency="normal")
    client = log_in("dispatcher")
    sent = send(client, number, "dispatch", unit=str(folk.bodies["市政服务中心"]))
    return client, number, client.get(sent["Location"])


def pressed(client, number, page):
    sent = {"key": hidden(page, "key"), "revision": hidden(page, "revision")}
    return client.post(f"/staff/cases/{number}/do/recall/", sent)


def test_what_was_just_done_is_taken_back_by_one_press_on_the_page_of_the_case(folk):
    client, number, page = dispatched(folk)

    answer = pressed(client, number, page)

    assert "刚办了“派遣”" in text(page)
    assert answer.status_code == 302
    with office_transaction(folk.office):
        case = Case.objects.get(number=number)
        assert (case.state, case.holder_id) == ("filed", None)
        assert case.clocks["assign"].keys() >= {"due_at"}
        assert "ended_at" not in case.clocks["assign"]


def test_after_the_stated_time_nothing_is_offered_and_a_press_changes_nothing(folk):
    _client, number, page = dispatched(folk)

    with office_transaction(folk.office):
        done_at = Step.objects.get(action="dispatch").at
    with time_machine.travel(done_at + timedelta(minutes=31), tick=False):
        later = log_in("dispatcher").get(f"/staff/cases/{number}/")
        answer = pressed(log_in("dispatcher"), number, page)

    assert "撤回派遣" not in text(later)
    assert answer.status_code == 422
    assert "已过可以撤回的时间" in text(answer)
    with office_transaction(folk.office):
        assert Case.objects.get(number=number).state == "dispatched"


def test_the_page_of_due_moments_says_that_a_limit_goes_on_as_before_a_step_taken_back(folk):
    client, number, page = dispatched(folk)
    pressed(client, number, page)

    why = text(client.get(f"/staff/cases/{number}/why/"))

    assert "上一步撤回，照原来的时限接着算" in why
