import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.casework.proof.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_ranges,
    inclusion_ranges,
    is_consistent,
    is_included,
    leaf_hash,
    node_hash,
    proof,
    tree_root,
)

# The reference leaves and roots of the certificate-transparency test suites for RFC 6962.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
entries = st.lists(st.binary(max_size=8), min_size=1, max_size=70)


def test_the_empty_tree_has_the_root_of_the_rfc():
    assert tree_root([]) == EMPTY_ROOT
    assert base64.b64encode(EMPTY_ROOT) == b"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_reference_suite(size):
    assert tree_root(LEAVES[:size]).hex() == ROOTS[size - 1]


def test_paths_are_those_of_the_examples_in_the_rfc():
    # RFC 6962, 2.1.3: a tree of seven leaves, d0 to d6.
    assert inclusion_ranges(0, 7) == [(1, 2), (2, 4), (4, 7)]
    assert inclusion_ranges(3, 7) == [(2, 3), (0, 2), (4, 7)]
    assert inclusion_ranges(4, 7) == [(5, 6), (6, 7), (0, 4)]
    assert inclusion_ranges(6, 7) == [(4, 6), (0, 4)]
    assert consistency_ranges(3, 7) == [(2, 3), (3, 4), (0, 2), (4, 7)]
    assert consistency_ranges(4, 7) == [(4, 7)]
    assert consistency_ranges(6, 7) == [(4, 6), (6, 7), (0, 4)]


@settings(max_examples=100, deadline=None)
@given(entries)
def test_the_root_is_that_of_the_definition(leaves):
    assert tree_root(leaves) == _defined(leaves)


@settings(max_examples=100, deadline=None)
@given(entries, st.data())
def test_a_frontier_goes_on_where_it_was_stored(leaves, data):
    cut = data.draw(st.integers(0, len(leaves)))
    stored = Frontier().extended(leaves[:cut])

    again = Frontier.unpacked(stored.size, stored.packed()).extended(leaves[cut:])

    assert again == Frontier().extended(leaves)


def test_a_stored_frontier_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="peaks"):
        Frontier.unpacked(3, bytes(32))


@settings(max_examples=100, deadline=None)
@given(entries, st.data())
def test_every_leaf_proves_its_place_and_no_other(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    size, root = len(leaves), tree_root(leaves)
    path = proof(leaves, inclusion_ranges(index, size))

    assert is_included(leaves[index], index, size, path, root)
    assert not is_included(leaves[index] + b"x", index, size, path, root)
    assert not is_included(leaves[index], index, size, [*path, root], root)


@settings(max_examples=100, deadline=None)
@given(entries, st.data())
def test_a_tree_proves_that_it_continues_an_older_one(leaves, data):
    older, size = data.draw(st.integers(1, len(leaves))), len(leaves)
    older_root, root = tree_root(leaves[:older]), tree_root(leaves)
    path = proof(leaves, consistency_ranges(older, size))

    assert is_consistent(older, older_root, size, root, path)
    assert not is_consistent(older, leaf_hash(b"other"), size, root, path)


def test_a_leaf_outside_the_tree_has_no_path():
    with pytest.raises(ValueError, match="no leaf 3"):
        inclusion_ranges(3, 3)


def _defined(leaves):
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    cut = 1
    while cut * 2 < len(leaves):
        cut *= 2
    return node_hash(_defined(leaves[:cut]), _defined(leaves[cut:]))
