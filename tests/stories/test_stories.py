import re
from dataclasses import replace

import pytest

from linli.rulebook.loading import shipped
from linli.rulebook.stories import read_story, run_story, stories_in

BOOK = shipped()
STORIES = stories_in()


def test_every_mechanism_has_a_story():
    assert STORIES.keys() == BOOK.mechanisms.keys()


@pytest.mark.parametrize("key", sorted(BOOK.mechanisms))
def test_story_happens_as_told(key):
    result = run_story(BOOK.mechanisms[key], STORIES[key], BOOK)

    assert result.failures == ()


@pytest.mark.parametrize("key", sorted(BOOK.mechanisms))
def test_story_shows_every_action_guard_and_breach(key):
    result = run_story(BOOK.mechanisms[key], STORIES[key], BOOK)

    assert result.gaps == ()
    assert result.actions == BOOK.mechanisms[key].actions.keys()
    assert result.breaches == BOOK.mechanisms[key].clocks.keys()


NOUGHT = {
    "batch-application.waiting", "enterprise-entry.catering", "livelihood-project.safety",
    "livelihood-project.services", "livelihood-project.welfare", "purchase-catalogue.suppliers",
    "safety-inspection.rectifying", "safety-level.red", "title-award.national", "waste-point.by_property",
}  # fmt: skip


def numbers_told(key):
    """Give what a story says every figure of its mechanism comes to, in its figures and in what it covers."""
    plot = STORIES[key].plot
    counts = [told for one in plot.covers.values() for told in one.counts.values()]
    covered = dict(re.findall(r"(\w+) = (\S+)", " ".join(counts)))
    return covered | {name: str(number) for name, number in plot.figures.items()}


def test_every_figure_has_its_number_in_its_story():
    told = {key: numbers_told(key) for key in BOOK.mechanisms}
    figures = {(key, name) for key, one in BOOK.mechanisms.items() for name in one.figures}

    untold = {f"{key}.{name}" for key, name in figures if name not in told[key]}
    nought = {f"{key}.{name}" for key, name in figures if told[key].get(name) == "0"}

    assert len(figures) > 900
    assert untold == set()
    assert nought <= NOUGHT


@pytest.mark.parametrize("key", ["grid-case", "hotline-order"])
def test_story_of_one_scene_leaves_gaps(key):
    story = STORIES[key]
    thinner = replace(
        story, plot=story.plot.model_copy(update={"scenes": story.plot.scenes[:1], "figures": {}})
    )

    result = run_story(BOOK.mechanisms[key], thinner, BOOK)

    assert result.failures == ()
    assert "action send_back" in result.gaps
    assert (
        "guard of send_back false: " + BOOK.mechanisms[key].actions["send_back"].when in result.gaps
    )


def test_story_that_goes_otherwise_names_its_line_and_the_reason():
    text = """
story: grid-case
at: 2026-03-02 09:00
area: /310000/
actors: {resident: {duty: resident}, operator: {duty: operator}}
scenes:
  - title: {zh: 试, en: Try}
    lines:
      - {by: resident, act: report, form: {what: 路灯不亮}}
      - {by: operator, act: accept}
"""
    result = run_story(BOOK.mechanisms["grid-case"], read_story(text, "try.story.yaml"), BOOK)

    assert result.failures == (
        "try.story.yaml:10: 试：“accept”被拒：form 表单有误：案件类别。category 请选择“案件类别”。",
    )
    assert "action accept" in result.gaps
    assert "breach of intake" in result.gaps


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{expect: {state: accepted}}", "state 应为 accepted，实为 reported"),
        (
            "{expect: {clocks: {intake: met}}}",
            "clocks 应为 {'intake': 'met'}，实为 {'intake': 'running'}",
        ),
        ("{expect: {weather: fine}}", "不能期望“weather”，可用："),
        (
            "{by: resident, refuse: rate, code: permission, form: {}}",
            "“rate”因 state 被拒，应为 permission",
        ),
        ("{by: operator, refuse: reject, form: {reason: 重复}}", "“reject”本应被拒"),
        ("{by: nobody, act: accept}", "“accept”被拒：unknown 没有“nobody”这个人。"),
    ],
)
def test_story_line_that_does_not_hold_is_a_failure(line, said):
    text = f"""
story: grid-case
at: 2026-03-02 09:00
area: /310000/
actors: {{resident: {{duty: resident}}, operator: {{duty: operator}}}}
scenes:
  - title: {{zh: 试, en: Try}}
    lines:
      - {{by: resident, act: report, form: {{what: 路灯不亮}}}}
      - {line}
"""
    result = run_story(BOOK.mechanisms["grid-case"], read_story(text, "try.story.yaml"), BOOK)

    assert len(result.failures) == 1
    assert said in result.failures[0]
