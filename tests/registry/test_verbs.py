from datetime import date, timedelta

import pytest
from founding import AT, FOUNDER, GUMEI

from linli.registry import actions, queries
from linli.registry.actions import Founded, NewAccount, NewOffice, RegistryRefused, found_office
from linli.registry.actors import actor_of, clock, new_resident, resident
from linli.registry.isolation import office_transaction
from linli.registry.models import Account, Area, Body, Change, Holding, Office, Post
from linli.rulebook.casefile import Duty
from linli.rulebook.mechanism import Label

STREET = "/310000/310112/310112006/"
FIRST = STREET + "310112006001/"
CITY_CARE = Label(zh="城建中心", en="Works centre")


def test_a_founded_office_has_a_centre_an_operator_and_its_street(gumei):
    with office_transaction(gumei.office):
        post = Post.objects.get()
        street = Area.objects.get()

    assert gumei == Founded(gumei.office, gumei.body, post.pk, gumei.account)
    assert (post.title_zh, post.duties, post.areas) == (
        "受理员",
        ["operator", "registrar"],
        [STREET],
    )
    assert (street.path, street.level, street.stat_name) == (STREET, "street", "古美街道")
    assert queries.offices() == (
        queries.OfficeRow(
            gumei.office,
            "310112006",
            "古美路街道办事处",
            Label(zh="古美", en="Gumei"),
            ("gumei.example",),
        ),
    )


@pytest.mark.parametrize(
    ("code", "why"),
    [("310112006", "exists already"), ("31011200", "9 digits"), ("31011200a", "9 digits")],
)
def test_a_wrong_or_taken_code_founds_nothing(gumei, code, why):
    office = NewOffice(code=code, official_name="某街道办事处", short=Label(zh="某", en="Some"))

    with pytest.raises(RegistryRefused) as refusal:
        found_office(office=office, founder=FOUNDER, duties=["operator"], at=AT)

    assert why in refusal.value.message.en
    assert Office.objects.count() == 1


def test_the_office_is_found_by_host_or_for_being_the_only_one(gumei, tangqiao):
    by_host = queries.office_at("Gumei.example")
    unclear = queries.office_at("elsewhere.example")

    assert by_host.id == gumei.office
    assert by_host.path == STREET
    assert unclear is None


def test_the_only_office_answers_at_any_host(gumei):
    assert queries.office_at("localhost").id == gumei.office


def test_a_post_covers_its_bodys_area_unless_it_names_its_own(inside, founder):
    body = actions.add_body(kind="department", name=CITY_CARE, area=STREET, by=founder, at=AT)
    title = Label(zh="处置员", en="Handler")

    whole = actions.add_post(body=body, title=title, duties=["handler"], by=founder, at=AT)
    parts = actions.add_post(
        body=body,
        title=Label(zh="片区处置员", en="Area handler"),
        duties=["handler"],
        areas=[FIRST, STREET + "310112006002/", FIRST],
        by=founder,
        at=AT,
    )

    assert Post.objects.get(pk=whole).areas == [STREET]
    assert Post.objects.get(pk=parts).areas == [FIRST, STREET + "310112006002/"]


def test_refused_verbs_change_nothing(inside, founder):
    before = (
        Body.objects.count(),
        Post.objects.count(),
        Account.objects.count(),
        Change.objects.count(),
    )
    refusals = [
        lambda: actions.add_body(
            kind="centre", name=Label(zh="城运中心", en="X"), area=STREET, by=founder, at=AT
        ),
        lambda: actions.add_body(kind="club", name=CITY_CARE, area=STREET, by=founder, at=AT),
        lambda: actions.add_body(
            kind="centre", name=CITY_CARE, area="/310000/1/", by=founder, at=AT
        ),
        lambda: actions.add_post(body=inside.body, title=CITY_CARE, duties=[], by=founder, at=AT),
        lambda: actions.add_post(
            body=inside.body, title=CITY_CARE, duties=["a"], areas=["/9/"], by=founder, at=AT
        ),
        lambda: actions.add_account(account=FOUNDER, by=founder, at=AT),
        lambda: actions.hold_post(account=inside.account, post=inside.post, by=founder, at=AT),
        lambda: actions.add_area(code="310112006001", stat_name="古美", by=founder, at=AT),
        lambda: actions.end_area(code="310112006999", on=date(2026, 4, 1), by=founder, at=AT),
    ]

    for refused in refusals:
        with pytest.raises(RegistryRefused):
            refused()

    after = (
        Body.objects.count(),
        Post.objects.count(),
        Account.objects.count(),
        Change.objects.count(),
    )
    assert after == before == (1, 1, 1, 5)


