"""Explaining: drawings in which nothing overlaps, guides, limits, tables, and what changed between versions."""

from itertools import combinations, pairwise

import pytest
import yaml
from sampling import sampled

from linli.rulebook import loading
from linli.rulebook.explaining.changes import changes
from linli.rulebook.explaining.guide import guide
from linli.rulebook.explaining.lengths import length_in_words
from linli.rulebook.explaining.limits import limits
from linli.rulebook.explaining.paths import anywhere, graphs, lines
from linli.rulebook.explaining.tables import tables
from linli.rulebook.reading import MechanismRefused
from linli.ui.diagrams import draw
from linli.ui.diagrams.measuring import width_of, wrapped

BOOK = loading.shipped()
MECHANISMS = sampled(BOOK.mechanisms)
WIDTHS = (290.0, 560.0)
LANGUAGES = ("zh-hans", "en")
PARTS_EACH = 4


def every_drawing(key):
    counts = dict.fromkeys(BOOK.mechanisms[key].states, 1234567)
    for graph in graphs(BOOK.mechanisms[key]):
        for language in LANGUAGES:
            for width in WIDTHS:
                yield graph, draw(graph, language, width, counts)


@pytest.mark.parametrize("key", MECHANISMS)
def test_no_two_boxes_overlap(key):
    for graph, drawn in every_drawing(key):
        assert len(drawn.boxes) == len(graph.nodes)
        for one, other in combinations(drawn.boxes, 2):
            assert one.bottom < other.y or other.bottom < one.y


@pytest.mark.parametrize("key", MECHANISMS)
def test_no_word_leaves_its_box_or_lies_over_another(key):
    for _graph, drawn in every_drawing(key):
        for box in drawn.boxes:
            assert box.x >= 0
            assert box.right <= drawn.width
            for one in box.words:
                assert box.x < one.left
                assert one.right < box.right
                assert box.y < one.y - one.size * 0.9
                assert one.y + one.size * 0.3 < box.bottom
            for one, other in combinations(box.words, 2):
                beside = one.right <= other.left or other.right <= one.left
                assert beside or abs(one.y - other.y) >= max(one.size, other.size)


@pytest.mark.parametrize("key", MECHANISMS)
def test_no_arrow_crosses_a_word(key):
    """Arrows touch a box only at its edge: all they do between is done in the gutters."""
    for _graph, drawn in every_drawing(key):
        left, right = drawn.boxes[0].x, drawn.boxes[0].right
        for one in (*drawn.stubs, *drawn.lanes):
            for x in across(one.path):
                assert x <= left or x >= right
                assert 0 <= x <= drawn.width


@pytest.mark.parametrize("key", MECHANISMS)
def test_two_arrows_share_no_stretch_of_a_lane(key):
    for _graph, drawn in every_drawing(key):
        stretches = {}
        for lane in drawn.lanes:
            x, top, bottom = upright(lane.path)
            stretches.setdefault(x, []).append((top, bottom))
        for listed in stretches.values():
            for (_top, bottom), (top, _bottom) in pairwise(sorted(listed)):
                assert bottom < top


@pytest.mark.parametrize("key", MECHANISMS)
def test_every_action_is_drawn_or_listed(key):
    mechanism = BOOK.mechanisms[key]
    rows = {r.action for g in graphs(mechanism) for n in g.nodes for r in n.rows}

    assert rows | set(anywhere(mechanism)) == set(mechanism.actions)
    assert [line.action for line in lines(mechanism, BOOK)] == list(mechanism.actions)


@pytest.mark.parametrize("key", MECHANISMS)
def test_every_way_between_states_is_an_arrow(key):
    mechanism = BOOK.mechanisms[key]
    main = graphs(mechanism)[0]
    drawn = {(n.key, r.action, r.target) for n in main.nodes for r in n.rows if r.target}
    ruled = {
        (origin, name, rule.to)
        for name, rule in mechanism.actions.items()
        if rule.to and not rule.start
        for origin in mechanism.states_named(rule.from_)
    }

    assert drawn - {one for one in drawn if one[0] == ""} == ruled
    whole = draw(main, "zh-hans", 290)
    assert len(whole.stubs) == len(drawn)


def test_automatic_actions_are_dashed_and_returning_ones_run_on_the_left():
    graph = graphs(BOOK.mechanisms["grid-case"])[0]
    drawn = draw(graph, "zh-hans", 290)
    order = [box.key for box in drawn.boxes]
    rows = [(box.key, row) for box in drawn.boxes for row, _y in box.ports if row.target]

    assert sum(stub.is_automatic for stub in drawn.stubs) == sum(r.is_automatic for _, r in rows)
    returning = {r.target for k, r in rows if order.index(r.target) <= order.index(k)}
    assert {lane.is_back for lane in drawn.lanes} == {True, False}
    assert sum(lane.is_back for lane in drawn.lanes) == len(returning)


def test_words_are_broken_where_they_may_be():
    assert wrapped("申请延期并说明理由", 13, 52) == ("申请延期", "并说明理", "由")
    assert all(width_of(one, 12) <= 80 for one in wrapped("Head of the handling body", 12, 80))
    assert " ".join(wrapped("Head of the handling body", 12, 80)) == "Head of the handling body"
    assert "".join(wrapped("Unbreakablelongword", 12, 40)) == "Unbreakablelongword"


