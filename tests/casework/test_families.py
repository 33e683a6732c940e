"""Parents and children: both doors, the clocks and a case told again leave the same rows, and numbers tell who is whose."""

from datetime import timedelta

import pytest
from building import AT, photo
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_history import TABLES, Play, rows_written, salted, salted_actions  # noqa: F401 a fixture

from linli.casework import actions
from linli.casework.history import Command, HistoricCase, append_history
from linli.casework.journal.reading import locked_case
from linli.casework.journal.rebuilding import rebuild_case
from linli.casework.models import Case, Step
from linli.casework.queries import case_view
from linli.casework.sequencing import sequence
from linli.casework.turns.timers import fire_due
from linli.rulebook.casefile import Actor, Duty, Exhibit
from linli.rulebook.deciding import openings
from linli.rulebook.loading import shipped

PARENT = "safety-inspection"
DUTIES = ("inspector", "handler", "supervisor")
CHANCE = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
DRAWS = st.lists(st.integers(0, 5000), min_size=60, max_size=260)


def _jack(office, name="jack"):
    duties = tuple(Duty(code, office.bodies["patrol"], ("/310000/",)) for code in DUTIES)
    return Actor(office.id, f"account:{name}", duties)


class FamilyPlay(Play):
    """Inspections and the hazards they open, at random."""

    def open(self, key):
        by, form = _jack(self.office), {"site": f"厂{key}", "topic": "work"}
        receipt = actions.open_case(
            mechanism=PARENT, action="plan", by=by, at=self.at, form=form, key=key, source="web"
        )
        self.notes[receipt.case_id] = (receipt.number, [Command("plan", by, self.at, form)], [key])

    def act(self, key):
        everyone = list(Case.objects.order_by("id").values_list("id", "number"))
        case, number = everyone[self.draw(len(everyone))]
        held = locked_case(case)
        people = [_jack(self.office), _jack(self.office, "jill")]
        offers = [
            (actor, opening)
            for actor in people
            for opening in openings(held.mechanism, held.casefile, actor, shipped())
        ]
        if not offers:
            return
        by, opening = offers[self.draw(len(offers))]
        rule = held.mechanism.actions[opening.action]
        form = {name: self.answer(held.mechanism, name) for name in rule.fields}
        exhibits = [
            Exhibit(need.kind, need.tag, "ab" * 32, has_position=True) for need in rule.exhibits
        ]
        try:
            actions.perform(
                case=case, action=opening.action, by=by, at=self.at, form=form, exhibits=exhibits,
                key=key, revision=None,
            )  # fmt: skip
        except actions.StepRefused:
            return
        head, *path = number.rsplit("-", number.count("-") - 1)
        _, commands, keys = next(note for note in self.notes.values() if note[0] == head)
        child = tuple(int(nth) for nth in path)
        commands.append(Command(opening.action, by, self.at, form, exhibits, child=child))
        keys.append(key)

    def answer(self, mechanism, name):
        rule = mechanism.fields[name]
        if rule.type == "bool":
            return self.draw(2) == 0
        if rule.type == "body":
            return self.office.bodies["patrol"]
        return super().answer(mechanism, name)

    def historic(self):
        return [
            HistoricCase(PARENT, commands, source="web", number=number, keys=dict(enumerate(keys)))
            for number, commands, keys in self.notes.values()
        ]


@CHANCE
@given(draws=DRAWS, moves=st.integers(8, 40))
def test_both_doors_leave_the_same_rows_with_children(office, salted_actions, draws, moves):  # noqa: F811
    play = FamilyPlay(office, draws)
    with transaction.atomic():
        play.play(moves)
        performed = rows_written(parents=True)
        transaction.set_rollback(True)

    with transaction.atomic():
        append_history(
            office=office.id, cases=play.historic(), book=shipped(), until=play.at, salts=salted
        )
        sequence()
        appended = rows_written(parents=True)
        transaction.set_rollback(True)

    for table in TABLES:
        assert appended[table] == performed[table], table


