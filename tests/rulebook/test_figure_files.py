"""Figures as files: what is refused, and in which words."""

import pytest

from linli.rulebook.counting import FigureRefused
from linli.rulebook.counting.definitions import FigureDefinition, tree_of
from linli.rulebook.loading import MechanismRefused, read_book, shipped

WHOLE = {
    "figure": "closed-here",
    "title": {"zh": "结案数", "en": "Closed"},
    "source": ["测试"],
    "over": ["grid-case"],
    "basis": "happened",
    "mode": "flow",
    "num": ["enter", "closed"],
    "missing": "no_data",
    "tests": [
        {
            "cases": [{"steps": [{"act": "close", "at": "2025-01-02", "to": "closed"}]}],
            "expect": [{"period": "2025", "num": 1}],
        }
    ],
}


def figure(**changes):
    return FigureDefinition.model_validate({**WHOLE, **changes})


def tree(*definitions):
    known = {one.figure: one for one in definitions}
    return tree_of(known, definitions[-1].figure, shipped().mechanisms)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"basis": None}, "say over, basis (which date), mode (cohort, flow or stock) and missing"),
        ({"mode": None}, "say over, basis (which date), mode (cohort, flow or stock) and missing"),
        ({"missing": None}, "say over, basis (which date), mode (cohort, flow or stock) and missing"),
        ({"of": "another"}, "give exactly one of num, duration, ratio and of"),
        ({"mode": "cohort"}, "a cohort needs den"),
        ({"mode": "stock"}, "a stock has the basis period_end"),
        ({"missing": "carry_forward"}, "carry goes with missing: carry_forward"),
        (
            {"supersedes": {"version": 1, "on": "2026-01-01", "reason": WHOLE["title"], "comparable": True}},
            "a version supersedes an earlier one",
        ),
        (
            {
                "version": 2,
                "supersedes": {"version": 1, "on": "2026-01-01", "reason": WHOLE["title"], "comparable": False},
            },
            "needs a bridge",
        ),
        ({"tests": []}, "tests"),
        ({"sql": "SELECT 1"}, "sql"),
    ],
)  # fmt: skip
def test_a_definition_that_leaves_something_open_is_refused(changes, words):
    with pytest.raises(ValueError, match=r".") as refused:
        figure(**changes)

    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"over": ["no-such"]}, "没有机制“no-such”"),
        ({"num": ["enter", "nowhere"]}, "nowhere"),
        ({"num": ["raw", "DROP TABLE"]}, "看不懂"),
        ({"num": ["and"]}, "看不懂"),
        ({"num": ["and", ["enter", "closed"], ["in", "satisfaction", []]]}, "看不懂"),
        ({"counts": "cases", "num": ["in", "phase", ["open"]]}, "步骤和记录按 happened 计"),
        ({"basis": "opened"}, "步骤和记录按 happened 计"),
        ({"total": "description"}, "不是可以相加的数字字段"),
        ({"org_rollup": "last"}, "不能按“last”汇总，只能按“sum”"),
        ({"time_rollup": "max"}, "不能按“max”汇总，只能按“sum”"),
    ],
)
def test_a_tree_that_cannot_be_made_is_refused_by_name(changes, words):
    with pytest.raises(FigureRefused) as refused:
        tree(figure(**changes))

    assert words in refused.value.message.zh


def test_a_figure_made_of_itself_is_refused():
    first = figure(figure="one", num=None, of="two", over=[], basis=None, mode=None, missing=None)
    second = first.model_copy(update={"figure": "two", "of": "one"})

    with pytest.raises(FigureRefused) as refused:
        tree(first, second)

    assert refused.value.message.zh == "“two”用到了自己"


def test_a_ratio_of_a_flow_and_a_stock_must_say_what_it_is():
    stock = figure(
        figure="open-here", basis="period_end", mode="stock", counts="cases",
        num=["in", "phase", ["open"]],
    )  # fmt: skip
    made = {
        "num": None, "over": [], "basis": None, "ratio": ["closed-here", "open-here"],
        "figure": "share-here", "missing": None,
    }  # fmt: skip

    with pytest.raises(FigureRefused) as refused:
        tree(figure(), stock, figure(**made, mode=None))

    assert refused.value.message.zh == "两边口径不同，请写明 mode"
    assert tree(figure(), stock, figure(**made)).den == tree(stock).num


def test_a_version_that_cannot_be_compared_carries_old_and_new_value():
    bridged = figure(
        version=2,
        supersedes={
            "version": 1, "on": "2026-01-01", "reason": WHOLE["title"], "comparable": False,
            "bridge": {"2025": {"old": "97.10%", "new": "96.40%"}},
        },
    )  # fmt: skip

    assert tree(bridged).version == 2
    assert bridged.supersedes.bridge["2025"] == {"old": "97.10%", "new": "96.40%"}


def test_a_book_with_a_figure_over_an_unknown_state_is_refused_with_its_file(tmp_path):
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "wrong.yaml").write_text(
        "figure: wrong\ntitle: {zh: 错, en: Wrong}\nsource: [测试]\nover: [grid-case]\nbasis: happened\n"
        "mode: flow\nmissing: no_data\nnum: [enter, nowhere]\n"
        "tests: [{cases: [], expect: [{period: '2025', num: 0}]}]\n",
        encoding="utf-8",
    )

    with pytest.raises(MechanismRefused) as refused:
        read_book(tmp_path, upon=shipped())

    assert "wrong.yaml" in str(refused.value)
