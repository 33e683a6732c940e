import hashlib
import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.casework.hashing import (
    GENESIS,
    Origin,
    canonical,
    commit,
    envelope_of,
    stamp,
    step_hash,
)
from linli.rulebook.casefile import StepDraft

ORIGIN = Origin(office="310112006", case="GC-2026-000001", mechanism="grid-case", version=1)
STEP = StepDraft(
    seq=1,
    action="report",
    actor="account:17",
    at=datetime(2026, 3, 2, 1, 30, 0, 123999, tzinfo=UTC),
    from_state="",
    to_state="reported",
    role="operator",
    values={"place": {"lon": 121.4, "lat": 31.2, "datum": "wgs84"}},
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"])),
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(values)
def test_canonical_bytes_are_those_of_the_reference(value):
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, 2**53, "\ud800"])
def test_what_rfc_8785_cannot_say_is_refused(value):
    with pytest.raises(ValueError):  # noqa: PT011 -- each has its own words
        canonical({"a": value})


def test_step_hash_version_1_never_changes():
    envelope = envelope_of(ORIGIN, STEP, {"text": commit("井盖破损", b"0" * 16)}, GENESIS)

    assert canonical(envelope).decode() == (
        '{"action":"report","actor":"account:17","at":"2026-03-02T01:30:00.123Z","body":null,'
        '"case":"GC-2026-000001","commitments":{"text":'
        f'"{commit("井盖破损", b"0" * 16)}"'
        '},"entry":null,"from":"","holder":null,"mechanism":"grid-case","member":null,'
        f'"office":"310112006","prev":"{"0" * 64}","role":"operator","seq":1,"to":"reported",'
        '"tracks":{},"v":1,"values":{"place":{"datum":"wgs84","lat":31.2,"lon":121.4}},"version":1}'
    )
    assert step_hash(envelope) == hashlib.sha256(canonical(envelope)).digest()


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), values, max_size=4))
def test_a_step_hash_is_over_the_reference_bytes_whatever_its_values(values):
    envelope = envelope_of(ORIGIN, replace(STEP, values=values), {}, GENESIS)

    assert step_hash(envelope) == hashlib.sha256(rfc8785.dumps(envelope)).digest()


def test_a_commitment_is_the_hash_of_salt_and_value():
    assert commit("井盖", b"s" * 16) == hashlib.sha256(b"s" * 16 + '"井盖"'.encode()).hexdigest()
    assert commit("井盖", b"t" * 16) != commit("井盖", b"s" * 16)


def test_a_moment_is_hashed_in_utc_to_the_millisecond():
    shanghai = datetime(2026, 3, 2, 9, 30, 0, 5999, tzinfo=timezone(timedelta(hours=8)))

    assert stamp(shanghai) == "2026-03-02T01:30:00.005Z"
