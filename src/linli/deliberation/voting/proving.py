"""Proof of what was counted: a Merkle tree over the ballots of a vote, and where one ballot stands in it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from linli.casework.proof.merkle import inclusion_ranges, is_included, proof, tree_root
from linli.deliberation.models import Ballot, Vote
from linli.deliberation.voting.boxes import box_digest


@dataclass(frozen=True)
class Inclusion:
    """That a ballot is the leaf at a place in the tree with this root."""

    entry: bytes
    place: int
    size: int
    path: tuple[bytes, ...]
    root: bytes

    @property
    def holds(self) -> bool:
        """Say whether the path leads from the ballot to the root."""
        return is_included(self.entry, self.place, self.size, self.path, self.root)


def entry_of(ballot: Ballot) -> bytes:
    """Give what a leaf is made of: the SHA-256 of salt and ballot, so that the list of leaves tells nothing."""
    said = [ballot.vote_id, ballot.seq, ballot.unit.unit, ballot.form, ballot.mark, ballot.channel]
    picks = [ballot.picks] if ballot.picks else []
    holder = [ballot.signer, ballot.mandate_id] if ballot.signer or ballot.mandate_id else []
    text = json.dumps([*said, *picks, *holder, ballot.received_at.isoformat()], ensure_ascii=False)
    return sha256(bytes(ballot.salt) + text.encode()).digest()


def leaves_of(vote: Vote) -> tuple[bytes, ...]:
    """Give the leaves of a vote's tree, in the order in which ballots came in."""
    ballots: Iterable[Ballot] = vote.ballots.select_related("unit").order_by("seq")
    return tuple(entry_of(ballot) for ballot in ballots)


def root_of(vote: Vote) -> bytes:
    """Give the root over all ballots of a vote; of a secret one the digest of the sheet of its box."""
    if vote.secrecy == "secret":
        return box_digest(vote)
    return tree_root(leaves_of(vote))


def inclusion(vote: Vote, seq: int) -> Inclusion:
    """Give the proof that a ballot is among those counted."""
    leaves = leaves_of(vote)
    place = seq - 1
    path = proof(leaves, inclusion_ranges(place, len(leaves)))
    return Inclusion(leaves[place], place, len(leaves), tuple(path), tree_root(leaves))
