"""Who may do what about reports: writers of a body's sections, editors, signers."""

from __future__ import annotations

from linli.rulebook.casefile import Actor

EDITOR, WRITER, SIGNER, DIRECTOR = "report_editor", "report_writer", "report_signer", "director"


def may_see(actor: Actor) -> bool:
    """Say whether somebody has a part in reports: editor, writer, signer or director."""
    return any(duty.code in (EDITOR, WRITER, SIGNER, DIRECTOR) for duty in actor.duties)


def may_edit(actor: Actor) -> bool:
    """Say whether somebody opens, freezes and issues reports."""
    return any(duty.code in (EDITOR, DIRECTOR) for duty in actor.duties)


def may_sign(actor: Actor) -> bool:
    """Say whether somebody signs reports for the office."""
    return any(duty.code in (SIGNER, DIRECTOR) for duty in actor.duties)


def may_confirm(actor: Actor, body: int | None) -> bool:
    """Say whether somebody answers for a section: a writer of its body, or an editor where it has none."""
    if body is None:
        return may_edit(actor)
    return any(duty.code == WRITER and duty.body == body for duty in actor.duties)


def may_write(actor: Actor, body: int | None) -> bool:
    """Say whether somebody writes a section: who answers for it, or an editor."""
    return may_edit(actor) or may_confirm(actor, body)
