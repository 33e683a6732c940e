import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.registry.isolation import current_office
from linli.registry.models import GridCell
from linli.registry.scope import (
    PathRefused,
    above,
    covers,
    level_of,
    path_of,
    widest,
    within,
    within_sql,
)

SQUARE = ((121.0, 31.0), (121.1, 31.0), (121.1, 31.1), (121.0, 31.0))
PART = st.text(alphabet="019:.é邻\U0010ffff", min_size=1, max_size=3)
PATH = st.lists(PART, min_size=0, max_size=3).map(
    lambda parts: "/" + "".join(f"{p}/" for p in parts)
)


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("310000", "/310000/"),
        ("310112", "/310000/310112/"),
        ("310112006", "/310000/310112/310112006/"),
        ("310112006001", "/310000/310112/310112006/310112006001/"),
        ("440310", "/440000/440300/440310/"),
        ("440300", "/440000/440300/"),
        ("441900003", "/440000/441900/441900003/"),
        ("429004001", "/420000/429000/429004/429004001/"),
    ],
)
def test_a_code_gives_its_path(code, path):
    assert path_of(code) == path


@pytest.mark.parametrize(
    "code", ["", "31", "31011200", "3101120060011", "31011200a", "31011\u0662"]
)
def test_a_text_that_is_no_code_is_refused(code):
    with pytest.raises(PathRefused):
        path_of(code)


def test_levels_follow_the_code():
    levels = [
        level_of(c) for c in ("310000", "440000", "440300", "310112", "310112006", "310112006001")
    ]

    assert levels == ["city", "province", "city", "district", "street", "committee"]


def test_above_gives_every_path_that_contains_one():
    assert above("/310000/310112/") == ("/310000/", "/310000/310112/")


def test_covers_ends_at_the_slash():
    assert covers(["/310000/310112/"], "/310000/310112/310112006/")
    assert covers(["/310000/310112/"], "/310000/310112/")
    assert not covers(["/310000/310112/"], "/310000/3101120/")
    assert not covers([], "/310000/")
    assert not covers(["/310000/"], "")


@pytest.mark.parametrize("prefix", ["", "310000", "/310000", "310000/"])
def test_a_prefix_without_its_slashes_is_refused(prefix):
    with pytest.raises(PathRefused):
        covers([prefix], "/310000/")
    with pytest.raises(PathRefused):
        within_sql("area", [prefix])


def test_widest_drops_what_another_prefix_contains():
    assert widest(["/1/2/", "/1/", "/3/", "/3/"]) == ("/1/", "/3/")


def test_no_prefix_is_false_in_sql():
    assert within_sql("area", []) == ("false", [])


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(paths=st.lists(PATH, max_size=6, unique=True), prefixes=st.lists(PATH, max_size=3))
def test_python_and_sql_agree_on_what_lies_within(inside, paths, prefixes):
    GridCell.objects.bulk_create(
        GridCell(
            office_id=current_office(),
            code=path,
            area=path,
            outline=SQUARE,
            valid_from="2026-01-01",
        )
        for path in paths
    )
    text, bounds = within_sql("area", prefixes)

    by_django = set(
        GridCell.objects.filter(within("area", prefixes)).values_list("area", flat=True)
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT area FROM registry_gridcell WHERE {text}", bounds)  # noqa: S608
        by_hand = {row[0] for row in cursor.fetchall()}
    GridCell.objects.all().delete()

    expected = {path for path in paths if covers(prefixes, path)}
    assert by_django == expected
    assert by_hand == expected


def test_the_condition_uses_the_index_of_paths(inside):
    text, bounds = within_sql("path", ["/310000/310112/310112006/310112006001/"])

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN SELECT * FROM registry_area WHERE {text}", bounds)  # noqa: S608
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "area_path" in plan
    assert "path >=" in plan.split("Filter")[0]
