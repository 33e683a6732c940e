"""A real database for the tests: migrated once as the owner, used as the application role.

`db` tests run in a transaction that is undone. Transactional ones (`transactional_db`, `live_server`,
`django_db(transaction=True)`) get a database of their own, cloned from the migrated one: the journal's
triggers forbid emptying its tables.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import hypothesis
import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.test import TestCase
from psycopg import sql
from psycopg.conninfo import make_conninfo
from pytest_django import DjangoDbBlocker

from linli.project.database.addresses import django_database
from linli.project.database.postgres import bundled
from linli.project.database.roles import close_database, grant_frame, make_cluster, make_role
from linli.project.home import read_keys, write_keys
from linli.project.middleware import forget_offices
from linli.registry.limits import forget_calls
from linli.staff.screen.keeping import forget_readings

SHARE = "LINLI_TEST_SHARE"
APP = "linli_test_app"
TRANSACTIONAL = {"transactional_db", "live_server", "django_db_reset_sequences"}
PLAIN_STORAGE = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PREFIX = "linli-test-"
_numbers = count(1)
# How fast examples are drawn depends on what else the machine does.
hypothesis.settings.register_profile(
    "linli", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("linli")


def pytest_configure(config: pytest.Config) -> None:
    """Name a folder that all processes of this run share."""
    if not hasattr(config, "workerinput"):
        _clear_away_left_runs()
        os.environ[SHARE] = tempfile.mkdtemp(prefix=PREFIX)
        _hold(Path(os.environ[SHARE]))
    home = Path(os.environ[SHARE]) / "home" / os.environ.get("PYTEST_XDIST_WORKER", "main")
    home.mkdir(parents=True, exist_ok=True)
    settings.LINLI_HOME = home
    settings.STATIC_ROOT = home / "static"
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    settings.STORAGES = {**settings.STORAGES, "staticfiles": PLAIN_STORAGE}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ALLOWED_HOSTS = ["*"]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the run's database and remove its files."""
    if hasattr(config, "workerinput"):
        return
    share = Path(os.environ.pop(SHARE))
    cluster = bundled(share)
    if read_keys(share, "database"):
        cluster.stop()
        shutil.rmtree(cluster.root)
    kept = read_keys(share, "test")
    if kept and "LINLI_DATABASE_URL" in os.environ:
        _leave_server(kept["template"])
    shutil.rmtree(share)


def _hold(share: Path) -> int:
    """Hold a run's folder for as long as this process lives, however it ends."""
    held = os.open(share / "held", os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        raise
    return held


def _clear_away_left_runs() -> None:
    """Stop the databases and remove the files of runs that were killed: those whose folder nobody holds."""
    for share in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if not (share / "held").exists():
            continue
        try:
            held = _hold(share)
        except BlockingIOError:
            continue
        for keys in share.rglob("keys/database.json"):
            cluster = bundled(keys.parents[1])
            cluster.stop()
            shutil.rmtree(cluster.root, ignore_errors=True)
        shutil.rmtree(share, ignore_errors=True)
        os.close(held)


@contextmanager
def _alone() -> Iterator[Path]:
    share = Path(os.environ[SHARE])
    with (share / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield share


def _server_address(share: Path, database: str) -> str:
    named = os.environ.get("LINLI_DATABASE_URL")
    if named:
        return make_conninfo(named, dbname=database)
    return bundled(share).address("superuser", database)


def _migrated_template() -> dict[str, str]:
    """Give the names and passwords of the run's migrated database, which the first caller makes."""
    with _alone() as share:
        kept = read_keys(share, "test")
        if not kept:
            if "LINLI_DATABASE_URL" not in os.environ:
                cluster = bundled(share)
                make_cluster(cluster)
                cluster.start(durable=False)
            kept = _migrate(share)
            write_keys(share, "test", kept)
    return kept


def _migrate(share: Path) -> dict[str, str]:
    name = f"linli_test_{secrets.token_hex(4)}"
    kept = {"template": name, "password": secrets.token_urlsafe(16), "app": f"{name}_app"}
    kept["owner"] = f"{name}_owner"
    with psycopg.connect(_server_address(share, "postgres"), autocommit=True) as server:
        make_role(server, kept["owner"], kept["password"])
        make_role(server, kept["app"], kept["password"])
        server.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(kept["owner"])))
        server.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(
                sql.Identifier(name), sql.Identifier(kept["owner"])
            )
        )
        close_database(server, name, app=kept["app"])
    settings.LINLI_APP_ROLE = kept["app"]
    _connect(kept, name, kept["owner"])
    call_command("migrate", verbosity=0)
    connection.close()
    with psycopg.connect(_address(share, kept, name, kept["owner"]), autocommit=True) as owner:
        grant_frame(owner, kept["app"])
    return kept


