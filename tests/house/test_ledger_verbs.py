"""Whoever acts for a person posts the money that moves: the faces take their verbs from the ledger."""

import re

from house import ground

ALONE = re.compile(r"from linli\.casework\.actions import [^\n]*\b(open_case|perform)\b")


def test_no_face_takes_steps_past_the_ledger():
    past = [
        ground.shown(path)
        for room in ("staff", "resident", "api", "ledgers")
        for path in (ground.PACKAGE / room).rglob("*.py")
        if ALONE.search(path.read_text(encoding="utf-8"))
    ]

    assert past == []
