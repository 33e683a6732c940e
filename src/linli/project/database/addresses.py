"""Which database to talk to, and as which role."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from linli.project.database.postgres import bundled
from linli.project.home import home, read_keys

NOWHERE = "host=127.0.0.1 port=1 dbname=linli user=linli_app"
# The server binds the values. Only Statements are prepared: psycopg drops whatever is at each rollback.
BINDING: dict[str, Any] = {"server_side_binding": True}
PLACES = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}


def is_external() -> bool:
    """Say whether an existing server is used instead of the bundled one."""
    return bool(os.environ.get("LINLI_DATABASE_URL"))


def owner_address(folder: Path | None = None) -> str:
    """Give the connection string of the role that owns the tables, for migrations."""
    named = os.environ.get("LINLI_DATABASE_URL")
    if named:
        return named
    return bundled(folder or home()).address("owner")


def application_address(folder: Path | None = None) -> str:
    """Give the connection string of the role that serves: not the owner, and bound by row-level security."""
    named = os.environ.get("LINLI_APP_DATABASE_URL")
    if named:
        return named
    external = os.environ.get("LINLI_DATABASE_URL")
    if not external:
        return bundled(folder or home()).address("app")
    kept = read_keys(folder or home(), "external")
    return make_conninfo(external, user=kept.get("app_role", ""), password=kept.get("app", ""))


def application_role(folder: Path | None = None) -> str:
    """Give the name of the serving role, which migrations grant rights to."""
    named = conninfo_to_dict(application_address(folder)).get("user")
    return str(named or "linli_app")


def serving_address(*, as_owner: bool) -> str:
    """Give the address a process should use; one that leads nowhere before the first start."""
    try:
        return owner_address() if as_owner else application_address()
    except LookupError:
        return NOWHERE


def django_database(address: str) -> dict[str, Any]:
    """Give a connection string as Django's settings want it."""
    parts = conninfo_to_dict(address)
    known = {PLACES[key]: str(value) for key, value in parts.items() if key in PLACES}
    rest = {key: value for key, value in parts.items() if key not in PLACES}
    return {"ENGINE": "django.db.backends.postgresql", **known, "OPTIONS": {**rest, **BINDING}}
