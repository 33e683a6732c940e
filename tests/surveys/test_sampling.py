"""Samples: drawn the same by anybody, allocated exactly; estimates against textbook numbers and full enumeration."""

import hashlib
from fractions import Fraction
from itertools import combinations
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.surveys.estimating import Stratum, estimated, wilson, with_small_hidden
from linli.surveys.sampling import allocated, drawn, frame_digest, turn

FRAME = {"一村": [f"E1/{n}" for n in range(300)], "二村": [f"E2/{n}" for n in range(100)]}
HALF = Fraction(1, 2)


def sample(seed="2026030", size=40, rule="proportional", frame=None):
    return drawn(frame or FRAME, seed, size=size, rule=rule, reserve=HALF)


def test_the_same_seed_draws_the_same_whatever_the_order_of_the_frame():
    shuffled = {name: units[::-1] for name, units in reversed(FRAME.items())}

    assert sample(frame=shuffled) == sample()
    assert sample("2026031") != sample()
    assert frame_digest(shuffled) == frame_digest(FRAME)


def test_the_order_can_be_told_with_nothing_but_a_hash():
    first = min(FRAME["一村"], key=lambda u: hashlib.sha256(f"7\n一村\n{u}".encode()).hexdigest())

    assert sample("7")[0].unit == first
    assert len(turn("7", "一村", first)) == 64


def test_strata_get_their_share_and_reserves_come_after():
    units = sample()

    main = [one for one in units if not one.is_reserve]
    assert [sum(one.stratum == name for one in main) for name in ("一村", "二村")] == [30, 10]
    assert len(units) - len(main) == 20
    assert len({one.unit for one in units}) == 60
    assert [one.form_no for one in units] == list(range(1, 61))


def test_equal_parts():
    assert allocated({"a": 300, "b": 100}, 40, "equal") == {"a": 20, "b": 20}


@given(
    st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(1, 500), min_size=1),
    st.integers(1, 300),
    st.sampled_from(["proportional", "equal"]),
)
def test_nobody_is_asked_twice_and_every_stratum_is_heard(populations, size, rule):
    given_out = allocated(populations, size, rule)

    assert all(1 <= given_out[name] <= populations[name] for name in populations)
    wanted = min(size, sum(populations.values()))
    if rule == "proportional":
        assert wanted <= sum(given_out.values()) <= wanted + len(populations)


def test_every_unit_is_drawn_about_as_often_as_any_other():
    frame = {"a": [str(n) for n in range(10)]}
    counts = dict.fromkeys(frame["a"], 0)

    for seed in range(1000):
        for one in drawn(frame, str(seed), size=3, rule="equal", reserve=Fraction(0)):
            counts[one.unit] += 1

    assert sum(counts.values()) == 3000
    assert all(230 <= n <= 370 for n in counts.values())


def test_wilsons_interval_is_the_one_in_the_textbooks():
    found = wilson(81, 263, 10**9)  # Newcombe 1998, table I

    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)


def test_whoever_asked_everybody_has_no_margin():
    found = wilson(30, 40, 40)

    assert (found.low, found.high) == (0.75, 0.75)


def test_a_finite_population_narrows_the_interval():
    wide, narrow = wilson(50, 100, 10**9), wilson(50, 100, 200)

    assert narrow.high - narrow.low < wide.high - wide.low


def test_strata_are_weighted_by_how_many_they_stand_for():
    strata = [
        Stratum("一村", 300, answered=10, valid=10, positive=9),
        Stratum("二村", 100, answered=10, valid=10, positive=5),
    ]

    found = estimated(strata)

    assert (found.positive, found.valid) == (14, 20)
    assert found.weighted == Fraction(4, 5)  # 3/4 x 0.9 + 1/4 x 0.5
    by_hand = 1.959964 * sqrt(
        0.75**2 * (1 - 10 / 300) * 0.09 / 9 + 0.25**2 * (1 - 10 / 100) * 0.25 / 9
    )
    assert found.margin == pytest.approx(by_hand)


def test_the_variance_is_right_on_average_over_every_sample_there_is():
    """Of all samples of 3 of 6, the mean estimated variance is the variance of the rate."""
    people = [1, 1, 1, 1, 0, 0]
    rates, variances = [], []
    for chosen in combinations(people, 3):
        found = estimated([Stratum("a", 6, valid=3, positive=sum(chosen))])
        rates.append(float(found.weighted))
        variances.append((found.margin / 1.959964) ** 2)

    mean = sum(rates) / len(rates)
    truth = sum((rate - mean) ** 2 for rate in rates) / len(rates)
    assert mean == pytest.approx(4 / 6)
    assert sum(variances) / len(variances) == pytest.approx(truth)


def test_a_stratum_that_is_silent_leaves_no_weighted_rate():
    found = estimated([Stratum("a", 10, valid=5, positive=4), Stratum("b", 10)])

    assert (found.weighted, found.margin) == (None, None)
    assert found.interval is not None
    assert estimated([]).interval is None


def test_small_strata_are_hidden_and_never_one_alone():
    strata = [Stratum("a", 50, valid=20), Stratum("b", 50, valid=3), Stratum("c", 50, valid=9)]

    assert [one.hidden for one in with_small_hidden(strata, 5)] == [False, True, True]
    assert [one.hidden for one in with_small_hidden(strata, 2)] == [False, False, False]
