"""Where a duty reaches: paths of areas, and the one prefix test in Python and in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from django.db.models import Q

MUNICIPALITIES = ("11", "12", "31", "50")
LENGTHS = {2: "province", 4: "city", 6: "district", 9: "street", 12: "committee"}


class PathRefused(Exception):
    """A text is no path or no code of an area."""


@lru_cache(maxsize=4096)
def path_of(code: str) -> str:
    """Give the path of a division code of 2 to 12 digits.

    '310112006' gives '/310000/310112/310112006/': a municipality has no prefecture between itself and its
    districts. Elsewhere the prefecture stands between, as in '/440000/440300/440310/'. Raises PathRefused.
    """
    if not (code.isascii() and code.isdigit() and len(code) in (6, 9, 12)):
        raise PathRefused(f"not a division code of 6, 9 or 12 digits: {code!r}")
    chain = [code[:2] + "0000"]
    if code[:2] not in MUNICIPALITIES:
        chain.append(code[:4] + "00")
    chain += [code[:length] for length in (6, 9, 12) if length <= len(code)]
    return "/" + "/".join(dict.fromkeys(chain)) + "/"


def level_of(code: str) -> str:
    """Give the level of a division code: province, city, district, street or committee."""
    if len(code) != 6:  # noqa: PLR2004
        return LENGTHS[len(code)]
    if code.endswith("0000"):
        return "city" if code[:2] in MUNICIPALITIES else "province"
    return "city" if code.endswith("00") else "district"


def above(path: str) -> tuple[str, ...]:
    """Give the paths that contain a path, widest first, itself last."""
    parts = [part for part in path.split("/") if part]
    return tuple("/" + "/".join(parts[: end + 1]) + "/" for end in range(len(parts)))


def covers(prefixes: Iterable[str], path: str) -> bool:
    """Say whether a path lies in one of the prefixes. Raises PathRefused for a prefix without its slashes."""
    return any(path.startswith(prefix) for prefix in widest(prefixes))


def widest(prefixes: Iterable[str]) -> tuple[str, ...]:
    """Give the prefixes without those that another one contains, in order."""
    kept: list[str] = []
    for prefix in sorted(set(prefixes)):
        if not (prefix.startswith("/") and prefix.endswith("/")):
            raise PathRefused(f"an area prefix begins and ends with '/': {prefix!r}")
        if not (kept and prefix.startswith(kept[-1])):
            kept.append(prefix)
    return tuple(kept)


def within(column: str, prefixes: Iterable[str]) -> Q:
    """Give the condition that a path column (collation "C") lies in one of the prefixes; none match none."""
    condition = Q(pk__in=[])
    for prefix in widest(prefixes):
        condition |= Q(**{f"{column}__gte": prefix, f"{column}__lt": _end(prefix)})
    return condition


def within_sql(column: str, prefixes: Iterable[str]) -> tuple[str, list[str]]:
    """Give the same condition as SQL text and its parameters. `column` is trusted text."""
    kept = widest(prefixes)
    if not kept:
        return "false", []
    text = " OR ".join([f"({column} >= %s AND {column} < %s)"] * len(kept))
    return f"({text})", _bounds(kept)


def _bounds(prefixes: Sequence[str]) -> list[str]:
    return [bound for prefix in prefixes for bound in (prefix, _end(prefix))]


def _end(prefix: str) -> str:
    return prefix[:-1] + "0"  # '0' follows '/' in collation "C", so this bounds every continuation
