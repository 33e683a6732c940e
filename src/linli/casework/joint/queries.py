# ruff: noqa: S608 - only our own columns and conditions are set into the text
"""Questions about cases that go together: likely duplicates, what is tied, how many reported, what is hot."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from linli.casework.joint.likeness import LASTING, REACH, Likeness, Report, likeness
from linli.casework.joint.topics import Reported, Topic, topics
from linli.casework.journal.placing import place_field, point_of
from linli.casework.models import Case, Sealed
from linli.casework.queries.past import opening_texts
from linli.casework.queries.rows import COLUMNS, TABLES, CaseRow, found, rows_of
from linli.casework.queries.seeing import seen_by
from linli.casework.queries.views import CaseView
from linli.casework.tables.ties import Follower, Tie
from linli.registry.isolation import current_office
from linli.registry.queries import actor_names
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Label, Mechanism

DEGREE = 111_195.0
MOST = 200
SHOWN = 8
HOT_MOST = 5000
NEAR = f"""
    SELECT {COLUMNS} FROM {TABLES}
    WHERE c.office_id = %s AND c.opened_at >= %s AND c.opened_at <= %s AND c.id <> %s
      AND ((c.lat BETWEEN %s AND %s AND c.lon BETWEEN %s AND %s) OR ((c.lat IS NULL OR %s) AND {{like}}))
      AND {{seen}}
    ORDER BY c.opened_at DESC, c.id DESC LIMIT {MOST}
"""
ALL = f"""
    SELECT {COLUMNS} FROM {TABLES}
    WHERE c.office_id = %s AND c.opened_at >= %s AND c.opened_at <= %s AND {{seen}}
    ORDER BY c.opened_at DESC, c.id DESC LIMIT {HOT_MOST}
"""
TIED = f"""
    SELECT {COLUMNS} FROM casework_tie t JOIN {TABLES} ON c.id = t.secondary_id
    WHERE t.office_id = %s AND t.primary_id = %s AND t.undone_at IS NULL AND {{seen}}
    ORDER BY t.id
