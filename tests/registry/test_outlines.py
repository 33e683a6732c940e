import pytest

from linli.registry.outlines import OutlineRefused, PolygonField, good_ring, ring_of

SQUARE = ((121.0, 31.0), (121.1, 31.0), (121.1, 31.1), (121.0, 31.1), (121.0, 31.0))


def test_a_good_ring_stays_and_loses_repeated_neighbours():
    assert good_ring(SQUARE) == SQUARE
    assert good_ring([SQUARE[0], *SQUARE]) == SQUARE
    assert good_ring([[*point, 4.5] for point in SQUARE]) == SQUARE


def test_a_concave_ring_is_good():
    ring = [
        (121.0, 31.0),
        (121.2, 31.0),
        (121.2, 31.2),
        (121.1, 31.05),
        (121.0, 31.2),
        (121.0, 31.0),
    ]

    assert good_ring(ring) == tuple(ring)


@pytest.mark.parametrize(
    ("ring", "why"),
    [
        (SQUARE[:-1], "not closed"),
        (SQUARE[:2] + SQUARE[:1], "not closed"),
        ([SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]], "crosses itself"),
        ([SQUARE[0], SQUARE[1], SQUARE[0], SQUARE[0]], "crosses itself"),
        ([(121.0, 31.0), (121.1, 31.0), (121.2, 31.0), (121.0, 31.0)], "crosses itself"),
        ([SQUARE[0], SQUARE[1], (121.05, 31.0), SQUARE[2], SQUARE[3], SQUARE[0]], "crosses itself"),
        ([(y, x) for x, y in SQUARE], "outside China"),
        ([(121.0, "x"), *SQUARE], "pairs of numbers"),
        ([(121.0,), *SQUARE], "pairs of numbers"),
        ([(float("nan"), 31.0), *SQUARE], "finite"),
        ([SQUARE[i % 4] for i in range(2_001)], "more than 2000"),
        ([], "not closed"),
    ],
)
def test_a_ring_that_is_no_outline_is_refused(ring, why):
    with pytest.raises(OutlineRefused) as refusal:
        good_ring(ring)

    assert why in refusal.value.message.en


def test_the_field_writes_and_reads_postgresql_text():
    text = PolygonField().get_prep_value(SQUARE)

    assert (
        text
        == "((121000000.0,31000000.0),(121100000.0,31000000.0),(121100000.0,31100000.0),(121000000.0,31100000.0))"
    )
    assert (
        ring_of(
            "((121000000,31000000),(121100000,31000000),(121100000,31100000),(121000000,31100000))"
        )
        == SQUARE
    )
    assert PolygonField().get_prep_value(None) is None
