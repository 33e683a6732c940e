from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from founding import AT, FOUNDER, GUMEI

from linli.registry import actions
from linli.registry.actions import NewAccount
from linli.registry.isolation import office_transaction
from linli.registry.login import LoginRefused, OfficeBackend, let_in
from linli.registry.models import Account, LoginAttempt

PASSWORD = "邻里-very-long-pass"


@pytest.fixture
def wang(inside, founder):
    account = NewAccount(username="wang", display_name="王网格", password=PASSWORD)
    return actions.add_account(account=account, by=founder, at=AT)


def fail(times, at=AT, name="wang", address="10.0.0.1"):
    refusals = []
    for number in range(times):
        with pytest.raises(LoginRefused) as refusal:
            let_in(
                username=name, password="wrong", address=address, at=at + timedelta(seconds=number)
            )
        refusals.append(refusal.value)
    return refusals


def test_name_and_password_let_in(wang):
    account = let_in(username=" wang ", password=PASSWORD, address="10.0.0.1", at=AT)

    assert account.pk == wang
    assert LoginAttempt.objects.get().has_failed is False


def test_wrong_attempts_count_down_and_then_say_how_long(wang):
    refusals = fail(5)
    with pytest.raises(LoginRefused) as shut:
        let_in(username="wang", password=PASSWORD, address="10.0.0.2", at=AT + timedelta(minutes=3))

    assert [refusal.message.zh for refusal in refusals[:2]] == [
        "用户名或密码不正确，还可以再试 4 次",
        "用户名或密码不正确，还可以再试 3 次",
    ]
    assert refusals[4].message.zh == "用户名或密码不正确，已失败 5 次，请在 15 分钟后再试"
    assert refusals[4].wait == timedelta(minutes=14, seconds=56)
    assert shut.value.message.zh == "登录失败次数过多，请在 12 分钟后再试"
    assert shut.value.wait == timedelta(minutes=12)
    assert LoginAttempt.objects.count() == 5


def test_the_door_opens_again_after_the_window(wang):
    fail(5)

    account = let_in(
        username="wang", password=PASSWORD, address="10.0.0.1", at=AT + timedelta(minutes=15)
    )

    assert account.pk == wang


def test_a_success_clears_the_failures_of_a_name(wang):
    fail(4)
    let_in(username="wang", password=PASSWORD, address="10.0.0.1", at=AT + timedelta(minutes=1))

    again = fail(1, at=AT + timedelta(minutes=2))

    assert again[0].message.en == "Wrong name or password. Attempts left: 4"


def test_an_unknown_name_is_answered_like_a_known_one(wang):
    known, unknown = fail(5), fail(5, name="nobody", address="10.0.0.9")

    assert [refusal.message for refusal in known] == [refusal.message for refusal in unknown]


def test_one_address_that_tries_many_names_is_shut_out(wang):
    for number in range(30):
        fail(1, name=f"name{number}", at=AT + timedelta(seconds=number))

    with pytest.raises(LoginRefused) as shut:
        let_in(username="wang", password=PASSWORD, address="10.0.0.1", at=AT + timedelta(minutes=1))
    elsewhere = let_in(
        username="wang", password=PASSWORD, address="10.0.0.2", at=AT + timedelta(minutes=1)
    )

    assert shut.value.wait == timedelta(minutes=14)
    assert elsewhere.pk == wang


def test_case_and_spaces_do_not_give_more_attempts(wang):
    for name in ("wang", "WANG", " wang", "Wang ", "wAng"):
        fail(1, name=name)

    with pytest.raises(LoginRefused) as shut:
        let_in(username="wang", password=PASSWORD, address="10.0.0.3", at=AT + timedelta(seconds=9))

    assert shut.value.wait == timedelta(minutes=14, seconds=51)


def test_no_name_and_no_address_is_stored_in_the_clear_and_rows_go_after_a_day(wang):
    fail(3)
    row = LoginAttempt.objects.first()

    fail(1, at=AT + timedelta(days=1, minutes=1))

    assert (len(row.name_hash), len(row.address_hash)) == (32, 32)
    assert LoginAttempt.objects.count() == 1


def test_an_account_out_of_use_is_not_let_in(wang, founder):
    actions.retire_account(account=wang, by=founder, at=AT)

    assert fail(1)[0].message.en == "Wrong name or password. Attempts left: 4"
    assert OfficeBackend().get_user(wang) is None


def test_a_changed_password_is_the_only_one_that_works(wang, founder):
    actions.change_password(account=wang, password="another-long-pass", by=founder, at=AT)

    with pytest.raises(LoginRefused):
        let_in(username="wang", password=PASSWORD, address="10.0.0.1", at=AT)
    assert (
        let_in(username="wang", password="another-long-pass", address="10.0.0.1", at=AT).pk == wang
    )


def test_the_same_name_in_two_offices_is_two_people(gumei, tangqiao):
    backend = OfficeBackend()

    with office_transaction(gumei.office):
        ours, theirs = backend.get_user(gumei.account), backend.get_user(tangqiao.account)

    assert ours.username == "zhang"
    assert theirs is None
    assert backend.get_user(gumei.account) is None


def test_the_backend_finds_accounts_by_their_natural_key(wang):
    account = Account.objects.get_by_natural_key("wang")

    assert account.pk == wang
    assert OfficeBackend().authenticate(None, "wang", PASSWORD) == account
    assert OfficeBackend().authenticate(None, "wang", None) is None


def test_many_attempts_at_once_get_no_more_tries(transactional_db):
    founded = actions.found_office(office=GUMEI, founder=FOUNDER, duties=["operator"], at=AT)

    def attempt(_):
        try:
            with office_transaction(founded.office):
                return fail(1, name="zhang")[0].message.zh
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(attempt, range(12)))

    assert answers == sorted(
        [f"用户名或密码不正确，还可以再试 {left} 次" for left in (4, 3, 2, 1)]
        + ["用户名或密码不正确，已失败 5 次，请在 15 分钟后再试"]
        + ["登录失败次数过多，请在 15 分钟后再试"] * 7
    )
    with office_transaction(founded.office):
        assert LoginAttempt.objects.count() == 5
