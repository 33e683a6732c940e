"""The demo's votes: each as far as its days have come, counted from ballots that people gave."""

from __future__ import annotations

from datetime import UTC, datetime

from linli.deliberation.models import Ballot, Vote
from linli.project.demo.script import town_names
from linli.project.demo.settling import settle
from linli.project.demo.voting import vote
from linli.registry.isolation import office_transaction

FOUNDED, UNTIL = datetime(2025, 11, 1, tzinfo=UTC), datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def test_one_vote_is_in_force_one_on_notice_and_one_goes_on(db):
    settled = settle(town_names(), "!", FOUNDED, 1)

    assert vote(settled, until=UNTIL) == 3

    with office_transaction(settled.office):
        votes = list(Vote.objects.order_by("pk"))
        ballots = [Ballot.objects.filter(vote=one).count() for one in votes]
        late = Ballot.objects.filter(at__gt=UNTIL).exists()
    assert [one.state for one in votes] == ["effective", "notice", "open"]
    assert ballots == [22, 15, 18]
    assert [one.result and one.result["passed"] for one in votes] == [True, True, None]
    assert votes[1].notice_until > UNTIL
    assert not late
