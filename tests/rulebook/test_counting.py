import pytest

from linli.rulebook.counting import expand
from linli.rulebook.loading import shipped

BOOK = shipped()
ONCE_CLOSED = ("to", ("closed",))


def _tree(key, name):
    return expand(BOOK.mechanisms[key], name)


@pytest.mark.parametrize("key", sorted(BOOK.mechanisms))
def test_every_shipped_figure_expands(key):
    for name in BOOK.mechanisms[key].figures:
        tree = _tree(key, name)

        assert tree.key == f"{key}.{name}"
        assert hash(tree.num) == hash(expand(BOOK.mechanisms[key], name).num)


def test_rates_are_over_what_they_say():
    on_time = _tree("hotline-order", "on_time_rate")
    satisfied = _tree("hotline-order", "satisfied_rate")
    solved = _tree("hotline-order", "solved_rate")

    assert on_time.num.where == ("and", ONCE_CLOSED, ("met", "handle"))
    assert on_time.den.where == ONCE_CLOSED
    assert satisfied.den.where == ("and", ONCE_CLOSED, ("ne", "values.satisfaction", None))
    assert solved.num.where == ("and", ONCE_CLOSED, ("eq", "values.outcome", "solved"))
    assert solved.den.where == ("and", ONCE_CLOSED, ("ne", "values.outcome", None))


def test_historic_rate_leaves_out_the_rows_without_a_mark():
    rate = _tree("historic-order", "on_time_rate")

    assert rate.num.where == ("and", ONCE_CLOSED, ("eq", "values.on_time", True))
    assert rate.den.where == ("and", ONCE_CLOSED, ("ne", "values.on_time", None))


def test_stock_counts_what_is_open():
    stock = _tree("grid-case", "open")

    assert (stock.mode, stock.num.entity, stock.den) == ("stock", "case", None)
    assert stock.num.where == ("in", "state", tuple(BOOK.mechanisms["grid-case"].groups["live"]))
