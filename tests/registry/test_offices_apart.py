import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from linli.registry.isolation import (
    OfficeMissing,
    OfficeMixed,
    current_office,
    has_office,
    office_transaction,
    remembered,
)
from linli.registry.models import Account, Area, Body, Change, Office, Post


def test_application_role_is_neither_owner_nor_superuser(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        rights = cursor.fetchone()
        cursor.execute(
            "SELECT count(*) FROM pg_tables WHERE tablename LIKE 'registry_%%' AND tableowner = current_user"
        )
        owned = cursor.fetchone()[0]

    assert rights == (False, False)
    assert owned == 0


def test_every_table_of_the_registry_forces_row_level_security(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class"
            " WHERE relkind = 'r' AND relname LIKE 'registry_%%'"
        )
        forced = dict(cursor.fetchall())

    assert len(forced) == 15
    assert all(forced.values())


def test_without_an_office_nothing_but_the_office_list_is_visible(inside, gumei, db):
    def seen():
        return [m.objects.count() for m in (Office, Area, Body, Post, Account, Change)]

    within = seen()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('linli.office', '', true)")
    without = seen()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('linli.office', %s, true)", [str(gumei.office)])

    assert within == [1, 45, 1, 1, 1, 5]
    assert without == [1, 0, 0, 0, 0, 0]


def test_another_office_sees_none_of_our_rows(gumei, tangqiao):
    with office_transaction(gumei.office):
        ours = list(Body.objects.values_list("pk", flat=True))
    with office_transaction(tangqiao.office):
        theirs = list(Body.objects.values_list("pk", flat=True))
        touched = Body.objects.filter(pk__in=ours).update(name_zh="他人")

    assert ours == [gumei.body]
    assert theirs == [tangqiao.body]
    assert touched == 0


def test_a_row_for_another_office_cannot_be_written(gumei, tangqiao):
    with office_transaction(tangqiao.office), pytest.raises(ProgrammingError), transaction.atomic():
        Body.objects.create(
            office_id=gumei.office, kind="centre", name_zh="甲", name_en="A", area="/310000/"
        )

    with office_transaction(gumei.office):
        assert Body.objects.count() == 1


def test_shared_districts_can_be_read_but_not_changed(inside):
    changed = Area.objects.filter(code="310112").update(stat_name="别的区")

    assert changed == 0
    assert Area.objects.get(code="310112").stat_name == "闵行区"


def test_the_record_of_changes_cannot_be_edited(inside):
    with pytest.raises(ProgrammingError), transaction.atomic():
        Change.objects.update(verb="nothing")
    with pytest.raises(ProgrammingError), transaction.atomic():
        Change.objects.all().delete()

    assert Change.objects.filter(verb="nothing").count() == 0


def test_an_office_inside_itself_joins_and_inside_another_is_refused(gumei, tangqiao):
    with office_transaction(gumei.office):
        with office_transaction(gumei.office):
            joined = current_office()
        with pytest.raises(OfficeMixed), office_transaction(tangqiao.office):
            pass
        after = current_office()

    assert (joined, after) == (gumei.office, gumei.office)


def test_outside_there_is_no_office_and_no_memory(db):
    assert not has_office()
    with pytest.raises(OfficeMissing):
        current_office()
    with pytest.raises(OfficeMissing):
        remembered("area")


def test_the_office_ends_with_its_transaction(gumei):
    with office_transaction(gumei.office):
        within = Account.objects.count()

    assert within == 1
    assert Account.objects.count() == 0


def test_an_error_inside_undoes_everything(gumei):
    def rename_and_fail():
        with office_transaction(gumei.office):
            Body.objects.update(name_zh="改名")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        rename_and_fail()

    assert not has_office()
    with office_transaction(gumei.office):
        assert Body.objects.get().name_zh == "城运中心"
