"""The evaluation of a plan as a report: statuses by formula, every number bound, as Word and back."""

from datetime import UTC, datetime

import pytest
from reports.conftest import staffed
from staff.test_plan_page import attested

from linli.registry.isolation import office_transaction
from linli.reports.printing.returning import returned
from linli.reports.printing.word import word
from linli.reports.rounds.actions import confirm_section, freeze, open_round
from linli.reports.rounds.queries import drift, round_view
from linli.rulebook.loading import shipped

LATER = datetime(2024, 3, 1, 2, tzinfo=UTC)


@pytest.fixture
def evaluation(folk):
    """The mid-term evaluation of a plan of which one row is on track and one behind; gives its key."""
    attested(folk, "090", "4000")  # of 6000 by 2025, so 3600 by 2023
    attested(folk, "061", "95", "100")  # 98 % in every year
    editor = staffed(folk)["editor"]
    with office_transaction(folk.office):
        report = open_round(template="plan-evaluation", period="2023", by=editor, at=LATER)
        for section in round_view(report).sections:
            confirm_section(report=report, section=section.key, revision=0, by=editor, at=LATER)
        freeze(report=report, by=editor, at=LATER, book=shipped())
    return report


def cells(content, title):
    block = next(one for one in content.blocks if one.table and one.table.title == title)
    return {row[0].text: [cell.text for cell in row[1:]] for row in block.rows}


def test_the_evaluation_says_by_formula_how_every_row_stands(folk, evaluation):
    with office_transaction(folk.office):
        content = round_view(evaluation).snapshot.content
    jobs, registered = cells(content, "公共服务")["9"], cells(content, "公共管理")["6a"]

    assert jobs[3:] == ["≥ 6000 个", "3600 个", "4000", "达到进度"]
    assert registered[3:] == ["≥ 98%", "98%", "95.00%", "滞后"]
    assert cells(content, "各项状态")["约束性"] == ["0", "1", "1", "0", "20"]
    assert cells(content, "指标状态")["无数据"] == ["37"]
    assert content.blocks[1].text.startswith(
        "规划主要指标按一率一行计40行，其中约束性22行、预期性18行。"
    )


def test_an_attested_number_that_comes_later_moves_the_evaluation(folk, evaluation):
    with office_transaction(folk.office):
        before = drift(evaluation, shipped())
    attested(folk, "062", "99", "100")
    with office_transaction(folk.office):
        moved = {one.printed: one.now for one in drift(evaluation, shipped())}

    assert before == ()
    assert moved["无数据"] == "99.00%"
    assert moved["37"] == "36"


def test_the_evaluation_goes_out_as_word_and_comes_back_clean(folk, evaluation):
    with office_transaction(folk.office):
        content = round_view(evaluation).snapshot.content

    assert returned(word(content, "古办〔2024〕3号"), content, "古办〔2024〕3号").is_clean


def test_its_findings_are_none_but_what_the_plan_leaves_open(folk, evaluation):
    with office_transaction(folk.office):
        found = [one.finding.rule for one in round_view(evaluation).findings]

    assert found == []
