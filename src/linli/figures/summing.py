"""The amount of a record that is added up."""

from __future__ import annotations

import re

from linli.rulebook.counting import Counted
from linli.rulebook.labels import KEY
from linli.rulebook.mechanism import NAME

NAMED, KEYED = re.compile(NAME), re.compile(KEY)


def summed(counted: Counted) -> str:
    """Give how many records there are, or the sum of their amounts, as SQL."""
    return "count(*)" if counted.total is None else f"coalesce(sum({amount_of(counted)}), 0.00)"


def amount_of(counted: Counted) -> str:
    """Give the amount of a record: a name of the mechanism's own, which holds letters and digits only."""
    if counted.entity == "entry":
        return "x.amount"
    if counted.total is None:
        return "NULL"
    assert NAMED.fullmatch(counted.total)
    assert KEYED.fullmatch(counted.mechanism)
    # CASE keeps a field of that name in other mechanisms, which may be no number, from being read as one.
    number = f"(c.values ->> '{counted.total}')::numeric"
    return f"(CASE WHEN c.mechanism = '{counted.mechanism}' THEN {number} END)"
