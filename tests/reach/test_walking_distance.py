"""Distances on foot: straight with a detour, along a network by Dijkstra, against plain arithmetic and brute force."""

from math import inf, pi

from hypothesis import given
from hypothesis import strategies as st

from linli.reach.standards import standards_at_hand
from linli.reach.walking import Network, Straight, Way, metres_between

STEP = 0.001
ORIGIN = (121.4, 31.1)


def at(east, north):
    return (ORIGIN[0] + east * STEP, ORIGIN[1] + north * STEP)


def test_a_degree_of_latitude_is_a_hundred_and_eleven_kilometres():
    assert round(metres_between((121.4, 31.0), (121.4, 32.0))) == 111_195


def test_straight_lines_take_the_detour_and_the_nearest():
    nearest = Straight(1.3).to([at(0, 2), at(0, 1)])

    way = nearest.way_from(at(0, 0))

    assert (round(way.metres), way.target) == (145, 1)  # 111.195 m x 1.3


def test_with_no_facility_there_is_no_way():
    assert Straight(1.3).to([]).way_from(at(0, 0)) is None
    assert Network([[at(0, 0), at(0, 1)]], 1.3).to([]).way_from(at(0, 0)) is None


def test_the_detour_of_the_book_covers_a_right_angled_street_grid():
    detour = float(standards_at_hand()["fifteen-minutes"].detour)

    assert 4 / pi <= detour < 1.05 * 4 / pi


def test_a_river_is_walked_around_where_there_is_a_network():
    bridge = [at(0, 0), at(4, 0), at(4, 1), at(0, 1)]
    home, point = at(0, 0), at(0, 1)

    straight = Straight(1.3).to([point]).way_from(home)
    along = Network([bridge], 1.3).to([point]).way_from(home)

    assert round(straight.metres) == 145
    assert round(along.metres) == round(
        2 * metres_between(at(0, 0), at(4, 0)) + metres_between(at(4, 0), at(4, 1))
    )


def test_ways_that_do_not_meet_in_a_corner_are_not_joined():
    upper, lower = [at(0, 1), at(2, 1)], [at(0, 0), at(2, 0)]

    assert Network([upper, lower], 1.3).to([at(2, 1)]).way_from(at(0, 0)) is None


def test_who_lives_far_from_every_way_has_none():
    network = Network([[at(0, 0), at(0, 1)]], 1.3)

    assert network.to([at(0, 1)]).way_from(at(9, 0)) is None


@given(
    st.sets(st.tuples(st.integers(0, 3), st.integers(0, 3), st.booleans()), min_size=1), st.data()
)
def test_dijkstra_gives_what_trying_every_way_gives(pieces, data):
    lines = [
        (at(x, y), at(x + 1, y) if across else at(x, y + 1)) for x, y, across in sorted(pieces)
    ]
    corners = sorted({corner for line in lines for corner in line})
    targets = data.draw(st.lists(st.sampled_from(corners), min_size=1, max_size=3))
    start = data.draw(st.sampled_from(corners))
    far = {corner: 0.0 if corner in targets else inf for corner in corners}
    for _ in corners:
        for one, other in lines:
            length = metres_between(one, other)
            far[one] = min(far[one], far[other] + length)
            far[other] = min(far[other], far[one] + length)

    way = Network(lines, 1.3).to(targets).way_from(start)

    if far[start] == inf:
        assert way is None
    else:
        assert isinstance(way, Way)
        assert abs(way.metres - far[start]) < 1
