"""Laying a form before a visitor: what may be chosen in it, and keeping what comes with it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from linli.casework.attachments import MAX_UPLOAD, Sender, UploadRefused, keep_upload
from linli.registry.queries import areas_of_office
from linli.resident.visits import Visit
from linli.rulebook.casefile import Actor, Exhibit, Fault
from linli.rulebook.mechanism import Evidence, Mechanism
from linli.rulebook.ownbook import at_hand
from linli.ui.sheets import Sheet, asks_for


def laid(visit: Visit, mechanism: Mechanism, action: str, **more: Any) -> Sheet:
    """Give the empty form of an action, with the neighbourhoods that may be chosen."""
    if asks_for(mechanism.actions[action], mechanism, "area"):
        more["areas"] = [(row.path, row.name) for row in areas_of_office(on=visit.today)]
    return Sheet(mechanism, action, at_hand(), **more)


def filled(visit: Visit, sheet: Sheet, actor: Actor) -> Sheet:
    """Give the form with what was posted, its uploads kept or refused."""

    def keep(asked: Evidence, upload: UploadedFile[Any]) -> Exhibit | Fault:
        sender = Sender(actor.id, visit.at, asked.kind, asked.tag)
        name, stream = upload.name or "", BytesIO(upload.read(MAX_UPLOAD + 1))
        try:
            kept = keep_upload(
                office=actor.office, case=None, upload=stream, name=name, sender=sender
            )
        except UploadRefused as refused:
            return Fault(asked.tag, refused.message)
        return kept.exhibit

    return sheet.filled(visit.request.POST, visit.request.FILES, keep)
