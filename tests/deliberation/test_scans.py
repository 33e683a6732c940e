"""Scans of returned forms: encrypted, shown to tellers beside the keying, every look noted, none in a secret vote."""

from io import BytesIO

import pytest
from lift import AT, CLOSES, HOUR, opened_lift
from PIL import Image

from linli.casework.pictures import UploadRefused
from linli.deliberation.models import Scan, ScanReading, Vote
from linli.deliberation.voting.casting import key_form
from linli.deliberation.voting.scans import keep_scan, scan_shown, sheet_of
from linli.deliberation.voting.standing import VoteRefused

NOON = AT + HOUR


def picture():
    made = BytesIO()
    Image.new("RGB", (1200, 1700), "white").save(made, "PNG")
    made.seek(0)
    return made


@pytest.fixture
def teller(folk):
    return folk.actor("operator", NOON)


@pytest.fixture
def vote(folk):
    return opened_lift(folk.actor("director", AT))


def test_a_scan_is_kept_encrypted_and_every_look_is_noted(folk, vote, teller):
    keep_scan(vote=vote, number="0009", upload=picture(), by=teller, at=NOON)

    page = scan_shown(vote=vote, number="0009", by=teller, at=NOON)

    scan = Scan.objects.get()
    assert (page.media_type, page.content[:2]) == ("image/jpeg", b"\xff\xd8")
    assert page.content not in bytes(scan.sealed)
    assert b"\xff\xd8\xff" not in bytes(scan.sealed)[:64]
    assert [(one.scan_id, one.by) for one in ScanReading.objects.all()] == [(scan.pk, teller.id)]


def test_a_pdf_is_a_scan_and_another_document_is_not(vote, teller):
    keep_scan(vote=vote, number="0009", upload=BytesIO(b"%PDF-1.7\n%%EOF"), by=teller, at=NOON)
    with pytest.raises(UploadRefused):
        keep_scan(vote=vote, number="0010", upload=BytesIO(b"101 yes"), by=teller, at=NOON)

    assert (sheet_of(vote, "0009").has_scan, sheet_of(vote, "0009").is_picture) == (True, False)
    assert not sheet_of(vote, "0010").has_scan


def test_what_two_people_read_stands_beside_the_scan_where_they_differ(folk, vote, teller):
    keep_scan(vote=vote, number="0009", upload=picture(), by=teller, at=NOON)
    key_form(vote=vote, number="0009", mark="yes", received_at=NOON, by=teller, at=NOON)
    assert sheet_of(vote, "0009").readings == ()  # the second reads the paper, not the first
    other = folk.actor("verifier", NOON)
    key_form(vote=vote, number="0009", mark="no", received_at=NOON, by=other, at=NOON)

    assert [one.said.zh for one in sheet_of(vote, "0009").readings] == ["同意", "反对"]


@pytest.mark.parametrize("state", ["draft", "counted", "effective", "failed"])
def test_a_scan_is_shown_only_while_ballots_are_taken_in_or_a_result_is_objected_to(
    vote, teller, state
):
    keep_scan(vote=vote, number="0009", upload=picture(), by=teller, at=NOON)
    Vote.objects.filter(pk=vote).update(state=state)

    with pytest.raises(VoteRefused):
        scan_shown(vote=vote, number="0009", by=teller, at=CLOSES)

    assert not ScanReading.objects.exists()


def test_neither_a_stranger_nor_a_form_unknown_brings_a_scan(folk, vote, teller):
    with pytest.raises(VoteRefused):
        keep_scan(
            vote=vote, number="0009", upload=picture(), by=folk.actor("caller", NOON), at=NOON
        )
    with pytest.raises(VoteRefused):
        keep_scan(vote=vote, number="9999", upload=picture(), by=teller, at=NOON)

    assert not Scan.objects.exists()
