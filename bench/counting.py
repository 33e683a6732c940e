"""Statements counted, memory read, and the printed table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bench.running import Running, children_of, memory_of
from django.db import connection
from django.test.utils import CaptureQueriesContext


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the statements that this thread sends to the database; BEGIN and COMMIT are not among them."""
    sent: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield sent
    told = (" ".join(query["sql"].split()) for query in captured)
    sent += [sql for sql in told if sql not in ("BEGIN", "COMMIT")]


def memory(running: Running) -> dict[str, list[int]]:
    """Give the resident memory of each process in MB, the largest first."""
    found = {
        "web": running.named("serve"),
        "worker": running.named("worker"),
        "database": children_of(running.database),
    }
    return {
        name: sorted((round(memory_of(process)) for process in processes), reverse=True)
        for name, processes in found.items()
    }


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Give rows under their heads, in columns."""
    lines = [[str(cell) for cell in row] for row in (heads, *rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    return "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
