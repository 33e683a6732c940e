"""One-time links: a contractor without an account takes a step of one case, once, and nothing else."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client
from django.utils import timezone
from walking import act, hidden, log_in, picture, report, text

from linli.casework.models import Case, Step
from linli.casework.sequencing import sequence
from linli.notices.actions import tell_new_steps
from linli.notices.links.reach import GIVES_LINKS, handed_out
from linli.notices.models import Link, Notice
from linli.notices.sending import send_due
from linli.registry.isolation import office_transaction
from linli.registry.models import Change, Post
from linli.rulebook.loading import shipped

now = timezone.now  # noqa: TID251 - the pages go by the real clock


@pytest.fixture
def case(folk, settings, tmp_path):
    """Give a case at a body, whose head may give links out."""
    settings.LINLI_HOME = tmp_path
    settings.LINLI_CHANNELS = {"mail": "", "sms": "sink", "wecom": "", "dingtalk": ""}
    with office_transaction(folk.office):
        for post in Post.objects.filter(duties__overlap=["lead", "dispatcher"]):
            post.duties = [*post.duties, GIVES_LINKS]
            post.save()
    _visitor, number = report(phone="13800000000")
    act("operator", number, "accept", category="0102")
    act("operator", number, "file")
    act("dispatcher", number, "dispatch", unit=folk.bodies["市政服务中心"])
    return folk, number


def _given(case, who="lead", **more):
    """Give a link out and give its address; '' when it was refused."""
    folk, number = case
    sent = {
        "body": folk.bodies["市政服务中心"], "name": "养护队老张", "step": ["take_on"], "kind": "once",
        "days": 3, **more,
    }  # fmt: skip
    page = log_in(who).post(f"/staff/cases/{number}/links/", sent)
    found = re.search(r"http://testserver(/links/[^/<]+/)", text(page))
    return found[1] if found else ""


def _take(address, action, **answers):
    client = Client()
    page = client.get(f"{address}{action}/")
    assert page.status_code == 200, text(page)
    sent = {"key": hidden(page, "key"), "revision": hidden(page, "revision"), **answers}
    return client.post(f"{address}{action}/", sent)


def _stands(folk, number):
    with office_transaction(folk.office):
        return Case.objects.get(number=number).state


def test_a_step_is_taken_by_a_link_once_and_never_again(case):
    folk, number = case
    address = _given(case)

    page = Client().get(address)
    done = _take(address, "take_on")
    after = Client().get(address)
    again = Client().post(f"{address}take_on/", {})

    assert page.status_code == 200
    assert "接单" in text(page)
    assert "市政服务中心" in text(page)
    assert (done.status_code, done["Location"]) == (302, address)
    assert (after.status_code, again.status_code) == (410, 410)
    assert "已经办好了" in text(after)
    assert number not in text(after)
    with office_transaction(folk.office):
        last = Step.objects.order_by("-seq").first()
        assert (last.action, last.actor) == ("take_on", f"link:{Link.objects.get().pk}")
        assert list(Case.objects.values_list("state", flat=True)) == ["handling"]
    assert "凭一次性链接" in text(log_in("lead").get(f"/staff/cases/{number}/"))


def test_a_link_until_its_day_takes_several_steps_with_photos(case):
    folk, number = case
    address = _given(case, step=["take_on", "finish"], kind="until")

    _take(address, "take_on")
    _take(
        address,
        "finish",
        result="已重铺",
        after=picture(),
        **{"taken.lon": 121.395, "taken.lat": 31.142},
    )

    assert _stands(folk, number) == "verifying"
    after = Client().get(address)
    assert after.status_code == 200
    assert "现在没有要您办的" in text(after)


def test_a_link_is_kept_as_a_keyed_hash_alone(case):
    folk, _number = case
    token = _given(case).split("/")[2]

    with office_transaction(folk.office):
        row = Link.objects.get()
        kept = b"|".join(bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                         for value in vars(row).values())  # fmt: skip
        changes = json.dumps(
            list(Change.objects.filter(subject=f"link:{row.pk}").values_list("detail", flat=True))
        )

    assert len(token) == 32
    assert token.encode() not in kept
    assert token not in changes


def test_a_link_opens_its_steps_and_no_others(case):
    folk, number = case
    address = _given(case)

    other = Client().get(f"{address}send_back/")
    not_yet = Client().get(f"{_given(case, step=['finish'])}finish/")
    whole = text(Client().get(address))

    assert (other.status_code, not_yet.status_code) == (404, 403)
    assert "13800000000" not in whole
    assert "联系电话" not in whole
    assert _stands(folk, number) == "dispatched"


def test_a_link_that_was_taken_back_or_has_run_out_opens_nothing(case):
    folk, number = case
    address, other = _given(case), _given(case)
    with office_transaction(folk.office):
        first, second = Link.objects.order_by("pk")
        Link.objects.filter(pk=second.pk).update(made_at=now().replace(year=2024), until=now())

    log_in("lead").post(f"/staff/cases/{number}/links/", {"verb": "revoke", "link": first.pk})
    shut, ended = Client().get(address), Client().get(other)

    assert (shut.status_code, ended.status_code) == (410, 410)
    assert "收回了" in text(shut)
    assert "过了有效期" in text(ended)
    assert Client().post(f"{address}take_on/", {}).status_code == 410
    with office_transaction(folk.office):
        verbs = Change.objects.filter(subject=f"link:{first.pk}").values_list("verb", flat=True)
        assert sorted(verbs) == ["give_link", "revoke_link"]


def test_a_link_opens_nothing_once_the_case_has_gone_to_another_body(case):
    folk, number = case
    address = _given(case)
    act("dispatcher", number, "reassign", unit=folk.bodies["绿化市容所"], reason="职责调整")

    shut = Client().get(address)

    assert shut.status_code == 410
    assert "不等您" in text(shut)


def test_who_guesses_links_is_made_to_wait(case):
    stranger = Client()

    tried = [stranger.get(f"/links/{number:032d}/").status_code for number in range(12)]

    assert tried[0] == 410
    assert tried[-1] == 429


@pytest.mark.parametrize(
    "wrong",
    [{"step": ["dispatch"]}, {"step": []}, {"name": " "}, {"days": 31}, {"body": 999999},
     {"channel": "mail", "address": "a@b.cn"}, {"channel": "sms", "address": ""}],
)  # fmt: skip
def test_what_the_mechanism_does_not_leave_to_a_body_is_not_given_out(case, wrong):
    folk, _number = case

    assert _given(case, **wrong) == ""
    with office_transaction(folk.office):
        assert Link.objects.count() == 0


def test_only_posts_with_the_duty_give_links(case):
    assert _given(case, who="handler") == ""
    assert log_in("handler").get(f"/staff/cases/{case[1]}/links/").status_code == 403


def test_a_link_is_sent_and_logged_without_the_key_it_is(case, tmp_path):
    folk, number = case
    address = _given(case, channel="sms", address="13911112222")

    sent = send_due(office=folk.office, clock=now)

    [letter] = map(json.loads, (tmp_path / "outbox.jsonl").read_text().splitlines())
    assert sent == 1
    assert letter["address"] == "13911112222"
    assert f"http://testserver{address}" in letter["text"]
    page = text(log_in("lead").get(f"/staff/cases/{number}/"))
    assert "养护队老张" in page
    assert "已发出" in page
    assert address not in page
    with office_transaction(folk.office):
        assert Notice.objects.get(channel="sms").whom == f"link:{Link.objects.get().pk}"


def test_what_somebody_else_must_do_is_never_handed_out():
    found = {key: handed_out(one) for key, one in shipped().mechanisms.items()}
    barred = [
        (key, action)
        for key, actions in found.items()
        for action in actions
        if all(by.not_actor_of for by in shipped().mechanisms[key].actions[action].by)
    ]

    assert sum(map(bool, found.values())) >= 10
    assert barred == []


@pytest.fixture
def verified(case, settings):
    """Give a case that a resident reported with a telephone number, handled and verified, its message sent."""
    settings.CSRF_TRUSTED_ORIGINS = ["https://gumei.example"]
    folk, number = case
    with office_transaction(folk.office):
        tell_new_steps(at=now())
    act("handler", number, "take_on")
    act(
        "handler",
        number,
        "finish",
        result="已重铺",
        after=picture(),
        **{"taken.lon": 121.395, "taken.lat": 31.142},
    )
    act("verifier", number, "verify")
    with office_transaction(folk.office):
        sequence()
        tell_new_steps(at=now())
    return folk, number


def _letters(folk, tmp_path):
    send_due(office=folk.office, clock=now)
    return [json.loads(line) for line in (tmp_path / "outbox.jsonl").read_text().splitlines()]


def test_whoever_reported_rates_by_the_link_in_the_message_and_dissatisfaction_reopens(
    verified, tmp_path
):
    folk, number = verified
    letter = next(one for one in _letters(folk, tmp_path) if "请您评价" in one["text"])
    address = re.search(r"https://gumei\.example(/links/.+/)$", letter["text"])[1]

    page = text(Client().get(address))
    done = _take(address, "rate", satisfaction="dissatisfied")

    assert letter["address"] == "13800000000"
    assert "评价" in page
    assert "处置单位" in page
    assert "紧急程度" not in page
    assert done.status_code == 302
    assert _stands(folk, number) == "dispatched"
    with office_transaction(folk.office):
        row = Case.objects.get(number=number)
        rated = Step.objects.get(case=row, action="rate")
        assert rated.actor == row.opened_by
    assert Client().get(address).status_code == 410
    assert address not in text(log_in("director").get(f"/staff/cases/{number}/"))


def test_no_link_goes_out_where_the_house_has_no_address(verified, tmp_path, settings):
    settings.CSRF_TRUSTED_ORIGINS = []
    folk, _number = verified

    letters = _letters(folk, tmp_path)

    assert letters
    assert not any("links" in one["text"] for one in letters)
    with office_transaction(folk.office):
        assert Link.objects.count() == 0
