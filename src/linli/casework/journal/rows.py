"""The rows that a run leaves in each table: one dict a row, keys as the columns are called."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from linli.casework import keys
from linli.casework.hashing import SALT_BYTES, Origin, commit, envelope_of, step_hash
from linli.casework.journal.casefiles import columns_of, written_bytes, written_moment
from linli.casework.journal.referring import entry_key
from linli.casework.journal.runs import CLOSED, Run, main_clocks
from linli.casework.sealing import Spot, seal
from linli.registry.asking.statements import array
from linli.rulebook.casefile import ClockReading, StepDraft
from linli.rulebook.clocks import next_moments
from linli.rulebook.deciding import Waiting
from linli.rulebook.mechanism import FieldRule, Mechanism

Row = dict[str, Any]
Salter = Callable[[str, int, str], bytes]
WORDS = FieldRule(type="text", zh="附件", en="Attachment")


def random_salt(number: str, seq: int, field_name: str) -> bytes:
    """Give a fresh salt. What it is for does not matter; tests give salts that depend on it."""
    del number, seq, field_name
    return secrets.token_bytes(SALT_BYTES)


@dataclass
class Rows:
    """What one run adds to the tables that only grow, and how the projections stand after it."""

    steps: list[Row] = field(default_factory=list)
    sealed: list[Row] = field(default_factory=list)
    entries: list[Row] = field(default_factory=list)
    exhibits: dict[str, str] = field(default_factory=dict)
    last_hash: bytes = b""


@dataclass
class Scribe:
    """Writes down the steps of one case: commits to what is sealed and chains the hashes."""

    run: Run
    data_key: bytes | None = None
    salt: Salter = random_salt

    @cached_property
    def _origin(self) -> Origin:
        held = self.run.held
        mechanism = held.mechanism
        return Origin(held.office_code, held.number, mechanism.mechanism, mechanism.version)

    def rows(self) -> Rows:
        """Give the rows of all steps of the run."""
        rows = Rows(last_hash=self.run.held.last_hash)
        for step, key in self.run.steps:
            commitments = self._seal(step, rows)
            prev = rows.last_hash
            rows.last_hash = step_hash(envelope_of(self._origin, step, commitments, prev))
            rows.steps.append(self._step(step, key, commitments, prev, rows.last_hash))
            if step.entry:
                rows.entries.append(self._entry(step))
        return rows

    def _seal(self, step: StepDraft, rows: Rows) -> dict[str, str]:
        fields = self.run.mechanism.fields
        commitments = {
            name: self._sealed(step.seq, name, value, fields[name], rows)
            for name, value in step.sealed.items()
        }
        for nth, exhibit in enumerate(step.exhibits, start=1):
            name = exhibit_field(exhibit.kind, exhibit.tag, nth)
            commitments[name] = self._sealed(step.seq, name, exhibit.sha256, WORDS, rows)
            rows.exhibits[exhibit.sha256] = exhibit.tag
        return commitments

    def _sealed(self, seq: int, name: str, value: Any, rule: FieldRule, rows: Rows) -> str:
        held = self.run.held
        salt = self.salt(held.number, seq, name)
        stored = seal(Spot(held.office, held.id, seq, name), value, rule, salt, self.data_key)
        rows.sealed.append(
            {
                "case_id": held.id,
                "seq": seq,
                "field": name,
                "office_id": held.office,
                "salt": written_bytes(stored.salt),
                "text": stored.text,
                "ciphertext": written_bytes(stored.ciphertext),
                "lookup": written_bytes(stored.lookup),
            }
        )
        return commit(value, salt)

    def _step(
        self, step: StepDraft, key: str | None, commitments: Row, prev: bytes, own: bytes
    ) -> Row:
        held = self.run.held
        kind, member = step.member or (None, None)
        return {
            "case_id": held.id,
            "seq": step.seq,
            "office_id": held.office,
            "key": key,
            "mechanism": held.mechanism.mechanism,
            "action": step.action,
            "actor": step.actor,
            "role": step.role,
            "body": step.body,
            "holder": step.holder,
            "at": written_moment(step.at),
            "from_state": step.from_state,
            "to_state": step.to_state,
            "tracks": step.tracks,
            "member_kind": kind,
            "member_key": member,
            "entry": step.entry,
            "values": step.values,
            "commitments": commitments,
            "prev_hash": written_bytes(prev),
            "hash": written_bytes(own),
        }

    def _entry(self, step: StepDraft) -> Row:
        rule = self.run.mechanism.entries[step.entry or ""]
        amount = step.values.get(rule.amount) if rule.amount else None
        return {
            "case_id": self.run.held.id,
            "office_id": self.run.held.office,
            "seq": step.seq,
            "kind": step.entry,
            "at": written_moment(step.at),
            "amount": amount,
            "values": {name: step.values[name] for name in rule.fields if name in step.values},
        }


def bears_person(run: Run) -> bool:
    """Say whether a step of the run holds a personal value, which needs the case's data key."""
    fields = run.mechanism.fields
    return any(fields[name].personal for step, _ in run.steps for name in step.sealed)


