"""The serving role is bound by row-level security, in every kind of test database."""

from __future__ import annotations

import os
import shutil

import pytest
from django.db import ProgrammingError, connection, transaction

from linli.project.database.postgres import Cluster


@pytest.mark.django_db
def test_tests_connect_as_a_role_that_row_level_security_binds():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        )
        rights = cursor.fetchone()

    assert rights == (False, False, False)


@pytest.mark.django_db
def test_the_serving_role_makes_no_tables():
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE smuggled (id int)")


@pytest.mark.django_db
def test_office_rows_are_unseen_without_an_office():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registry_account")

        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("turn", [1, 2])
def test_a_transactional_test_has_a_database_of_its_own(transactional_db, turn):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('linli.office', '1', false)")
        cursor.execute("SELECT count(*) FROM registry_office")
        before = cursor.fetchone()
        cursor.execute(
            "INSERT INTO registry_office (id, code, official_name, stat_name, short_zh, short_en, hosts,"
            " settings) VALUES (1, '310112006', 'x', '', 'x', 'x', '{}', '{}')"
        )

    assert before == (0,)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the database as somebody else")
@pytest.mark.parametrize("owner", ["nobody", "daemon"])
def test_files_made_by_one_system_user_stay_in_that_user_s_hands(tmp_path, owner):
    cluster = Cluster(tmp_path, tmp_path / "cluster")
    cluster.tables.mkdir(parents=True)
    shutil.chown(cluster.tables, owner)

    assert cluster.run_as == owner
