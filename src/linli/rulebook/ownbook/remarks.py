"""Remarks: what is found in a file of the book, where, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from linli.rulebook.mechanism import Label
from linli.rulebook.reading import MechanismRefused


@dataclass(frozen=True)
class Remark:
    """One thing found: where, what, and what to do about it."""

    file: str
    line: int
    message: Label
    cure: Label
    is_error: bool = True

    def __post_init__(self) -> None:
        """End the message with a stop, so that the cure begins a sentence of its own."""
        object.__setattr__(self, "message", self.message.as_sentence)

    @classmethod
    def of(cls, refused: MechanismRefused, name: str) -> Remark:
        """Give the remark that a refusal makes of a file."""
        return cls(name, refused.line, refused.message, refused.cure)
