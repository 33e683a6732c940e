"""Attested values: entered by one, attested by another, counted as the last that is still valid."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from casework.building import STREET

from linli.casework.actions import StepRefused, open_case, perform
from linli.casework.models import Case, InboxRow
from linli.casework.turns.timers import fire_due
from linli.figures.periods import period_named
from linli.figures.queries import Behind, read, records
from linli.rulebook.casefile import Actor, Duty, Exhibit
from linli.rulebook.loading import shipped

AT = datetime(2026, 2, 1, 2, tzinfo=UTC)
POPULATION, SHARE = "resident-population", "volunteer-share"
SHEET = Exhibit("file", "sheet", "cd" * 32)


def somebody(office, number):
    body, areas = office.bodies["patrol"], ("/310000/",)
    duties = (Duty("handler", body, areas), Duty("verifier", body, areas))
    return Actor(office.id, f"account:{number}", duties)


def entered(office, amount, *, as_of="2025-12-31", until="2027-03-31", exhibits=(SHEET,)):
    form = {
        "kind": "340",
        "reached": amount,
        "as_of": as_of,
        "valid_until": until,
        "source": "公报",
    }
    return open_case(
        mechanism="attested-value", action="report", by=somebody(office, 981), at=AT, form=form,
        exhibits=exhibits, key=f"{amount}-{as_of}", area=STREET,
    ).case_id  # fmt: skip


def attest(office, case, number=982):
    perform(
        case=case, action="attest", by=somebody(office, number), at=AT + timedelta(hours=1), form={},
        exhibits=(), key=f"attest-{case}-{number}", revision=None,
    )  # fmt: skip


def population(period):
    return read(POPULATION, period_named(period), book=shipped())


def test_a_value_counts_once_somebody_else_has_attested_it(office):
    case = entered(office, "152000")
    before = population("2025").printed.zh

    with pytest.raises(StepRefused) as refused:
        attest(office, case, number=981)
    still = population("2025").printed.zh
    attest(office, case)

    assert (before, still) == ("无数据", "无数据")
    assert refused.value.code == "permission"
    assert population("2025").value.num == Decimal(152000)
    assert population("2025").printed.zh == "152,000"


def test_a_value_needs_its_evidence(office):
    with pytest.raises(StepRefused) as refused:
        entered(office, "152000", exhibits=())

    assert refused.value.code == "evidence"
    assert Case.objects.filter(mechanism="attested-value").count() == 0


def test_the_last_value_still_valid_is_told_and_listed_alone(office):
    for amount, as_of, until in (
        ("150000", "2024-12-31", "2026-03-31"), ("152000", "2025-12-31", "2026-12-31"),
    ):  # fmt: skip
        attest(office, entered(office, amount, as_of=as_of, until=until))

    told = {
        period: (population(period).printed.zh, behind.total, behind.value)
        for period in ("2023", "2024", "2025-06", "2025", "2026", "2027")
        for behind in [records(POPULATION, period_named(period), book=shipped())]
    }

    assert told == {
        "2023": ("无数据", 0, 0),
        "2024": ("150,000", 1, 150000),
        "2025-06": ("150,000", 1, 150000),
        "2025": ("152,000", 1, 152000),
        "2026": ("152,000", 1, 152000),
        "2027": ("无数据", 0, 0),
    }


def test_a_share_mixes_what_is_counted_with_what_is_attested(office):
    nothing = read(SHARE, period_named("2025"), book=shipped())
    attest(office, entered(office, "152000"))

    share = read(SHARE, period_named("2025"), book=shipped())
    behind = records(SHARE, period_named("2025"), behind=Behind("den"), book=shipped())

    assert nothing.printed.zh == "无数据"
    assert (share.value.num, share.value.den, share.printed.zh) == (0, 152000, "0.00%")
    assert (behind.total, behind.value) == (1, 152000)


def test_renewal_is_called_for_a_month_before_a_year_is_over(office):
    case = entered(office, "152000")
    attest(office, case)

    fire_due(AT + timedelta(days=334), 50)
    early = list(InboxRow.objects.filter(case_id=case).values_list("action", flat=True))
    fire_due(AT + timedelta(days=336), 50)

    assert early == []
    assert list(InboxRow.objects.filter(case_id=case).values_list("action", flat=True)) == [
        "replace"
    ]
