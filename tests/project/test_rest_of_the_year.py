"""The demo's year holds every mechanism of the book, done by the people of the street."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest

from linli.budget.models import Document
from linli.budget.queries import unposted
from linli.casework.definitions import publish
from linli.casework.models import Case, Step
from linli.project.demo.doings import Street, do_the_rest, groups
from linli.project.demo.script import ScriptWrong, scripts, town_names
from linli.project.demo.settling import settle
from linli.registry.isolation import office_transaction
from linli.rulebook.loading import shipped

UNTIL = datetime(2026, 3, 5, 4, 0, tzinfo=UTC)
ELSEWHERE = {"facility-gap", "facility-reach", "historic-order", "survey-answer"}


@pytest.fixture
def street(db):
    start = UNTIL - timedelta(days=365)
    settled = settle(town_names(), "!", start - timedelta(days=30), 1)
    with office_transaction(settled.office):
        publish(shipped(), office=settled.office)
    return Street(settled, town_names(), ("ab" * 32,), start, UNTIL)


def test_every_mechanism_is_at_work_in_the_demo_and_real_accounts_did_it(street):
    do_the_rest(street, scale=0)

    with office_transaction(street.settled.office):
        there = set(Case.objects.values_list("mechanism", flat=True))
        acted = {actor.split(":")[0] for actor in Step.objects.values_list("actor", flat=True)}
        people = {one.actor.id for one in street.settled.people}
        strangers = (
            set(Step.objects.filter(actor__startswith="account").values_list("actor", flat=True))
            - people
        )
    own = {script.mechanism for script in scripts()}
    assert set(shipped().mechanisms) - there == own | ELSEWHERE
    assert acted <= {"account", "resident", "auto"}
    assert strangers == set()


def test_what_lies_ahead_is_left_to_do(street):
    do_the_rest(street, scale=1)

    with office_transaction(street.settled.office):
        last = Step.objects.order_by("-at").values_list("at", flat=True)[0]
        phases = Counter(Case.objects.values_list("phase", flat=True))
        loose, money = unposted(), Document.objects.count()
    assert last < UNTIL
    assert (loose, money > 0) == ((), True)
    assert phases["done"] > phases["open"] > 0


def test_an_answer_in_words_is_never_made_up(street):
    first = groups()[0]
    wordless = first.model_copy(update={"answers": {}})
    with (
        patch("linli.project.demo.doings.groups", lambda: [wordless]),
        pytest.raises(ScriptWrong) as said,
    ):
        do_the_rest(street, scale=0)

    assert str(said.value) == "budget-line: say what is answered to '科目名称'"
