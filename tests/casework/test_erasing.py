"""Erasing: two people, a line in the register, and a journal that still verifies."""

from datetime import timedelta

import psycopg
import pytest
from django.db import ProgrammingError, connection
from journals import AT, OFFICE, PHONE_NUMBER, new_office, write_cases
from walking import picture

from linli.casework.attachments import Sender, keep_upload
from linli.casework.erasing.actions import (
    ErasureRefused,
    ask_erasure,
    decide_erasure,
    destroy,
)
from linli.casework.erasing.queries import waiting_request
from linli.casework.erasing.register import Ground, destroyed_of, destructions
from linli.casework.models import Attachment, CaseKey, Destruction, Sealed
from linli.casework.proof.checkpoints import checkpoint
from linli.casework.proof.verifying import verify
from linli.casework.sealing import phone_lookup
from linli.registry.isolation import office_transaction
from linli.rulebook.casefile import Actor, Duty

ONE = Actor(OFFICE, "account:1", (Duty("privacy_officer", 1, ("/310000/",)),))
OTHER = Actor(OFFICE, "account:2", (Duty("director", 1, ("/310000/",)),))
CLERK = Actor(OFFICE, "account:3", (Duty("operator", 1, ("/310000/",)),))
LATER = AT + timedelta(hours=2)
WHY = "当事人来信要求删除"


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.LINLI_HOME = tmp_path
    return tmp_path


@pytest.fixture
def journal(db):
    new_office()
    cases = write_cases(count=3, steps=4)
    with office_transaction(OFFICE):
        checkpoint(office=OFFICE, at=AT)
        yield cases


def test_two_people_erase_and_everything_but_the_proof_is_gone(journal, home):
    case = journal[1]
    kept = keep_upload(
        office=OFFICE, case=case, upload=picture(), name="door.jpg",
        sender=Sender("resident:x", AT, "photo", "before"),
    )  # fmt: skip
    path = next(home.glob(f"files/**/{kept.exhibit.sha256}"))
    lookup = phone_lookup(OFFICE, PHONE_NUMBER)

    ask_erasure(case=case, with_texts=True, by=ONE, at=AT, reason=WHY)
    assert waiting_request(case).reason == WHY
    row = decide_erasure(case=case, is_granted=True, by=OTHER, at=LATER)

    assert (row.values, row.files) == (5, 1)
    assert set(row.fields) == {"phone", "description", "@files"}
    assert not Sealed.objects.filter(case_id=case).exists()
    assert not CaseKey.objects.filter(case_id=case).exists()
    assert not Attachment.objects.filter(case_id=case).exists()
    assert case not in Sealed.objects.filter(lookup=lookup).values_list("case_id", flat=True)
    assert Sealed.objects.filter(lookup=lookup).count() == 2
    assert waiting_request(case) is None
    verdict = verify(office=OFFICE)
    assert verdict.is_sound
    assert (verdict.values, verdict.erased) == (10, 5)
    assert path.exists()  # until the transaction is committed; see test_attachments


def test_personal_values_alone_may_be_erased(journal):
    ask_erasure(case=journal[0], with_texts=False, by=ONE, at=AT, reason=WHY)
    row = decide_erasure(case=journal[0], is_granted=True, by=OTHER, at=LATER)

    assert (row.values, row.files, row.fields) == (1, 0, ["phone"])
    assert Sealed.objects.filter(case_id=journal[0], text__isnull=False).count() == 4
    assert verify(office=OFFICE).is_sound


def test_nobody_confirms_their_own_request(journal):
    ask_erasure(case=journal[0], with_texts=True, by=ONE, at=AT, reason=WHY)

    with pytest.raises(ErasureRefused, match="another person"):
        decide_erasure(case=journal[0], is_granted=True, by=ONE, at=LATER)

    assert CaseKey.objects.filter(case_id=journal[0]).exists()
    assert Destruction.objects.count() == 0


