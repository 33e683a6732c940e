"""The toy cases of figures that stand in files of their own."""

from dataclasses import replace
from decimal import Decimal

import pytest

from linli.figures.toys import failing
from linli.rulebook.counting.definitions import tree_of
from linli.rulebook.loading import shipped


@pytest.mark.parametrize("key", sorted(shipped().figures))
def test_a_figure_of_the_book_gives_what_its_toy_cases_expect(key):
    book = shipped()
    tree = tree_of(book.figures, key, book.mechanisms)

    assert failing(tree, book.figures[key].tests, book.mechanisms) == []


@pytest.mark.parametrize("key", sorted(shipped().figures))
def test_a_toy_case_that_expects_another_number_fails(key):
    book = shipped()
    tree, tests = tree_of(book.figures, key, book.mechanisms), book.figures[key].tests
    first = tests[0].expect[0]
    wrong = first.model_copy(update={"num": first.num + 1})

    found = failing(tree, [tests[0].model_copy(update={"expect": [wrong]})], book.mechanisms)

    assert [(one.nth, one.period) for one in found] == [(1, first.period)]


def test_planted_faults_in_a_tree_are_noticed_by_its_toy_cases():
    book = shipped()
    key = "request-closing-rate"
    tree = tree_of(book.figures, key, book.mechanisms)
    as_at_end = replace(tree, num=tuple(replace(one, asof="period_end") for one in tree.num))
    never_void = replace(tree, den=tuple(replace(one, where=("and",)) for one in tree.den))
    one_only = replace(tree, num=tree.num[:1])

    for faulty in (as_at_end, never_void, one_only):
        assert failing(faulty, book.figures[key].tests, book.mechanisms) != []


def test_a_percentile_is_a_value_that_occurred():
    book = shipped()
    tree = tree_of(book.figures, "request-days-p90", book.mechanisms)
    tests = book.figures["request-days-p90"].tests

    found = failing(replace(tree, give=50), tests[:1], book.mechanisms)

    assert [one.found for one in found] == ["7 7"]
    assert Decimal(7) == Decimal(found[0].found.split()[0])
