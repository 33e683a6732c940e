"""The verbs of work lists: keep one, let one go. Refusals come before any write."""

from __future__ import annotations

from datetime import datetime

from linli.casework.tables.worklists import WorkList
from linli.registry.isolation import office_transaction
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Label

MOST = 30
LONGEST = 40


class ListRefused(Exception):
    """A work list cannot be kept so, or is not one's own. `message` says why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Label(zh=zh, en=en)


def keep_list(*, name: str, query: str, body: int | None, by: Actor, at: datetime) -> None:
    """Keep a filter under a name, in place of one's own of that name; with a body all there see it.

    Raises ListRefused.
    """
    named = " ".join(name.split())
    if not named or len(named) > LONGEST:
        raise ListRefused(
            f"请给清单起个名字，不超过 {LONGEST} 个字。",
            f"Give the list a name of at most {LONGEST} characters.",
        )
    if body is not None and body not in {duty.body for duty in by.duties}:
        raise ListRefused(
            "只能共享给自己所在的单位。", "A list is shared only with a body of one's own."
        )
    with office_transaction(by.office):
        mine = WorkList.objects.filter(owner=by.id)
        if mine.exclude(name=named).count() >= MOST:
            raise ListRefused(
                f"最多存 {MOST} 个清单，请先删去不用的。",
                f"At most {MOST} lists are kept: let one go first.",
            )
        WorkList.objects.update_or_create(
            office_id=by.office, owner=by.id, name=named,
            defaults={"query": query, "body": body, "saved_at": at},
        )  # fmt: skip


def let_list_go(*, number: int, by: Actor) -> str:
    """Let a list of one's own go; gives its name. Raises ListRefused."""
    with office_transaction(by.office):
        row = WorkList.objects.filter(pk=number, owner=by.id).first()
        if row is None:
            raise ListRefused("这不是您自己的清单。", "That is no list of your own.")
        row.delete()
        return row.name