@CHANCE
@given(draws=DRAWS, moves=st.integers(8, 40))
def test_parents_and_children_told_again_stand_as_they_stood(office, draws, moves):
    with transaction.atomic():
        play = FamilyPlay(office, draws)
        play.play(moves)
        before = rows_written(parents=True)

        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM casework_inboxrow")
            cursor.execute("DELETE FROM casework_timer")
        for case in Case.objects.order_by("id").values_list("id", flat=True):
            rebuild_case(case, play.at)
        after = rows_written(parents=True)
        transaction.set_rollback(True)

    for table in TABLES:
        assert after[table] == before[table], table


@pytest.fixture
def inspected(office):
    """Give the case of an inspection that has found two hazards and is summed up, and what takes a step."""
    jack = _jack(office)

    def step(case, action, by=jack, at=AT, tags=(), **form):
        exhibits = [photo(tag) for tag in tags]
        return actions.perform(
            case=case, action=action, by=by, at=at, form=form, exhibits=exhibits,
            key=f"{case}-{action}-{Step.objects.count()}", revision=None,
        )  # fmt: skip

    receipt = actions.open_case(
        mechanism=PARENT,
        action="plan",
        by=jack,
        at=AT,
        form={"site": "甲厂", "topic": "work"},
        key="plan",
    )
    step(receipt.case_id, "begin", tags=["point"])
    for finding in ("通道堵塞", "线路老化"):
        step(
            receipt.case_id, "order", tags=["before"], finding=finding, level="ordinary",
            unit=office.bodies["patrol"],
        )  # fmt: skip
    step(receipt.case_id, "sum_up", tags=["record"])
    return receipt, step


def test_child_knows_its_parent_and_each_is_seen_from_the_other(office, inspected):
    parent, _ = inspected
    children = list(Case.objects.filter(parent_id=parent.case_id).order_by("id"))

    above = case_view(number=parent.number, actor=_jack(office), at=AT)
    below = case_view(number=children[0].number, actor=_jack(office), at=AT)

    assert [child.number for child in children] == [f"{parent.number}-1", f"{parent.number}-2"]
    assert {row.id for row in above.related} == {child.id for child in children}
    assert parent.case_id in {row.id for row in below.related}
    assert below.texts["what"] == "通道堵塞"
    opening = Step.objects.get(case_id=children[0].id, seq=1)
    assert (opening.actor, opening.role, opening.values["@parent"]) == (
        "account:jack",
        "inspector",
        parent.number,
    )


def test_parent_closes_with_its_last_child_in_the_same_transaction(office, inspected):
    parent, step = inspected
    one, two = Case.objects.filter(parent_id=parent.case_id).order_by("id")

    for case in (one.id, two.id):
        step(case, "remedy", tags=["after"], remedy="已改")
        state_before = Case.objects.get(id=parent.case_id).state
        step(case, "recheck", by=_jack(office, "jill"), passed=True)

    closed = Step.objects.filter(case_id=parent.case_id).latest("seq")
    assert state_before == "rectifying"
    assert (closed.action, closed.actor) == ("close", "auto:rule")
    assert closed.values["@children"] == {
        "1": ["hazard", "rectified", "over", "done"],
        "2": ["hazard", "rectified", "over", "done"],
    }
    assert Case.objects.get(id=parent.case_id).state == "closed"


def test_refused_child_leaves_neither_parent_step_nor_child(office, inspected):
    parent, step = inspected
    before = (Case.objects.count(), Step.objects.count())

    with pytest.raises(actions.StepRefused):
        step(parent.case_id, "order", tags=["before"], finding="再查", level="ordinary", unit=1)

    assert (Case.objects.count(), Step.objects.count()) == before


def test_clocks_of_a_family_elapse_in_order_by_the_worker(office, inspected):
    parent, _ = inspected

    while fire_due(AT + timedelta(days=60)):
        pass

    supervised = Step.objects.filter(action="supervise").order_by("at", "case_id")
    assert {step.actor for step in supervised} == {"auto:clock"}
    assert len(supervised) == 3
    assert [step.case_id for step in supervised][-1] == parent.case_id
