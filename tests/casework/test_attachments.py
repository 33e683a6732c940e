import io
import os
import stat
from datetime import timedelta

import pytest
from django.test import TestCase
from journals import AT, OFFICE, new_office, write_cases
from PIL import Image

from linli.casework import keys
from linli.casework.attachments import (
    AttachmentMissing,
    Sender,
    UploadRefused,
    erase_files,
    keep_upload,
    photo,
    sweep_orphans,
    thumbnail,
)
from linli.casework.models import Attachment
from linli.registry.isolation import office_transaction
from linli.rulebook.casefile import Exhibit

PHOTO = Sender(by="account:1", at=AT, kind="photo", tag="before")
SHEET = Sender(by="account:1", at=AT, kind="file", tag="minutes")


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.LINLI_HOME = tmp_path
    return tmp_path


@pytest.fixture
def case(db):
    new_office()
    (case,) = write_cases(count=1, steps=1)
    with office_transaction(OFFICE):
        yield case


def test_a_photo_is_kept_encrypted_and_read_back(case, home):
    kept = keep_upload(office=OFFICE, case=case, upload=jpeg(), name="IMG_1.jpg", sender=PHOTO)

    sha256 = kept.exhibit.sha256
    assert kept.exhibit == Exhibit("photo", "before", sha256)
    path = home / "files" / "1" / sha256[:2] / sha256
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"JFIF" not in path.read_bytes()
    whole = photo(office=OFFICE, case=case, sha256=sha256)
    assert (whole.media_type, whole.name) == ("image/jpeg", "")
    assert Image.open(io.BytesIO(whole.content)).size == (900, 600)
    small = thumbnail(office=OFFICE, case=case, sha256=sha256)
    assert Image.open(io.BytesIO(small.content)).size == (480, 320)


def test_a_document_keeps_its_name_but_no_path(case):
    kept = keep_upload(
        office=OFFICE, case=case, upload=pdf(), name="C:\\会议\\纪要.pdf", sender=SHEET
    )

    found = photo(office=OFFICE, case=case, sha256=kept.exhibit.sha256)
    assert (found.content, found.media_type) == (pdf().read(), "application/pdf")
    assert found.name == "纪要.pdf"
    with pytest.raises(AttachmentMissing):
        thumbnail(office=OFFICE, case=case, sha256=kept.exhibit.sha256)


def test_an_upload_of_another_case_is_not_found(case):
    kept = keep_upload(office=OFFICE, case=None, upload=jpeg(), name="", sender=PHOTO)

    with pytest.raises(AttachmentMissing):
        photo(office=OFFICE, case=case, sha256=kept.exhibit.sha256)
    assert photo(office=OFFICE, case=None, sha256=kept.exhibit.sha256).content


def test_a_refused_upload_leaves_nothing(case, home):
    with pytest.raises(UploadRefused):
        keep_upload(office=OFFICE, case=None, upload=io.BytesIO(b"MZ"), name="", sender=PHOTO)

    assert not Attachment.objects.exists()
    assert files(home) == set()


def test_without_the_office_key_a_photo_stays_shut(case, home):
    kept = keep_upload(office=OFFICE, case=case, upload=jpeg(), name="", sender=PHOTO)
    (home / "keys" / "office-1.key").unlink()
    keys.forget()

    with pytest.raises(keys.KeyMissing):
        photo(office=OFFICE, case=case, sha256=kept.exhibit.sha256)


def test_erasing_deletes_the_files_once_it_is_committed(case, home):
    keep_upload(office=OFFICE, case=case, upload=jpeg(), name="", sender=PHOTO)
    assert len(files(home)) == 2

    with TestCase.captureOnCommitCallbacks(execute=True):
        assert erase_files(office=OFFICE, case=case) == 2
        assert len(files(home)) == 2

    assert not Attachment.objects.exists()
    assert files(home) == set()


def test_a_file_that_another_case_shares_stays(case, home):
    kept = keep_upload(office=OFFICE, case=case, upload=jpeg(), name="", sender=PHOTO)
    shared = Attachment.objects.get()
    shared.pk, shared.case = None, None
    shared.save()

    with TestCase.captureOnCommitCallbacks(execute=True):
        assert erase_files(office=OFFICE, case=case) == 0

    assert photo(office=OFFICE, case=None, sha256=kept.exhibit.sha256).content


def test_the_sweep_takes_what_no_case_took_and_nothing_newer(case, home):
    claimed = keep_upload(office=OFFICE, case=case, upload=jpeg(), name="", sender=PHOTO)
    keep_upload(office=OFFICE, case=None, upload=jpeg(), name="", sender=PHOTO)
    later = Sender(by="account:1", at=AT + timedelta(days=2), kind="photo", tag="before")
    fresh = keep_upload(office=OFFICE, case=None, upload=jpeg(), name="", sender=later)
    stray = home / "files" / "1" / "ab" / ("ab" * 32)
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"its transaction was undone")
    for path in (home / "files").rglob("*"):
        os.utime(path, (AT.timestamp(), AT.timestamp()))

    with TestCase.captureOnCommitCallbacks(execute=True):
        swept = sweep_orphans(office=OFFICE, before=AT + timedelta(days=1))

    assert swept == 3
    names = {kept.exhibit.sha256 for kept in (claimed, fresh)}
    small = set(Attachment.objects.values_list("thumbnail", flat=True))
    assert files(home) == names | small


def files(home):
    return {path.name for path in (home / "files").rglob("*") if path.is_file()}


def jpeg():
    sink = io.BytesIO()
    Image.linear_gradient("L").resize((900, 600)).save(sink, "JPEG")
    sink.seek(0)
    return sink


def pdf():
    return io.BytesIO(b"%PDF-1.7 minutes")
