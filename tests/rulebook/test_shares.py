"""What is called a rate or a share is one: all that it counts is part of what it divides by."""

from dataclasses import replace

import pytest
from rulebook.small import SMALL
from shelves import Shelf

from linli.rulebook.counting import expand
from linli.rulebook.counting.definitions import tree_of
from linli.rulebook.counting.shares import is_part, is_said_a_share, is_share
from linli.rulebook.lint import lint
from linli.rulebook.loading import shipped

BOOK = shipped()
ATTESTED = {"volunteer-share"}  # counted over a number that a census office tells


def _rates():
    for owner in BOOK.mechanisms.values():
        yield from (expand(owner, key) for key in owner.figures)
    yield from (tree_of(BOOK.figures, key, BOOK.mechanisms) for key in BOOK.figures)


def test_every_shipped_rate_counts_a_part_of_what_it_divides_by():
    called = [tree for tree in _rates() if tree.is_rate and is_said_a_share(tree.label.zh)]

    assert len(called) > 80
    assert {tree.key for tree in called if not is_share(tree)} == ATTESTED


def test_what_is_no_share_is_named_as_two_numbers():
    others = [tree.label.zh for tree in _rates() if tree.is_rate and not is_share(tree)]

    assert others
    assert all("之比" in title or "占" in title for title in others)


@pytest.mark.parametrize(
    ("title", "is_called"),
    [
        ("结案率（结案数/有效上报数）", True),
        ("注册志愿者占常住人口总数比", True),
        ("环境绿化比例", True),
        ("结对数与认领次数之比", False),
        ("自改条数与隐患条数之比（比率）", False),
    ],
)
def test_a_title_calls_a_figure_a_share_or_two_numbers(title, is_called):
    assert is_said_a_share(title) is is_called


def test_closed_in_a_month_is_no_part_of_received_in_it_so_the_rate_is_a_cohort():
    grid = BOOK.mechanisms["grid-case"]
    closed, received = expand(grid, "closed"), expand(grid, "received")
    rate = expand(grid, "close_rate")

    assert not is_part(closed.num[0], received.num[0])
    assert rate.mode == "cohort"
    assert is_share(rate)


def test_a_narrower_condition_and_no_wider_one_is_a_part():
    rate = expand(BOOK.mechanisms["grid-case"], "satisfied_rate")
    num, den = rate.num[0], rate.den[0]

    assert rate.mode == "flow"
    assert is_part(num, den)
    assert not is_part(den, num)
    assert not is_part(replace(num, basis="opened"), den)


def test_a_rate_that_may_exceed_all_is_refused_where_it_is_written():
    text = SMALL.replace(
        "  opened: {zh: 开办数, en: Opened, count: enter fresh, once: true}\n",
        "  opened: {zh: 开办数, en: Opened, count: enter fresh}\n"
        "  ended: {zh: 办完数, en: Ended, count: enter ended}\n"
        "  rate: {zh: 办完率, en: Ended of opened, ratio: [ended, opened]}\n",
    )
    named = text.replace("zh: 办完率", "zh: 办完数与开办数之比")
    once = text.replace("count: enter fresh}", "count: enter fresh, once: true}")

    assert _found(text) == [("figure", "figures.rate")]
    assert _found(named) == []
    assert _found(once) == []


def _found(text):
    shelf = Shelf(text)
    return [(f.code, f.where) for f in lint(shelf.mechanism, shelf) if f.severity == "error"]
