"""Posts and accounts: who may change them, first passwords, hand-overs, and what each leaves behind."""

import re

import pytest
from django.test import Client
from walking import log_in, text

from linli.registry.isolation import office_transaction
from linli.registry.models import Account, Change, Holding, Post

OWN = "my-own-long-word"


@pytest.fixture
def registrar(folk):
    return log_in("director")


def account(folk, username):
    with office_transaction(folk.office):
        return Account.objects.get(username=username)


def verbs(folk):
    with office_transaction(folk.office):
        return list(Change.objects.order_by("pk").values_list("verb", flat=True))


def holders(folk, post):
    with office_transaction(folk.office):
        rows = Holding.objects.filter(post_id=post, held_until__isnull=True)
        return set(rows.values_list("account__username", flat=True))


def post_of(folk, username):
    with office_transaction(folk.office):
        held = Holding.objects.filter(account__username=username, held_until__isnull=True)
        return held.values_list("post_id", flat=True)[0]


def engage(registrar, username="new.hand", name="新来的"):
    answer = registrar.post(
        "/staff/office/accounts/new/", {"username": username, "display_name": name}
    )
    return answer, re.findall(r"\b(?:[2-9a-z]{4}-){3}[2-9a-z]{4}\b", text(answer))


def change(client, number, verb, **more):
    return client.post(f"/staff/office/accounts/{number}/{verb}/", more)


def test_the_office_is_shown_with_its_posts_and_who_holds_them(registrar):
    page = text(registrar.get("/staff/office/"))

    assert "城运中心" in page
    assert "派遣员" in page
    assert "接案员" in page


def test_a_new_account_logs_in_once_with_its_first_password_and_must_choose_its_own(
    registrar, folk
):
    answer, words = engage(registrar)
    number = account(folk, "new.hand").pk
    change(registrar, number, "hold", post=post_of(folk, "operator"))
    hand = Client()
    door = hand.post("/staff/login/", {"username": "new.hand", "password": words[0]})
    shut = hand.get("/staff/")
    choose = {"current": words[0], "password": OWN, "again": OWN}
    chosen = hand.post("/staff/password/", choose)

    assert (answer.status_code, len(words)) == (200, 1)
    assert door.status_code == 302
    assert shut["Location"] == "/staff/password/"
    assert chosen["Location"] == "/staff/"
    assert hand.get("/staff/").status_code == 200
    again = Client().post("/staff/login/", {"username": "new.hand", "password": words[0]})
    assert again.status_code == 422
    assert verbs(folk)[-3:] == ["add_account", "hold_post", "change_password"]


def test_the_first_password_stands_nowhere_but_on_the_one_page(registrar, folk):
    _answer, words = engage(registrar)
    number = account(folk, "new.hand").pk

    page = text(registrar.get(f"/staff/office/accounts/{number}/"))
    with office_transaction(folk.office):
        kept = str(list(Change.objects.values_list("detail", flat=True)))

    assert words[0] not in page
    assert words[0] not in kept


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"current": "no"}, "现在的密码不对"),
        ({"again": "something-else"}, "两次输入的密码不同"),
        ({"password": "a-long-enough-word", "again": "a-long-enough-word"}, "不能与现在的相同"),
        ({"password": "short", "again": "short"}, "密码"),
    ],
)
def test_a_wrong_choice_of_password_changes_nothing(folk, wrong, said):
    client = log_in("operator")
    before = account(folk, "operator").password
    given = {"current": "a-long-enough-word", "password": OWN, "again": OWN, **wrong}

    answer = client.post("/staff/password/", given)

    assert answer.status_code == 422
    assert said in text(answer)
    assert account(folk, "operator").password == before


def test_a_name_that_is_taken_makes_no_account(registrar, folk):
    answer, words = engage(registrar, "operator")

    assert (answer.status_code, words) == (422, [])
    assert "已被使用" in text(answer)


def test_a_locked_account_is_out_at_once_and_keeps_its_posts(registrar, folk):
    operator, number = log_in("operator"), account(folk, "operator").pk

    change(registrar, number, "lock")

    assert operator.get("/staff/").status_code == 302
    sent = {"username": "operator", "password": "a-long-enough-word"}
    assert Client().post("/staff/login/", sent).status_code == 422
    change(registrar, number, "unlock")
    assert log_in("operator").get("/staff/").status_code == 200
    assert verbs(folk)[-2:] == ["lock_account", "unlock_account"]


