"""Known answers for RFC 6962 trees: the vectors of the certificate-transparency reference implementation, as facts.

Source: github.com/google/certificate-transparency, cpp/merkletree/merkle_tree_test.cc (roots, audit paths and
consistency proofs over eight leaves). RFC 9162 keeps the same tree (its section 2.1), so the answers hold for it too.
Counting of leaves begins at 0 here, at 1 there.
"""

import pytest

from linli.casework.proof.merkle import (
    consistency_ranges,
    inclusion_ranges,
    is_consistent,
    is_included,
    proof,
    tree_root,
)

LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]  # fmt: skip
L0 = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
L1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
L4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
N01 = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
N23 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
N45 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
N67 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
N03 = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
N47 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
INCLUSION = {
    (0, 1): [],
    (0, 8): [L1, N23, N47],
    (5, 8): [L4, N67, N03],
    (2, 3): [N01],
    (1, 5): [L0, N23, L4],
}
CONSISTENCY = {(1, 1): [], (1, 8): [L1, N23, N47], (6, 8): [N45, N67, N03], (2, 5): [N23, L4]}


def root(size):
    return tree_root(LEAVES[:size])


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_audit_path_is_the_known_answer_and_proves_the_leaf(index, size):
    path = proof(LEAVES[:size], inclusion_ranges(index, size))

    assert [node.hex() for node in path] == INCLUSION[index, size]
    assert is_included(LEAVES[index], index, size, path, root(size))


@pytest.mark.parametrize(("older", "size"), CONSISTENCY)
def test_consistency_proof_is_the_known_answer_and_proves_the_beginning(older, size):
    path = proof(LEAVES[:size], consistency_ranges(older, size))

    assert [node.hex() for node in path] == CONSISTENCY[older, size]
    assert is_consistent(older, root(older), size, root(size), path)


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_a_path_bent_anywhere_proves_nothing(index, size):
    path = [bytes.fromhex(node) for node in INCLUSION[index, size]]
    whole = root(size)

    assert not is_included(LEAVES[index] + b"x", index, size, path, whole)
    assert not is_included(LEAVES[index], index, size, [*path, whole], whole)
    assert not is_included(LEAVES[index], index, size, path, root(8 if size != 8 else 7))
    for place, node in enumerate(path):
        bent = [*path[:place], bytes([node[0] ^ 1]) + node[1:], *path[place + 1 :]]
        assert not is_included(LEAVES[index], index, size, bent, whole)
        assert not is_included(LEAVES[index], index, size, path[:place], whole)
    for other in set(range(size)) - {index}:
        assert not is_included(LEAVES[index], other, size, path, whole)


@pytest.mark.parametrize(("older", "size"), CONSISTENCY)
def test_a_consistency_proof_bent_anywhere_proves_nothing(older, size):
    path = [bytes.fromhex(node) for node in CONSISTENCY[older, size]]
    begun, whole = root(older), root(size)

    assert not is_consistent(older, root(older + 1), size, whole, path)
    assert not is_consistent(older, begun, size, root(7 if size != 7 else 6), path)
    assert not is_consistent(older, begun, size, whole, [*path, whole])
    for place, node in enumerate(path):
        bent = [*path[:place], bytes([node[0] ^ 1]) + node[1:], *path[place + 1 :]]
        assert not is_consistent(older, begun, size, whole, bent)
        assert not is_consistent(older, begun, size, whole, path[:place])


@pytest.mark.parametrize("size", range(1, 9))
def test_every_path_and_every_beginning_over_the_known_leaves_is_proved(size):
    leaves, whole = LEAVES[:size], root(size)

    for index in range(size):
        assert is_included(
            leaves[index], index, size, proof(leaves, inclusion_ranges(index, size)), whole
        )
        older = index + 1
        steps = proof(leaves, consistency_ranges(older, size))
        assert is_consistent(older, root(older), size, whole, steps)
