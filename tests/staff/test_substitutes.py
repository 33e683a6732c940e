"""Substitutes: the duties of a post for some days, the inbox with them, and in the history who acted for whom."""

from datetime import timedelta

import pytest
from django.utils import timezone
from townsfolk import AT, settle
from walking import CATEGORY, act, log_in, report, text

from linli.registry.isolation import office_transaction
from linli.registry.models import Holding, Post
from linli.registry.staffing.actions import hand_over
from linli.registry.staffing.substituting import stand_ins

PAGE = "/staff/substitutes/"


@pytest.fixture
def folk(db):
    return settle(hosts=["testserver"])


def post_of(folk, username):
    with office_transaction(folk.office):
        return Post.objects.get(
            holding__account_id=folk.accounts[username], holding__instead_of=None
        )


def named(folk, holder="operator", substitute="caller", first=0, last=2):
    today = timezone.localdate()
    sent = {
        "post": post_of(folk, holder).pk, "substitute": folk.accounts[substitute],
        "first": (today + timedelta(days=first)).isoformat(), "last": (today + timedelta(days=last)).isoformat(),
    }  # fmt: skip
    return log_in(holder).post(PAGE, sent)


def waiting(username):
    return [line.row.number for line in log_in(username).get("/staff/").context["page"].rows]


def test_a_substitute_has_the_inbox_and_the_history_says_for_whom(folk):
    _visitor, number = report()
    assert waiting("caller") == []

    assert named(folk).status_code == 302
    assert waiting("caller") == [number]
    page = log_in("caller").get("/staff/")
    act("caller", number, "accept", category=CATEGORY)

    assert "您在代 接案员（接案员）" in text(page)
    trail = log_in("operator").get(f"/staff/cases/{number}/").context["view"].trail
    assert [line.actor_name.zh for line in trail] == ["居民", "回访员（代接案员）"]
    act("operator", number, "file")
    trail = log_in("operator").get(f"/staff/cases/{number}/").context["view"].trail
    assert trail[-1].actor_name.zh == "接案员"


def test_it_begins_and_ends_by_itself(folk):
    report()

    named(folk, first=1, last=2)
    assert waiting("caller") == []
    with office_transaction(folk.office):
        row = Holding.objects.get(instead_of__isnull=False)
        assert row.held_until - row.held_from == timedelta(days=2)
        ended = timezone.now() - timedelta(hours=1)  # noqa: TID251 - the pages go by the real clock
        Holding.objects.filter(pk=row.pk).update(
            held_from=ended - timedelta(days=2), held_until=ended
        )

    assert waiting("caller") == []
    assert text(log_in("operator").get(PAGE)).count("回访员 · ") == 0


def test_it_is_ended_at_once_by_whoever_named_it_and_by_nobody_else(folk):
    _visitor, number = report()
    named(folk)
    with office_transaction(folk.office):
        now = timezone.now()  # noqa: TID251 - the pages go by the real clock
        (one,) = stand_ins(account=folk.accounts["caller"], at=now)

    assert log_in("verifier").post(PAGE, {"end": one.id}).status_code == 422
    assert waiting("caller") == [number]
    assert log_in("operator").post(PAGE, {"end": one.id}).status_code == 302
    assert waiting("caller") == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"substitute": "operator"}, "请选一位在用的其他账号"),
        ({"first": 3, "last": 1}, "最后一天不能早于第一天"),
        ({"first": -9, "last": -8}, "最后一天不能早于第一天"),
        ({"last": 999}, "最长一年"),
    ],
)
def test_what_cannot_be_is_refused_in_words(folk, more, said):
    answer = named(folk, **more)

    assert answer.status_code == 422
    assert said in text(answer)
    with office_transaction(folk.office):
        assert not Holding.objects.filter(instead_of__isnull=False).exists()


def test_who_stands_in_cannot_pass_the_post_on_and_is_not_named_twice(folk):
    named(folk)
    again = named(folk)
    today = timezone.localdate().isoformat()
    passed = {"post": post_of(folk, "operator").pk, "substitute": folk.accounts["verifier"], "first": today, "last": today}  # fmt: skip

    answer = log_in("caller").post(PAGE, passed)

    assert again.status_code == 422
    assert answer.status_code == 422
    assert "只有任这个岗位的人能请人替班" in text(answer)


def test_handing_the_post_over_ends_its_substitutions(folk):
    named(folk)
    post, now = post_of(folk, "operator"), timezone.now()  # noqa: TID251 - the pages go by the real clock
    with office_transaction(folk.office):
        hand_over(
            post=post.pk, giver=folk.accounts["operator"], taker=folk.accounts["verifier"],
            by=folk.actor("director", AT), at=now,
        )  # fmt: skip

        assert stand_ins(account=folk.accounts["caller"], at=now) == ()
