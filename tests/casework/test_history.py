from datetime import timedelta
from functools import partial
from hashlib import sha256

import pytest
from building import AT, IN_FIRST, IN_SECOND, NOWHERE, photo
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.casework import actions
from linli.casework.history import Command, HistoricCase, HistoryRefused, append_history
from linli.casework.journal import families
from linli.casework.journal.reading import locked_case
from linli.casework.journal.rebuilding import rebuild_case
from linli.casework.journal.rows import Scribe
from linli.casework.models import Case, Step
from linli.casework.sealing import data_key_of
from linli.casework.sequencing import sequence
from linli.casework.turns.timers import fire_due
from linli.registry.isolation import current_office
from linli.rulebook.deciding import openings
from linli.rulebook.forms import clean
from linli.rulebook.loading import shipped

TABLES = (
    "case", "step", "participant", "entry", "timer", "inboxrow", "sealed", "casekey", "attachment",
    "pending", "position",
)  # fmt: skip
BY_CHANCE = {"id", "ciphertext", "wrapped", "definition_id"}
PLACES = (IN_FIRST, IN_SECOND, NOWHERE, None)


def salted(number, seq, field):
    return sha256(f"{number}/{seq}/{field}".encode()).digest()[:16]


def rows_written(*, parents=False):
    """Give every row of every table, with cases named by their number, and parents too when asked."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT * FROM casework_{table}")  # noqa: S608
            names = [column.name for column in cursor.description]
            found[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    numbers = {row["id"]: row["number"] for row in found["case"]}
    _check_log(found["position"])
    for rows in found.values():
        for row in rows:
            if parents and row.get("parent_id"):
                row["parent_id"] = numbers[row["parent_id"]]
            if "case_id" in row:
                row["case_id"] = numbers[row["case_id"]]
            for name in BY_CHANCE & row.keys():
                row[name] = row[name] is not None
            for name, value in row.items():
                row[name] = bytes(value) if isinstance(value, memoryview) else value
    return {table: sorted(rows, key=repr) for table, rows in found.items()}


def _check_log(positions):
    """The log has no gap and keeps each case's order; which of two cases came first, the doors may differ in."""
    assert sorted(row["position"] for row in positions) == list(range(1, len(positions) + 1))
    in_order = sorted(positions, key=lambda row: row.pop("position"))
    by_case = {}
    for row in in_order:
        by_case.setdefault(row["case_id"], []).append(row["seq"])
    assert all(seqs == sorted(seqs) for seqs in by_case.values())


class Play:
    """Plays random commands through perform() and notes them down for append_history()."""

    def __init__(self, office, draws):
        self.office = office
        self.draws = iter(draws)
        self.at = AT
        self.notes = {}

    def draw(self, count):
        return next(self.draws, 0) % max(1, count)

    def play(self, moves):
        for nth in range(moves):
            self.at += timedelta(minutes=self.draw(4000) + 1, seconds=7)
            if self.draw(2):
                fire_due(self.at)
            if len(self.notes) < 3 and (not self.notes or self.draw(3) == 0):
                self.open(f"key-{nth}")
            else:
                self.act(f"key-{nth}")
        self.at += timedelta(days=self.draw(90))
        while fire_due(self.at):
            pass
        sequence()

    def open(self, key):
        who, action = (("resident", "report"), ("operator", "register"))[self.draw(2)]
        by = self.office.actors.get(who) or self.office.resident
        form = {"what": f"第 {key} 件", "phone": "13800000000", "address": "某路口"}
        place = PLACES[self.draw(4)]
        form |= {"place": place} if place else {}
        receipt = actions.open_case(
            mechanism="grid-case",
            action=action,
            by=by,
            at=self.at,
            form=form,
            key=key,
            source="web",
        )
        self.notes[receipt.case_id] = (receipt.number, [Command(action, by, self.at, form)], [key])

    def act(self, key):
        case = list(self.notes)[self.draw(len(self.notes))]
        held = locked_case(case)
        actors = [*self.office.actors.values(), self.office.resident]
        offers = [
            (actor, opening)
            for actor in actors
            for opening in openings(held.mechanism, held.casefile, actor, shipped())
        ]
        if not offers:
            return
        by, opening = offers[self.draw(len(offers))]
        rule = held.mechanism.actions[opening.action]
        form = {name: self.answer(held.mechanism, name) for name in rule.fields}
        exhibits = [photo(need.tag) for need in rule.exhibits][: 1 + self.draw(2)]
        try:
            actions.perform(
                case=case, action=opening.action, by=by, at=self.at, form=form, exhibits=exhibits,
                key=key, revision=None, member=opening.member,
            )  # fmt: skip
        except actions.StepRefused:
            return
        _, commands, keys = self.notes[case]
        commands.append(Command(opening.action, by, self.at, form, exhibits, opening.member))
        keys.append(key)

    def answer(self, mechanism, name):
        field = mechanism.fields[name]
        if field.type == "code":
            listed = field.codes if isinstance(field.codes, list) else None
            choices = listed or [c.code for c in shipped().codes[field.codes].choices()]
            return choices[self.draw(len(choices))]
        bodies = list(self.office.bodies.values())
        if field.type == "body":
            return bodies[self.draw(len(bodies))]
        if field.type == "bodies":
            return bodies[: 1 + self.draw(3)]
        if field.type == "place":
            return PLACES[self.draw(3)]
        return f"说明{self.draw(9)}"

    def historic(self):
        return [
            HistoricCase(
                mechanism="grid-case",
                steps=commands,
                source="web",
                number=number,
                keys=dict(enumerate(keys)),
            )
            for number, commands, keys in self.notes.values()
        ]


