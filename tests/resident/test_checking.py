"""Receipts are checked by residents: on the page, and by thirty lines of their own."""

import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from walking import report, text

from linli.casework.models import Position
from linli.casework.proof.checkpoints import checkpoint
from linli.casework.sequencing import sequence
from linli.registry.isolation import office_transaction

HOW_TO = Path(__file__).parents[2] / "docs/how-to"


def sign_the_day(office, days=0):
    at = timezone.now() + timedelta(days=days)  # noqa: TID251 - the pages go by the real clock
    with office_transaction(office):
        while sequence():
            pass
        checkpoint(office=office, at=at)


def marked(page):
    """Give what a receipt says: number, step, code."""
    address = re.search(
        r'href="[^"]*/check/\?number=([^&]+)&amp;step=(\d+)&amp;code=([A-Z2-7-]+)"', page
    )
    return dict(zip(("number", "step", "code"), address.groups(), strict=True))


@pytest.fixture
def receipt(folk):
    visitor, number = report()
    return visitor, number, marked(visitor.get(f"/cases/{number}/receipt/").content.decode())


def test_the_receipt_carries_a_code_of_its_step(receipt):
    visitor, number, mark = receipt

    page = text(visitor.get(f"/cases/{number}/receipt/"))

    assert (mark["number"], mark["step"]) == (number, "1")
    assert re.fullmatch(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){3}", mark["code"])
    assert mark["code"] in page
    assert '<svg class="qr"' in re.sub(r"\s+", " ", page)


def test_before_the_days_signature_the_page_asks_for_patience(receipt):
    page = Client().get("/check/", receipt[2])

    assert page.status_code == 200
    assert "请一天后再来核对" in text(page)
    assert Client().get("/check/receipt.json", receipt[2]).status_code == 404


def test_after_it_the_page_says_that_the_step_was_in_the_log(folk, receipt):
    sign_the_day(folk.office)

    page = text(Client().get("/check/", receipt[2]))

    assert "的日志里，内容未被改动" in page
    assert "路缘石" not in page


@pytest.mark.parametrize(
    "change",
    [{"code": "AAAA-AAAA-AAAA-AAAA"}, {"step": "2"}, {"number": "GM26-9999999"}, {"step": "x"}, {"code": ""}],
)  # fmt: skip
def test_what_does_not_fit_is_refused_alike(folk, receipt, change):
    sign_the_day(folk.office)

    page = Client().get("/check/", {**receipt[2], **change})

    assert page.status_code == 422
    assert "日志里没有与此相符的步骤" in text(page)
    assert Client().get("/check/receipt.json", {**receipt[2], **change}).status_code == 404


def test_codes_may_be_typed_as_people_type(folk, receipt):
    sign_the_day(folk.office)
    loose = receipt[2]["code"].lower().replace("-", " ")

    assert "内容未被改动" in text(Client().get("/check/", {**receipt[2], "code": loose}))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_script_of_the_how_to_checks_a_proof_and_refuses_forged_ones(
    folk, receipt, tmp_path, language
):
    for what in ("路灯不亮", "井盖松动"):
        report(what)
    sign_the_day(folk.office)
    kept = json.loads(Client().get("/check/receipt.json", receipt[2]).content)
    public = kept["checkpoint"]["public_key"]
    told = (HOW_TO / f"check-a-receipt.{language}.md").read_text(encoding="utf-8")
    script = re.search(r"```python\n(.*?)```", told, re.DOTALL)[1]
    (tmp_path / "check.py").write_text(script, encoding="utf-8")

    def checked(proof, code=receipt[2]["code"], key=public):
        (tmp_path / "receipt.json").write_text(json.dumps(proof), encoding="utf-8")
        asked = [sys.executable, "check.py", "receipt.json", code, key]
        return subprocess.run(asked, cwd=tmp_path, capture_output=True, check=False)

    good = checked(kept)
    assert good.returncode == 0, good.stderr
    assert good.stdout.startswith(b"in the log of")
    head = kept["checkpoint"]
    forged = [
        {**kept, "leaf": kept["leaf"][:20] + "0" * 44},
        {**kept, "position": kept["position"] + 1},
        {**kept, "path": kept["path"][:-1]},
        {**kept, "path": [*kept["path"], "0" * 64]},
        {**kept, "checkpoint": {**head, "root": "0" * 64}},
        {**kept, "checkpoint": {**head, "at": head["at"].replace("20", "19", 1)}},
        {**kept, "checkpoint": {**head, "signature": "0" * 128}},
    ]
    assert [checked(one).returncode for one in forged] == [1] * len(forged)
    assert checked(kept, code="AAAA-AAAA-AAAA-AAAA").returncode == 1
    assert checked(kept, key="0" * 64).returncode == 1
    assert len(script.splitlines()) <= 40


def test_every_public_step_has_a_receipt_and_others_steps_have_none(receipt):
    visitor, number, _mark = receipt

    assert f"/cases/{number}/steps/1/" in text(visitor.get(f"/cases/{number}/"))
    assert visitor.get(f"/cases/{number}/steps/1/").status_code == 200
    assert visitor.get(f"/cases/{number}/steps/99/").status_code == 404
    assert Client().get(f"/cases/{number}/steps/1/").status_code == 302


def test_the_public_record_shows_signatures_and_nobody(folk, receipt):
    assert "还没有签名" in text(Client().get("/transparency/"))
    sign_the_day(folk.office)

    page = text(Client().get("/transparency/"))
    kept = json.loads(Client().get("/transparency/checkpoints.json").content)

    with office_transaction(folk.office):
        size = Position.objects.count()
    assert [one["size"] for one in kept["checkpoints"]] == [size]
    assert all(kept["checkpoints"][0][k] in page for k in ("root", "signature", "public_key"))
    assert receipt[1] not in page


def test_the_public_record_takes_the_same_statements_for_one_and_for_three(folk, receipt):
    def statements():
        with CaptureQueriesContext(connection) as asked:
            assert Client().get("/transparency/").status_code == 200
        return len(asked)

    sign_the_day(folk.office)
    statements()
    for_one = statements()
    for days in (1, 2):
        report()
        sign_the_day(folk.office, days)

    assert statements() == for_one
