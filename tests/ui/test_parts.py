from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from django.template import engines
from django.test import RequestFactory
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from linli.rulebook.casefile import ClockReading
from linli.rulebook.mechanism import Label
from linli.ui import drawing, moments, printing
from linli.ui.drawing import Mark

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def _drawn(text, request=None, **context):
    source = "{% load parts %}" + text
    return " ".join(engines["django"].from_string(source).render(context, request).split())


def _reading(**given):
    return ClockReading("handle", "5 wd", "office", NOW - timedelta(days=1), **given)


@pytest.mark.parametrize(
    ("reading", "state", "words"),
    [
        (_reading(due_at=NOW + timedelta(hours=50)), "running", "还有 2 天 2 小时"),
        (
            _reading(due_at=NOW + timedelta(minutes=61), amber_at=NOW),
            "amber",
            "还有 1 小时 1 分钟",
        ),
        (_reading(due_at=NOW - timedelta(seconds=1)), "late", "已超 1 分钟"),
        (_reading(remaining=1130), "paused", "暂停，还剩 18 小时 50 分钟工作时间"),
        (_reading(ended_at=NOW), "met", "按时完成"),
        (_reading(ended_at=NOW, breached_at=NOW), "missed", "超时完成"),
    ],
)
def test_a_clock_says_where_it_stands(reading, state, words):
    html = _drawn("{% clock r now label='处置时限' basis='第十八条' %}", r=reading, now=NOW)

    assert f"clock--{state}" in html
    assert words in html
    assert "依据：第十八条" in html


@pytest.mark.parametrize(("state", "words"), [("over", "期满"), ("cut", "未满期即结束")])
def test_a_period_that_ran_out_is_no_delay(state, words):
    reading = _reading(ended_at=NOW, breached_at=NOW)

    html = _drawn("{% clock r now label='公示期' state=s %}", r=reading, now=NOW, s=state)

    assert f"clock--{state}" in html
    assert words in html
    assert "超时" not in html


def test_a_due_moment_over_a_provisional_day_says_so():
    reading = _reading(due_at=NOW + timedelta(days=3), provisional=True)

    html = _drawn("{% clock r now label='处置时限' %}", r=reading, now=NOW)

    assert "11月27日 周五 10:00 到期" in html
    assert ">暂定</span>" in html


def test_a_clock_just_due_is_not_late():
    assert moments.due_state(NOW, None, NOW) == "running"


@pytest.mark.parametrize(
    ("num", "den", "printed"),
    [
        (571, 583, "97.94%"),
        (1, 8, "12.50%"),
        (199_999, 200_000, "99.99%"),
        (5, 5, "100.00%"),
        (0, 7, "0.00%"),
        (0, 0, None),
    ],
)
def test_a_rate_is_a_hundred_only_when_it_is_all(num, den, printed):
    assert printing.percent(num, den) == printed


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(0, 4))
def test_a_printed_rate_is_within_one_step_of_the_exact_one(num, den, decimals):
    printed = printing.percent(num, den, decimals)

    shown = Fraction(printed.rstrip("%").replace(",", ""))
    assert abs(shown - Fraction(num * 100, den)) <= Fraction(1, 10**decimals)
    assert (shown == 100) == (num == den)


def test_a_figure_shows_numerator_and_denominator_with_their_records():
    html = _drawn("{% figure '按时结案率' num=571 den=1583 num_href='/n' den_href='/d' %}")

    assert "36.07%" in html
    assert '<a href="/n">571</a>' in html
    assert '<a href="/d">1,583</a>' in html


def test_no_data_is_not_nought():
    html = _drawn("{% figure '重办率' num=0 den=0 %}")

    assert "无数据" in html
    assert "%" not in html


@pytest.mark.parametrize(
    ("phase", "icon"), [("intake", "inbox"), ("open", "half"), ("done", "check"), ("void", "ban")]
)
def test_a_badge_has_a_word_and_a_drawing_never_colour_alone(phase, icon):
    html = _drawn("{% badge label phase=phase %}", label=Label(zh="处置中", en="Open"), phase=phase)

    assert "处置中" in html
    assert f"icons.svg#{icon}" in html


def test_labels_are_shown_in_the_pages_language():
    with translation.override("en"):
        html = _drawn("{% badge label phase='open' %}", label=Label(zh="处置中", en="Open"))

    assert "Open" in html
    assert "处置中" not in html


def test_what_people_write_never_becomes_markup():
    html = _drawn(
        "{% card title=t %}{{ t }}{% endcard %}{% badge t %}{% empty title=t %}{% endempty %}",
        t="<script>alert(1)</script>",
    )

    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 4


def test_navigation_marks_where_one_is():
    request = RequestFactory().get("/staff/cases/7/")

    here = _drawn("{% nav_item '案件' '/staff/cases/' 'list' %}", request)
    there = _drawn("{% nav_item '待办' '/staff/' 'inbox' exact=True %}", request)

    assert 'aria-current="page"' in here
    assert "aria-current" not in there


def test_a_step_that_changes_no_state_shows_no_change():
    html = _drawn(
        "{% event action='到场' at=now origin='处置中' state='处置中' %}{% endevent %}", now=NOW
    )

    assert "event__move" not in html


def test_bars_are_drawn_to_scale_and_say_their_numbers():
    drawn = drawing.bars([Mark("甲", 50), Mark("乙", 25), Mark("丙", None)])

    assert [bar.width for bar in drawn.bars] == [1000, 500, 0]
    assert drawn.ceiling == "50"


def test_a_line_breaks_where_there_is_no_data():
    drawn = drawing.line([Mark("1月", 1), Mark("2月", None), Mark("3月", 2), Mark("4月", 1)])

    assert drawn.lines == ("125.0,200.0", "625.0,0.0 875.0,200.0")


@given(st.lists(st.one_of(st.none(), st.floats(0, 1e9)), max_size=40))
def test_nothing_is_drawn_outside_its_field(values):
    for draw in (drawing.bars, drawing.columns, drawing.line):
        drawn = draw([Mark(str(n), value) for n, value in enumerate(values)])

        for bar in drawn.bars:
            assert -0.01 <= bar.left <= 1000.01
            assert -0.01 <= bar.top <= 400.01
            assert bar.width <= 1000.01
            assert bar.height <= 400.01
