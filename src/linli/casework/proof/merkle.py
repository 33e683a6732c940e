"""The Merkle tree of RFC 6962: roots, inclusion and consistency proofs, and a frontier that grows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

EMPTY_ROOT = hashlib.sha256(b"").digest()

Range = tuple[int, int]
Keep = Callable[[int, int, bytes], object]


@dataclass(frozen=True)
class Frontier:
    """The right edge of a tree: all that is needed to go on appending. Peaks stand largest first."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def extended(self, leaves: Iterable[bytes], keep: Keep | None = None) -> Frontier:
        """Give the frontier after these leaves (their entries, not yet hashed).

        `keep` is told the height, the place in its row and the root of each subtree that became whole.
        """
        size, peaks = self.size, list(self.peaks)
        for leaf in leaves:
            node, height = leaf_hash(leaf), 0
            while size >> height & 1:
                node = node_hash(peaks.pop(), node)
                height += 1
                if keep:
                    keep(height, size >> height, node)
            peaks.append(node)
            size += 1
        return Frontier(size, tuple(peaks))

    def root(self) -> bytes:
        """Give the Merkle tree hash of all leaves so far."""
        return joined(self.peaks) if self.peaks else EMPTY_ROOT

    def packed(self) -> bytes:
        """Give the peaks as bytes to store beside the size."""
        return b"".join(self.peaks)

    @classmethod
    def unpacked(cls, size: int, packed: bytes) -> Frontier:
        """Give back a stored frontier. Refuses (ValueError) one whose peaks do not fit its size."""
        if len(packed) != 32 * size.bit_count():
            raise ValueError(f"a frontier of {size} leaves has {size.bit_count()} peaks")
        return cls(size, tuple(packed[at : at + 32] for at in range(0, len(packed), 32)))


def leaf_hash(entry: bytes) -> bytes:
    """Give the hash of a leaf (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Give the hash of an inner node (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def joined(peaks: Sequence[bytes]) -> bytes:
    """Give the root over peaks that stand side by side, largest first."""
    node = peaks[-1]
    for peak in reversed(peaks[:-1]):
        node = node_hash(peak, node)
    return node


def whole_subtrees(low: int, high: int) -> Iterator[tuple[int, int]]:
    """Give height and place in its row of each subtree that a range of a proof is made of, largest first."""
    while low < high:
        height = (high - low).bit_length() - 1
        yield height, low >> height
        low += 1 << height


def tree_root(entries: Iterable[bytes]) -> bytes:
    """Give the Merkle tree hash of these entries."""
    return Frontier().extended(entries).root()


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Give the ranges of leaves whose roots are the audit path of a leaf (RFC 6962, 2.1.1)."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    path: list[Range] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append((middle, high))
            high = middle
        else:
            path.append((low, middle))
            low = middle
    return path[::-1]


def consistency_ranges(older: int, size: int) -> list[Range]:
    """Give the ranges whose roots prove that the older tree begins the newer (RFC 6962, 2.1.2)."""
    if not 0 < older <= size:
        raise ValueError(f"no tree of {older} begins a tree of {size}")
    path: list[Range] = []
    low, high = 0, size
    while older != high:
        middle = low + _split(high - low)
        if older <= middle:
            path.append((middle, high))
            high = middle
        else:
            path.append((low, middle))
            low = middle
    return ([] if low == 0 else [(low, high)]) + path[::-1]


def proof(entries: Sequence[bytes], ranges: Iterable[Range]) -> list[bytes]:
    """Give the roots of these ranges of entries."""
    return [tree_root(entries[low:high]) for low, high in ranges]


def is_included(entry: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Tell whether the path leads from the entry at this index to the root of a tree of this size."""
    ranges = inclusion_ranges(index, size)
    if len(path) != len(ranges):
        return False
    node = leaf_hash(entry)
    for (_, high), other in zip(ranges, path, strict=True):
        node = node_hash(other, node) if high <= index else node_hash(node, other)
    return node == root


def is_consistent(
    older: int, older_root: bytes, size: int, root: bytes, path: Sequence[bytes]
) -> bool:
    """Tell whether the path proves that the tree of `older` leaves is the beginning of the other."""
    ranges = consistency_ranges(older, size)
    if len(path) != len(ranges):
        return False
    steps = list(zip(ranges, path, strict=True))
    begun, whole = older_root, older_root
    if steps and steps[0][0][1] == older:
        begun = whole = steps.pop(0)[1]
    for (low, _), other in steps:
        begun = node_hash(other, begun) if low < older else begun
        whole = node_hash(other, whole) if low < older else node_hash(whole, other)
    return begun == older_root and whole == root


def _split(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)
