from datetime import timedelta

import psycopg
import pytest
from django.db import ProgrammingError, connection
from journals import AT, OFFICE, new_office, write_cases

from linli.casework import keys
from linli.casework.models import Checkpoint, Position, Subtree
from linli.casework.proof.checkpoints import NotYetLogged, checkpoint, receipt_proof
from linli.casework.proof.merkle import inclusion_ranges, proof
from linli.casework.proof.verdict import together
from linli.casework.proof.verifying import shares, verify, verify_log, verify_steps
from linli.casework.sealing import erase_person, erase_text
from linli.registry.isolation import office_transaction

WHY = {"by": "account:1", "at": AT, "reason": "retention is over"}


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.LINLI_HOME = tmp_path
    return tmp_path


@pytest.fixture
def journal(db):
    new_office()
    return write_cases(count=3, steps=4)


@pytest.fixture
def committed(transactional_db):
    new_office()
    cases = write_cases(count=3, steps=4)
    with office_transaction(OFFICE):
        checkpoint(office=OFFICE, at=AT)
    return cases


def test_an_untouched_journal_is_sound(journal):
    with office_transaction(OFFICE):
        checkpoint(office=OFFICE, at=AT)
        verdict = verify(office=OFFICE)

    assert verdict.is_sound
    assert verdict.first is None
    assert (verdict.steps, verdict.positions, verdict.values) == (12, 12, 15)
    assert (verdict.erased, verdict.unreadable, verdict.checkpoints) == (0, 0, 1)
    assert verdict.sentence.en.startswith("All 12 steps, 15 sealed values and 1 checkpoints hold")


def test_an_empty_office_is_sound(db):
    new_office()

    with office_transaction(OFFICE):
        assert verify(office=OFFICE).is_sound


def test_steps_not_yet_logged_and_other_offices_do_no_harm(journal):
    new_office(2, "310112007")
    with office_transaction(OFFICE):
        verdict = verify(office=OFFICE, upto=5)

    assert verdict.is_sound
    assert (verdict.steps, verdict.positions) == (12, 5)


