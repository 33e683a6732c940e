"""Suggested matches: as many as can be, then the cheapest, held against trying everything."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from linli.hints.matching.assigning import assigned


def test_capacity_is_shared_and_the_cheaper_pair_is_suggested():
    found = assigned(
        {"茶艺": 1, "书法": 2}, {"学校": 2, "书社": 1},
        {("茶艺", "学校"): 0, ("书法", "学校"): 5, ("书法", "书社"): 1},
    )  # fmt: skip

    assert found == {("茶艺", "学校"): 1, ("书法", "学校"): 1, ("书法", "书社"): 1}


def test_more_matches_go_before_cheaper_ones():
    found = assigned(
        {"a": 1, "b": 1}, {"x": 1, "y": 1}, {("a", "x"): 0, ("a", "y"): 90, ("b", "x"): 90}
    )

    assert found == {("a", "y"): 1, ("b", "x"): 1}


def test_nothing_fits_nothing():
    assert assigned({"a": 3}, {"x": 2}, {}) == {}


def by_trying_everything(wants, gives, costs):
    """The most matches, and the least they cost, of every way there is."""
    pairs = sorted(costs)
    best = (0, 0)
    for counts in product(*(range(min(wants[w], gives[g]) + 1) for w, g in pairs)):
        flow = dict(zip(pairs, counts, strict=True))
        if all(
            sum(n for (w, _), n in flow.items() if w == k) <= v for k, v in wants.items()
        ) and all(sum(n for (_, g), n in flow.items() if g == k) <= v for k, v in gives.items()):
            told = (-sum(counts), sum(costs[pair] * n for pair, n in flow.items()))
            best = min(best, told)
    return best


SIDES = st.dictionaries(st.sampled_from("abc"), st.integers(1, 2), min_size=1)


@settings(max_examples=60, deadline=None)
@given(SIDES, SIDES, st.data())
def test_it_is_as_good_as_trying_everything(wants, gives, data):
    pairs = data.draw(
        st.lists(st.sampled_from(sorted(product(wants, gives))), unique=True, max_size=6)
    )
    costs = {pair: data.draw(st.integers(0, 9)) for pair in pairs}

    found = assigned(wants, gives, costs)

    told = (-sum(found.values()), sum(costs[pair] * n for pair, n in found.items()))
    assert told == by_trying_everything(wants, gives, costs)
    assert all(
        sum(n for (w, _), n in found.items() if w == key) <= most for key, most in wants.items()
    )
    assert all(
        sum(n for (_, g), n in found.items() if g == key) <= most for key, most in gives.items()
    )
