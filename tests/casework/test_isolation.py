import psycopg
import pytest
from building import AT, an_office
from django.db import InternalError, connection, transaction
from test_actions import report

from linli.casework import queries
from linli.casework.actions import CaseUnknown, perform
from linli.casework.joint.actions import join, tie
from linli.casework.models import Case, Definition, Follower, InboxRow, Sealed, Step, Tie
from linli.casework.queries import CaseFilters
from linli.registry.isolation import office_transaction

JOURNAL = ("step", "position", "checkpoint", "definition")
HELD = (Case, Step, Sealed, InboxRow)


@pytest.fixture
def two(db):
    return an_office(), an_office("310112007", "龙柏", "Longbai")


def test_another_offices_cases_are_out_of_reach(two):
    mine, other = two
    receipt = report(mine)

    with office_transaction(other.id):
        assert [model.objects.count() for model in HELD] == [0, 0, 0, 0]
        with pytest.raises(queries.CaseUnseen):
            queries.case_view(number=receipt.number, actor=other.actors["operator"], at=None)
        with pytest.raises(CaseUnknown):
            perform(
                case=receipt.case_id, action="accept", by=other.actors["operator"], at=None,
                form={}, key="theirs", revision=None,
            )  # fmt: skip


def test_another_offices_ties_and_followers_are_out_of_reach(two):
    mine, other = two
    first, second = report(mine), report(mine, {"what": "同一处"}, key="second")
    by = mine.actors["operator"]
    tie(primary=first.number, secondaries=[second.number], by=by, at=AT)
    join(number=first.number, by=by, at=AT, key="k")

    with office_transaction(mine.id):
        assert [model.objects.count() for model in (Tie, Follower)] == [1, 1]
    with office_transaction(other.id):
        assert [model.objects.count() for model in (Tie, Follower)] == [0, 0]
    assert [model.objects.count() for model in (Tie, Follower)] == [0, 0]


def test_a_search_finds_texts_of_the_open_office_only(two):
    mine, other = two
    receipt = report(mine, {"what": "小区门口井盖松动"})
    saying = CaseFilters(words="井盖松动")

    with office_transaction(mine.id):
        found = queries.cases(actor=mine.actors["operator"], filters=saying, at=AT)
        assert [row.number for row in found.rows] == [receipt.number]
    with office_transaction(other.id), connection.cursor() as cursor:
        cursor.execute("SELECT casework_cases_saying('%井盖%')")
        assert cursor.fetchall() == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT casework_cases_saying('%井盖%')")
        assert cursor.fetchall() == []


def test_without_an_office_nothing_is_visible(two):
    report(two[0])

    assert [model.objects.count() for model in HELD] == [0, 0, 0, 0]
    assert Definition.objects.count() == 0


def test_the_same_key_in_two_offices_opens_two_cases(two):
    first, second = (report(office, key="outbox-7") for office in two)

    assert first.case_id != second.case_id
    assert first.number[:2] == "GM"
    assert second.number[:2] == "LN"


@pytest.mark.parametrize("table", JOURNAL)
@pytest.mark.parametrize(
    "change", ["UPDATE casework_{} SET office_id = office_id", "DELETE FROM casework_{}"]
)
def test_the_serving_role_may_not_change_the_journal(office, table, change):
    with (
        pytest.raises(Exception, match="permission denied") as met,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format(table))
    assert not isinstance(met.value, InternalError)


@pytest.mark.parametrize("table", JOURNAL)
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE casework_{} SET office_id = office_id",
        "DELETE FROM casework_{}",
        "TRUNCATE casework_{} CASCADE",
    ],
)
def test_not_even_the_owner_changes_the_journal(db, owner_address, table, change):
    with psycopg.connect(owner_address) as owner:
        owner.execute("SELECT set_config('linli.office', '1', true)")
        with pytest.raises(psycopg.errors.RestrictViolation, match="added to, never changed"):
            owner.execute(change.format(table))
