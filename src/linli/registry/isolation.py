"""One office's rows at a time: the transaction that names the office, and the policies that enforce it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection, migrations, transaction

from linli.registry.asking.statements import tell

CURRENT = "nullif(current_setting('linli.office', true), '')::int"
ALL_RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE")


class OfficeMissing(Exception):
    """Office data was asked for outside an office transaction."""


class OfficeMixed(Exception):
    """A transaction of one office was opened inside a transaction of another."""


@dataclass(frozen=True)
class _Opened:
    office: int
    memory: dict[str, dict[Any, Any]] = field(default_factory=dict)


_opened: ContextVar[_Opened | None] = ContextVar("opened_office", default=None)


@contextmanager
def office_transaction(office_id: int) -> Iterator[None]:
    """Open a transaction that sees only the rows of `office_id`; join the one already open for it.

    Joining makes no savepoint: an error inside ends the whole transaction. Raises OfficeMixed when a
    transaction of another office is open.
    """
    opened = _opened.get()
    if opened is not None:
        if opened.office != office_id:
            raise OfficeMixed(f"office {office_id} asked for inside office {opened.office}")
        yield
        return
    with transaction.atomic():
        _name_office(f"{office_id:d}")
        token = _opened.set(_Opened(office_id))
        try:
            yield
        finally:
            _opened.reset(token)
    if connection.in_atomic_block:  # a surrounding transaction goes on: it must not keep the office
        _name_office("")


def current_office() -> int:
    """Give the office of the open transaction. Raises OfficeMissing outside one."""
    opened = _opened.get()
    if opened is None:
        raise OfficeMissing("open office_transaction(office_id) first")
    return opened.office


def has_office() -> bool:
    """Say whether an office transaction is open."""
    return _opened.get() is not None


def remembered(subject: str) -> dict[Any, Any]:
    """Give the memory of the open transaction about a subject; it ends with the transaction."""
    opened = _opened.get()
    if opened is None:
        raise OfficeMissing("open office_transaction(office_id) first")
    return opened.memory.setdefault(subject, {})


def forget() -> None:
    """Empty the memory of the open transaction, after a change to what it may hold."""
    opened = _opened.get()
    if opened is not None:
        opened.memory.clear()


def isolate(*tables: str, rights: tuple[str, ...] = ALL_RIGHTS) -> migrations.RunSQL:
    """Give the migration step that shuts tables to every office but the current one.

    Row-level security is forced, so that it binds the tables' owner too. `rights` are what the
    application role may do; a journal leaves out UPDATE and DELETE.
    """
    rule = f"office_id = {CURRENT}"
    return migrations.RunSQL(
        tuple(
            statement
            for table in tables
            for statement in (
                *secured(table, rights),
                f'CREATE POLICY office ON "{table}" USING ({rule}) WITH CHECK ({rule})',
            )
        ),
        tuple(
            statement
            for table in tables
            for statement in (
                f'DROP POLICY office ON "{table}"',
                f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
            )
        ),
    )


def secured(table: str, rights: tuple[str, ...]) -> tuple[str, ...]:
    """Give the statements that force row-level security on a table and grant the application its rights."""
    return (
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
        f'GRANT {", ".join(rights)} ON "{table}" TO "{settings.LINLI_APP_ROLE}"',
    )


def _name_office(text: str) -> None:
    tell(f"SET LOCAL linli.office = '{text}'")
