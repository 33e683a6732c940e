"""Taking orders of a platform in, each once, and keeping what the platform was told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction

from linli.budget.actions import open_case
from linli.casework.definitions import current
from linli.casework.queries.standing import with_value
from linli.exchange.models import Batch, OutsideOrder
from linli.exchange.opening import opener, opening_duties
from linli.exchange.profiles import Profile, check_profile
from linli.exchange.reading import Order, Orders, read_orders
from linli.exchange.replies import Reply
from linli.ledgers.actions import may_bring_in
from linli.ledgers.planning import RowNote
from linli.ledgers.sheets import Sheet
from linli.registry.isolation import current_office
from linli.registry.queries import areas_of_office
from linli.rulebook.casefile import Actor, StepRefused
from linli.rulebook.labels import Label
from linli.rulebook.mechanism import Mechanism

MACHINE = "machine:"
NOTES_MOST = 500


class ExchangeRefused(Exception):
    """Somebody may not exchange lists with a platform; nothing has changed."""

    message = Label(
        zh="收发平台清单需要能登记此类事项的岗位，或台账导入员、登记员、主任的岗位",
        en="Exchanging lists with a platform needs a post that opens such cases, or that of importer, registrar or director",
    )


@dataclass(frozen=True)
class Sent:
    """A list as it came: its name (empty for a machine's call), its digest and its rows."""

    name: str
    sha256: str
    sheet: Sheet


def may_exchange(actor: Actor, profile: Profile, mechanism: Mechanism) -> bool:
    """Say whether somebody may take a platform's orders in and tell it what became of them.

    Those may who open such cases, who bring ledgers in, and machines whose key was let through the door.
    """
    if actor.id.startswith(MACHINE) or may_bring_in(actor):
        return True
    return bool(
        {duty.code for duty in actor.duties} & set(opening_duties(mechanism, profile.action))
    )


def take_in(
    *, profile: Profile, sent: Sent, opens: bool, is_whole: bool, by: Actor, at: datetime
) -> int:
    """Take a list in, in an open office transaction, and give the number of its batch.

    Orders known under their number are brought up to date; with `opens` the others, while they run there, become
    cases; all others are kept as missing here. `is_whole`: the list holds every order sent between its first and
    last, so that those it does not hold are missing there. Raises ExchangeRefused, ProfileRefused and ListRefused.
    """
    mechanism = check_profile(profile, {profile.mechanism: current(profile.mechanism)})
    if not may_exchange(by, profile, mechanism):
        raise ExchangeRefused
    orders = read_orders(sent.sheet, profile, _areas())
    batch = _batch(profile, "in", sent, by, at, orders.rows)
    if is_whole:
        batch.whole_from, batch.whole_to = _span(orders)
    batch.save()
    taking = _Taking(profile, batch, opener(mechanism, profile.action, by), at, opens=opens)
    taking.take(orders)
    batch.opened, batch.changed = taking.opened, taking.changed
    batch.rejected = orders.rows - len(orders.good) + len(taking.refused)
    notes = sorted([*orders.bad, *taking.refused], key=lambda note: note.line)[:NOTES_MOST]
    batch.notes = [_plain(note) for note in notes]
    batch.save()
    return batch.pk


def note_told(
    *, profile: Profile, replies: Sequence[Reply], file_name: str, by: Actor, at: datetime
) -> int:
    """Keep that a platform was told how cases stand; give the number of the batch. Raises ExchangeRefused."""
    mechanism = check_profile(profile, {profile.mechanism: current(profile.mechanism)})
    if not may_exchange(by, profile, mechanism):
        raise ExchangeRefused
    digest = sha256("".join(reply.digest for reply in replies).encode()).hexdigest()
    batch = Batch.objects.create(
        office_id=current_office(), platform=profile.platform, way="out", file_name=file_name,
        sha256=digest, by=by.id, at=at, rows=len(replies), changed=len(replies),
    )  # fmt: skip
    rows = [
        OutsideOrder(pk=one.order, told_seq=one.seq, told_digest=one.digest, told_at=at)
        for one in replies
    ]
    OutsideOrder.objects.bulk_update(rows, ["told_seq", "told_digest", "told_at"], batch_size=1000)
    return batch.pk


def _batch(profile: Profile, way: str, sent: Sent, by: Actor, at: datetime, rows: int) -> Batch:
    return Batch(
        office_id=current_office(), platform=profile.platform, way=way, file_name=sent.name,
        sha256=sent.sha256, by=by.id, at=at, rows=rows,
    )  # fmt: skip


def _span(orders: Orders) -> tuple[datetime | None, datetime | None]:
    """Give the time in which the orders of a list were sent; its end lies just behind the last."""
    sent = [order.sent_at for order in orders.good if order.sent_at is not None]
    if not sent:
        return None, None
    return min(sent), max(sent) + timedelta(seconds=1)


def _areas() -> dict[str, str]:
    return {
        name: row.path
        for row in areas_of_office()
        for name in (row.code, row.official_name, row.stat_name, *row.aliases)
        if name
    }


@dataclass
class _Taking:
    """One list being taken in."""

    profile: Profile
    batch: Batch
    opener: Actor
    at: datetime
    opens: bool
    opened: int = 0
    changed: int = 0
    refused: list[RowNote] = field(default_factory=list)

    def take(self, orders: Orders) -> None:
        numbers = [order.number for order in orders.good]
        here = OutsideOrder.objects.filter(platform=self.profile.platform, number__in=numbers)
        known = {row.number: row for row in here}
        typed = self._typed([number for number in numbers if _lacks_case(known.get(number))])
        fresh: list[OutsideOrder] = []
        seen: list[OutsideOrder] = []
        for order in orders.good:
            row = known.get(order.number)
            if row is None:
                row = OutsideOrder(
                    office_id=current_office(), platform=self.profile.platform, number=order.number
                )
            changes = row.pk is not None and _differs(row, order)
            became = self._find_case(row, order, typed.get(order.number))
            self.changed += changes and not became
            row.their_status, row.seen_at, row.seen_in = order.status, self.at, self.batch
            row.sent_at, row.due_at = order.sent_at or row.sent_at, order.due_at or row.due_at
            (fresh if row.pk is None else seen).append(row)
        OutsideOrder.objects.bulk_create(fresh, batch_size=1000)
        fields = ["case", "their_status", "sent_at", "due_at", "seen_at", "seen_in"]
        OutsideOrder.objects.bulk_update(seen, fields, batch_size=1000)

    def _typed(self, numbers: Sequence[str]) -> dict[str, int]:
        """Give cases that somebody opened by hand under these numbers: they are joined, not opened again."""
        name = self.profile.number.field
        if name is None or not numbers:
            return {}
        found = with_value(self.profile.mechanism, name, numbers)
        taken = OutsideOrder.objects.filter(
            platform=self.profile.platform, case_id__in=found.values()
        ).values_list("case_id", flat=True)
        return {number: case for number, case in found.items() if case not in set(taken)}

    def _find_case(self, row: OutsideOrder, order: Order, typed: int | None) -> bool:
        """Give the order its case, where it has none; say whether one was opened or one of its number found."""
        if row.case_id is not None:
            return False
        if typed is not None:
            row.case_id = typed
        elif self.opens and order.standing == "running":
            row.case_id = self._open(order)
        self.opened += row.case_id is not None
        return row.case_id is not None

    def _open(self, order: Order) -> int | None:
        profile = self.profile
        try:
            with transaction.atomic():  # a refused order must not take its list along
                receipt = open_case(
                    mechanism=profile.mechanism, action=profile.action, by=self.opener, at=self.at,
                    form=order.form, key=f"platform/{profile.platform}/{order.number}",
                    area=order.area, source=profile.platform,
                )  # fmt: skip
        except StepRefused as refusal:
            said = [(profile.column_of(one.field), one.message) for one in refusal.faults]
            for column, message in said or [(profile.number.column, refusal.message)]:
                self.refused.append(RowNote(order.line, column, message))
            return None
        return receipt.case_id


def _lacks_case(row: OutsideOrder | None) -> bool:
    return row is None or row.case_id is None


def _differs(row: OutsideOrder, order: Order) -> bool:
    due = order.due_at or row.due_at
    return (row.their_status, row.due_at) != (order.status, due)


def _plain(note: RowNote) -> dict[str, object]:
    return {"line": note.line, "column": note.column, **note.message.model_dump()}
