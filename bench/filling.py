"""An office with very many cases, and staff who turn its pages: over the wire, and within this process.

A thousand cases are appended as history is; the rest are copies of their rows with other numbers and moments, put in
by the database itself. Copies have no place in the log and their hashes are those of their patterns: they
are there to be listed and counted, not proved.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

import psycopg
from bench.acting import PHOTO, _form, _reported
from bench.office import Office, small_office
from bench.reporting import Refused, Resident
from bench.within import Within

from linli.casework.history import Command, HistoricCase, append_history
from linli.casework.models import Case
from linli.project.database.addresses import owner_address
from linli.registry.isolation import office_transaction
from linli.registry.queries import areas_of_office
from linli.rulebook.casefile import Actor
from linli.rulebook.loading import shipped

PASSWORD = "a-long-enough-word"  # noqa: S105 - of an office that lives for a minute
NOW = datetime.now(UTC)  # noqa: TID251 - the server goes by the real clock
COPIED = {
    "casework_case": ("id", "opened_at", "closed_at", "due_at"),
    "casework_step": ("case_id", "at"),
    "casework_sealed": ("case_id",),
    "casework_inboxrow": ("case_id", "since"),
}
AGE = "CASE WHEN p.closed_at IS NULL THEN interval '5 hours' ELSE interval '87 hours' END * k.n"
WHOLE_WAY = ("accept", "file", "dispatch", "take_on", "finish", "verify", "call_back")


@dataclass(frozen=True)
class Filled:
    """The office, how many cases it has, and some of what there is to look at."""

    office: Office
    count: int
    numbers: tuple[str, ...]
    areas: tuple[str, ...]
    category: str

    def addresses(self) -> dict[str, list[str]]:
        """Give the pages that are turned, by kind."""
        lists, whole = [], "/staff/cases/?mechanism=grid-case"
        for nth, area in enumerate(self.areas):
            lists += [
                f"{whole}&state=closed&area={area}",
                f"{whole}&late=1&page={nth + 1}",
                f"{whole}&category={self.category}&holder={self.office.body}",
                f"/staff/cases/?open=1&area={area}",
                f"{whole}&from={NOW - timedelta(days=60):%Y-%m-%d}&page=3",
            ]
        return {
            "list": lists,
            "case": [f"/staff/cases/{number}/" for number in self.numbers],
            "one screen": ["/staff/screen/"],
        }

    def reported(self, count: int) -> list[str]:
        """Give the numbers of new cases on which every action is still to be taken."""
        source = uuid4().hex[:8]
        cases = [
            HistoricCase("grid-case", [_reported(self.office.id, nth, NOW)], source=source)
            for nth in range(count)
        ]
        append_history(office=self.office.id, cases=cases, book=shipped(), until=NOW)
        with office_transaction(self.office.id):
            return list(Case.objects.filter(source=source).values_list("number", flat=True))

    def steps(self, staff: Staff, numbers: Sequence[str]) -> Iterator[Callable[[], None]]:
        """Give the actions that somebody takes on these cases, one after another."""
        answers = {
            "accept": {"category": self.category, "urgency": "normal"},
            "file": {},
            "dispatch": {"unit": str(self.office.body)},
            "take_on": {},
        }
        for number in numbers:
            for revision, (action, answer) in enumerate(answers.items(), start=1):
                yield partial(staff.act, number, action, revision, answer)


class _AtDesk(Resident):
    """A member of staff: logs in once, sees pages and takes actions."""

    def __init__(self, port: int) -> None:
        Resident.__init__(self, port, page="/staff/login/")
        answer = self.post("/staff/login/", {"username": "founder", "password": PASSWORD})
        for name in ("csrftoken", "sessionid"):
            found = re.search(rf"{name}=(\w+)", answer.head)
            if found is None:
                raise Refused(answer.status, answer.head)
            self.cookies[name] = found[1]
        self.token = self.cookies["csrftoken"]

    def see(self, address: str) -> bytes:
        """Give a page. Raises Refused."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = f"GET {address} HTTP/1.1\r\nHost: localhost:{self.port}\r\nCookie: {cookies}\r\n"
        answer = self.asked(f"{head}Accept-Language: zh-CN\r\n\r\n".encode())
        if answer.status != 200:  # noqa: PLR2004
            raise Refused(answer.status, answer.head, address)
        return answer.body

    def act(self, number: str, action: str, revision: int, answers: dict[str, str]) -> None:
        """Send the form of an action. Raises Refused."""
        fields = {"revision": revision, "key": uuid4().hex, **answers}
        answer = self.post(f"/staff/cases/{number}/do/{action}/", fields)
        if answer.status != 302:  # noqa: PLR2004 - led back to the case
            raise Refused(answer.status, number, action, answer.body[-2000:])


