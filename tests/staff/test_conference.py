"""A disputed responsibility (疑难会商): departments report in, the conference sets lead and helpers, each has its own to do."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from walking import act, hidden, log_in, text

from linli.casework.models import Case
from linli.registry.isolation import office_transaction

FORM = "/staff/intake/whistle-call/whistle/"


def minutes():
    return SimpleUploadedFile("会商纪要.pdf", b"%PDF-1.7\n%%EOF", "application/pdf")


def standing(folk, number):
    with office_transaction(folk.office):
        return Case.objects.get(number=number)


def of_member(number, action, kind, body):
    return f"/staff/cases/{number}/do/{action}/?member={kind}%3A{body}"


def on_its_own(client, address, **answers):
    page = client.get(address)
    sent = {name: hidden(page, name) for name in ("revision", "key")}
    member = re.search(r"member=([a-z]+)%3A(\d+)", address)
    return client.post(address, {**sent, "member": ":".join(member.groups()), **answers})


@pytest.fixture
def whistled(folk):
    """A whistle over who is to mend what both departments send back; gives its number and the two bodies."""
    works, parks = folk.bodies["市政服务中心"], folk.bodies["绿化市容所"]
    client = log_in("dispatcher")
    asked = {"what": "树根顶起人行道", "why": "unclear", "departments": [works, parks]}
    client.post(FORM, {"key": hidden(client.get(FORM), "key"), **asked})
    with office_transaction(folk.office):
        return Case.objects.get(mechanism="whistle-call").number, works, parks


def test_the_conference_waits_for_all_and_sets_who_leads_and_who_helps(folk, whistled):
    number, works, parks = whistled
    act_in = {"lead": works, "lead2": parks}

    for user, body in act_in.items():
        on_its_own(log_in(user), of_member(number, "report_in", "dept", body), opinion="非我主责")
    act("supervisor", number, "confer", plan="市政修路面，绿化处理树根", unit=works, helpers=[parks],
        minutes=minutes())  # fmt: skip

    case = standing(folk, number)
    assert (case.state, case.holder_id) == ("planned", works)
    assert ["helper", str(parks), "asked", None] in case.members


@pytest.fixture
def conferred(folk, whistled):
    number, works, parks = whistled
    for user, body in (("lead", works), ("lead2", parks)):
        on_its_own(log_in(user), of_member(number, "report_in", "dept", body), opinion="非我主责")
    act("supervisor", number, "confer", plan="市政修路面，绿化处理树根", unit=works, helpers=[parks],
        minutes=minutes())  # fmt: skip
    return whistled


def test_each_finds_its_own_part_waiting_and_the_lead_ends_after_the_helpers(folk, conferred):
    number, _works, parks = conferred

    lead, helper = (text(log_in(user).get("/staff/")) for user in ("lead", "lead2"))
    early = log_in("lead").get(f"/staff/cases/{number}/do/finish/")
    on_its_own(log_in("lead2"), of_member(number, "help", "helper", parks), result="树根已处理")
    act("lead", number, "finish", result="路面已修", solved="true")

    assert number in helper
    assert number not in lead  # the lead waits for the helper first
    assert early.status_code == 403
    assert standing(folk, number).state == "handled"


def test_nobody_else_does_the_helper_s_part_and_the_conference_is_not_held_before_all_spoke(
    folk, whistled
):
    number, works, _parks = whistled
    on_its_own(log_in("lead"), of_member(number, "report_in", "dept", works), opinion="非我主责")

    page = log_in("supervisor").get(f"/staff/cases/{number}/do/confer/")

    assert page.status_code == 403
    assert standing(folk, number).state == "whistled"
