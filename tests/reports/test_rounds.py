"""A report from opening to issue: what is frozen, what is refused, what has moved since, and what is corrected."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from reports.conftest import THEN, entered, staffed

from linli.registry.isolation import office_transaction
from linli.reports.models import FrozenFigure, ReportAct, ReportRound
from linli.reports.rounds.actions import (
    ReportRefused,
    SectionChanged,
    confirm_section,
    correct,
    freeze,
    issue,
    open_round,
    sign,
    waive,
    write_section,
)
from linli.reports.rounds.queries import drift, round_view
from linli.rulebook.loading import shipped


@pytest.fixture
def opened(folk, shelf):
    """Three orders in time and one late, a report opened on their month, and who works on it."""
    entered(folk.office, 2)
    entered(folk.office, 1, category="交通", first=10)
    entered(folk.office, 1, on_time=False, first=20)
    people = staffed(folk)
    bodies = {"orders": folk.bodies["市政服务中心"]}
    number = open_round(
        template="small", period="2025-06", bodies=bodies, by=people["editor"], at=THEN
    )
    with office_transaction(folk.office):
        yield number, people


def confirmed(number, people):
    confirm_section(report=number, section="orders", revision=0, by=people["writer"], at=THEN)
    confirm_section(report=number, section="ahead", revision=0, by=people["editor"], at=THEN)


def frozen(number, people):
    confirmed(number, people)
    freeze(report=number, by=people["editor"], at=THEN, book=shipped())


def signed(number, people):
    frozen(number, people)
    sign(report=number, by=people["signer"], at=THEN)


def test_a_report_is_opened_with_its_sections_and_heading(opened):
    number, _ = opened
    view = round_view(number)

    assert view.row.heading == "古美路街道2025年6月小月报"
    assert [(s.key, s.body_name and s.body_name.zh) for s in view.sections] == [
        ("orders", "市政服务中心"), ("ahead", None),
    ]  # fmt: skip
    assert (view.snapshot, view.findings) == (None, ())


def test_a_period_of_another_length_is_refused(folk, shelf):
    people = staffed(folk)
    with pytest.raises(ReportRefused, match="not about a period as long as 2025"):
        open_round(template="small", period="2025", by=people["editor"], at=THEN)
    with pytest.raises(ReportRefused, match="This needs an editor"):
        open_round(template="small", period="2025-06", by=people["writer"], at=THEN)
    with office_transaction(folk.office):
        assert ReportRound.objects.count() == 0


def test_a_frozen_report_prints_its_numbers_and_keeps_their_records(opened):
    number, people = opened
    frozen(number, people)
    view = round_view(number)

    assert view.snapshot.content.blocks[1].text == "本月录入4件，按时率75.00%，其中市容3件。"
    assert view.snapshot.content.blocks[0].text == "一、工单"
    kept = [
        (f.number.reference, f.number.num, f.number.den, f.records)
        for f in view.snapshot.numbers.values()
    ]
    assert kept == [
        ("historic-order.entered", 4, None, 4),
        ("historic-order.on_time_rate", 3, 4, 4),
        ("historic-order.entered|category=市容", 3, None, 3),
        ("historic-order.entered|category=市容", 3, None, 3),
        ("historic-order.entered|category=交通", 1, None, 1),
        ("historic-order.entered|category=市容", 3, None, 3),
        ("historic-order.entered", 4, None, 4),
    ]
    assert view.waiting == 0


def test_only_who_answers_confirms_and_all_must_before_freezing(opened):
    number, people = opened
    with pytest.raises(ReportRefused, match="a writer of the body"):
        confirm_section(report=number, section="orders", revision=0, by=people["editor"], at=THEN)
    with pytest.raises(ReportRefused, match="2 sections are not confirmed"):
        freeze(report=number, by=people["editor"], at=THEN, book=shipped())
    confirmed(number, people)
    assert round_view(number).confirmed == 2


def test_writing_lapses_the_confirmation_and_takes_a_signed_report_back(opened):
    number, people = opened
    signed(number, people)
    write_section(
        report=number,
        section="orders",
        text="新写的一节。",
        revision=0,
        by=people["writer"],
        at=THEN,
    )

    view = round_view(number)
    assert (view.row.state, view.confirmed) == ("drafting", 1)
    with pytest.raises(SectionChanged):
        write_section(
            report=number, section="orders", text="旧的。", revision=0, by=people["writer"], at=THEN
        )
    assert round_view(number).sections[0].text == "新写的一节。"


def test_a_reference_to_nothing_is_refused_before_it_is_frozen(opened):
    number, people = opened
    with pytest.raises(ReportRefused, match=r"write 'mechanism\.figure'"):
        write_section(
            report=number,
            section="orders",
            text="共{许多}件。",
            revision=0,
            by=people["writer"],
            at=THEN,
        )
    write_section(
        report=number, section="orders", text="共{historic-order.none_such}件。", revision=0,
        by=people["writer"], at=THEN,
    )  # fmt: skip
    confirm_section(report=number, section="orders", revision=1, by=people["writer"], at=THEN)
    confirm_section(report=number, section="ahead", revision=0, by=people["editor"], at=THEN)
    with pytest.raises(ReportRefused, match="no figure 'historic-order"):
        freeze(report=number, by=people["editor"], at=THEN, book=shipped())
    assert round_view(number).snapshot is None


def test_digits_that_nobody_answers_for_are_found_and_waived_by_name(opened):
    number, people = opened
    text = "本月录入{historic-order.entered}件，另有25件口头办理。"
    write_section(
        report=number, section="orders", text=text, revision=0, by=people["writer"], at=THEN
    )
    confirm_section(report=number, section="orders", revision=1, by=people["writer"], at=THEN)
    confirm_section(report=number, section="ahead", revision=0, by=people["editor"], at=THEN)
    freeze(report=number, by=people["editor"], at=THEN, book=shipped())

    (one,) = round_view(number).findings
    assert (one.finding.rule, one.finding.sentence) == (
        "unbound",
        "本月录入4件，另有25件口头办理。",
    )
    with pytest.raises(ReportRefused, match="1 findings are neither mended nor waived"):
        sign(report=number, by=people["signer"], at=THEN)
    with pytest.raises(ReportRefused, match="Say why"):
        waive(report=number, finding=one.key, reason=" ", by=people["editor"], at=THEN)
    waive(report=number, finding=one.key, reason="口头办理另有台账", by=people["editor"], at=THEN)
    assert round_view(number).waiting == 0
    sign(report=number, by=people["signer"], at=THEN)
    assert round_view(number).row.state == "signed"


def test_whoever_froze_it_may_not_sign_and_an_unsigned_one_is_not_issued(folk, shelf):
    people = staffed(folk)
    director = folk.actor("director", THEN)
    number = open_round(template="small", period="2025-06", by=director, at=THEN)
    entered(folk.office, 1)
    with office_transaction(folk.office):
        for section in ("orders", "ahead"):
            confirm_section(report=number, section=section, revision=0, by=director, at=THEN)
        freeze(report=number, by=director, at=THEN, book=shipped())
        with pytest.raises(ReportRefused, match="Whoever froze it may not sign"):
            sign(report=number, by=director, at=THEN)
        with pytest.raises(ReportRefused, match="must be signed first"):
            issue(report=number, number="古办〔2025〕1号", by=director, at=THEN)
        sign(report=number, by=people["signer"], at=THEN)
        issue(report=number, number="古办〔2025〕1号", by=director, at=THEN)
        assert round_view(number).row.issue_number == "古办〔2025〕1号"


def test_what_came_after_the_freeze_is_listed_and_changes_nothing_printed(opened, folk):
    number, people = opened
    signed(number, people)
    before = round_view(number).snapshot
    assert drift(number, shipped()) == ()

    entered(folk.office, 1, first=90)

    moved = {
        one.label.zh: (one.printed, one.now, one.came, one.went) for one in drift(number, shipped())
    }
    assert moved["历史工单数"] == ("4", "5", ("num R-90#1",), ())
    assert moved["按时结案率（按时结案数/有按时标记的工单数）"][:2] == ("75.00%", "80.00%")
    assert round_view(number).snapshot == before


def test_an_issued_report_stands_and_is_corrected_by_another(opened):
    number, people = opened
    signed(number, people)
    issue(report=number, number="古办〔2025〕2号", by=people["editor"], at=THEN)
    with pytest.raises(ReportRefused, match="does not change"):
        write_section(
            report=number, section="orders", text="改。", revision=0, by=people["writer"], at=THEN
        )
    with pytest.raises(DatabaseError, match="has been issued"), transaction.atomic():
        ReportRound.objects.filter(pk=number).update(heading="另一个")

    later = correct(
        report=number, reason="漏报三件", by=people["editor"], at=THEN + timedelta(days=3)
    )

    assert round_view(later).row.corrects == number
    assert round_view(number).row.state == "issued"
    with pytest.raises(ReportRefused, match="there already"):
        correct(report=number, reason="再来", by=people["editor"], at=THEN)


def test_frozen_numbers_and_acts_cannot_be_changed(opened):
    number, people = opened
    frozen(number, people)
    for change in (
        lambda: FrozenFigure.objects.update(printed="9"),
        lambda: ReportAct.objects.filter(round=number).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_another_office_sees_nothing_of_a_report(opened, folk):
    number, people = opened
    frozen(number, people)
    tables = [
        "reports_reportround", "reports_reportsection", "reports_reportsnapshot",
        "reports_frozenfigure", "reports_reportact", "reports_reportwaiver",
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL linli.office = '0'")
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608
            assert cursor.fetchone() == (0,)
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relname = ANY(%s) AND relforcerowsecurity",
            [tables],
        )
        assert cursor.fetchone() == (6,)
        cursor.execute(f"SET LOCAL linli.office = '{folk.office}'")
