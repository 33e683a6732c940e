"""Databases on a server that is not ours, one for each data folder, owned by a role that is no superuser."""

import hashlib
import os
import secrets

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

SERVER = os.environ.get("LINLI_DATABASE_URL", "")
OWNER, PASSWORD = f"linli_outside_{secrets.token_hex(4)}", secrets.token_urlsafe(16)
RIGHTS = sql.SQL("LOGIN CREATEROLE BYPASSRLS PASSWORD {}").format(PASSWORD)
_made = {}


def database_of(home):
    """Give the setting that leads a data folder to its database; the bundled one needs none."""
    if not SERVER:
        return {}
    if home not in _made:
        _made[home] = f"linli_home_{hashlib.sha256(str(home).encode()).hexdigest()[:8]}"
        with _server() as server:
            _make_owner(server)
            server.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(_made[home]), sql.Identifier(OWNER)
                )
            )
    address = make_conninfo(SERVER, user=OWNER, password=PASSWORD, dbname=_made[home])
    return {"LINLI_DATABASE_URL": address}


def drop(home):
    """Lose the database of a data folder, with the role that served it."""
    name = _made.pop(home, None)
    if name:
        _drop(name)


def forget_owner():
    """Leave nothing on the server."""
    for home in [*_made]:
        drop(home)
    if SERVER:
        with _server() as server:
            server.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(OWNER)))


def _make_owner(server):
    if not server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone():
        server.execute(sql.SQL("CREATE ROLE {} {}").format(sql.Identifier(OWNER), RIGHTS))


def _drop(name):
    with _server() as server:
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        server.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(f"{name}_app")))


def _server():
    return psycopg.connect(SERVER, autocommit=True)
