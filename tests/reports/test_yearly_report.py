"""A yearly report as an office makes it: drafted by hand, every number linked to its records, approved by another."""

import re

import pytest
from reports.conftest import THEN, staffed

from linli.registry.isolation import office_transaction
from linli.reports.rounds.actions import (
    ReportRefused,
    confirm_section,
    freeze,
    issue,
    open_round,
    sign,
    waive,
    write_section,
)
from linli.reports.rounds.queries import round_view
from linli.rulebook.loading import shipped

DRAFT = "全年创建市级文明小区{title-award.held|name=市级文明小区}个，新组建业委会{owners-committee.formed}个。"
LINKED = re.compile(r"\{[a-z-]+\.[a-z_]+[^}]*\}")


def test_a_yearly_report_is_drafted_linked_and_approved(folk):
    people = staffed(folk)
    editor, signer = people["editor"], people["signer"]
    number = open_round(template="gumei-annual", period="2024", by=editor, at=THEN)
    with office_transaction(folk.office):
        write_section(report=number, section="party", text=DRAFT, revision=0, by=editor, at=THEN)
        sections = round_view(number).sections
        wanted = sum(len(LINKED.findall(one.text)) for one in sections)
        for one in sections:
            confirm_section(
                report=number, section=one.key, revision=one.revision, by=editor, at=THEN
            )
        freeze(report=number, by=editor, at=THEN, book=shipped())
        for found in round_view(number).findings:
            waive(report=number, finding=found.key, reason="原文如此", by=editor, at=THEN)

        view = round_view(number)
        linked = [one.number.reference for one in view.snapshot.numbers.values()]
        assert linked[:2] == ["title-award.held|name=市级文明小区", "owners-committee.formed"]
        assert len(linked) >= wanted > 20
        with pytest.raises(ReportRefused, match="signer"):
            sign(report=number, by=editor, at=THEN)
        sign(report=number, by=signer, at=THEN)
        issue(report=number, number="古办〔2025〕1号", by=editor, at=THEN)
        assert round_view(number).row.issue_number == "古办〔2025〕1号"
