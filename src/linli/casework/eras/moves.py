"""Under which version each step of a case was taken: told by the steps that moved the case to another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from linli.casework.definitions import Published, of_digest
from linli.casework.models import Step
from linli.rulebook.casefile import Casefile, StepDraft
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Label, Mechanism
from linli.rulebook.migrating.carrying import carried
from linli.rulebook.migrating.document import Migration

MIGRATE = "@migrate"
MIGRATION = "@migration"


def eras(steps: Sequence[Step], now: Mechanism) -> list[Mechanism]:
    """Give the version of each step of a case, which stands under `now` after the last of them.

    The step that moves a case belongs to the version it moves to.
    """
    found, mechanism = [], now
    for step in reversed(steps):
        found.append(mechanism)
        if step.action == MIGRATE:
            told = step.values[MIGRATION]
            mechanism = of_digest(told["document"]["migrate"], told["from_sha256"]).mechanism
    return found[::-1]


def moved(
    document: Migration, was: Published, becomes: Published, case: Casefile, at: datetime,
    book: Book, by: str,
) -> tuple[Casefile, StepDraft]:  # fmt: skip
    """Give the case under the new version, and its step. Raises Blocked.

    The step neither leaves nor enters a state, so that no figure counts it: what was one state has another name.
    """
    after = carried(document, was.mechanism, becomes.mechanism, case, at, book)
    told: dict[str, Any] = {
        "document": document.plain(),
        "from_sha256": was.sha256,
        "sha256": becomes.sha256,
    }
    names = case.values.keys() | after.values.keys()
    changed = {n: after.values.get(n) for n in names if case.values.get(n) != after.values.get(n)}
    step = StepDraft(
        seq=after.seq,
        action=MIGRATE,
        actor=by,
        at=at,
        from_state=after.state,
        to_state=after.state,
        holder=after.holder,
        tracks=after.tracks,
        values={MIGRATION: told, **dict(sorted(changed.items()))},
    )
    return after, step


def moved_again(
    step: Step, was: Mechanism, case: Casefile, book: Book
) -> tuple[Published, Casefile, StepDraft]:
    """Give the version that a migration on record led to, the case under it, and the step anew."""
    told = step.values[MIGRATION]
    document = Migration.model_validate(told["document"])
    old = Published(0, told["from_sha256"], was)
    new = of_digest(document.migrate, told["sha256"])
    return new, *moved(document, old, new, case, step.at, book, step.actor)


def words_of(step: Step) -> tuple[Label, Label]:
    """Give what a migration on record is called, and its reason."""
    document = Migration.model_validate(step.values[MIGRATION]["document"])
    name = Label(
        zh=f"转入第 {document.to} 版规则", en=f"Moved to version {document.to} of the rules"
    )
    return name, document.reason