def test_nobody_locks_themselves_nor_the_last_who_administers(registrar, folk):
    number, post = account(folk, "director").pk, post_of(folk, "director")

    own = change(registrar, number, "lock")
    last = change(registrar, number, "leave", post=post)
    without = registrar.post(
        f"/staff/office/posts/{post}/",
        {"title_zh": "主任", "title_en": "Head", "duties": ["director"], "areas": [folk.committee]},
    )

    assert (own.status_code, last.status_code, without.status_code) == (422, 422, 422)
    assert "最后一位机构管理员" in text(last)
    assert holders(folk, post) == {"director"}
    with office_transaction(folk.office):
        assert "registrar" in Post.objects.get(pk=post).duties


def test_a_post_is_handed_over_at_one_moment(registrar, folk):
    post = post_of(folk, "dispatcher")
    giver, taker = account(folk, "dispatcher").pk, account(folk, "nobody").pk

    answer = registrar.post(f"/staff/office/posts/{post}/over/", {"giver": giver, "taker": taker})

    assert answer.status_code == 302
    assert holders(folk, post) == {"nobody"}
    assert log_in("nobody").get("/staff/").status_code == 200
    assert log_in("dispatcher").get("/staff/").status_code == 403
    assert verbs(folk)[-2:] == ["release_post", "hold_post"]


def test_a_post_gets_other_duties_and_areas(registrar, folk):
    post = post_of(folk, "verifier")
    sent = {
        "title_zh": "核查回访员",
        "title_en": "Verifier and caller",
        "duties": ["verifier", "caller", "no-such-duty"],
        "areas": [folk.committee],
    }

    answer = registrar.post(f"/staff/office/posts/{post}/", sent)

    assert answer.status_code == 302
    with office_transaction(folk.office):
        row = Post.objects.get(pk=post)
    assert (row.title_zh, set(row.duties), row.areas) == (
        "核查回访员",
        {"verifier", "caller"},
        [folk.committee],
    )
    assert verbs(folk)[-1] == "change_post"


def test_a_post_without_duties_or_in_no_area_is_refused(registrar, folk):
    post = post_of(folk, "verifier")
    titles = {"title_zh": "核查员", "title_en": "Verifier"}
    for sent in (
        {**titles, "areas": [folk.committee]},
        {**titles, "duties": ["verifier"]},
        {**titles, "duties": ["verifier"], "areas": ["/999999/"]},
    ):
        assert registrar.post(f"/staff/office/posts/{post}/", sent).status_code == 422

    assert "change_post" not in verbs(folk)


def test_a_new_post_is_made_in_a_body(registrar, folk):
    body = folk.bodies["绿化市容所"]
    sent = {
        "body": body,
        "title_zh": "值班员",
        "title_en": "Officer on duty",
        "duties": ["handler"],
        "areas": [folk.committee],
    }

    answer = registrar.post("/staff/office/posts/new/", sent)
    twice = registrar.post("/staff/office/posts/new/", sent)

    assert re.fullmatch(r"/staff/office/posts/\d+/", answer["Location"])
    assert twice.status_code == 422
    assert registrar.get("/staff/office/posts/new/?body=999").status_code == 404


def test_places_are_seen_with_their_cells(registrar, folk):
    code = folk.committee.split("/")[-2]

    assert code in text(registrar.get("/staff/office/places/"))
    page = text(registrar.get(f"/staff/office/places/{code}/"))
    assert f"{code}01" in page
    assert registrar.get("/staff/office/places/000/").status_code == 404


def test_those_who_do_not_administer_are_refused_and_change_nothing(folk):
    client, before = log_in("operator"), verbs(folk)
    number = account(folk, "operator").pk

    pages = ["office/", "office/accounts/", "office/places/", f"office/accounts/{number}/"]
    assert {client.get(f"/staff/{page}").status_code for page in pages} == {403}
    assert engage(client)[0].status_code == 403
    assert change(client, number, "renew").status_code == 403
    assert verbs(folk) == before
