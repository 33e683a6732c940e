"""What a platform is told: how each of its orders stands here, in its own columns and words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db.models import F

from linli.casework.queries.abroad import Abroad, cases_abroad
from linli.exchange.models import OutsideOrder
from linli.exchange.profiles import BackColumn, Profile
from linli.ledgers.mapping import ZONE

MOST = 5_000


@dataclass(frozen=True)
class Reply:
    """One row for the platform, and up to which step of the case it is true."""

    order: int
    number: str
    case: str
    seq: int
    cells: tuple[str, ...]

    @property
    def digest(self) -> str:
        """Give what tells this row from an earlier one of the same order."""
        return sha256("\x1f".join(self.cells).encode()).hexdigest()


def replies(
    profile: Profile, *, at: datetime, everything: bool = False, most: int = MOST
) -> tuple[Reply, ...]:
    """Give the rows that differ from what the platform was last told, oldest first; or all with `everything`."""
    rows = OutsideOrder.objects.filter(platform=profile.platform, case__isnull=False)
    if not everything:
        rows = rows.filter(case__seq__gt=F("told_seq"))
    listed = list(rows.order_by("sent_at", "pk"))
    fields = [rule.field for rule in profile.back.columns.values() if rule.field]
    cases = cases_abroad([row.case_id for row in listed if row.case_id], fields, at=at)
    told = {row.pk: row.told_digest for row in listed}
    made = _made(profile, listed, cases)
    return tuple(one for one in made if everything or one.digest != told[one.order])[:most]


def _made(
    profile: Profile, rows: Sequence[OutsideOrder], cases: dict[int, Abroad]
) -> Iterator[Reply]:
    for row in rows:
        assert row.case_id is not None
        case = cases[row.case_id]
        cells = tuple(
            _cell(rule, row.number, case, profile) for rule in profile.back.columns.values()
        )
        yield Reply(row.pk, row.number, case.row.number, case.row.revision, cells)


def _cell(rule: BackColumn, number: str, case: Abroad, profile: Profile) -> str:
    if rule.field is not None:
        value = case.values.get(rule.field)
        if rule.codes and str(value) in rule.codes:
            return rule.codes[str(value)]
        word = case.words.get(rule.field, "")
        return word if isinstance(word, str) else word.zh
    row = case.row
    found = {
        "number": number,
        "here": row.number,
        "status": profile.back.word(row.state),
        "holder": row.holder_name.zh if row.holder_name else "",
        "closed_at": _moment(row.closed_at),
        "opened_at": _moment(row.opened_at),
        "due_at": _moment(row.due_at),
    }
    return found[rule.take or "number"]


def _moment(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}"