@pytest.mark.parametrize("key", MECHANISMS)
def test_every_mechanism_has_a_guide(key):
    mechanism = BOOK.mechanisms[key]
    told = guide(mechanism, BOOK)

    assert {one.action for one in told.starts} == set(mechanism.starts())
    assert {one.clock for one in told.limits} == set(mechanism.clocks)
    assert [stage.state.zh for stage in told.stages[1:]] == [
        s.zh for s in mechanism.states.values()
    ]
    assert len(tables(mechanism, BOOK)) == len(mechanism.decisions)


def test_the_guide_says_who_brings_what():
    start = guide(BOOK.mechanisms["grid-case"], BOOK).starts[0]

    assert (start.label.zh, start.who.zh, start.is_residents) == ("居民上报", "居民", True)
    assert [(one.label.zh, one.is_required) for one in start.needs] == [
        ("问题描述", True), ("位置", False), ("地点描述", False),
        ("联系人", False), ("联系电话", False), ("现场照片", False),
    ]  # fmt: skip


def test_limits_say_how_they_are_counted():
    found = {one.clock: one for one in limits(BOOK.mechanisms["grid-case"], BOOK)}

    assert found["handle"].is_main
    assert found["handle"].pauses.zh == "挂账"
    assert found["handle"].missed.zh == "督办"
    assert [[cell.label.zh for cell in row] for row in found["handle"].lengths] == [
        ["紧急", "4 小时（工作时间）", "全天候"],
        ["不限", "5 个工作日", "按工作时间"],
    ]
    assert "09:00-12:00、13:30-17:30" in found["intake"].counted.zh
    assert found["assign"].counted.zh.startswith("收到当日不计")
    assert found["watch"].runs.zh == "督办：督办"
    assert length_in_words("5 wd + 1 wd").en == "5 working days plus 1 working day"


def changed(key, **parts):
    """Give a mechanism and its next version with other parts."""
    text = yaml.safe_load(BOOK.texts[key])
    text["version"] += 1
    for path, value in parts.items():
        *way, last = path.split("__")
        here = text
        for step in way:
            here = here[step]
        if value is None:
            del here[last]
        else:
            here[last] = value
    return BOOK.mechanisms[key], loading.load(yaml.safe_dump(text, allow_unicode=True), "next.yaml")


def test_nothing_changed_is_said_too():
    told = changes(*changed("grid-case"), BOOK)

    assert [one.zh for one in told] == ["内容没有变化。"]


@pytest.mark.parametrize(
    ("parts", "zh", "en"),
    [
        (
            {"clocks__verify__budget": "7 wd"},
            "核查时限由2个工作日改为7个工作日",
            "Time to verify: from 2 working days to 7 working days",
        ),
        (
            {"actions__withdraw": {"zh": "撤回", "en": "Withdraw", "from": "reported",
                                   "to": "rejected", "by": [{"role": "resident", "scope": "own"}]}},
            "新增动作“撤回”",
            "New action “Withdraw”",
        ),
        ({"actions__whistle": None}, "取消动作“吹哨会办”", "Dropped the action “Whistle”"),
        (
            {"actions__suspend__by": [{"role": "lead", "scope": "body"}]},
            "动作“挂账”的办理人由“督办员”改为“处置单位负责人”",
            "The action “Suspend”: who acts from “Supervisor” to “Head of the handling body”",
        ),
        (
            {"actions__send_back__when": "returns < 3"},
            "动作“退单”的条件由““退单次数”小于 2”改为““退单次数”小于 3”",
            "The action “Send back”: condition from ““Times sent back” below 2” to ““Times sent back” below 3”",
        ),
        (
            {"states__unmet__zh": "未获满意"},
            "状态“仍不满意”改名为“未获满意”",
            "The state “Still dissatisfied” is now called “Still dissatisfied”",
        ),
        (
            {"fields__what__max": 800},
            "字段“问题描述”的上限由“500”改为“800”",
            "The field “What is wrong”: most from “500” to “800”",
        ),
        (
            {"decisions__handling_limit__rules": [['"urgent"', '"2 wh"', '"duty"'], ["-", '"5 wd"', '"office"']]},
            "判定表“handling_limit”第1行：时限由“4 小时（工作时间）”改为“2 小时（工作时间）”",
            "The table “handling_limit”, row 1: Limit from “4 working hours” to “2 working hours”",
        ),
    ],
)  # fmt: skip
def test_differences_are_said_in_words(parts, zh, en):
    told = changes(*changed("grid-case", **parts), BOOK)

    assert [(one.zh, one.en) for one in told] == [(zh, en)]


@pytest.mark.parametrize("key", MECHANISMS)
def test_no_difference_goes_unsaid(key):
    """Whatever single part is taken away, the list of changes says something, if the rest can be read."""
    text = yaml.safe_load(BOOK.texts[key])
    said = 0
    for section in ("actions", "states", "clocks", "fields", "roles", "figures", "decisions"):
        for name in list(text.get(section, {}))[:PARTS_EACH]:
            try:
                old, new = changed(key, **{f"{section}__{name}": None})
            except MechanismRefused:
                continue
            told = changes(old, new, BOOK)

            assert len(told) == 1
            assert told[0].zh.startswith("取消")
            said += 1
    assert said


def across(path):
    """Give every x that a path of M, H and V touches."""
    return [float(x) for x in _numbers(path)]


def _numbers(path):
    for part in path.replace("M", "|M").replace("H", "|H").replace("V", "|V").split("|"):
        if part[:1] == "M":
            yield part[1:].split()[0]
        elif part[:1] == "H":
            yield part[1:]


def upright(path):
    """Give x, top and bottom of the upright part of a lane."""
    start, rest = path[1:].split("V", 1)
    x, top = map(float, start.split())
    return x, top, float(rest.split("M")[0])
