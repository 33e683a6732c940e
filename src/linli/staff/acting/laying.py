"""Laying a form on the desk: what may be chosen in it, keeping what comes with it, and opening a case from it."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from linli.budget.actions import open_case
from linli.casework.actions import CaseUnknown, Receipt
from linli.casework.attachments import MAX_UPLOAD, Sender, UploadRefused, keep_upload
from linli.casework.queries.standing import standing_numbered
from linli.ledgers.typed_twice import taken_over
from linli.registry.queries import areas_of_office, bodies
from linli.rulebook.casefile import Exhibit, Fault
from linli.rulebook.mechanism import Evidence, Mechanism
from linli.rulebook.ownbook import at_hand
from linli.staff.acting.grounds import grounds_for
from linli.staff.desk import Desk
from linli.ui.sheets import Sheet, asks_for


def laid(desk: Desk, mechanism: Mechanism, action: str, **more: Any) -> Sheet:
    """Give the empty form of an action, with the bodies, areas and grounds that may be chosen."""
    rule = mechanism.actions[action]
    if asks_for(rule, mechanism, "body", "bodies"):
        rows = bodies(on=desk.today)
        more["bodies"] = [(row.id, row.name.in_language(desk.language)) for row in rows]
    if asks_for(rule, mechanism, "area"):
        more["areas"] = [(row.path, row.name) for row in areas_of_office(on=desk.today)]
    grounds = grounds_for(desk, mechanism, action)
    return Sheet(mechanism, action, at_hand(), grounds=grounds, **more)


def filled(desk: Desk, sheet: Sheet) -> Sheet:
    """Give the form with what was posted, its uploads kept or refused."""

    def keep(asked: Evidence, upload: UploadedFile[Any]) -> Exhibit | Fault:
        sender = Sender(desk.actor.id, desk.at, asked.kind, asked.tag)
        name, stream = upload.name or "", BytesIO(upload.read(MAX_UPLOAD + 1))
        try:
            kept = keep_upload(
                office=desk.actor.office, case=None, upload=stream, name=name, sender=sender
            )
        except UploadRefused as refused:
            return Fault(asked.tag, refused.message)
        return kept.exhibit

    return with_entries(sheet.filled(desk.request.POST, desk.request.FILES, keep))


def with_entries(sheet: Sheet) -> Sheet:
    """Give the form with what the register's entries it names hold already, where nothing was typed."""
    over: dict[str, Any] = {}
    for name in sheet.action.fields:
        number = sheet.answers.get(name)
        if sheet.mechanism.fields[name].type == "entry" and number:
            over |= _of_entry(sheet, str(number))
    given = {name: value for name, value in sheet.answers.items() if value not in (None, "")}
    return replace(sheet, answers={**sheet.answers, **over, **given}) if over else sheet


def _of_entry(sheet: Sheet, number: str) -> dict[str, Any]:
    try:
        entry = standing_numbered(number)
    except CaseUnknown:
        return {}
    names = taken_over(sheet.mechanism, sheet.name, entry.mechanism)
    return {name: entry.values[name] for name in names if name in entry.values}


def opened(desk: Desk, sheet: Sheet, source: str) -> Receipt:
    """Open a case from a filled form; `source` says where it was filled. Raises StepRefused."""
    return open_case(
        mechanism=sheet.mechanism.mechanism,
        action=sheet.name,
        by=desk.actor,
        at=desk.at,
        form=sheet.form,
        exhibits=sheet.exhibits,
        key=sheet.key,
        area=sheet.ground or desk.ground,
        source=source,
        done_at=desk.done_at,
    )
