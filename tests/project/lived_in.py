"""Run as a program: `build` lives in the office of LINLI_HOME, `tell` says all that is in it, as JSON."""

import hashlib
import io
import json
import sys
from datetime import timedelta

import django
from django.apps import apps
from django.db import connection

from linli.project.database.standing import standing
from linli.project.home import home


def build():
    built = an_office()
    with office_transaction(built.id):
        for nth in range(3):
            opened(built, nth, f"138 0000 000{nth}")
        erase_person(office=built.id, case=1, by="account:1", at=AT, reason="asked for it")
        sequence()
        checkpoint(office=built.id, at=AT)


def opened(built, nth, phone):
    sender = Sender(by=built.resident.id, at=AT, kind="photo", tag="before")
    kept = keep_upload(
        office=built.id, case=None, upload=picture(nth), name="kerb.jpg", sender=sender
    )
    form = {"what": f"井盖破损 {nth}", "place": IN_FIRST, "phone": phone}
    return open_case(
        mechanism="grid-case",
        action="report",
        by=built.resident,
        at=AT + timedelta(minutes=nth),
        form=form,
        exhibits=[kept.exhibit],
        key=f"report-{nth}",
    )


def picture(nth):
    sink = io.BytesIO()
    Image.new("RGB", (640, 480), (60 * nth, 90, 30)).save(sink, "JPEG")
    sink.seek(0)
    return sink


def tell():
    told = {"tables": {}, "pictures": {}, "phones": {}}
    with office_transaction(1):
        with connection.cursor() as cursor:
            for model in apps.get_models():
                table = model._meta.db_table
                if table.startswith(("registry_", "casework_", "figures_")):
                    cursor.execute(f"SELECT x::text FROM {table} x ORDER BY 1")  # noqa: S608
                    told["tables"][table] = [row for (row,) in cursor.fetchall()]
        for row in Attachment.objects.filter(case__isnull=False).order_by("case", "sha256"):
            for read in (photo, thumbnail):
                told["pictures"][f"{row.case_id} {read.__name__}"] = opened_or_not(
                    lambda read=read, row=row: hashlib.sha256(
                        read(office=1, case=row.case_id, sha256=row.sha256).content
                    ).hexdigest()
                )
        for case in (1, 2, 3):
            told["phones"][case] = opened_or_not(lambda case=case: phone_of(case))
        verdict = verify(office=1)
        told["verdict"] = [verdict.is_sound, verdict.steps, verdict.unreadable, verdict.checkpoints]
    json.dump(told, sys.stdout)


def phone_of(case):
    row = Sealed.objects.filter(case_id=case, field="phone").first()
    if row is None:
        return "erased"
    spot = Spot(1, case, row.seq, "phone")
    return open_sealed(spot, stored(row), data_key_of(1, case))[0]


def opened_or_not(read):
    try:
        return read()
    except KeyMissing:
        return "no key"


def report():
    """Open a case after the restore, and check that all holds: a new key file is no harm."""
    with office_transaction(1):
        built = OfficeBuilt(1, {}, {}, {})
        receipt = opened(built, 9, "139 0000 0009")
        sequence()
        checkpoint(office=1, at=AT + timedelta(days=1))
        verdict = verify(office=1)
        told = {"phone": phone_of(receipt.case_id), "first": verdict.first and verdict.sentence.en}
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    with standing(home()):
        django.setup()
        from building import AT, IN_FIRST, OfficeBuilt, an_office
        from PIL import Image

        from linli.casework.actions import open_case
        from linli.casework.attachments import Sender, keep_upload, photo, thumbnail
        from linli.casework.keys import KeyMissing
        from linli.casework.models import Attachment, Sealed
        from linli.casework.proof.checkpoints import checkpoint
        from linli.casework.proof.verifying import verify
        from linli.casework.sealing import Spot, data_key_of, erase_person, open_sealed, stored
        from linli.casework.sequencing import sequence
        from linli.registry.isolation import office_transaction

        {"build": build, "tell": tell, "report": report}[sys.argv[1]]()
