"""Random walks through every mechanism: whatever people try, the rules hold."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.rulebook import clocks
from linli.rulebook.casefile import Actor, Duty, Exhibit, Opening, StepRefused
from linli.rulebook.deciding import decide, elapse, openings, standing_of, waiting
from linli.rulebook.deciding.plans import plan_of
from linli.rulebook.forms import code_list

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
AREA = "/310000/310112/310112006/"
KEYS = ["grid-case", "hotline-order", "historic-order", "small-matter"]
WALK = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)  # fmt: skip


def _crowd(mechanism):
    """Give people: one for each role in two bodies, one with all roles, a resident, a stranger."""
    codes = [role.duty or key for key, role in mechanism.roles.items()]
    people = [
        Actor(1, f"account:{code}-{body}", (Duty(code, body, (AREA,)),))
        for code in codes
        for body in (7, 8)
    ]
    everything = tuple(Duty(code, 7, (AREA,)) for code in codes)
    return [
        *people,
        Actor(1, "account:all", everything),
        Actor(1, "resident:r"),
        Actor(1, "account:x"),
    ]


def _answer(field, book, draw):
    """Give a fitting answer to one question."""
    if field.type == "code":
        offered = [code.code for code in code_list(field, book).choices()] or ["自写"]
        return draw(st.sampled_from(offered))
    simple = {
        "text": "说明", "word": "A1", "int": 3, "number": "1.5", "fraction": "2/3", "date": "2026-03-02",
        "moment": "2026-03-02T09:00:00+08:00", "bool": True, "area": AREA, "dwelling": "3-201",
        "place": {"lon": 121.4, "lat": 31.1}, "photo": "a" * 64, "file": "a" * 64,
    }  # fmt: skip
    if field.type == "money":
        return draw(st.sampled_from(["0.10", "33.33", "60", "100"]))
    if field.type == "body":
        return draw(st.sampled_from([7, 8]))
    if field.type == "bodies":
        return draw(st.sampled_from([[7], [8], [7, 8, 9]]))
    return simple[field.type]


def _filled(mechanism, action, book, draw, *, fully):
    rule = mechanism.actions[action]
    return {
        name: _answer(mechanism.fields[name], book, draw)
        for name in rule.fields
        if name in rule.required or fully or draw(st.booleans())
    }


def _exhibits(mechanism, action):
    return [
        Exhibit(need.kind, need.tag, "a" * 64, has_position=True)
        for need in mechanism.actions[action].exhibits
        for _ in range(need.min)
    ]


def _members(case):
    return [None, *((m.kind, m.key) for m in case.members)] if case else [None]


class Walk:
    """One case being tried by everybody."""

    def __init__(self, mechanism, book, draw):
        self.mechanism, self.book, self.draw = mechanism, book, draw
        self.crowd = _crowd(mechanism)
        self.case, self.now, self.steps = None, MONDAY, []

    def try_something(self):
        actions = [*self.mechanism.actions, "fly"]
        if self.case and self.draw(st.booleans()):  # half of the time something that has a chance
            actor = self.draw(st.sampled_from(self.crowd))
            open_now = [o.action for o in openings(self.mechanism, self.case, actor, self.book)]
            actions = open_now or actions
        else:
            actor = self.draw(st.sampled_from(self.crowd))
        action = self.draw(st.sampled_from(actions))
        form, exhibits = {"fly": 1}, []
        if action != "fly":
            form = _filled(self.mechanism, action, self.book, self.draw, fully=False)
            exhibits = _exhibits(self.mechanism, action)[: self.draw(st.integers(0, 9))]
        member = self.draw(st.sampled_from(_members(self.case)))
        before = self.case
        try:
            outcome = decide(
                self.mechanism, self.case, action, actor=actor, at=self.now, form=form,
                exhibits=exhibits, member=member, book=self.book, area=AREA,
            )  # fmt: skip
        except StepRefused as refused:
            outcome, said = None, refused.message
        if outcome is None:
            assert said.zh
            assert said.en
            assert self.case is before
            return
        assert outcome.steps[0].actor == actor.id
        self.check(outcome)

    def go_on(self, actor):
        """Take one of the actions open to an actor, with all that it asks for."""
        mechanism, draw = self.mechanism, self.draw
        offered = openings(mechanism, self.case, actor, self.book) if self.case else []
        starts = [Opening(key) for key in mechanism.starts()] if not self.case else []
        if not offered + starts:
            return
        chosen = draw(st.sampled_from(offered + starts))
        form = _filled(mechanism, chosen.action, self.book, draw, fully=True)
        try:
            outcome = decide(
                mechanism, self.case, chosen.action, actor=actor, at=self.now, form=form,
                exhibits=_exhibits(mechanism, chosen.action), member=chosen.member,
                book=self.book, area=AREA,
            )  # fmt: skip
        except StepRefused:
            return
        self.check(outcome)

    def let_time_pass(self):
        self.now += timedelta(minutes=self.draw(st.sampled_from([1, 50, 500, 5000, 50000])))
        for _ in range(20):
            due = (
                [m for m in clocks.next_moments(self.case.clocks) if m[1] == "breach"]
                if self.case
                else []
            )
            if not due or due[0][2] > self.now:
                return
            outcome = elapse(self.mechanism, self.case, due[0][0], self.now, self.book)
            assert outcome.case.clocks[due[0][0]].breached_at == due[0][2]
            self.check(outcome)

    def check(self, outcome):
        """Assert what must be true of every outcome."""
        mechanism, case = self.mechanism, outcome.case
        before = self.case
        numbers = [step.seq for step in outcome.steps]
        start = before.seq if before else 0
        assert numbers == list(range(start + 1, start + 1 + len(numbers)))
        assert case.seq == start + len(numbers)
        state = before.state if before else ""
        for step in outcome.steps:
            assert step.from_state == state
            action = mechanism.actions[step.action]
            assert state in mechanism.states_named(action.from_) or (action.start and state == "")
            state = step.to_state
        assert case.state == state
        assert not any(mechanism.fields[name].is_sealed for name in case.values)
        assert all(not mechanism.fields[n].is_sealed for step in outcome.steps for n in step.values)
        assert all(mechanism.fields[n].is_sealed for step in outcome.steps for n in step.sealed)
        self.check_members(before, case)
        self.check_separation(before, outcome)
        self.case = case
        self.steps += outcome.steps
        self.check_rebuilt()

    def check_members(self, before, case):
        for kind, key in [(m.kind, m.key) for m in case.members]:
            assert sum((m.kind, m.key) == (kind, key) for m in case.members) == 1
        done = {(m.kind, m.key) for m in (before.members if before else ()) if m.state == "done"}
        assert done <= {(m.kind, m.key) for m in case.members if m.state == "done"}

    def check_separation(self, before, outcome):
        for step in outcome.steps:
            if step.role is None:
                continue
            allowed = [by for by in self.mechanism.actions[step.action].by if by.role == step.role]
            earlier = before.actors if before else {}
            assert any(
                all(step.actor not in earlier.get(other, ()) for other in by.not_actor_of)
                for by in allowed
            )

    def check_rebuilt(self):
        """The case file can be told from its steps alone."""
        values = {}
        for step in self.steps:
            own = self.mechanism.entries[step.entry].fields if step.entry else ()
            values |= {name: value for name, value in step.values.items() if name not in own}
        last = self.steps[-1]
        assert {k: v for k, v in values.items() if v is not None} == dict(self.case.values)
        assert (last.holder, last.tracks, last.to_state) == (
            self.case.holder, self.case.tracks, self.case.state,
        )  # fmt: skip
        if self.mechanism.states[self.case.state].final:
            assert not plan_of(self.mechanism).leaving[self.case.state]
            assert waiting(self.mechanism, self.case) == []
            assert not any(reading.is_running for reading in self.case.clocks.values())


@WALK
@given(key=st.sampled_from(KEYS), data=st.data(), length=st.integers(1, 25))
def test_whatever_people_try_the_rules_hold(book, key, data, length):
    walk = Walk(book.mechanisms[key], book, data.draw)

    for _ in range(length):
        walk.try_something()
        if data.draw(st.booleans()):
            walk.let_time_pass()


@WALK
@given(key=st.sampled_from(KEYS), data=st.data(), length=st.integers(5, 40))
def test_nobody_with_every_role_may_do_what_needs_another(book, key, data, length):
    walk = Walk(book.mechanisms[key], book, data.draw)
    alone = next(actor for actor in walk.crowd if actor.id == "account:all")

    for _ in range(length):
        walk.go_on(alone)


@WALK
@given(key=st.sampled_from(KEYS), data=st.data(), length=st.integers(1, 20))
def test_openings_are_exactly_what_decide_accepts(book, key, data, length):
    mechanism = book.mechanisms[key]
    walk = Walk(mechanism, book, data.draw)
    for _ in range(length):
        walk.try_something()
    if walk.case is None:
        return

    actor = data.draw(st.sampled_from(walk.crowd))
    offered = openings(mechanism, walk.case, actor, book)

    for action, rule in mechanism.actions.items():
        for member in _members(walk.case) if rule.participant else [None]:
            form = _filled(mechanism, action, book, data.draw, fully=True)
            try:
                decide(
                    mechanism, walk.case, action, actor=actor, at=walk.now, form=form,
                    exhibits=_exhibits(mechanism, action), member=member, book=book,
                )  # fmt: skip
                code = ""
            except StepRefused as refused:
                code = refused.code
            rests_on_form = plan_of(mechanism).moves[action].asks_guard_of_form
            if not (code == "guard" and rests_on_form):
                assert (Opening(action, member) in offered) is (code == "")


@WALK
@given(key=st.sampled_from(KEYS), data=st.data(), length=st.integers(1, 15))
def test_somebody_expected_to_act_may_act(book, key, data, length):
    mechanism = book.mechanisms[key]
    walk = Walk(mechanism, book, data.draw)
    for _ in range(length):
        walk.try_something()
    if walk.case is None:
        return

    for row in waiting(mechanism, walk.case):
        who = row.person or "account:new"
        actor = Actor(1, who, (Duty(row.duty, row.body, (AREA,)),))
        assert standing_of(mechanism, walk.case, row.action, actor, row.member)
        assert Opening(row.action, row.member) in openings(mechanism, walk.case, actor, book)


@WALK
@given(key=st.sampled_from(KEYS), data=st.data())
def test_the_same_question_has_the_same_answer(book, key, data):
    mechanism = book.mechanisms[key]
    actor = Actor(
        1, "account:all", tuple(Duty(r.duty or k, 7, (AREA,)) for k, r in mechanism.roles.items())
    )
    action = data.draw(st.sampled_from(mechanism.starts()))
    form = _filled(mechanism, action, book, data.draw, fully=True)

    def ask():
        try:
            return decide(
                mechanism, None, action, actor=actor, at=MONDAY, form=form,
                exhibits=_exhibits(mechanism, action), book=book, area=AREA,
            )  # fmt: skip
        except StepRefused as refused:
            return refused.code, refused.message

    assert ask() == ask()
