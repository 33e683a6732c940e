"""The demo's reports are made by the hands of its people, as far as their days have come."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from linli.casework.definitions import publish
from linli.project.demo.reporting import report
from linli.project.demo.script import town_names
from linli.project.demo.settling import settle
from linli.registry.isolation import office_transaction
from linli.reports.rounds.queries import round_view, rounds
from linli.rulebook.loading import shipped

FOUNDED = datetime(2025, 11, 1, tzinfo=UTC)


@pytest.fixture
def settled(db):
    there = settle(town_names(), "!", FOUNDED, 1)
    with office_transaction(there.office):
        publish(shipped(), office=there.office)
    return there


def test_past_months_are_issued_and_the_year_is_being_drafted(settled):
    assert report(settled, until=datetime(2026, 11, 20, 4, 0, tzinfo=UTC)) == 3

    with office_transaction(settled.office):
        told = [(one.period.zh, one.state, one.issue_number) for one in rounds()]
        monthly = round_view(rounds()[1].id)
        yearly = round_view(rounds()[0].id)
    assert told == [
        ("2026年", "drafting", ""),
        ("2026年10月", "issued", "古办〔2026〕2号"),
        ("2026年9月", "issued", "古办〔2026〕1号"),
    ]
    assert [one.act.en for one in monthly.acts][-2:] == ["Signed", "Issued"]
    assert not any("change}" in one.text for one in monthly.sections)
    assert [one.reason for one in monthly.findings if not one.reason] == []
    assert sum(one.body is not None for one in yearly.sections) == 2


def test_a_report_whose_days_have_not_come_is_not_there_yet(settled):
    assert report(settled, until=datetime(2026, 11, 3, 4, 0, tzinfo=UTC)) == 2

    with office_transaction(settled.office):
        assert [one.period.zh for one in rounds()] == ["2026年", "2026年9月"]