def _address(share: Path, kept: dict[str, str], name: str, role: str) -> str:
    return make_conninfo(_server_address(share, name), user=role, password=kept["password"])


def _connect(kept: dict[str, str], name: str, role: str) -> None:
    """Lead Django's connection, and those of new threads, to a database as a role."""
    connections["default"].close()
    wanted = django_database(_address(Path(os.environ[SHARE]), kept, name, role))
    for known in (connections.settings["default"], connection.settings_dict):
        known.update(wanted)


def _clone(kept: dict[str, str], name: str) -> None:
    with psycopg.connect(
        _server_address(Path(os.environ[SHARE]), "postgres"), autocommit=True
    ) as server:
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY file_copy").format(
                sql.Identifier(name),
                sql.Identifier(kept["template"]),
                sql.Identifier(kept["owner"]),
            )
        )
        close_database(server, name, app=kept["app"])


def _drop(name: str) -> None:
    with psycopg.connect(
        _server_address(Path(os.environ[SHARE]), "postgres"), autocommit=True
    ) as server:
        server.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )


def _leave_server(template: str) -> None:
    address = make_conninfo(os.environ["LINLI_DATABASE_URL"], dbname="postgres")
    with psycopg.connect(address, autocommit=True) as server:
        left = server.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [template]
        ).fetchall()
        for (name,) in left:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        for role in (f"{template}_app", f"{template}_owner"):
            server.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))


@pytest.fixture(scope="session")
def migrated(django_db_blocker: DjangoDbBlocker) -> dict[str, str]:
    """Names of the migrated database and its roles."""
    with django_db_blocker.unblock():
        return _migrated_template()


@pytest.fixture(scope="session")
def django_db_setup(migrated: dict[str, str], django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Give this process a database of its own, as the application role."""
    name = f"{migrated['template']}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with django_db_blocker.unblock(), _alone():
        _clone(migrated, name)
        settings.LINLI_APP_ROLE = migrated["app"]
        _connect(migrated, name, migrated["app"])
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    _drop(name)


@pytest.fixture(autouse=True)
def _no_office_remembered() -> None:
    forget_offices()
    forget_readings()
    forget_calls()


@pytest.fixture
def _django_db_helper(
    request: pytest.FixtureRequest,
    migrated: dict[str, str],
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    marker = request.node.get_closest_marker("django_db")
    wanted = bool(marker and marker.kwargs.get("transaction"))
    with django_db_blocker.unblock():
        if wanted or TRANSACTIONAL & set(request.fixturenames):
            yield from _own_database(migrated)
        else:
            yield from _undone()


def _own_database(kept: dict[str, str]) -> Iterator[None]:
    usual = str(connection.settings_dict["NAME"])
    name = f"{usual}_{next(_numbers)}"
    with _alone():
        _clone(kept, name)
    _connect(kept, name, kept["app"])
    try:
        yield
    finally:
        connections.close_all()
        _connect(kept, usual, kept["app"])
        _drop(name)


def _undone() -> Iterator[None]:
    atomics = TestCase._enter_atomics()
    try:
        yield
    finally:
        TestCase._rollback_atomics(atomics)
        connections.close_all() if connection.needs_rollback else None


@pytest.fixture(scope="session")
def own_folder() -> Path:
    """Give a folder of this process for data folders; what a killed run leaves in it, the next clears away."""
    folder = Path(tempfile.mkdtemp(prefix="homes-", dir=os.environ[SHARE]))
    folder.chmod(0o755)
    return folder


@pytest.fixture
def moment() -> datetime:
    """Give a moment to act at: a Monday morning in office hours."""
    return datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def server(migrated: dict[str, str]) -> Iterator[psycopg.Connection]:
    """Give a connection to the test server as a role that may make roles and databases."""
    address = _server_address(Path(os.environ[SHARE]), "postgres")
    with psycopg.connect(address, autocommit=True) as connected:
        yield connected


@pytest.fixture
def database_address() -> str:
    """Give the connection string of the test's own database, as the application role."""
    chosen = connection.settings_dict
    return make_conninfo(
        host=chosen["HOST"],
        port=chosen["PORT"],
        user=chosen["USER"],
        password=chosen["PASSWORD"],
        dbname=chosen["NAME"],
    )


@pytest.fixture
def owner_address(migrated: dict[str, str], database_address: str) -> str:
    """Give the connection string of the test's own database, as the owner of its tables."""
    return make_conninfo(database_address, user=migrated["owner"])
