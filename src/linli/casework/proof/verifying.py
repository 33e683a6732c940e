"""Proof: recompute every hash, commitment and root of an office's journal, or name the first broken step."""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from itertools import chain, groupby, islice, pairwise
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.models import Max

from linli.casework import keys
from linli.casework.erasing.register import broken_lines
from linli.casework.hashing import GENESIS, VERSION, Envelope, commit, step_hash
from linli.casework.models import Case, Checkpoint, Erasure, Position, Subtree
from linli.casework.proof.checkpoints import office_code, signed
from linli.casework.proof.merkle import Frontier
from linli.casework.proof.verdict import WRONGS, Fault, Verdict, together
from linli.casework.sealing import NothingSealed, SealedRow, Spot, open_sealed

Share = tuple[int, int]  # from the first case id on, up to the second
ALL: Share = (0, 2**63 - 1)
CHUNK = 2000
MOST_FAULTS = 100
# Whole tables are read, also right after a restore, when nothing is known of their sizes.
PLANNING = """
    SELECT set_config('cursor_tuple_fraction', %s, true), set_config('enable_nestloop', %s, true)
"""
# A case names the definition it stands under now; a step before a migration was taken under the one it moved from.
STEPS = """
    WITH moved AS (
        SELECT m.case_id, m.seq, lag(m.seq, 1, 0) OVER (PARTITION BY m.case_id ORDER BY m.seq) AS since,
            CASE WHEN m.values #>> '{@migration,document,from}' ~ '^[0-9]{1,9}$'
                THEN (m.values #>> '{@migration,document,from}')::int END AS version
        FROM casework_step m WHERE m.office_id = %s AND m.case_id >= %s AND m.case_id < %s AND m.action = '@migrate'
    )
    SELECT s.case_id, s.seq, c.number, s.mechanism, coalesce(m.version, d.version), s.action, s.actor, s.role, s.body,
        s.holder, to_char(s.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), s.from_state, s.to_state, s.tracks, s.member_kind,
        s.member_key, s.entry, s.values, s.commitments, s.prev_hash, s.hash,
        c.seq, c.last_hash
    FROM casework_step s JOIN casework_case c ON c.id = s.case_id
        JOIN casework_definition d ON d.id = c.definition_id
        LEFT JOIN moved m ON m.case_id = s.case_id AND s.seq >= m.since AND s.seq < m.seq
    WHERE s.office_id = %s AND s.case_id >= %s AND s.case_id < %s ORDER BY s.case_id, s.seq
"""
SEALED = """
    SELECT s.case_id, s.seq, s.field, s.text, s.ciphertext, s.salt,
        CASE WHEN s.ciphertext IS NOT NULL THEN k.wrapped END
    FROM casework_sealed s LEFT JOIN casework_casekey k ON k.case_id = s.case_id
    WHERE s.office_id = %s AND s.case_id >= %s AND s.case_id < %s
    ORDER BY s.case_id, s.seq, s.field
"""
LOG = """
    SELECT p.position, p.case_id, p.seq, p.leaf, s.hash
    FROM casework_position p LEFT JOIN casework_step s ON (s.case_id, s.seq) = (p.case_id, p.seq)
    WHERE p.office_id = %s AND p.position <= %s ORDER BY p.position
"""
UNLOGGED = """
    SELECT s.case_id, s.seq FROM casework_step s WHERE s.office_id = %s
        AND NOT EXISTS (SELECT FROM casework_position p WHERE (p.case_id, p.seq) = (s.case_id, s.seq))
        AND NOT EXISTS (SELECT FROM casework_pending w WHERE (w.case_id, w.seq) = (s.case_id, s.seq))
    ORDER BY s.case_id, s.seq LIMIT %s
"""
EMPTY_CASES = """
    SELECT c.id, 1 FROM casework_case c WHERE c.office_id = %s
        AND NOT EXISTS (SELECT FROM casework_step s WHERE s.case_id = c.id) ORDER BY c.id LIMIT %s
"""
PLACES = """
    SELECT c.id, c.number, v.seq, p.position
    FROM unnest(%s::bigint[], %s::int[]) AS v(case_id, seq) JOIN casework_case c ON c.id = v.case_id
        LEFT JOIN casework_position p ON (p.case_id, p.seq) = (v.case_id, v.seq)
"""
_read = json.JSONDecoder().raw_decode


def verify(*, office: int, upto: int | None = None) -> Verdict:
    """Recompute all that the journal claims, the log only as far as position `upto` when that is given.

    Steps written meanwhile do no harm. Memory stays small: everything is streamed.
    """
    return together([verify_steps(office=office), verify_log(office=office, upto=upto)])


def verify_steps(*, office: int, cases: Share = ALL) -> Verdict:
    """Recompute every step of a share of the cases, and every sealed value that is still there."""
    with _audit(office) as audit:
        audit.check_steps(cases)
        return audit.verdict()