def test_a_weak_password_is_refused_where_the_office_asks_for_strong_ones(
    inside, founder, settings
):
    settings.AUTH_PASSWORD_VALIDATORS = [
        {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"}
    ]
    weak = NewAccount(username="li", display_name="李处置", password="short")

    with pytest.raises(RegistryRefused):
        actions.add_account(account=weak, by=founder, at=AT)

    assert Account.objects.count() == 1


def test_an_actor_has_the_duties_of_the_posts_held_at_the_moment(
    inside, founder, django_assert_num_queries
):
    account = Account.objects.get()
    later = AT + timedelta(days=10)
    body = actions.add_body(kind="department", name=CITY_CARE, area=FIRST, by=founder, at=AT)
    post = actions.add_post(
        body=body, title=CITY_CARE, duties=["handler", "verifier"], by=founder, at=AT
    )
    actions.hold_post(account=account.pk, post=post, by=founder, at=later)
    actions.release_post(account=account.pk, post=inside.post, by=founder, at=later)

    with django_assert_num_queries(1):
        first = actor_of(account, AT)
    second = actor_of(account, later)
    earlier = actor_of(account, AT - timedelta(seconds=1))

    assert (first.office, first.id) == (inside.office, f"account:{account.pk}")
    assert first.duties == (
        Duty("operator", inside.body, (STREET,)),
        Duty("registrar", inside.body, (STREET,)),
    )
    assert second.duties == (Duty("handler", body, (FIRST,)), Duty("verifier", body, (FIRST,)))
    assert earlier.duties == ()


def test_a_retired_account_has_no_duties_and_no_posts(inside, founder):
    account = Account.objects.get()
    later = AT + timedelta(days=1)

    actions.retire_account(account=account.pk, by=founder, at=later)

    assert actor_of(account, AT).duties == ()
    assert Holding.objects.get().held_until == later
    assert queries.posts_of(account.pk, later) == ()


def test_a_post_can_be_held_again_after_release(inside, founder):
    actions.release_post(
        account=inside.account, post=inside.post, by=founder, at=AT + timedelta(days=1)
    )
    actions.hold_post(
        account=inside.account, post=inside.post, by=founder, at=AT + timedelta(days=2)
    )

    held = queries.posts_of(inside.account, AT + timedelta(days=2))

    assert [(post.title.zh, post.body_name.zh, post.duties) for post in held] == [
        ("受理员", "城运中心", ("operator", "registrar"))
    ]
    assert queries.posts_of(inside.account, AT + timedelta(days=1, hours=1)) == ()


def test_residents_and_the_clock_are_actors_without_duties(inside):
    one, other = new_resident(), new_resident()

    assert one.is_resident
    assert one.id != other.id
    assert resident("a1") == resident("a1")
    assert clock().id == "auto:clock"
    assert one.duties == clock().duties == ()


def test_every_verb_leaves_who_and_when(inside, founder):
    actions.name_area(code="310112006001", official_name="古美一村居民委员会", by=founder, at=AT)

    change = Change.objects.get(verb="name_area")
    assert (change.by, change.at, change.subject) == (founder.id, AT, "area:310112006001")
    assert change.detail == {"official_name": "古美一村居民委员会"}


def test_a_new_official_name_keeps_the_old_one_as_alias(inside, founder):
    actions.name_area(code="310112006", official_name="古美街道", by=founder, at=AT)

    street = Area.objects.get(code="310112006")

    assert (street.name, street.stat_name, street.aliases) == (
        "古美街道",
        "古美街道",
        ["古美路街道"],
    )


def test_ended_areas_and_bodies_are_left_out_from_that_day_on(inside, founder):
    actions.end_area(code="310112006001", on=date(2026, 7, 1), by=founder, at=AT)

    before = queries.areas_of_office(on=date(2026, 6, 30))
    after = queries.areas_of_office(on=date(2026, 7, 1))

    assert len(before) == 43
    assert len(after) == 42
    assert len(queries.areas_of_office()) == 43


def test_names_are_asked_for_once(inside, founder, django_assert_num_queries):
    with django_assert_num_queries(1):
        first = queries.area_names([STREET, FIRST, "/310000/404/"])
        second = queries.area_names([FIRST, "/310000/404/"])
    with django_assert_num_queries(1):
        people = queries.actor_names(
            [f"account:{inside.account}", "resident:x", "auto:clock", "account:0"]
        )
        queries.actor_names(["resident:x", f"account:{inside.account}"])

    assert first == {STREET: "古美路街道", FIRST: "古美一村居委会"}
    assert second == {FIRST: "古美一村居委会"}
    assert {key: label.zh for key, label in people.items()} == {
        f"account:{inside.account}": "张受理",
        "resident:x": "居民",
        "auto:clock": "时限",
    }


def test_a_change_of_the_registry_refreshes_the_names(inside, founder):
    known = queries.body_names([inside.body])
    unknown = queries.body_names([inside.body + 1])
    added = actions.add_body(kind="department", name=CITY_CARE, area=STREET, by=founder, at=AT)

    assert known == {inside.body: Label(zh="城运中心", en="Operations centre")}
    assert unknown == {}
    assert queries.body_names([added]) == {added: CITY_CARE}
    assert [(row.kind, row.name.zh) for row in queries.bodies()] == [
        ("centre", "城运中心"),
        ("department", "城建中心"),
    ]
    assert [row.id for row in queries.bodies(kinds=["department"])] == [added]


def test_the_short_place_file_gives_the_street_both_its_names(inside):
    street = queries.areas_of_office()[0]

    assert (street.name, street.stat_name, street.path) == ("古美路街道", "古美街道", STREET)
    assert queries.this_office().code == GUMEI.code
