import pytest
from journals import AT, OFFICE, PHONE, PHONE_NUMBER, TEXT, new_office, write_cases

from linli.casework import keys
from linli.casework.models import CaseKey, Erasure, Reading, Sealed
from linli.casework.sealing import (
    NothingSealed,
    ReasonMissing,
    SealedRow,
    Spot,
    erase_person,
    erase_text,
    open_sealed,
    phone_lookup,
    reveal,
    seal,
)
from linli.registry.isolation import office_transaction

SPOT = Spot(OFFICE, case=7, seq=1, field="phone")
SALT = b"0123456789abcdef"
WHY = {"by": "account:1", "at": AT, "reason": "call back"}


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.LINLI_HOME = tmp_path
    return tmp_path


@pytest.fixture
def case(db):
    new_office()
    (case,) = write_cases(count=1, steps=2)
    with office_transaction(OFFICE):
        yield case


def test_free_text_is_kept_readable_with_its_salt():
    row = seal(SPOT, "井盖破损", TEXT, SALT, None)

    assert row == SealedRow(text="井盖破损", ciphertext=None, salt=SALT)
    assert open_sealed(SPOT, row, None) == ("井盖破损", SALT)


def test_a_personal_value_is_kept_with_its_salt_in_ciphertext_only():
    data_key = keys.new_data_key()

    row = seal(SPOT, PHONE_NUMBER, PHONE, SALT, data_key)

    assert (row.text, row.salt) == (None, None)
    assert SALT not in row.ciphertext
    assert b"0001" not in row.ciphertext
    assert open_sealed(SPOT, row, data_key) == (PHONE_NUMBER, SALT)


def test_a_personal_value_opens_only_at_its_own_spot():
    data_key = keys.new_data_key()
    row = seal(SPOT, PHONE_NUMBER, PHONE, SALT, data_key)

    with pytest.raises(keys.SealBroken):
        open_sealed(Spot(OFFICE, case=8, seq=1, field="phone"), row, data_key)
    with pytest.raises(NothingSealed):
        open_sealed(SPOT, row, None)


def test_a_personal_value_needs_a_data_key():
    with pytest.raises(ValueError, match="phone is personal"):
        seal(SPOT, PHONE_NUMBER, PHONE, SALT, None)


@pytest.mark.parametrize("written", ["13800000001", "+86 138-0000-0001", "138 0000 0001"])
def test_a_phone_is_found_however_it_is_written(written):
    row = seal(SPOT, PHONE_NUMBER, PHONE, SALT, keys.new_data_key())

    assert row.lookup == phone_lookup(OFFICE, written)
    assert row.lookup != phone_lookup(OFFICE + 1, written)


@pytest.mark.parametrize("text", ["张三", "310112199001010011", "", "12345"])
def test_only_phones_can_be_looked_up(text):
    assert phone_lookup(OFFICE, text) is None


def test_reading_a_personal_value_is_journalled(case):
    assert reveal(office=OFFICE, case=case, field="phone", **WHY) == PHONE_NUMBER

    row = Reading.objects.get()
    assert (row.case_id, row.seq, row.field) == (case, 1, "phone")
    assert (row.by, row.at, row.reason) == ("account:1", AT, "call back")


@pytest.mark.parametrize(
    ("field", "reason", "refusal"),
    [("phone", " ", ReasonMissing), ("name", "call back", NothingSealed)],
)
def test_a_refused_reading_is_not_journalled(case, field, reason, refusal):
    with pytest.raises(refusal):
        reveal(office=OFFICE, case=case, field=field, by="account:1", at=AT, reason=reason)

    assert not Reading.objects.exists()


def test_without_the_office_key_a_personal_value_stays_shut(case, home):
    (home / "keys" / "office-1.key").unlink()
    keys.forget()

    with pytest.raises(keys.KeyMissing):
        reveal(office=OFFICE, case=case, field="phone", **WHY)

    assert not Reading.objects.exists()
    assert reveal(office=OFFICE, case=case, field="description", **WHY).startswith("第2次")


def test_erasing_a_text_leaves_a_note_and_nothing_else(case):
    assert erase_text(office=OFFICE, case=case, field="description", **WHY) == 2

    assert [row.field for row in Sealed.objects.all()] == ["phone"]
    note = Erasure.objects.get()
    assert (note.field, note.by, note.reason) == ("description", "account:1", "call back")


def test_erasing_a_person_destroys_the_key_and_the_lookup(case):
    assert erase_person(office=OFFICE, case=case, **WHY) == 1

    assert not CaseKey.objects.exists()
    assert not Sealed.objects.filter(lookup__isnull=False).exists()
    assert {row.field for row in Erasure.objects.all()} == {"phone", "@files"}
    with pytest.raises(NothingSealed):
        reveal(office=OFFICE, case=case, field="phone", **WHY)


def test_nothing_is_erased_without_a_reason(case):
    for erase in (erase_text, erase_person):
        more = {"field": "description"} if erase is erase_text else {}
        with pytest.raises(ReasonMissing):
            erase(office=OFFICE, case=case, by="account:1", at=AT, reason="", **more)

    assert Sealed.objects.count() == 3
