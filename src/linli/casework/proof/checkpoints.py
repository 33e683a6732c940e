"""Signed checkpoints of the log, and receipts that prove a step was in it on that day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from linli.casework import keys
from linli.casework.hashing import stamp
from linli.casework.models import Checkpoint, Position, Subtree
from linli.casework.proof.merkle import (
    Frontier,
    inclusion_ranges,
    is_included,
    joined,
    whole_subtrees,
)
from linli.registry.models import Office

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

CHUNK = 2000
LOWEST = 6  # smaller subtrees are not kept: 64 leaves are read at once


Spot = tuple[int, int]


@dataclass(frozen=True)
class Signed:
    """A signed checkpoint: the root over the first `size` steps of an office's log."""

    office: str
    size: int
    root: bytes
    at: datetime
    public_key: bytes
    signature: bytes

    def is_authentic(self) -> bool:
        """Tell whether the holder of the public key signed exactly this."""
        message = _message(self.office, self.size, self.root, self.at)
        return keys.is_signed(message, self.signature, self.public_key)


@dataclass(frozen=True)
class Receipt:
    """Proof that a step was in the log at the moment of a checkpoint."""

    position: int
    leaf: bytes
    path: tuple[bytes, ...]
    checkpoint: Signed

    def holds(self) -> bool:
        """Tell whether the step leads to the signed root. Needs nothing but the receipt itself."""
        signed = self.checkpoint
        return signed.is_authentic() and is_included(
            self.leaf, self.position - 1, signed.size, self.path, signed.root
        )


class NotYetLogged(Exception):
    """No checkpoint covers the step yet; the next one does, within a day."""


def checkpoint(*, office: int, at: datetime) -> Signed:
    """Sign the root over the office's log as it stands; the last checkpoint when nothing came since."""
    last = Checkpoint.objects.filter(office_id=office).order_by("-size").first()
    frontier = Frontier.unpacked(last.size, bytes(last.peaks)) if last else Frontier()
    subtrees: list[Subtree] = []

    def keep(height: int, nth: int, root: bytes) -> None:
        if height >= LOWEST:
            subtrees.append(Subtree(office_id=office, height=height, nth=nth, root=root))

    grown = frontier.extended(_leaves(office, frontier.size, None), keep)
    if last is not None and grown.size == last.size:
        return signed(last)
    Subtree.objects.bulk_create(subtrees, CHUNK)
    root, at = grown.root(), at.replace(microsecond=0)
    row = Checkpoint.objects.create(
        office_id=office,
        size=grown.size,
        root=root,
        peaks=grown.packed(),
        at=at,
        public_key=keys.public_key(office),
        signature=keys.sign(office, _message(office_code(office), grown.size, root, at)),
    )
    return signed(row)


def receipt_proof(*, office: int, case: int, seq: int) -> Receipt:
    """Give the proof that a step is in the log, under the first checkpoint after it. Raises NotYetLogged."""
    place = Position.objects.filter(office_id=office, case_id=case, seq=seq).first()
    covering = place and Checkpoint.objects.filter(office_id=office, size__gte=place.position)
    row = covering and covering.order_by("size").first()
    if not place or not row:
        raise NotYetLogged(f"step {seq} is under no checkpoint yet")
    ranges = inclusion_ranges(place.position - 1, row.size)
    wanted = {tree for low, high in ranges for tree in whole_subtrees(low, high)}
    roots = _roots(office, wanted)
    path = tuple(
        joined([roots[tree] for tree in whole_subtrees(low, high)]) for low, high in ranges
    )
    return Receipt(place.position, bytes(place.leaf), path, signed(row))


def office_code(office: int) -> str:
    """Give the code by which the journal and its checkpoints name an office."""
    return Office.objects.values_list("code", flat=True).get(id=office)


def signed(row: Checkpoint, code: str = "") -> Signed:
    """Give a stored checkpoint as the signed statement it is; `code` spares asking for the office's."""
    return Signed(
        code or office_code(row.office_id),
        row.size,
        bytes(row.root),
        row.at,
        bytes(row.public_key),
        bytes(row.signature),
    )


def _roots(office: int, wanted: set[Spot]) -> dict[Spot, bytes]:
    """Give the roots of whole subtrees: large ones as they were kept, the rest from the leaves."""
    kept = Subtree.objects.filter(
        office_id=office,
        height__in={height for height, _ in wanted if height >= LOWEST},
        nth__in={nth for height, nth in wanted if height >= LOWEST},
    )
    roots = {(row.height, row.nth): bytes(row.root) for row in kept}
    spans = {(height, nth): (nth << height, nth + 1 << height) for height, nth in wanted}
    small = [range(*spans[spot]) for spot in wanted if spot[0] < LOWEST]
    named = Position.objects.filter(
        office_id=office, position__in=[n + 1 for s in small for n in s]
    )
    near = {row.position - 1: bytes(row.leaf) for row in named}
    for spot in wanted - roots.keys():
        low, high = spans[spot]
        is_near = spot[0] < LOWEST
        leaves = (near[n] for n in range(low, high)) if is_near else _leaves(office, low, high)
        roots[spot] = Frontier().extended(leaves).root()
    return roots


def _message(office: str, size: int, root: bytes, at: datetime) -> bytes:
    lines = ("linli checkpoint 1", office, str(size), root.hex(), stamp(at))
    return "\n".join(lines).encode()


def _leaves(office: int, low: int, high: int | None) -> Iterator[bytes]:
    rows = Position.objects.filter(office_id=office, position__gt=low).order_by("position")
    bounded = rows if high is None else rows.filter(position__lte=high)
    for leaf in bounded.values_list("leaf", flat=True).iterator(CHUNK):
        yield bytes(leaf)