"""


@dataclass(frozen=True)
class Alike:
    """A case that may be about the same, and how alike it is."""

    row: CaseRow
    likeness: Likeness


@dataclass(frozen=True)
class TieTold:
    """One tie as it was made and perhaps undone, in words."""

    primary: str
    secondary: str
    reason: str
    by: Label
    at: datetime
    undone_by: Label | None
    undone_at: datetime | None


@dataclass(frozen=True)
class HotIssue:
    """A group of cases about one thing with the number of different reporters."""

    topic: Topic
    rows: tuple[CaseRow, ...]


def asked_about(mechanism: Mechanism, form: Mapping[str, Any], at: datetime) -> Report:
    """Give what is compared of a report that somebody is writing."""
    texts = [
        str(form[name])
        for name in form
        if name in mechanism.fields
        and mechanism.fields[name].type == "text"
        and not mechanism.fields[name].personal
    ]
    point = point_of(form.get(place_field(mechanism) or ""))
    category = form.get(mechanism.shows.category or "")
    return Report(
        words=" ".join(texts),
        at=at,
        lon=point.lon if point else None,
        lat=point.lat if point else None,
        category=category if isinstance(category, str) else "",
    )


def likely_same(
    report: Report, *, at: datetime, actor: Actor | None, mechanism: str = "", but: int = 0
) -> list[Alike]:
    """Give the cases that may well be about the same, the most alike first.

    With an actor those that the actor may see; without, for visitors, the open ones of one mechanism.
    """
    if len(report.words) < 2 and report.lon is None:  # noqa: PLR2004 - one sign says nothing
        return []
    if actor is None:
        seen, values = "c.closed_at IS NULL AND c.mechanism = %s", [mechanism]
    else:
        seen, values = seen_by(actor)
    like, said = _saying(report.words)
    lat, lon = report.lat, report.lon
    box = _box(lat, lon) if lat is not None and lon is not None else [None] * 4
    cases = found(
        NEAR.format(seen=seen, like=like),
        [current_office(), at - LASTING, at, but, *box, lat is None, *said, *values],
    )
    texts = opening_texts([case["id"] for case in cases])
    judged = [(case, likeness(report, _report(case, texts))) for case in cases]
    best = sorted((j for j in judged if j[1].is_likely), key=lambda j: -j[1].score)[:SHOWN]
    rows = rows_of([case for case, _found in best], at)
    return [Alike(row, judged) for row, (_case, judged) in zip(rows, best, strict=True)]


def joinable(number: str, mechanism: str) -> bool:
    """Say whether a case is an open one of this mechanism, so that somebody else may join it."""
    return Case.objects.filter(number=number, mechanism=mechanism, closed_at=None).exists()


def alike_to(view: CaseView, *, actor: Actor, at: datetime) -> list[Alike]:
    """Give the cases that are likely about the same as this one, tied ones left out."""
    row = view.row
    words = opening_texts([row.id])[row.id]
    report = Report(words, row.opened_at, row.lon, row.lat, row.category)
    tied = set(
        Tie.objects.filter(primary_id=row.id, undone_at=None).values_list("secondary_id", flat=True)
    )
    near = likely_same(report, at=at, actor=actor, but=row.id)
    return [one for one in near if one.row.id not in tied]


def tied_to(case: int, actor: Actor, at: datetime) -> list[CaseRow]:
    """Give the cases that go with a case now."""
    seen, values = seen_by(actor)
    return rows_of(found(TIED.format(seen=seen), [current_office(), case, *values]), at)


def primary_of(case: int) -> tuple[int, str] | None:
    """Give the id and number of the case that a case goes with now."""
    tie = Tie.objects.filter(secondary_id=case, undone_at=None).select_related("primary").first()
    return (tie.primary_id, tie.primary.number) if tie else None


def ties_of(case: int) -> list[TieTold]:
    """Give all ties a case has had, undone ones too, the latest first."""
    ties = (
        Tie.objects.filter(primary_id=case) | Tie.objects.filter(secondary_id=case)
    ).select_related("primary", "secondary")
    listed = list(ties.order_by("-id"))
    names = actor_names({who for tie in listed for who in (tie.by, tie.undone_by) if who})
    return [
        TieTold(
            primary=tie.primary.number,
            secondary=tie.secondary.number,
            reason=tie.reason,
            by=names[tie.by],
            at=tie.at,
            undone_by=names[tie.undone_by] if tie.undone_by else None,
            undone_at=tie.undone_at,
        )
        for tie in listed
    ]


def reporters_of(case: int) -> int:
    """Give how many different people reported a case and those that go with it.

    The same telephone is one person; who left none counts for each report.
    """
    cases = [case, *_secondaries(case)]
    listed = _reporters(cases)
    return len({who for whos in listed.values() for who in whos})


def hot_issues(*, actor: Actor, since: datetime, at: datetime, least: int = 2) -> list[HotIssue]:
    """Give the issues that at least so many different people reported since a moment, the hottest first."""
    seen, values = seen_by(actor)
    cases = found(ALL.format(seen=seen), [current_office(), since, at, *values])
    ids = [case["id"] for case in cases]
    texts, people = opening_texts(ids), _reporters(ids)
    reports = [
        Reported(
            str(case["id"]), texts[case["id"]], who, case["opened_at"], case["lon"], case["lat"]
        )
        for case in cases
        for who in people[case["id"]]
    ]
    known = {str(case["id"]): case for case in cases}
    hot = topics([one for one in reports if one.title], at, least=least)
    issues = []
    for topic in hot:
        keys = dict.fromkeys(one.key for one in topic.reports)
        issues.append(HotIssue(topic, tuple(rows_of([known[key] for key in keys], at))))
    return issues


def _secondaries(case: int) -> list[int]:
    ties = Tie.objects.filter(primary_id=case, undone_at=None)
    return list(ties.values_list("secondary_id", flat=True))


def _reporters(cases: Sequence[int]) -> dict[int, set[str]]:
    """Give who reported each case: keyed hashes of telephones, else a mark for the report itself."""
    phones: dict[int, str] = {}
    rows = Sealed.objects.filter(case_id__in=cases, seq=1, lookup__isnull=False)
    for case, lookup in rows.order_by("case_id", "field").values_list("case_id", "lookup"):
        assert lookup is not None
        phones.setdefault(case, bytes(lookup).hex())
    people = {case: {phones.get(case, f"case-{case}")} for case in cases}
    joined = Follower.objects.filter(case_id__in=cases).values_list("id", "case_id", "lookup")
    for follower, case, lookup in joined:
        people[case].add(bytes(lookup).hex() if lookup else f"follower-{follower}")
    return people


def _report(case: Mapping[str, Any], texts: Mapping[int, str]) -> Report:
    return Report(texts[case["id"]], case["opened_at"], case["lon"], case["lat"], case["category"])


def _saying(words: str) -> tuple[str, list[Any]]:
    """Give the condition that a case says some of these words: any run of four signs of the first forty."""
    plain = "".join(words.split())[:40]
    runs = [plain[n : n + 4] for n in range(0, max(1, len(plain) - 3), 2)][:8]
    runs = [run for run in runs if len(run) > 1 and "%" not in run and "_" not in run]
    if not runs:
        return "false", []
    each = " UNION ".join("SELECT casework_cases_saying(%s)" for _run in runs)
    return f"c.id IN ({each})", [f"%{run}%" for run in runs]


def _box(lat: float, lon: float) -> list[float]:
    tall = REACH / DEGREE
    wide = tall / math.cos(math.radians(lat))
    return [lat - tall, lat + tall, lon - wide, lon + wide]


def month_before(at: datetime) -> datetime:
    """Give the moment thirty days earlier: how far back hot issues are looked for."""
    return at - timedelta(days=30)
