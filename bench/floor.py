"""The floor: what this machine's database can do at all, measured with pgbench in the same run.

One transaction that inserts a case, a step and an outbox row into scratch tables of the same cluster,
with the cluster's own settings: what it takes to make three rows durable, and nothing besides.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from linli.project.database.addresses import owner_address
from linli.project.database.postgres import ClusterFailed, binary

TABLES = """
    DROP SCHEMA IF EXISTS bench_floor CASCADE;
    CREATE SCHEMA bench_floor;
    CREATE TABLE bench_floor.cases (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, office int,
        number text UNIQUE, state text, area text, values jsonb, opened_at timestamptz);
    CREATE TABLE bench_floor.steps (id bigint REFERENCES bench_floor.cases, seq int, key text UNIQUE,
        action text, values jsonb, at timestamptz, hash bytea, PRIMARY KEY (id, seq));
    CREATE TABLE bench_floor.outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, case_id bigint,
        seq int);
"""
TRANSACTION = """
BEGIN;
INSERT INTO bench_floor.cases (office, number, state, area, values, opened_at)
  VALUES (1, gen_random_uuid()::text, 'reported', '/310000/310112/310112006/310112006001/',
    '{"place": {"lon": 121.385, "lat": 31.105, "datum": "wgs84"}}', now()) RETURNING id \\gset
INSERT INTO bench_floor.steps VALUES (:id, 1, gen_random_uuid()::text, 'report',
  '{"place": {"lon": 121.385, "lat": 31.105, "datum": "wgs84"}}', now(), sha256(:id::text::bytea));
INSERT INTO bench_floor.outbox (case_id, seq) VALUES (:id, 1);
COMMIT;
"""
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


@dataclass(frozen=True)
class Floor:
    """Transactions per second and the mean time of one in milliseconds, at a number of clients."""

    clients: int
    per_second: float
    milliseconds: float


def floors(clients: Iterator[int] | list[int], seconds: int) -> dict[int, Floor]:
    """Measure the floor at each number of clients."""
    with _scratch_tables(), tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(TRANSACTION)
        script.flush()
        return {count: _measured(Path(script.name), count, seconds) for count in clients}


def durability() -> Mapping[str, str]:
    """Give the settings that decide whether a commit survives a power cut."""
    with psycopg.connect(owner_address()) as owner:
        return {
            name: str(owner.execute(f"SHOW {name}").fetchone()[0])  # type: ignore[index]
            for name in DURABLE
        }


@contextmanager
def _scratch_tables() -> Iterator[None]:
    with psycopg.connect(owner_address(), autocommit=True) as owner:
        owner.execute(TABLES)
        try:
            yield
        finally:
            owner.execute("DROP SCHEMA bench_floor CASCADE")


def _measured(script: Path, clients: int, seconds: int) -> Floor:
    threads = min(clients, os.cpu_count() or 1)
    counts = ["--client", str(clients), "--jobs", str(threads), "--time", str(seconds)]
    command = [_pgbench(), "--no-vacuum", "--protocol", "prepared", *counts, "--file", str(script)]
    done = subprocess.run(  # noqa: S603 - our own program and our own words
        command, env=_environment(), check=True, capture_output=True, text=True
    )
    rate = re.search(r"tps = ([\d.]+)", done.stdout)
    mean = re.search(r"latency average = ([\d.]+) ms", done.stdout)
    assert rate, done.stdout
    assert mean, done.stdout
    return Floor(clients, float(rate[1]), float(mean[1]))


def _pgbench() -> str:
    try:
        found = binary("pgbench")
    except ClusterFailed:
        found = Path(shutil.which("pgbench") or "pgbench")
    return str(found)


def _environment() -> dict[str, str]:
    parts = conninfo_to_dict(owner_address())
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
    names["dbname"] = "PGDATABASE"
    return {**os.environ, **{names[key]: str(parts[key]) for key in names if key in parts}}