def test_whoever_lacks_the_duty_may_neither_ask_nor_confirm(journal):
    with pytest.raises(ErasureRefused, match="privacy officer"):
        ask_erasure(case=journal[0], with_texts=True, by=CLERK, at=AT, reason=WHY)
    ask_erasure(case=journal[0], with_texts=True, by=ONE, at=AT, reason=WHY)
    with pytest.raises(ErasureRefused, match="privacy officer"):
        decide_erasure(case=journal[0], is_granted=True, by=CLERK, at=LATER)

    assert Sealed.objects.filter(case_id=journal[0]).count() == 5


def test_a_request_turned_down_leaves_everything(journal):
    ask_erasure(case=journal[0], with_texts=True, by=ONE, at=AT, reason=WHY)

    assert decide_erasure(case=journal[0], is_granted=False, by=OTHER, at=LATER) is None

    assert Sealed.objects.filter(case_id=journal[0]).count() == 5
    assert waiting_request(journal[0]) is None
    with pytest.raises(ErasureRefused, match="No request"):
        decide_erasure(case=journal[0], is_granted=True, by=OTHER, at=LATER)


def test_asking_needs_a_reason_something_to_erase_and_no_other_request(journal):
    with pytest.raises(ErasureRefused, match="Say why"):
        ask_erasure(case=journal[0], with_texts=True, by=ONE, at=AT, reason=" ")
    ask_erasure(case=journal[0], with_texts=True, by=ONE, at=AT, reason=WHY)
    with pytest.raises(ErasureRefused, match="already waits"):
        ask_erasure(case=journal[0], with_texts=True, by=OTHER, at=AT, reason=WHY)
    decide_erasure(case=journal[0], is_granted=True, by=OTHER, at=LATER)
    with pytest.raises(ErasureRefused, match="nothing to erase"):
        ask_erasure(case=journal[0], with_texts=True, by=ONE, at=LATER, reason=WHY)


def test_the_register_is_numbered_chained_and_signed(journal):
    for nth, case in enumerate(journal[:2]):
        ground = Ground("retention", "保存三年", "到期", "auto:clock", AT + timedelta(days=nth))
        destroy(office=OFFICE, case=case, with_texts=True, ground=ground)

    lines, total = destructions()

    assert total == 2
    assert [(one.number, one.kind.zh, one.values) for one in lines] == [
        (2, "保存期满", 5),
        (1, "保存期满", 5),
    ]
    assert [one.number for one in destroyed_of(journal[0])] == [1]
    assert verify(office=OFFICE).is_sound


def test_the_application_cannot_change_the_register(db):
    new_office()
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        office_transaction(OFFICE),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE casework_destruction SET reason = ''")


TAMPERINGS = [
    "UPDATE casework_destruction SET reason = '改过' WHERE number = 1",
    "UPDATE casework_destruction SET values = 1 WHERE number = 1",
    "UPDATE casework_destruction SET signature = sha256('x') WHERE number = 1",
    "UPDATE casework_destruction SET fields = '{phone}' WHERE number = 1",
    "DELETE FROM casework_destruction WHERE number = 1",
]


@pytest.mark.parametrize("statement", TAMPERINGS)
def test_whoever_changes_the_register_is_found_out(transactional_db, owner_address, statement):
    new_office()
    cases = write_cases(count=2, steps=2)
    with office_transaction(OFFICE):
        for case in cases:
            ground = Ground("retention", "保存三年", "到期", "auto:clock", AT)
            destroy(office=OFFICE, case=case, with_texts=True, ground=ground)
    with psycopg.connect(owner_address) as owner:
        owner.execute("SELECT set_config('linli.office', %s, false)", [str(OFFICE)])
        owner.execute("ALTER TABLE casework_destruction DISABLE TRIGGER USER")
        assert owner.execute(statement).rowcount == 1

    with office_transaction(OFFICE):
        verdict = verify(office=OFFICE)

    assert {fault.wrong for fault in verdict.faults} == {"destroyed"}
    assert "销毁登记" in verdict.sentence.zh
