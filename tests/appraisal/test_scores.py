"""Scorecards: exact arithmetic with the small-number rule, a year of its own, draft, objection, final, and the records."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction
from hotline import case
from townsfolk import settle

from linli.appraisal import actions, queries
from linli.appraisal.actions import AppraisalRefused
from linli.appraisal.cards import Scorecard, scorecards
from linli.appraisal.models import Score, ScoreObjection, ScoreRound
from linli.appraisal.scoring import ranks, score
from linli.figures.periods import period_named
from linli.figures.queries import figure_keys
from linli.registry.isolation import office_transaction

LATER = datetime(2026, 4, 2, 1, 0, tzinfo=UTC)
PLAIN = {
    "scorecard": "plain", "title": {"zh": "表", "en": "Card"}, "basis": ["x"], "keepers": ["supervisor", "director"],
    "small": 2, "groups": {"all": {"zh": "全部", "en": "All", "kinds": ["department"]}},
    "weighted": {
        "load": {"zh": "量", "en": "Load", "figure": "hotline-order.closed", "weight": 10, "as": "share"},
        "solved": {"zh": "解决", "en": "Solved", "figure": "hotline-order.solved_rate", "weight": 90},
    },
    "deductions": {"unsolved": {"zh": "未解决", "en": "Not solved", "figure": "hotline-order.unsolved", "points": "1.5", "most": "2"}},
}  # fmt: skip


def card(**more):
    return Scorecard.model_validate({**PLAIN, **more})


def pairs(**found):
    return {
        name: {
            key: (Fraction(num), None if den is None else Fraction(den))
            for key, (num, den) in of.items()
        }
        for name, of in found.items()
    }


def test_points_are_exact_and_deductions_are_capped():
    read = pairs(
        load={"a": (3, None), "b": (1, None)},
        solved={"a": (2, 3), "b": (2, 2)},
        unsolved={"a": (1, None), "b": (9, None)},
    )

    found = score(card(), read)

    assert found["a"].total == 10 + 60 - Fraction(3, 2)
    assert found["b"].total == Fraction(10, 3) + 90 - 2
    assert ranks({key: one.total for key, one in found.items()}) == {"b": 1, "a": 2}


def test_too_few_records_score_nothing_and_their_weight_goes_to_the_rest():
    light = card(weighted={
        "load": {**PLAIN["weighted"]["load"], "weight": 60},
        "solved": {**PLAIN["weighted"]["solved"], "weight": 40},
    })  # fmt: skip
    read = pairs(
        load={"a": (1, None), "b": (2, None)}, solved={"a": (1, 1), "b": (2, 2)}, unsolved={}
    )

    found = score(light, read)
    heavy = score(card(), read)

    assert found["a"].lines[1].points is None
    assert found["a"].total == Fraction(30 * 100, 60)
    assert found["b"].total == 100
    assert heavy["a"].total is None
    assert ranks({key: one.total for key, one in heavy.items()}) == {"b": 1}


def test_less_is_better_turns_a_rate_round_and_nobody_falls_below_nought():
    down = card(
        weighted={
            **PLAIN["weighted"],
            "solved": {**PLAIN["weighted"]["solved"], "less_is_better": True},
        }
    )
    read = pairs(load={"a": (0, None)}, solved={"a": (2, 2)}, unsolved={"a": (5, None)})

    assert score(down, read)["a"].total == 0


def test_the_year_is_the_cards_own():
    assert (card(year_from=11).year(2026).text, card().year(2026).text) == (
        "2025-11-01..2026-11-01", "2026-01-01..2027-01-01",
    )  # fmt: skip


@pytest.mark.parametrize(
    "more", [{"weighted": {"load": PLAIN["weighted"]["load"]}}, {"keepers": []}, {"persons": []}]
)
def test_a_card_that_contradicts_itself_is_refused(more):
    with pytest.raises(ValueError, match=r"weights add up|at least 1|Extra inputs"):
        card(**more)


def test_the_shipped_card_counts_figures_that_are_there(folk):
    shipped = scorecards(figure_keys())

    assert list(shipped) == ["hotline-units"]
    assert shipped["hotline-units"].year(2026).text == "2025-11-01..2026-11-01"
    assert scorecards(()) == {}


# --- rounds over real cases


@pytest.fixture
def drafted(folk):
    """A draft over March: one body with three orders, two solved; another with one."""
    for nth, outcome in enumerate(("solved", "solved", "unsolved")):
        case(folk, nth, outcome=outcome)
    case(folk, 3, body="绿化市容所")
    by = folk.actor("supervisor", LATER)
    return actions.draft(card=card(), period=period_named("2026-03"), by=by, at=LATER)


def rows(number):
    return queries.scores(queries.round_numbered(number))["all"]


def test_a_draft_scores_bodies_from_their_records_and_each_line_opens_as_many(folk, drafted):
    row = queries.round_numbered(drafted)

    assert [(one.name.zh, one.total, one.rank) for one in rows(drafted)] == [
        ("市政服务中心", "68.50", 1), ("绿化市容所", None, None),
    ]  # fmt: skip
    first = rows(drafted)[0]
    assert [(line.key, line.num, line.den, line.points) for line in first.lines] == [
        ("load", "3", None, "10.00"), ("solved", "2", "3", "60.00"), ("unsolved", "1", None, "1.50"),
    ]  # fmt: skip
    for line, side, number in [
        ("load", "num", 3),
        ("solved", "num", 2),
        ("solved", "den", 3),
        ("unsolved", "num", 1),
    ]:
        name, _label, page = queries.behind(row, first.id, line, side)
        assert (name.zh, page.total, len(page.records)) == ("市政服务中心", number, number)


def test_what_happens_after_the_draft_does_not_change_what_it_opens(folk, drafted):
    row, first = queries.round_numbered(drafted), rows(drafted)[0]
    case(folk, 60 * 24 * 40, outcome="solved")

    assert queries.behind(row, first.id, "load", "num")[2].total == 3


def opened(folk, number):
    actions.open_to_objections(
        number=number, until=date(2026, 4, 9), by=folk.actor("supervisor", LATER), at=LATER
    )


def objected(folk, number, who="lead", line="unsolved", at=LATER):
    return actions.object_to(
        score=rows(number)[0].id, line=line, reason="属上级事权", by=folk.actor(who, at), at=at
    )


def test_an_upheld_objection_changes_the_line_and_the_total(folk, drafted):
    opened(folk, drafted)
    made = objected(folk, drafted)

    actions.decide(
        objection=made,
        points=Decimal(0),
        answer="属实，不扣",
        by=folk.actor("supervisor", LATER),
        at=LATER,
    )

    assert rows(drafted)[0].total == "70.00"
    [said] = queries.objections(queries.round_numbered(drafted))
    assert (said.points, said.answer, said.is_open) == ("0.00", "属实，不扣", False)


def test_a_refused_objection_changes_nothing(folk, drafted):
    opened(folk, drafted)
    made = objected(folk, drafted)

    actions.decide(
        objection=made, points=None, answer="维持", by=folk.actor("supervisor", LATER), at=LATER
    )

    assert rows(drafted)[0].total == "68.50"


def test_a_round_becomes_final_once_by_somebody_else_after_the_time(folk, drafted):
    opened(folk, drafted)
    made = objected(folk, drafted)
    after = LATER + timedelta(days=9)

    def final(who, at):
        with pytest.raises(AppraisalRefused) as refused:
            actions.make_final(number=drafted, by=folk.actor(who, at), at=at)
        return refused.value.message.zh

    assert final("director", LATER) == "异议期未满"
    assert final("director", after) == "还有异议没有答复"
    actions.decide(
        objection=made, points=None, answer="维持", by=folk.actor("supervisor", after), at=after
    )
    assert final("supervisor", after) == "定稿人不能是起草人"
    assert final("operator", after) == "需要考核办的岗位"
    actions.make_final(number=drafted, by=folk.actor("director", after), at=after)

    assert queries.round_numbered(drafted).state == "final"
    assert final("director", after) == "这一轮考核不在这一步"


def test_what_is_not_due_or_not_ones_own_is_refused(folk, drafted):
    by = folk.actor("supervisor", LATER)

    def refused(act, **given):
        with pytest.raises(AppraisalRefused) as found:
            act(**given)
        return found.value.message.zh

    assert (
        refused(actions.draft, card=card(), period=period_named("2026"), by=by, at=LATER)
        == "这个时段还没有过完"
    )
    assert (
        refused(
            actions.draft,
            card=card(),
            period=period_named("2026-02"),
            by=folk.actor("lead", LATER),
            at=LATER,
        )
        == "需要考核办的岗位"
    )
    assert actions.draft(card=card(), period=period_named("2026-03"), by=by, at=LATER) == drafted
    opened(folk, drafted)
    assert (
        refused(actions.draft, card=card(), period=period_named("2026-03"), by=by, at=LATER)
        == "这个时段已经公示，不能重算"
    )
    assert refused(objected, folk=folk, number=drafted, who="lead2") == "只能对本单位的得分提出异议"
    assert refused(objected, folk=folk, number=drafted, line="colour") == "请选一项并写明理由"
    assert (
        refused(objected, folk=folk, number=drafted, at=LATER + timedelta(days=8)) == "异议期已过"
    )
    made = objected(folk, drafted)
    assert refused(objected, folk=folk, number=drafted) == "这一项已有异议待答复"
    assert (
        refused(actions.decide, objection=made, points=Decimal(3), answer="x", by=by, at=LATER)
        == "分值应在 0 至 2 之间"
    )
    assert ScoreObjection.objects.get().decided_at is None


def test_the_database_refuses_a_final_by_the_one_who_drafted(folk, drafted):
    opened(folk, drafted)

    with pytest.raises(IntegrityError, match="score_round_final_by_another"), transaction.atomic():
        ScoreRound.objects.update(
            state="final", final_at=LATER, final_by=folk.actor("supervisor", LATER).id
        )


def test_scores_of_another_office_are_out_of_reach(db):
    mine, other = settle(), settle("310115008", "塘桥街道")
    with office_transaction(mine.office):
        case(mine, 0)
        actions.draft(
            card=card(),
            period=period_named("2026-03"),
            by=mine.actor("supervisor", LATER),
            at=LATER,
        )
        assert Score.objects.count() == 1

    with office_transaction(other.office):
        assert [model.objects.count() for model in (ScoreRound, Score, ScoreObjection)] == [0, 0, 0]
