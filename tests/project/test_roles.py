"""An existing server: the serving role is made where that is allowed, and never one that sees everything."""

from __future__ import annotations

import secrets

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from linli.project.database.addresses import application_address
from linli.project.database.roles import (
    DatabaseUnfit,
    check_application_role,
    make_external_role,
)
from linli.project.home import make_home, read_keys

PASSWORD = "of-the-owner"


@pytest.fixture
def database(server):
    """Give the address of an empty database as its owner, who may make roles."""
    name = f"linli_test_{secrets.token_hex(4)}"
    owner = f"{name}_owner"
    for statement in (
        sql.SQL("CREATE ROLE {} LOGIN CREATEROLE PASSWORD {}").format(
            sql.Identifier(owner), sql.Literal(PASSWORD)
        ),
        sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(owner)),
        sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(owner)),
    ):
        server.execute(statement)
    yield make_conninfo(server.info.dsn, user=owner, password=PASSWORD, dbname=name)
    server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    server.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(f"{name}_app")))
    server.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(owner)))


@pytest.fixture
def home(tmp_path, monkeypatch, database):
    monkeypatch.setenv("LINLI_DATABASE_URL", database)
    make_home(tmp_path)
    return tmp_path


def test_the_serving_role_is_made_once_and_is_fit(home, database):
    make_external_role(home)
    first = read_keys(home, "external")
    make_external_role(home)

    assert read_keys(home, "external") == first
    check_application_role(application_address(home))
    with psycopg.connect(application_address(home)) as serving:
        user = serving.execute("SELECT current_user").fetchone()
    assert user == (first["app_role"],)


def test_the_owner_is_no_serving_role(database):
    with pytest.raises(DatabaseUnfit):
        check_application_role(database)


def test_an_owner_who_may_not_make_roles_is_told_what_to_run(home, database, server):
    owner = psycopg.conninfo.conninfo_to_dict(database)["user"]
    server.execute(sql.SQL("ALTER ROLE {} NOCREATEROLE").format(sql.Identifier(owner)))

    with pytest.raises(DatabaseUnfit, match="CREATE ROLE"):
        make_external_role(home)

    assert read_keys(home, "external") == {}