@pytest.fixture
def salted_actions(monkeypatch):
    monkeypatch.setattr(families, "Scribe", partial(Scribe, salt=salted))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(draws=st.lists(st.integers(0, 5000), min_size=40, max_size=220), moves=st.integers(4, 26))
def test_both_doors_leave_the_same_rows_and_hashes(office, salted_actions, draws, moves):
    play = Play(office, draws)
    with transaction.atomic():
        play.play(moves)
        performed = rows_written()
        transaction.set_rollback(True)

    with transaction.atomic():
        append_history(
            office=office.id, cases=play.historic(), book=shipped(), until=play.at, salts=salted
        )
        sequence()
        appended = rows_written()
        transaction.set_rollback(True)

    for table in TABLES:
        assert appended[table] == performed[table], table
    assert len(performed["step"]) >= len(performed["case"]) > 0


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(draws=st.lists(st.integers(0, 5000), min_size=40, max_size=220), moves=st.integers(4, 26))
def test_a_case_told_again_from_its_steps_stands_as_it_stood(office, draws, moves):
    with transaction.atomic():
        play = Play(office, draws)
        play.play(moves)
        before = rows_written()

        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM casework_inboxrow")
            cursor.execute("DELETE FROM casework_timer")
            cursor.execute("DELETE FROM casework_participant")
            cursor.execute(
                "UPDATE casework_case SET state = '?', clocks = '{}', values = '{}', breached = NOT breached"
            )
        for case in play.notes:
            rebuild_case(case, play.at)

        after = rows_written()
        transaction.set_rollback(True)

    for table in TABLES:
        assert after[table] == before[table], table


def test_a_refused_past_is_named_and_leaves_nothing(office):
    past = HistoricCase(
        mechanism="grid-case",
        steps=[
            Command("report", office.resident, AT, {"what": "路灯不亮"}),
            Command("close", office.actors["caller"], AT, {}),
        ],
    )

    with pytest.raises(HistoryRefused) as met, transaction.atomic():
        append_history(office=office.id, cases=[past], book=shipped(), until=AT)
    assert (met.value.nth, met.value.action) == (0, "close")
    assert (Case.objects.count(), Step.objects.count()) == (0, 0)


def test_personal_values_of_the_past_can_be_read_with_the_cases_own_key(office):
    form = {"what": "路灯不亮", "phone": "13912345678"}
    past = HistoricCase("grid-case", [Command("report", office.resident, AT, form)])

    append_history(office=office.id, cases=[past], book=shipped(), until=AT)

    case = Case.objects.get()
    assert data_key_of(current_office(), case.id) is not None
    told = actions.reveal(
        case=case.id, field="phone", by=office.actors["operator"], at=AT, reason="回电核实"
    )
    assert told.text == "13912345678"
    assert clean(locked_case(case.id).mechanism, "report", form, shipped())["phone"] == told.text
