"""The database out of and into a server, by PostgreSQL's own programs."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from linli.project.database.postgres import binary, plain_environment
from linli.project.progress import Refused

TABLES = """
    SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
"""
SEES_ALL = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"


def dump(address: str, path: Path) -> str:
    """Write the whole database, as it is at this moment, to a file; give the server's version.

    Raises Refused when the role would not see every office's rows.
    """
    with psycopg.connect(address, connect_timeout=10) as server:
        version = server.info.parameter_status("server_version") or ""
        if not _told(server, SEES_ALL):
            raise Refused(
                f'备份须看到全部办事处的数据：请由管理员执行 ALTER ROLE "{server.info.user}" BYPASSRLS',
                f'a backup must see all offices: let an administrator run ALTER ROLE "{server.info.user}"'
                " BYPASSRLS",
            )
    path.touch(mode=0o600)
    _run("pg_dump", address, ["--format=custom", "--compress=1", f"--file={path}"])
    return version


def check_empty(address: str) -> None:
    """Refuse a database that has tables."""
    with psycopg.connect(address, connect_timeout=10) as server:
        if _told(server, TABLES):
            raise Refused(
                "数据库不是空的：恢复只写入空库",
                "the database is not empty: restore writes to an empty one",
            )


def load(address: str, path: Path, *, owner: str, app: str, former_app: str) -> None:
    """Read a dump into an empty database, wholly or not at all; its tables then belong to `owner`.

    The rights of the former application role go to `app`.
    """
    if former_app != app:
        _inherit(address, app, former_app)
    words = ["--exit-on-error", "--single-transaction", "--no-owner", f"--role={owner}", str(path)]
    _run("pg_restore", address, words)
    with psycopg.connect(address, autocommit=True, connect_timeout=10) as server:
        server.execute("ANALYZE")


def _inherit(address: str, app: str, former: str) -> None:
    with psycopg.connect(address, autocommit=True, connect_timeout=10) as server:
        known = "SELECT count(*) FROM pg_roles WHERE rolname = %s"
        found = server.execute(known, [former]).fetchone()
        if not found or not found[0]:
            server.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(former)))
        server.execute(
            sql.SQL("GRANT {} TO {}").format(sql.Identifier(former), sql.Identifier(app))
        )


def _told(server: psycopg.Connection, question: str) -> object:
    row = server.execute(question.encode()).fetchone()
    return row[0] if row else None


def _run(program: str, address: str, words: Sequence[str]) -> None:
    """Run a program against a database; its password never stands on the command line."""
    parts = conninfo_to_dict(address)
    password = str(parts.pop("password", None) or "")
    done = subprocess.run(
        [str(binary(program)), f"--dbname={make_conninfo('', **parts)}", "--no-password", *words],
        check=False,
        capture_output=True,
        text=True,
        env={**plain_environment(), "PGPASSWORD": password},
    )
    if done.returncode:
        raise Refused(
            f"{program} 失败：{done.stderr.strip()}", f"{program} failed: {done.stderr.strip()}"
        )