def exhibit_field(kind: str, tag: str, nth: int) -> str:
    """Give the name an exhibit is committed to and sealed under: '@photo.before.1'."""
    return f"@{kind}.{tag}.{nth}"


def case_row(run: Run, last_hash: bytes) -> Row:
    """Give the columns of the case that change as it goes on."""
    case, shows, place = run.file, run.mechanism.shows, run.place
    state = run.mechanism.states[case.state]
    due = due_reading(run.mechanism, case.state, case.clocks)
    return {
        **columns_of(case),
        "phase": state.phase,
        "category": (case.values.get(shows.category) or "") if shows.category else "",
        "cell_id": place.cell,
        "lon": place.lon,
        "lat": place.lat,
        "datum": place.datum,
        "closed_at": run.closed_at and written_moment(run.closed_at),
        "due_at": due and due.due_at and written_moment(due.due_at),
        "breached": run.breached,
        "entry_key": entry_key(run),
        "last_hash": written_bytes(last_hash),
    }


def opening_row(run: Run, *, access: bytes) -> Row:
    """Give the columns of the case that stay as they were when it was opened."""
    held = run.held
    return {
        "id": held.id,
        "office_id": held.office,
        "number": held.number,
        "mechanism": held.mechanism.mechanism,
        "definition_id": held.definition,
        "parent_id": run.parent,
        "access": written_bytes(access),
        "source": run.source,
        "opened_at": written_moment(run.steps[0][0].at),
    }


def due_reading(
    mechanism: Mechanism, state: str, readings: Mapping[str, ClockReading]
) -> ClockReading | None:
    """Give the running clock that an open case is due by: the first main one, else the first of any.

    A period that has run out is nobody's delay: no case is late by it.
    """
    if mechanism.states[state].phase in CLOSED:
        return None
    rules = mechanism.clocks
    running = [
        one
        for one in readings.values()
        if one.is_running
        and not (one.breached_at and one.clock in rules and rules[one.clock].period)
    ]
    mains = [reading for reading in running if reading.clock in main_clocks(mechanism)]
    return min(mains or running, key=lambda reading: (reading.due_at, reading.clock), default=None)


def participant_rows(run: Run) -> list[Row]:
    """Give the participants that came or changed in the run, as they stand now."""
    held = run.held
    before = set(held.casefile.members) if held.casefile else set()
    return [
        {
            "case_id": held.id,
            "office_id": held.office,
            "kind": member.kind,
            "key": member.key,
            "state": member.state,
            "weight": member.weight,
        }
        for member in run.file.members
        if member not in before
    ]


def timer_rows(run: Run) -> list[Row]:
    """Give the timers that must be set: the due moment of every running clock not yet breached.

    Amber moments need none: nothing happens at them, pages read them off the clock.
    """
    held = run.held
    return [
        {
            "case_id": held.id,
            "office_id": held.office,
            "clock": clock,
            "kind": kind,
            "due_at": written_moment(due_at),
        }
        for clock, kind, due_at in next_moments(run.file.clocks)
        if kind == "breach"
    ]


def inbox_row(run: Run, wait: Waiting, since: datetime) -> Row:
    """Give the row of one expected action."""
    kind, key = wait.member or (None, None)
    area = run.file.area
    return {
        "case_id": run.held.id,
        "office_id": run.held.office,
        "action": wait.action,
        "duty": wait.duty,
        "scope": wait.scope,
        "area": area,
        "body": wait.body,
        "person": wait.person,
        "member_kind": kind,
        "member_key": key,
        "barred": array(wait.barred),
        "wait": wait_mark(wait, area),
        "since": written_moment(since),
    }


def wait_mark(wait: Waiting, area: str) -> str:
    """Give what tells one expected action of a case from another, and from itself when it is another's."""
    kind, key = wait.member or ("", "")
    parts = (
        wait.action,
        wait.duty,
        wait.scope,
        area,
        wait.body or "",
        wait.person or "",
        kind,
        key,
    )
    return "|".join(map(str, (*parts, *wait.barred)))


def wrapped_key(office: int, data_key: bytes) -> bytes:
    """Give a case's data key as it is stored."""
    return keys.wrap(office, data_key)
