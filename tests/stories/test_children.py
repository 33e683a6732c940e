from linli.rulebook.counting.tallying import tally
from linli.rulebook.loading import shipped
from linli.rulebook.stories import run_story, stories_in
from linli.rulebook.stories.staging import Seen, Stage

BOOK = shipped()
STORIES = stories_in()


def _played(key, scene):
    plot = STORIES[key].plot
    stage = Stage(BOOK.mechanisms[key], plot, BOOK, Seen(BOOK.mechanisms[key]))
    for line in plot.scenes[scene].lines:
        assert stage.play(line) is None
    return stage


def test_parent_closes_when_the_last_child_is_over():
    stage = _played("safety-inspection", 0)
    hazards = [step.action for child in stage.children for step in child.steps]

    assert stage.case.state == "closed"
    assert stage.child_states() == {"hazard/1": "rectified", "hazard/2": "rectified"}
    assert hazards.count("recheck") == 3
    assert stage.steps[-1].values["@children"] == {
        nth: ["hazard", "rectified", "over", "done"] for nth in ("1", "2")
    }


def test_hazards_yield_their_rate():
    told = run_story(BOOK.mechanisms["hazard"], STORIES["hazard"], BOOK).tales
    ends = [tale.case.state for tale in told]

    assert BOOK.mechanisms["hazard"].figures["rectified_rate"].ratio == ["rectified", "hazards"]
    rate = tally(BOOK.mechanisms["hazard"], "rectified_rate", told)
    assert (rate.num, rate.den) == (ends.count("rectified"), len(ends))
    assert 0 < rate.num < rate.den


def test_child_that_is_not_there_is_a_failure_of_the_story():
    stage = _played("safety-inspection", 1)
    line = (
        STORIES["safety-inspection"]
        .plot.scenes[0]
        .lines[-2]
        .model_copy(update={"child": "hazard/1"})
    )

    assert stage.play(line).zh == "没有下级事项“hazard/1”"