class Staff(_AtDesk):
    """Somebody at the desk of a running installation."""


class StaffWithin(_AtDesk, Within):
    """The same without a network, to count statements."""

    def __init__(self) -> None:
        _AtDesk.__init__(self, 80)


def filled(count: int, patterns: int) -> Filled:
    """Found an office and fill it with this many cases, one in ten of them open."""
    office = small_office(PASSWORD)
    cases = [HistoricCase("grid-case", list(_life(office, nth))) for nth in range(patterns)]
    append_history(office=office.id, cases=cases, book=shipped(), until=NOW)
    _copy(office.id, count // patterns - 1)
    with office_transaction(office.id):
        known = Case.objects.order_by("-opened_at").values_list("number", "category")
        areas = tuple(row.path for row in areas_of_office() if row.level == "committee")
        numbers = tuple(number for number, _ in known[: 40 * 50 : 50])
        category = next(category for _, category in known if category)
        total = known.count()
    return Filled(office, total, numbers, areas, category)


def _life(office: Office, nth: int) -> Iterator[Command]:
    """Give the way of one case: nine in ten go all of it, the others stop on the way."""
    begun, actor = NOW - timedelta(days=8, minutes=nth), office.actor
    verifier = Actor(office.id, "account:2", actor.duties)
    yield _reported(office.id, nth, begun)
    taken = WHOLE_WAY if nth % 10 else WHOLE_WAY[: nth // 10 % 5]
    for hour, action in enumerate(taken, start=1):
        at = begun + timedelta(hours=hour)
        if action == "finish":
            yield Command(action, actor, at, {"result": "已修好并清理现场"}, [PHOTO])
        elif action == "call_back":
            yield Command(action, verifier, at, {"satisfaction": "satisfied"})
        else:
            yield Command(
                action, verifier if action == "verify" else actor, at, _form(action, actor)
            )


def _copy(office: int, times: int) -> None:
    """Copy all cases some times, each copy older than the last."""
    with psycopg.connect(owner_address()) as owner:
        owner.execute(f"SET linli.office = '{office:d}'")
        first, last = owner.execute("SELECT min(id), max(id) FROM casework_case").fetchone() or (
            0,
            0,
        )
        apart = last - first + 1
        owner.execute("CREATE TEMPORARY TABLE patterns AS SELECT id, closed_at FROM casework_case")
        for table, changed in COPIED.items():
            owner.execute(_copying(owner, table, changed, apart), [times])  # type: ignore[arg-type]
        owner.execute(
            "SELECT setval(pg_get_serial_sequence('casework_case', 'id'), (SELECT max(id) FROM casework_case))"
        )
        owner.execute("SELECT casework_count_anew()")
        owner.commit()
        owner.autocommit = True
        owner.execute("VACUUM ANALYZE")


def _copying(
    owner: psycopg.Connection[tuple[object, ...]], table: str, changed: Sequence[str], apart: int
) -> str:
    columns = [
        str(name)
        for (name,) in owner.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
            " AND is_generated = 'NEVER' ORDER BY ordinal_position",
            [table],
        )
        if (table, name) != ("casework_inboxrow", "id")
    ]
    written = dict.fromkeys(columns, "")
    for name in columns:
        written[name] = f"t.{name}"
        if name in ("id", "case_id") and name in changed:
            written[name] = f"t.{name} + k.n * {apart}"
        elif name in changed:
            written[name] = f"t.{name} - {AGE}"
        elif name == "number":
            written[name] = "t.number || '-' || k.n"
    owns = "id" if table == "casework_case" else "case_id"
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) OVERRIDING SYSTEM VALUE"
        f" SELECT {', '.join(written.values())} FROM {table} t JOIN patterns p ON p.id = t.{owns},"
        " generate_series(1, %s) AS k(n)"
    )
