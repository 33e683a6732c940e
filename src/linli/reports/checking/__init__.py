"""Reads any printed report and lists the numbers that cannot be true, or that nothing defines."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from linli.reports.checking.findings import Finding
from linli.reports.checking.growth import growth
from linli.reports.checking.lists import lists
from linli.reports.checking.ratios import ratios
from linli.reports.checking.reckoning.means import means
from linli.reports.checking.reckoning.tables import tables
from linli.reports.checking.structure import structure
from linli.reports.checking.sums import sums
from linli.reports.checking.targets import targets
from linli.reports.checking.texts import Text
from linli.reports.checking.universes import universes
from linli.reports.checking.wording import wording

__all__ = ["Finding", "check"]

RULES: tuple[Callable[[Text], Iterator[Finding]], ...] = (
    ratios,
    means,
    sums,
    tables,
    growth,
    lists,
    wording,
    universes,
    targets,
    structure,
)


def check(text: Text) -> list[Finding]:
    """Give what cannot be true or is not defined in a text, in the order it stands there, each once."""
    found = {finding: None for rule in RULES for finding in rule(text)}
    return sorted(found, key=lambda finding: (finding.line, finding.rule))
