"""Standards of reach, as data: bands, the detour factor, and from which registers facilities of a kind come."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from pydantic import Field

import linli.book
from linli.rulebook.labels import KEY, Label, Rule
from linli.rulebook.ownbook import own_folder
from linli.rulebook.reading import read_yaml

FOLDER = Path(linli.book.__path__[0]) / "reach"
BEYOND, NONE = "beyond", "none"


class Source(Rule):
    """Entries of a register that are facilities of a kind: those that hold one of the values in each field."""

    of: str
    where: dict[str, list[str | bool]] = {}


class Kind(Rule):
    """A kind of facility: in reach within which band, and where its facilities are on the register."""

    within: str
    from_: list[Source] = Field(alias="from", min_length=1)


class Standard(Rule):
    """One standard: bands in metres on foot, shortest first; the registers of measurements and of gaps."""

    reach: str = Field(pattern=KEY)
    title: Label
    basis: list[str] = Field(min_length=1)
    detour: Decimal = Field(ge=1, le=3)
    bands: dict[str, int] = Field(min_length=1)
    kept_in: str
    gap: str
    kinds: dict[str, Kind] = Field(min_length=1)

    def band_of(self, metres: int | None) -> str:
        """Give the band that a walking distance lies in."""
        if metres is None:
            return NONE
        return next((band for band, most in self.bands.items() if metres <= most), BEYOND)

    def is_within(self, kind: str, metres: int | None) -> bool:
        """Say whether a facility of a kind that far away is in reach."""
        return metres is not None and metres <= self.bands[self.kinds[kind].within]


def standards_at_hand() -> dict[str, Standard]:
    """Give the standards that Linli brings along and those of the office's own book, which win by name."""
    own = own_folder()
    added = dict(_read(own / "reach")) if own else {}
    return _shipped() | added


@lru_cache(maxsize=1)
def _shipped() -> dict[str, Standard]:
    return dict(_read(FOLDER))


def _read(folder: Path) -> Iterator[tuple[str, Standard]]:
    for file in sorted(folder.glob("*.yaml")):
        standard, _lines = read_yaml(file.read_text(encoding="utf-8"), file.name, Standard)
        yield standard.reach, standard
