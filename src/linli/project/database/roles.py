"""Makes a bundled cluster, and the roles and database that Linli needs on any server."""

from __future__ import annotations

import os
import pwd
import secrets
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from linli.project.database.postgres import (
    DATABASE,
    ROLES,
    SHARED_ROOT,
    Cluster,
    binary,
    make_system_user,
    run_as_user,
)
from linli.project.home import PRIVATE_FOLDER, make_home, read_keys, write_keys

OLDEST_SERVER = 150000
FRAME_TABLES = ("django_session",)
READ_TABLES = ("django_migrations", "django_content_type")


class DatabaseUnfit(Exception):
    """The database server cannot be used as it is; the message says what to do."""


def make_cluster(cluster: Cluster) -> bool:
    """Make the files and passwords of a bundled cluster unless they are there; say whether it was made."""
    if (cluster.tables / "PG_VERSION").exists():
        return False
    make_home(cluster.home)
    _own_folder(cluster)
    passwords = read_keys(cluster.home, "database") or {
        role: secrets.token_urlsafe(24) for role in ROLES
    }
    write_keys(cluster.home, "database", passwords)
    secret = cluster.root / "first-password"
    secret.touch(mode=0o600)
    secret.write_text(str(passwords["superuser"]))
    _give(secret, cluster.run_as)
    try:
        run_as_user(
            [
                binary("initdb", cluster.run_as),
                f"--pgdata={cluster.tables}",
                f"--username={ROLES['superuser']}",
                f"--pwfile={secret}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-instructions",
            ],
            cluster,
        )
    finally:
        secret.unlink()
    return True


def make_bundled_roles(cluster: Cluster) -> None:
    """Make the owner, the application role and the database on a running bundled cluster."""
    passwords = read_keys(cluster.home, "database")
    with psycopg.connect(cluster.address("superuser", "postgres"), autocommit=True) as server:
        make_role(server, ROLES["owner"], passwords["owner"], rights="CREATEDB CREATEROLE")
        make_role(server, ROLES["app"], passwords["app"])
        make_database(server, DATABASE, owner=ROLES["owner"], app=ROLES["app"])


def empty_bundled(cluster: Cluster) -> None:
    """Throw the database of a running bundled cluster away and make an empty one."""
    with psycopg.connect(cluster.address("superuser", "postgres"), autocommit=True) as server:
        dropped = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        server.execute(dropped.format(sql.Identifier(DATABASE)))
    make_bundled_roles(cluster)


def make_role(
    server: psycopg.Connection, name: str, password: str, *, rights: str = "NOCREATEDB NOCREATEROLE"
) -> None:
    """Make a role that may log in, or give the existing one this password. Never a superuser."""
    known = server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    verb = sql.SQL("ALTER" if known else "CREATE")
    server.execute(
        sql.SQL("{} ROLE {} LOGIN {} PASSWORD {}").format(
            verb,
            sql.Identifier(name),
            sql.SQL(rights),
            sql.Literal(password),
        )
    )


def make_database(server: psycopg.Connection, name: str, *, owner: str, app: str) -> None:
    """Make the database unless it is there, open to its owner and the application role only."""
    if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        server.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(
                sql.Identifier(name), sql.Identifier(owner)
            )
        )
    close_database(server, name, app=app)


def close_database(server: psycopg.Connection, name: str, *, app: str) -> None:
    """Let nobody but the owner and the application role connect to a database."""
    database, role = sql.Identifier(name), sql.Identifier(app)
    server.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    server.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, role))


def grant_frame(owner: psycopg.Connection, app: str) -> None:
    """Grant the application role what it needs on Django's own tables, after migrations."""
    role = sql.Identifier(app)
    for table in FRAME_TABLES:
        rights = sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON {} TO {}")
        owner.execute(rights.format(sql.Identifier(table), role))
    for table in READ_TABLES:
        owner.execute(sql.SQL("GRANT SELECT ON {} TO {}").format(sql.Identifier(table), role))


def make_external_role(folder: Path) -> None:
    """Make the application role on a server named in LINLI_DATABASE_URL, unless one was given.

    Raises DatabaseUnfit when the server is too old, or when the owner may not make roles and none was
    given: the message carries the SQL to run.
    """
    address = os.environ["LINLI_DATABASE_URL"]
    with psycopg.connect(address, autocommit=True, connect_timeout=10) as server:
        if server.info.server_version < OLDEST_SERVER:
            raise DatabaseUnfit("PostgreSQL 15 or newer is needed")
        if os.environ.get("LINLI_APP_DATABASE_URL"):
            return
        name = str(conninfo_to_dict(address).get("dbname") or server.info.dbname)
        role = f"{name}_app"
        kept = read_keys(folder, "external")
        if kept.get("app_role") == role and _opens(
            make_conninfo(address, user=role, password=kept["app"])
        ):
            return
        password = secrets.token_urlsafe(24)
        try:
            make_role(server, role, password)
            close_database(server, name, app=role)
        except psycopg.errors.InsufficientPrivilege as refusal:
            raise DatabaseUnfit(_advice(name, role)) from refusal
        write_keys(folder, "external", {"app_role": role, "app": password})


def check_application_role(address: str) -> None:
    """Refuse a serving role that row-level security does not bind. Raises DatabaseUnfit."""
    with psycopg.connect(address, connect_timeout=10) as server:
        row = server.execute(
            "SELECT rolsuper OR rolbypassrls OR pg_has_role(pg_roles.oid, datdba, 'MEMBER')"
            " FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()"
        ).fetchone()
    if row is None or row[0]:
        raise DatabaseUnfit(
            "the application role must be neither superuser, BYPASSRLS nor the owner of the database"
        )


def _opens(address: str) -> bool:
    try:
        psycopg.connect(address, connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True


def _advice(database: str, role: str) -> str:
    return (
        "the role in LINLI_DATABASE_URL may not make roles. Let an administrator run:\n"
        f"  CREATE ROLE \"{role}\" LOGIN PASSWORD '…';\n"
        f'  GRANT CONNECT ON DATABASE "{database}" TO "{role}";\n'
        "and name that role in LINLI_APP_DATABASE_URL."
    )


def _own_folder(cluster: Cluster) -> None:
    if cluster.run_as is None:
        cluster.root.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    else:
        make_system_user()  # before anything is given away: `run_as` names it from here on
        SHARED_ROOT.mkdir(parents=True, exist_ok=True, mode=0o755)
        cluster.root.mkdir(exist_ok=True, mode=PRIVATE_FOLDER)
        _give(cluster.root, cluster.run_as)
    folder = cluster.root / "socket"
    folder.mkdir(exist_ok=True, mode=PRIVATE_FOLDER)
    _give(folder, cluster.run_as)


def _give(path: Path, user: str | None) -> None:
    if user is not None:
        entry = pwd.getpwnam(user)
        os.chown(path, entry.pw_uid, entry.pw_gid)
