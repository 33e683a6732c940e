"""The database out of and into a server, by PostgreSQL's own programs."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from linli.project.database.postgres import binary, plain_environment
from linli.project.progress import Refused

TABLES = """
    SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
"""
KNOWS_NEWEST = 170000
NEWEST_SETTING = b"SET transaction_timeout = 0;\n"
CAREFULLY = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
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
    with psycopg.connect(address, autocommit=True, connect_timeout=10) as server:
        words = ["--no-owner", f"--role={owner}", str(path)]
        if server.info.server_version < KNOWS_NEWEST:
            _load_as_text(address, words)
        else:
            _run("pg_restore", address, ["--exit-on-error", "--single-transaction", *words])
        server.execute("ANALYZE")


def _load_as_text(address: str, words: Sequence[str]) -> None:
    """Load by psql, leaving out the one setting that servers before 17 do not know."""
    command, environment = _program("psql", address, [*CAREFULLY])
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complaints:
        source = subprocess.Popen(
            [str(binary("pg_restore")), "--file=-", *words],
            stdout=subprocess.PIPE, stderr=complaints, env=plain_environment(),
        )  # fmt: skip
        sink = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said, env=environment
        )
        assert source.stdout is not None
        assert sink.stdin is not None
        _pass_on(source.stdout, sink.stdin)
        codes = source.wait(), sink.wait()
        for program, file, code in zip(
            ("pg_restore", "psql"), (complaints, said), codes, strict=True
        ):
            file.seek(0)
            _refuse_failure(program, code, file.read().decode(errors="replace"))


def _pass_on(source: IO[bytes], sink: IO[bytes]) -> None:
    with contextlib.suppress(BrokenPipeError), source, sink:
        for line in source:
            if line != NEWEST_SETTING:
                sink.write(line)
                continue
            break  # it stands once, before all rows
        shutil.copyfileobj(source, sink)


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
    command, environment = _program(program, address, words)
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    _refuse_failure(program, done.returncode, done.stderr)


def _program(program: str, address: str, words: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Give the command and the environment of a program that works on a database.

    Its password never stands on the command line.
    """
    parts = conninfo_to_dict(address)
    password = str(parts.pop("password", None) or "")
    place = f"--dbname={make_conninfo('', **parts)}"
    command = [str(binary(program)), place, "--no-password", *words]
    return command, {**plain_environment(), "PGPASSWORD": password}


def _refuse_failure(program: str, code: int, said: str) -> None:
    if code:
        raise Refused(f"{program} 失败：{said.strip()}", f"{program} failed: {said.strip()}")