def verify_log(*, office: int, upto: int | None = None) -> Verdict:
    """Recompute the log: no gaps, each leaf its step's hash, each checkpoint's root and signature."""
    with _audit(office) as audit:
        audit.check_missing()
        audit.check_log(upto)
        audit.check_destructions()
        return audit.verdict()


def shares(*, office: int, size: int) -> list[Share]:
    """Give ranges of case ids, about so many cases each, that together hold all cases of an office."""
    ids = Case.objects.filter(office_id=office).order_by("id").values_list("id", flat=True)
    starts = [0, *islice(ids.iterator(CHUNK), size, None, size)]
    return list(pairwise([*starts, ALL[1]]))


@dataclass
class _Audit:
    office: int
    code: str
    cursors: ExitStack
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)

    def check_steps(self, cases: Share) -> None:
        """Recompute every step of these cases, and every sealed value that is still there."""
        steps = self._stream(STEPS, self.office, *cases, self.office, *cases)
        sealed = _Sealed(self._stream(SEALED, self.office, *cases))
        for case, rows in groupby(steps, itemgetter(0)):
            self._check_case(case, rows, sealed)

    def check_missing(self) -> None:
        """Find steps that neither are nor will be in the log, and cases without any step."""
        for case, seq in self._stream(UNLOGGED, self.office, MOST_FAULTS):
            self._found("log", case, seq)
        for case, seq in self._stream(EMPTY_CASES, self.office, MOST_FAULTS):
            self._found("missing", case, seq)

    def check_log(self, upto: int | None) -> None:
        """Recompute the log: no gaps, each leaf its step's hash, each checkpoint's root and signature."""
        newest = Position.objects.filter(office_id=self.office).aggregate(last=Max("position"))
        bound = newest["last"] or 0 if upto is None else upto
        marks = Checkpoint.objects.filter(office_id=self.office).order_by("size")
        leaves = self._leaves(self._stream(LOG, self.office, bound))
        subtrees = Subtree.objects.filter(office_id=self.office).iterator(CHUNK)
        kept = {(row.height, row.nth): bytes(row.root) for row in subtrees}
        frontier = Frontier()

        def compare(height: int, nth: int, root: bytes) -> None:
            if kept.pop((height, nth), root) != root:
                self._found("subtree", *self._last_before(nth + 1 << height))

        for mark in marks if upto is None else marks.filter(size__lte=upto):
            frontier = frontier.extended(islice(leaves, mark.size - frontier.size), compare)
            self._check_checkpoint(mark, frontier)
        deque(leaves, maxlen=0)

    def check_destructions(self) -> None:
        """Recompute the destruction register: its chain, its signatures, what each line says is gone."""
        for number, case in broken_lines(office=self.office):
            self._found("destroyed", case, 1, str(number))

    def verdict(self) -> Verdict:
        """Give what was counted and found, the faults in the order of the log."""
        return Verdict(
            steps=self.counts["steps"],
            positions=self.counts["positions"],
            values=self.counts["values"],
            erased=self.counts["erased"],
            unreadable=self.counts["unreadable"],
            checkpoints=self.counts["checkpoints"],
            faults=_placed(self.faults),
        )

    def _check_case(self, case: int, rows: Iterable[tuple[Any, ...]], sealed: _Sealed) -> None:
        follows, prev, row = 1, GENESIS, None
        for row in rows:
            seq, commitments = row[1], _read(row[18])[0]
            while follows < seq and len(self.faults) < MOST_FAULTS:
                self._found("missing", case, follows)
                follows += 1
            if row[19] != prev:
                self._found("chain", case, seq)
            if step_hash(_envelope(self.code, row, commitments)) != row[20]:
                self._found("changed", case, seq)
            if commitments or sealed.has(case, seq):
                self._check_values(case, seq, commitments, sealed.of(case, seq))
            follows, prev = seq + 1, row[20]
            self.counts["steps"] += 1
        if row and row[21] >= follows:
            self._found("missing", case, follows)
        elif row and (row[21], row[22]) != (follows - 1, prev):
            self._found("case", case, follows - 1)

    def _check_values(
        self, case: int, seq: int, commitments: dict[str, str], rows: dict[str, tuple[Any, ...]]
    ) -> None:
        for name in rows.keys() - commitments.keys():
            self._found("value", case, seq, name)
        for name, commitment in commitments.items():
            row = rows.get(name)
            found = "gone" if row is None else self._opened(case, seq, row, commitment)
            if found == "gone" and name in _erased(self.office, case):
                found = "erased"
            if found in WRONGS:
                self._found(found, case, seq, name)
            else:
                self.counts[found] += 1

    def _opened(self, case: int, seq: int, row: tuple[Any, ...], commitment: str) -> str:
        _case, _seq, name, text, ciphertext, salt, wrapped = row
        if text is not None and commit(text, salt) == commitment:
            return "values"
        spot, stored = Spot(self.office, case, seq, name), SealedRow(text, ciphertext, salt)
        try:
            data_key = _data_key(self.office, wrapped) if wrapped else None
            value, salt = open_sealed(spot, stored, data_key)
        except keys.KeyMissing:
            return "unreadable"
        except NothingSealed:
            return "gone"
        except keys.SealBroken:
            return "value"
        return "values" if _is_committed(value, text, salt, commitment) else "value"

    def _leaves(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[bytes]:
        for follows, (position, case, seq, leaf, found) in enumerate(rows, start=1):
            if position != follows + self.counts["gaps"]:
                self.counts["gaps"] = position - follows
                self._found("gap", case, seq)
            if found is None:
                self._found("missing", case, seq)
            elif found != leaf:
                self._found("log", case, seq)
            self.counts["positions"] += 1
            yield leaf

    def _check_checkpoint(self, mark: Checkpoint, frontier: Frontier) -> None:
        self.counts["checkpoints"] += 1
        statement = signed(mark)
        case, seq = self._last_before(mark.size)
        if (frontier.size, frontier.root()) != (mark.size, statement.root):
            self._found("root", case, seq)
        known = keys.known_public_keys(self.office)
        if statement.public_key not in known or not statement.is_authentic():
            self._found("signature", case, seq)

    def _last_before(self, position: int) -> tuple[int, int]:
        """Give the step that stands last in the log up to a position."""
        before = Position.objects.filter(office_id=self.office, position__lte=position)
        place = before.order_by("-position").first()
        return (place.case_id, place.seq) if place else (0, 0)

    def _stream(self, sql: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        """Run a query now and give its rows as they are asked for, from a cursor on the server."""
        cursor = self.cursors.enter_context(connection.chunked_cursor())
        cursor.execute(sql, values)
        return chain.from_iterable(iter(partial(cursor.fetchmany, CHUNK), []))

    def _found(self, wrong: str, case: int, seq: int, name: str = "") -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(wrong, case, seq, name))


class _Sealed:
    """The sealed rows of all steps, in the order of the steps."""

    def __init__(self, rows: Iterator[tuple[Any, ...]]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def has(self, case: int, seq: int) -> bool:
        """Tell whether sealed rows of this step (or of a step before it that is missing) come next."""
        return self._next is not None and self._next[:2] <= (case, seq)

    def of(self, case: int, seq: int) -> dict[str, tuple[Any, ...]]:
        """Give the rows of this step by field."""
        found = {}
        while self._next is not None and self._next[:2] <= (case, seq):
            if self._next[:2] == (case, seq):
                found[self._next[2]] = self._next
            self._next = next(self._rows, None)
        return found


@contextmanager
def _audit(office: int) -> Iterator[_Audit]:
    with ExitStack() as cursors:
        cursors.enter_context(_whole_tables())
        yield _Audit(office, office_code(office), cursors)


@contextmanager
def _whole_tables() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(PLANNING, ["1", "off"])
        yield
        cursor.execute(PLANNING, ["0.1", "on"])


def _envelope(office: str, row: tuple[Any, ...], commitments: dict[str, str]) -> Envelope:
    return {
        "action": row[5],
        "actor": row[6],
        "at": row[10],
        "body": row[8],
        "case": row[2],
        "commitments": commitments,
        "entry": row[16],
        "from": row[11],
        "holder": row[9],
        "mechanism": row[3],
        "member": None if row[14] is None else [row[14], row[15]],
        "office": office,
        "prev": row[19].hex(),
        "role": row[7],
        "seq": row[1],
        "to": row[12],
        "tracks": _read(row[13])[0],
        "v": VERSION,
        "values": _read(row[17])[0],
        "version": row[4],
    }


def _is_committed(value: Any, text: str | None, salt: bytes, commitment: str) -> bool:
    """Tell whether this is the value committed to. What is not text was stored as its JSON."""
    if commit(value, salt) == commitment:
        return True
    try:
        return text is not None and commit(json.loads(text), salt) == commitment
    except ValueError:
        return False


def _erased(office: int, case: int) -> set[str]:
    rows = Erasure.objects.filter(office_id=office, case_id=case)
    return set(rows.values_list("field", flat=True))


@lru_cache(maxsize=8)
def _data_key(office: int, wrapped: bytes) -> bytes:
    return keys.unwrap(office, wrapped)


def _placed(faults: list[Fault]) -> tuple[Fault, ...]:
    """Give the faults with their case's number and their place in the log."""
    with connection.cursor() as cursor:
        cursor.execute(PLACES, [[fault.case for fault in faults], [fault.seq for fault in faults]])
        places = {(case, seq): (number, place) for case, number, seq, place in cursor}
    known = [
        replace(fault, number=number, position=place)
        for fault in faults
        for number, place in [places.get((fault.case, fault.seq), ("", None))]
    ]
    return tuple(known)
