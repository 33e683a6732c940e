from datetime import UTC, datetime

import pytest

from linli.figures.periods import PeriodUnknown, month_periods, period_named


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "start", "end", "chinese"),
    [
        ("2018", utc(2017, 12, 31, 16), utc(2018, 12, 31, 16), "2018年"),
        ("2018-H2", utc(2018, 6, 30, 16), utc(2018, 12, 31, 16), "2018年下半年"),
        ("2018-Q4", utc(2018, 9, 30, 16), utc(2018, 12, 31, 16), "2018年第4季度"),
        ("2024-02", utc(2024, 1, 31, 16), utc(2024, 2, 29, 16), "2024年2月"),
        ("2024-02-29", utc(2024, 2, 28, 16), utc(2024, 2, 29, 16), "2024年2月29日"),
        (
            "2025-11-01..2026-11-01",
            utc(2025, 10, 31, 16),
            utc(2026, 10, 31, 16),
            "2025-11-01 至 2026-11-01（不含）",
        ),
    ],
)
def test_period_is_half_open_in_shanghai(text, start, end, chinese):
    period = period_named(text)

    assert (period.start, period.end, period.label.zh) == (start, end, chinese)


@pytest.mark.parametrize(
    "text", ["", "18", "2018-13", "2018-Q5", "2018-02-30", "2019..2018", "去年"]
)
def test_period_unknown_says_what_to_write(text):
    with pytest.raises(PeriodUnknown) as refusal:
        period_named(text)

    assert "2026-Q3" in refusal.value.message.zh


def test_month_periods_of_a_quarter_are_its_months():
    months = month_periods(period_named("2026-Q1"))

    assert [month.text for month in months] == ["2026-01", "2026-02", "2026-03"]
