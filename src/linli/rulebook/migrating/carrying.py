"""Carrying a case file over to another version as a document says, or saying why it cannot be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from linli.rulebook import clocks, tables
from linli.rulebook.casefile import Casefile, ClockReading, revised
from linli.rulebook.forms import Unfit, value_of
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Label, Mechanism
from linli.rulebook.migrating.document import Migration
from linli.rulebook.workdays import CHINA, CalendarMissing

NONE = Label(zh="—", en="—")


class Blocked(Exception):
    """The case cannot go on under the other version; `reasons` say why, each in both languages."""

    def __init__(self, *reasons: Label) -> None:
        super().__init__("; ".join(reason.en for reason in reasons))
        self.reasons = reasons


@dataclass
class _Carrying:
    document: Migration
    old: Mechanism
    new: Mechanism
    book: Book
    reasons: list[Label] = field(default_factory=list)

    def state(self, case: Casefile) -> str:
        """Give the state in the other version."""
        found = self.document.states.get(case.state, case.state)
        if found not in self.new.states:
            was = self.old.states[case.state]
            self.block(f"新版没有状态“{was.zh}”", f"the version has no state “{was.en}”")
        return found

    def tracks(self, case: Casefile) -> dict[str, str]:
        """Give where each track of the other version stands."""
        found = {key: track.initial for key, track in self.new.tracks.items()}
        for key, was in case.tracks.items():
            rule = self.old.tracks[key]
            becomes = self.document.tracks.get(key, {}).get(was, was)
            if key in found and becomes in self.new.tracks[key].states:
                found[key] = becomes
            elif was != rule.initial:
                now = rule.states[was]
                self.block(
                    f"新版没有“{rule.zh}：{now.zh}”", f"the version has no “{rule.en}: {now.en}”"
                )
        return found

    def values(self, case: Casefile) -> dict[str, Any]:
        """Give the values under the names of the other version, with the defaults of what was not there."""
        found: dict[str, Any] = {}
        for name, value in case.values.items():
            target = self.document.fields.get(name, name)
            if target is not None and self.fits(name, target, value):
                found[target] = value
        fresh = {
            key: rule.default
            for key, rule in self.new.fields.items()
            if rule.default is not None and key not in self.old.fields
        }
        given = {
            key: value_of(self.new.fields[key], value, self.book)
            for key, value in self.document.defaults.items()
        }
        return {**fresh, **given, **found}

    def fits(self, name: str, target: str, value: Any) -> bool:
        """Tell whether a value may stand in a field of the other version; if not, the case is blocked."""
        was, rule = self.old.fields[name], self.new.fields.get(target)
        if rule is None:
            self.block(
                f"新版没有字段“{was.zh}”，迁移文件也没有说明去向",
                f"the version has no field “{was.en}” and the document does not say where it goes",
            )
            return False
        if rule.type != was.type:
            self.block(f"“{was.zh}”在新版是另一种类型", f"“{was.en}” is of another type there")
            return False
        if rule.type == "code":
            try:
                value_of(rule, value, self.book)
            except Unfit as unfit:
                self.block(f"“{was.zh}”：{unfit.label.zh}", f"{was.en}: {unfit.label.en}")
                return False
        return True

    def check_members(self, case: Casefile) -> None:
        """Block a case with participants or entries that the other version does not know."""
        for member in case.members:
            kind = self.new.participants.get(member.kind)
            if kind is None or member.state not in kind.states:
                was = self.old.participants[member.kind]
                self.block(
                    f"新版没有“{was.zh}：{was.states[member.state].zh}”",
                    f"the version has no “{was.en}: {was.states[member.state].en}”",
                )
        for key in case.entry_counts:
            if key not in self.new.entries:
                entries = self.old.entries[key]
                self.block(
                    f"新版没有“{entries.zh}”的记录", f"the version has no entries “{entries.en}”"
                )

    def timed(self, case: Casefile, at: datetime) -> Casefile:
        """Give the case with its clocks: those kept go on, those named begin anew, new ones begin."""
        kept = {
            key: reading
            for key, reading in case.clocks.items()
            if key in self.new.clocks and self.document.clocks.get(key) != "restart"
        }
        bare = revised(case, clocks=kept)

        def outputs(table: str) -> Mapping[str, Any]:
            decision, kinds = self.new.decisions[table], tables.kinds_of(self.new)
            return tables.decide(decision, bare.values, kinds)

        try:
            readings = clocks.advance(self.new, None, bare, at, self.book.calendars, outputs)
        except CalendarMissing as missing:
            raise Blocked(missing.message) from missing
        except tables.Undecided as undecided:
            raise Blocked(undecided.message) from undecided
        return revised(bare, clocks=dict(readings))

    def block(self, zh: str, en: str) -> None:
        """Note why the case cannot go on."""
        self.reasons.append(Label(zh=zh, en=en))


def carried(
    document: Migration, old: Mechanism, new: Mechanism, case: Casefile, at: datetime, book: Book
) -> Casefile:
    """Give the case file as it goes on under the new version; what was done stays done. Raises Blocked."""
    carrying = _Carrying(document, old, new, book)
    carrying.check_members(case)
    state, tracks, values = carrying.state(case), carrying.tracks(case), carrying.values(case)
    if carrying.reasons:
        raise Blocked(*carrying.reasons)
    moved = revised(
        case, version=new.version, state=state, tracks=tracks, values=values, seq=case.seq + 1
    )
    return carrying.timed(moved, at)


def changes(
    document: Migration, old: Mechanism, new: Mechanism, was: Casefile, now: Casefile
) -> Iterator[Label]:
    """Say what is otherwise after a migration; nothing when only the version is."""
    if was.state != now.state:
        yield _arrow(old.states[was.state], new.states[now.state])
    for key, track in new.tracks.items():
        before = old.tracks[key].states[was.tracks[key]] if key in was.tracks else NONE
        if key not in was.tracks or was.tracks[key] != now.tracks[key]:
            yield _named(track, _arrow(before, track.states[now.tracks[key]]))
    yield from _changed_values(document, old, new, was, now)
    for key in sorted(was.clocks.keys() | now.clocks.keys()):
        dues = [_due(c.clocks.get(key)) for c in (was, now)]
        if dues[0] != dues[1]:
            rule_of_clock = new.clocks.get(key) or old.clocks[key]
            yield _named(rule_of_clock, _arrow(*dues))


def _changed_values(
    document: Migration, old: Mechanism, new: Mechanism, was: Casefile, now: Casefile
) -> Iterator[Label]:
    renamed = {a: b for a, b in document.fields.items() if b is not None and a in was.values}
    for name, target in renamed.items():
        yield _named(new.fields[target], _arrow(*(Label(zh=key, en=key) for key in (name, target))))
    rest = (was.values.keys() | now.values.keys()) - {*renamed, *renamed.values()}
    for name in sorted(rest):
        if was.values.get(name) != now.values.get(name):
            rule = new.fields.get(name) or old.fields[name]
            yield _named(rule, _arrow(*(_plain(c.values.get(name)) for c in (was, now))))


def _named(label: Label, said: Label) -> Label:
    return Label(zh=f"{label.zh}：{said.zh}", en=f"{label.en}: {said.en}")


def _arrow(was: Label, now: Label) -> Label:
    return Label(zh=f"{was.zh} → {now.zh}", en=f"{was.en} → {now.en}")


def _plain(value: Any) -> Label:
    text = "—" if value in (None, "") else str(value)
    return Label(zh=text, en=text)


def _due(reading: ClockReading | None) -> Label:
    if reading is None or reading.ended_at is not None:
        return NONE
    if reading.due_at is None:
        return Label(zh="暂停", en="paused")
    text = reading.due_at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
    return Label(zh=text, en=text)
