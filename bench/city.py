"""A city of offices with very many cases, put in by COPY: rows as the journal leaves them, without hashes that hold.

Each case has its report and, nine times in ten, its dispatch and closing; they are there to be counted, not proved. They have no place in the
log: the roll-ups are built over them as over what an office brings along.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import psycopg
from bench.office import small_office
from django.db import connection

from linli.casework.definitions import current_definition
from linli.figures.rollups.keeping import build
from linli.project.database.addresses import owner_address
from linli.registry.isolation import office_transaction
from linli.registry.models import Post
from linli.registry.queries import offices
from linli.registry.scope import path_of
from linli.rulebook.loading import shipped

DISTRICTS = ("310112", "310101", "310104", "310105", "310106", "310107", "310109", "310110", "310113", "310114", "310115", "310116", "310117", "310118", "310120", "310151")  # fmt: skip
OFFICES, IN_FIRST_DISTRICT, COMMITTEES = 215, 14, 15
BEGUN, DAYS = datetime(2024, 1, 1, tzinfo=UTC), 731
TABLES = ("casework_case", "casework_step")
CHUNK = 20_000
CASE = (
    "id, office_id, number, mechanism, definition_id, opened_by, access, source, state, phase, seq, tracks,"
    " values, clocks, actors, members, totals, parties, children, category, area, opened_at, closed_at,"
    " breached, last_hash, datum"
)
INDEXES = """
    SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
    WHERE i.indrelid = %s::regclass AND NOT EXISTS
        (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""
REFERENCES = """
    SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'
"""
STEP = (
    "case_id, seq, office_id, mechanism, action, actor, at, from_state, to_state, tracks, values,"
    " commitments, prev_hash, hash"
)


@dataclass(frozen=True)
class City:
    """What was made: how many cases, and how long it took, in seconds; built once, read many times."""

    cases: int
    copied: float
    indexed: float
    built: float
    megabytes: int


def made(folder: Path, cases: int, password: str) -> City:
    """Give the city of a data folder whose database stands; what of it is not there yet is made.

    Cut short while roll-ups are built, it goes on where it stood; cut short earlier, it must begin in another folder.
    """
    done = folder / "city.json"
    if done.exists():
        _rolled_up()  # figures that are new since
        return City(**json.loads(done.read_text(encoding="utf-8")))
    copied, indexed = _filled(folder, cases, password)
    began = time.perf_counter()
    _rolled_up()
    with psycopg.connect(owner_address(), autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE figures_rollupcell, figures_rolluppart")
        size = owner.execute("SELECT pg_database_size(current_database()) / 1000000").fetchone()
    assert size is not None
    city = City(cases, copied, indexed, round(time.perf_counter() - began, 1), size[0])
    done.write_text(json.dumps(asdict(city)), encoding="utf-8")
    return city


def _filled(folder: Path, cases: int, password: str) -> tuple[float, float]:
    """Found the offices and copy the cases in; give the seconds of copying and of indexes."""
    there = folder / "filled.json"
    if there.exists():
        copied, indexed = json.loads(there.read_text(encoding="utf-8"))
        return copied, indexed
    office = small_office(password)
    with office_transaction(office.id):
        definition = current_definition("grid-case").id
        Post.objects.update(areas=["/310000/"])
    codes = ["310112006", *_codes()]
    began = time.perf_counter()
    with psycopg.connect(owner_address(), autocommit=True) as owner:
        owner.execute("SET maintenance_work_mem = '512MB'")
        for nth, code in enumerate(codes[1:], start=office.id + 1):
            _found(owner, nth, code)
        dropped = _bare(owner)
        _copied(owner, codes, cases, definition)
        copied = time.perf_counter()
        for statement in dropped:
            owner.execute(statement)  # type: ignore[call-overload]
            _said(statement[:90], copied)
        for table in TABLES:
            owner.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            owner.execute(f"VACUUM ANALYZE {table}")
        owner.execute(
            "SELECT setval(pg_get_serial_sequence('casework_case', 'id'), (SELECT max(id) FROM casework_case))"
        )
        owner.execute("SELECT casework_count_anew()")
    took = round(copied - began, 1), round(time.perf_counter() - copied, 1)
    there.write_text(json.dumps(took), encoding="utf-8")
    return took


def _said(what: str, since: float) -> None:
    print(f"{time.perf_counter() - since:8.1f} s  {what}", file=sys.stderr, flush=True)


def _codes() -> Iterator[str]:
    """Give the codes of all offices but the first: 14 in the first district, the rest spread over the others."""
    yield from (f"{DISTRICTS[0]}{nth:03}" for nth in range(101, 100 + IN_FIRST_DISTRICT))
    for nth in range(OFFICES - IN_FIRST_DISTRICT):
        yield f"{DISTRICTS[1 + nth % (len(DISTRICTS) - 1)]}{nth // 15 + 1:03}"


def _found(owner: psycopg.Connection[tuple[object, ...]], nth: int, code: str) -> None:
    owner.execute(f"SET linli.office = '{nth:d}'")  # type: ignore[call-overload]
    owner.execute(
        "INSERT INTO registry_office (id, code, official_name, stat_name, short_zh, short_en, hosts, settings)"
        " VALUES (%s, %s, %s, '', %s, %s, '{}', '{}')",
        [nth, code, f"第{nth}街道办事处", f"第{nth}街道", f"Office {nth}"],
    )


def _bare(owner: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    """Let the owner copy past row-level security, and take indexes and references away; give the statements that bring them back."""
    back = []
    for table in TABLES:
        owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")  # type: ignore[call-overload]
        for name, definition in owner.execute(INDEXES, [table]).fetchall():
            owner.execute(f"DROP INDEX {name}")  # type: ignore[call-overload]
            back.append(str(definition))
    for table in TABLES:
        for name, definition in owner.execute(REFERENCES, [table]).fetchall():
            owner.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')  # type: ignore[call-overload]
            back.append(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
    return back


def _copied(
    owner: psycopg.Connection[tuple[object, ...]], codes: Sequence[str], cases: int, definition: int
) -> None:
    chance = Random(215)  # noqa: S311 - for show
    categories = [
        c.code
        for c in shipped().codes["grid-category"].codes.values()
        if c.parent and not c.declined
    ][:24]
    weights = [chance.lognormvariate(0, 0.7) for _ in codes]
    shares = [round(cases * weight / sum(weights)) for weight in weights]
    number, began = 1_000, time.perf_counter()
    for nth, (code, share) in enumerate(zip(codes, shares, strict=True), start=1):
        made = _Office(nth, path_of(code), definition, chance, categories)
        lines = [made.line(number + n) for n in range(share)]
        number += share
        for table, names, part in (("casework_case", CASE, 0), ("casework_step", STEP, 1)):
            with (
                owner.cursor() as cursor,
                cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy,
            ):  # type: ignore[call-overload]
                for first in range(0, share, CHUNK):
                    copy.write("".join(line[part] for line in lines[first : first + CHUNK]))
        if nth % 10 == 0:
            _said(f"office {nth}: {number} cases copied", began)


class _Office:
    """Gives the lines of one office's cases."""

    def __init__(
        self, nth: int, path: str, definition: int, chance: Random, categories: list[str]
    ) -> None:
        self.nth, self.path, self.definition = nth, path, definition
        self.chance, self.categories = chance, categories
        code = path.rstrip("/").rpartition("/")[2]
        self.areas = [f"{path}{code}{n:03}/" for n in range(1, COMMITTEES + 1)]

    def line(self, number: int) -> tuple[str, str]:
        """Give the line of a case and those of its steps."""
        draw = self.chance.random
        opened = BEGUN + timedelta(minutes=int(draw() * DAYS * 1440))
        closed = opened + timedelta(hours=2 + int(draw() ** 3 * 700))
        is_open = draw() < 0.1  # noqa: PLR2004
        state, phase = ("reported", "intake") if is_open else ("closed", "done")
        late = draw() < 0.12  # noqa: PLR2004
        clock = (
            f'{{"handle": {{"clock": "handle", "breached_at": "{closed.isoformat()}"}}}}'
            if late
            else "{}"
        )
        rated = ("very_satisfied", "satisfied", "basically", "dissatisfied")[int(draw() * 4)]
        values = "{}" if is_open else f'{{"satisfaction": "{rated}"}}'
        category = self.categories[int(draw() ** 2 * len(self.categories))]
        area = self.areas[int(draw() * COMMITTEES)]
        end = r"\N" if is_open else closed.isoformat()
        case = (
            f"{number}\t{self.nth}\tC{number}\tgrid-case\t{self.definition}\tresident:0\t\\\\x\tweb\t{state}\t{phase}"
            f"\t{1 if is_open else 3}\t{{}}\t{values}\t{clock}\t{{}}\t[]\t{{}}\t{{}}\t[]\t{category}\t{area}\t{opened.isoformat()}"
            f"\t{end}\t{'t' if late else 'f'}\t\\\\x\t\n"
        )
        tail = "{}\t{}\t{}\t\\\\x\t\\\\x\n"
        sent = opened + timedelta(hours=1)
        steps = f"{number}\t1\t{self.nth}\tgrid-case\treport\tresident:0\t{opened.isoformat()}\t\treported\t{tail}"
        if not is_open:
            steps += f"{number}\t2\t{self.nth}\tgrid-case\tdispatch\taccount:1\t{sent.isoformat()}\tfiled\tdispatched\t{tail}"
            steps += f"{number}\t3\t{self.nth}\tgrid-case\tcall_back\taccount:1\t{closed.isoformat()}\tcallback\tclosed\t{tail}"
        return case, steps


def _rolled_up() -> None:
    began = time.perf_counter()
    for nth, office in enumerate(offices(), start=1):
        at = datetime.now(UTC)  # noqa: TID251
        left = 1
        while left:
            with office_transaction(office.id):
                left = build(at)
        if nth % 10 == 0:
            _said(f"office {nth} rolled up", began)
    connection.close()
