"""A report beside the year before: figures by reference, prose by section, what was promised."""

from datetime import UTC, datetime

from reports.conftest import TEMPLATE, THEN, entered, staffed

from linli.registry.isolation import office_transaction
from linli.reports.rounds.actions import confirm_section, freeze, open_round, write_section
from linli.reports.rounds.comparing import FigureCompared, SectionCompared, compared
from linli.rulebook.loading import shipped
from linli.rulebook.mechanism import Label


def frozen(editor, period, text=None):
    number = open_round(template="small", period=period, by=editor, at=THEN)
    if text:
        write_section(report=number, section="orders", text=text, revision=0, by=editor, at=THEN)
    for section, revision in (("orders", 1 if text else 0), ("ahead", 0)):
        confirm_section(report=number, section=section, revision=revision, by=editor, at=THEN)
    freeze(report=number, by=editor, at=THEN, book=shipped())
    return number


def test_a_report_stands_beside_that_of_the_year_before(folk, shelf):
    before = datetime(2024, 6, 3, 4, 0, tzinfo=UTC)
    entered(folk.office, 3, first=500, at=before)
    entered(folk.office, 1, category="绿化", first=510, at=before)
    entered(folk.office, 3)
    entered(folk.office, 2, on_time=False, first=20)
    editor = staffed(folk)["editor"]
    with office_transaction(folk.office):
        first = frozen(editor, "2024-06")
        text = "本月录入{historic-order.entered}件，按时率{historic-order.on_time_rate}。超时{historic-order.late}件。"
        second = frozen(editor, "2025-06", text)

        assert compared(first) is None
        found = compared(second)

    rows = [
        (one.label.zh, one.before, one.now, one.change, one.is_comparable) for one in found.figures
    ]
    assert rows == [
        ("历史工单数", "4", "5", "增长25.0%", True),
        (
            "按时结案率（按时结案数/有按时标记的工单数）",
            "100.00%",
            "60.00%",
            "下降40.0个百分点",
            True,
        ),
        ("超时结案数", "", "2", "", False),
        ("历史工单数：市容", "3", "", "", False),
        ("历史工单数：绿化", "1", "", "", False),
    ]
    assert found.promised == ("第14次例会要办的事。",)
    assert found.sections == (
        SectionCompared(
            Label(zh="工单", en="Orders"),
            ("本月录入□件，按时率□。", "超时□件。"),
            ("本月录入□件，按时率□，其中市容□件。",),
        ),
    )
    assert isinstance(found.figures[0], FigureCompared)
    assert "ahead: true" in TEMPLATE
