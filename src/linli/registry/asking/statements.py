"""Statements that every action sends: prepared once a connection, and put to the server without a cursor.

Django's cursors cost more than what they ask for. A Statement goes on Django's own connection and into its
open transaction, gives the same types, and raises the same errors.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DataError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import Connection
from psycopg import abc as kinds
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

MOST_PREPARED = 200
WELL = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)
_names = count(1)
_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode
_AS_TEXT: dict[type, Callable[[Any], str]] = {dict: _encode, list: _encode}


class Statement:
    """A statement with $1, $2 …, whose plan the server keeps for as long as a connection lives."""

    __slots__ = ("name", "sql")

    def __init__(self, sql: str) -> None:
        self.name = b"linli_%d" % next(_names)
        self.sql = sql

    def rows(self, *values: object) -> list[tuple[Any, ...]]:
        """Give the rows it leads to. Lists and dicts go as JSON; see `array` for arrays."""
        line = _line()
        if self.name not in line.prepared:
            line.prepare(self)
        told: list[kinds.Buffer | None] = [_written(value) for value in values]
        found = line.server.exec_prepared(self.name, told)  # type: ignore[arg-type]  # None is NULL
        line.check(found, self.sql)
        line.reading.set_pgresult(found)
        return line.reading.load_rows(0, found.ntuples, tuple)


def tell(sql: str) -> None:
    """Send statements without values in one go; a transaction that is due opens with the first of them."""
    line = _line()
    idle = line.server.transaction_status == TransactionStatus.IDLE
    begin = "BEGIN; " if idle and not line.is_autocommit else ""
    line.check(line.server.exec_(f"{begin}{sql}".encode()), sql)


def array(texts: Sequence[str]) -> str:
    """Give texts as PostgreSQL writes an array of them."""
    quoted = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return "{" + ",".join(f'"{text}"' for text in quoted) + "}"


@dataclass
class _Line:
    """A connection as it stands behind Django's: what was prepared on it, and how its answers are read."""

    django: BaseDatabaseWrapper
    server: PGconn
    reading: kinds.Transformer
    prepared: dict[bytes, None] = field(default_factory=dict)

    @property
    def is_autocommit(self) -> bool:
        """Tell whether each statement is a transaction of its own."""
        return bool(self.django.connection.autocommit)

    def prepare(self, statement: Statement) -> None:
        """Have the server read a statement; the one prepared first makes way when there are very many.

        It happens once a connection, so it is not noted among the statements: their number is the same each time.
        """
        if len(self.prepared) >= MOST_PREPARED:
            first = next(iter(self.prepared))
            del self.prepared[first]
            self._raise(self.server.exec_(b"DEALLOCATE " + first))
        self._raise(self.server.prepare(statement.name, statement.sql.encode()))
        self.prepared[statement.name] = None

    def check(self, found: PGresult, sql: str) -> None:
        """Raise what Django's cursor would; note the statement where statements are noted."""
        if self.django.queries_logged:
            self.django.queries_log.append({"sql": sql, "time": "0"})
        self._raise(found)

    def _raise(self, found: PGresult) -> None:
        if found.status not in WELL:
            with self.django.wrap_database_errors:
                raise error_from_result(found, "utf-8")


_lines: WeakKeyDictionary[Connection[Any], _Line] = WeakKeyDictionary()


def _line() -> _Line:
    django = connections["default"]
    django.validate_no_broken_transaction()
    django.ensure_connection()
    own = django.connection
    line = _lines.get(own)
    if line is None:
        line = _lines[own] = _Line(django, own.pgconn, Transformer.from_context(own))
    return line


def _written(value: object) -> bytes | None:
    if value is None:
        return None
    text = _AS_TEXT.get(type(value), str)(value)
    if "\0" in text:
        raise DataError("PostgreSQL keeps no NUL character")
    return text.encode()