# What is done to the rows of the second case, and what verify says about which step.
TAMPERINGS = {
    "changed": ("UPDATE casework_step SET actor = 'account:9' WHERE case_id = 2 AND seq = 3", 3),
    "changed values": (
        """UPDATE casework_step SET values = '{"category": "0303"}' WHERE case_id = 2 AND seq = 2""",
        2,
    ),
    "changed at": (
        "UPDATE casework_step SET at = at - interval '1 day' WHERE case_id = 2 AND seq = 1",
        1,
    ),
    "changed hash": (
        "UPDATE casework_step SET hash = sha256('x') WHERE case_id = 2 AND seq = 2",
        2,
    ),
    "chain": (
        "UPDATE casework_step SET prev_hash = sha256('x') WHERE case_id = 2 AND seq = 4",
        4,
    ),
    "missing": ("DELETE FROM casework_step WHERE case_id = 2 AND seq = 3", 3),
    "missing last": ("DELETE FROM casework_step WHERE case_id = 2 AND seq = 4", 4),
    "value": ("UPDATE casework_sealed SET text = '改过' WHERE case_id = 2 AND seq = 2", 2),
    "value personal": (
        (
            "UPDATE casework_sealed SET ciphertext = ciphertext || '\\x00'"
            " WHERE case_id = 2 AND field = 'phone'"
        ),
        1,
    ),
    "gone": ("DELETE FROM casework_sealed WHERE case_id = 2 AND seq = 3", 3),
    "case": ("UPDATE casework_case SET last_hash = sha256('x') WHERE id = 2", 4),
    "log": (
        "UPDATE casework_position SET leaf = sha256('x') WHERE case_id = 2 AND seq = 3",
        3,
    ),
    "root": ("UPDATE casework_checkpoint SET root = sha256('x')", None),
    "signature": ("UPDATE casework_checkpoint SET at = at + interval '1 day'", None),
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_tampering_is_found_at_the_very_step(committed, owner_address, tampering):
    statement, seq = TAMPERINGS[tampering]
    tamper(owner_address, statement)

    with office_transaction(OFFICE):
        verdict = verify(office=OFFICE)

    first = verdict.first
    assert first is not None
    assert first.wrong == tampering.split()[0]
    if seq is not None:
        assert (first.number, first.seq) == ("T2026-000002", seq)
    else:
        assert first.position == 12
    assert first.number in verdict.sentence.zh


def test_a_gap_in_the_log_is_named_by_the_step_after_it(committed, owner_address):
    tamper(owner_address, "DELETE FROM casework_position WHERE position = 5")

    with office_transaction(OFFICE):
        verdict = verify(office=OFFICE)

    assert (verdict.first.wrong, verdict.first.position) == ("gap", 6)
    assert "log" in {fault.wrong for fault in verdict.faults}


def test_a_journal_rewritten_from_end_to_end_is_found_by_its_checkpoint(committed, owner_address):
    """Whoever recomputes every hash still cannot sign the new root."""
    tamper(owner_address, "DELETE FROM casework_position; DELETE FROM casework_step")
    tamper(owner_address, "DELETE FROM casework_sealed; DELETE FROM casework_casekey")
    tamper(owner_address, "DELETE FROM casework_case")
    write_cases(count=3, steps=4, personal=False)

    with office_transaction(OFFICE):
        verdict = verify(office=OFFICE)

    assert [fault.wrong for fault in verdict.faults] == ["root"]
    assert verdict.first.position == 12


def test_a_checkpoint_of_a_strangers_key_is_a_fault(journal, home):
    with office_transaction(OFFICE):
        checkpoint(office=OFFICE, at=AT)
        (home / "keys" / "office-1.key").unlink()
        keys.forget()
        keys.office_key(OFFICE)

        verdict = verify(office=OFFICE)

    assert verdict.first.wrong == "signature"
    assert verdict.unreadable == 3


def test_after_erasing_the_chain_still_verifies(journal):
    with office_transaction(OFFICE):
        checkpoint(office=OFFICE, at=AT)
        assert erase_text(office=OFFICE, case=journal[0], field="description", **WHY) == 4
        assert erase_person(office=OFFICE, case=journal[1], **WHY) == 1

        verdict = verify(office=OFFICE)

    assert verdict.is_sound
    assert (verdict.values, verdict.erased) == (10, 5)


def test_checkpoints_continue_where_the_last_one_stood(journal):
    with office_transaction(OFFICE):
        first = checkpoint(office=OFFICE, at=AT)
        again = checkpoint(office=OFFICE, at=AT + timedelta(days=1))
    write_cases(count=2, steps=3)
    with office_transaction(OFFICE):
        second = checkpoint(office=OFFICE, at=AT + timedelta(days=2))

        assert again == first
        assert (first.size, second.size) == (12, 18)
        assert second.is_authentic()
        assert Checkpoint.objects.count() == 2
        assert verify(office=OFFICE).is_sound


def test_a_receipt_proves_its_step_and_nothing_else(journal):
    with office_transaction(OFFICE):
        checkpoint(office=OFFICE, at=AT)
    write_cases(count=2, steps=3)
    with office_transaction(OFFICE):
        checkpoint(office=OFFICE, at=AT + timedelta(days=1))

        for row in Position.objects.all():
            receipt = receipt_proof(office=OFFICE, case=row.case_id, seq=row.seq)

            assert receipt.holds()
            assert receipt.checkpoint.size == (12 if row.position <= 12 else 18)
            other = type(receipt)(receipt.position, bytes(32), receipt.path, receipt.checkpoint)
            assert not other.holds()


def test_a_receipt_from_a_long_log_reads_a_few_kept_roots(db, django_assert_max_num_queries):
    new_office()
    write_cases(count=90, steps=4)
    with office_transaction(OFFICE):
        checkpoint(office=OFFICE, at=AT)
        rows = list(Position.objects.order_by("position"))
        for row in rows[:3] + rows[190:193] + rows[-3:]:
            with django_assert_max_num_queries(6):
                receipt = receipt_proof(office=OFFICE, case=row.case_id, seq=row.seq)

            leaves = [bytes(each.leaf) for each in rows]
            ranges = inclusion_ranges(row.position - 1, len(rows))
            assert list(receipt.path) == proof(leaves, ranges)
            assert receipt.holds()
        assert Subtree.objects.count() == 5 + 2 + 1
        assert verify(office=OFFICE).is_sound


def test_a_kept_root_that_was_changed_is_found(transactional_db, owner_address):
    new_office()
    write_cases(count=40, steps=4)
    with office_transaction(OFFICE):
        checkpoint(office=OFFICE, at=AT)
    tamper(owner_address, "UPDATE casework_subtree SET root = sha256('x') WHERE nth = 1")

    with office_transaction(OFFICE):
        verdict = verify(office=OFFICE)

    assert [(fault.wrong, fault.position) for fault in verdict.faults] == [("subtree", 128)]


def test_shares_of_the_cases_prove_what_the_whole_does(journal):
    with office_transaction(OFFICE):
        parts = shares(office=OFFICE, size=2)
        steps = [verify_steps(office=OFFICE, cases=cases) for cases in parts]

        assert len(parts) == 2
        assert [part.steps for part in steps] == [8, 4]
        assert together([*steps, verify_log(office=OFFICE)]) == verify(office=OFFICE)


def test_there_is_no_receipt_before_the_next_checkpoint(journal):
    with office_transaction(OFFICE), pytest.raises(NotYetLogged):
        receipt_proof(office=OFFICE, case=journal[0], seq=1)


@pytest.mark.parametrize("verb", ["UPDATE {} SET office_id = 1", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.parametrize(
    "table", ["step", "position", "checkpoint", "subtree", "reading", "erasure"]
)
def test_the_application_cannot_change_the_journal(journal, verb, table):
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        office_transaction(OFFICE),
        connection.cursor() as cursor,
    ):
        cursor.execute(verb.format(f"casework_{table}"))


@pytest.mark.parametrize("verb", ["UPDATE {} SET office_id = 1", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.parametrize("table", ["step", "position", "checkpoint", "subtree"])
def test_the_owner_cannot_change_the_journal_by_mistake(committed, owner_address, verb, table):
    with (
        psycopg.connect(owner_address) as owner,
        pytest.raises(psycopg.errors.RestrictViolation, match="is added to, never changed"),
    ):
        owner.execute(
            verb.format(f"casework_{table} CASCADE" if "TRUNC" in verb else f"casework_{table}")
        )


def tamper(address, statements):
    """Do as the owner of the tables what the triggers forbid."""
    tables = ("casework_step", "casework_position", "casework_checkpoint", "casework_subtree")
    with psycopg.connect(address) as owner:
        owner.execute("SELECT set_config('linli.office', %s, false)", [str(OFFICE)])
        for table in tables:
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements.split("; "):
            assert owner.execute(statement).rowcount
        for table in tables:
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
