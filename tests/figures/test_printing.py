from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.figures.finding import FigureUnknown
from linli.figures.readings import NO_DATA, Value
from linli.ui.printing import percent


@pytest.mark.parametrize(
    ("num", "den", "decimals", "printed"),
    [
        (9996, 10000, 1, "99.9%"),
        (9995, 10000, 1, "99.9%"),
        (9994, 10000, 1, "99.9%"),
        (199999, 200000, 2, "99.99%"),
        (999, 1000, 0, "99%"),
        (1, 1, 2, "100.00%"),
        (200, 200, 0, "100%"),
        (100004, 100000, 1, "100.1%"),
        (3, 2, 0, "150%"),
        (1, 3, 2, "33.33%"),
        (2, 3, 2, "66.67%"),
        (1, 8, 1, "12.5%"),
        (1, 80, 1, "1.3%"),
        (0, 7, 2, "0.00%"),
        (9071, 9995, 2, "90.76%"),
    ],
)
def test_a_rate_is_rounded_half_up_and_is_100_only_when_it_is_all(num, den, decimals, printed):
    value = Value(Decimal(num), Decimal(den))

    assert value.printed(decimals).zh == printed
    assert value.printed(decimals).en == printed


def test_nothing_to_divide_by_is_no_data_and_never_nought():
    value = Value(Decimal(0), Decimal(0))

    assert value.exact is None
    assert value.printed(2) == NO_DATA


@pytest.mark.parametrize(
    ("num", "printed"),
    [("0", "0"), ("10000", "10,000"), ("1234.50", "1,234.50"), ("0.00", "0.00")],
)
def test_a_count_or_sum_is_printed_with_the_places_it_came_with(num, printed):
    value = Value(Decimal(num))

    assert value.printed().zh == printed
    assert value.exact == Fraction(num)


@given(num=st.integers(0, 10**12), den=st.integers(1, 10**12), decimals=st.integers(0, 4))
def test_what_is_printed_lies_within_half_a_unit_unless_it_would_say_all(num, den, decimals):
    text = percent(num, den, decimals)

    said, exact = Fraction(text.rstrip("%").replace(",", "")), Fraction(num * 100, den)
    unit = Fraction(1, 10**decimals)
    assert (said == 100) == (num == den)
    assert abs(said - exact) <= (unit / 2 if abs(exact - 100) > unit / 2 else unit)


def test_a_figure_that_is_not_there_is_answered_with_those_that_come_near():
    known = [
        "grid-case.closed",
        "grid-case.filed",
        "volunteer.hours",
        *(f"other-{n}.sum" for n in range(900)),
    ]

    of_its_own = FigureUnknown("grid-case.clsoed", known).message
    misspelt = FigureUnknown("volunter.hours", known).message

    assert of_its_own.en == (
        "no figure 'grid-case.clsoed'; of the 903 there are, these come near: grid-case.closed, grid-case.filed"
    )
    assert "volunteer.hours" in misspelt.zh
    assert len(misspelt.zh) < 200
