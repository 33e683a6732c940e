"""Stories: a mechanism told in acts, refusals and moments, run through the interpreter, with what it covers.

A story file holds scenes; each opens a new case and goes on by lines:
`{by, act, form, photos, files, member, needs, then}`, `{by, refuse, code, form, ...}`, `{at: +2 wd}` or `{expect: {...}}`.
`needs` names the answers and evidence of that line that cannot be left out, and as TAG@ the photos that need a position.
`by: schedule` is the schedule, `by: parent` the case that opens this one.
`child: hazard/2` makes a line about the second case of mechanism hazard that the scene's case has opened.
Between two moments every clock that comes due is let elapse, in the order of the due moments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from linli.rulebook.counting.tallying import Tale, tally
from linli.rulebook.loading import FOLDER, Book, read_yaml
from linli.rulebook.mechanism import Label, Mechanism
from linli.rulebook.stories.staging import Seen, Stage
from linli.rulebook.stories.telling import Claim, Line, Part, Plot, Scene, Story

__all__ = [
    "Claim",
    "Line",
    "Part",
    "Plot",
    "Scene",
    "Seen",
    "Stage",
    "Story",
    "StoryResult",
    "counted",
    "read_story",
    "run_story",
    "stories_in",
]


@dataclass(frozen=True)
class StoryResult:
    """What a story showed: failures, which actions, guard outcomes and breaches were seen, and its cases."""

    wrongs: tuple[tuple[int, Label], ...]
    source: str
    actions: frozenset[str]
    guards: Mapping[tuple[str, str], frozenset[bool]]
    breaches: frozenset[str]
    gaps: tuple[str, ...]
    tales: tuple[Tale, ...] = ()

    @property
    def failures(self) -> tuple[str, ...]:
        """Give what went otherwise, each as a line with file and number."""
        return tuple(f"{self.source}:{line}: {said.zh}" for line, said in self.wrongs)


def read_story(text: str, source: str) -> Story:
    """Read a story from its text; refuses what the story language does not know."""
    plot, lines = read_yaml(text, source, Plot)
    return Story(source, plot, lines)


def stories_in(folder: Path = FOLDER / "mechanisms") -> dict[str, Story]:
    """Give the stories of a folder by the mechanism they are about."""
    files = sorted(folder.glob("*.story.yaml"))
    told = [read_story(file.read_text(encoding="utf-8"), file.name) for file in files]
    return {story.plot.story: story for story in told}


def run_story(
    mechanism: Mechanism, story: Story, book: Book, *, is_brief: bool = False
) -> StoryResult:
    """Run every scene; failures name file and line, gaps name what no scene has shown.

    `is_brief` stops at the first failure.
    """
    seen = Seen(mechanism)
    wrongs: list[tuple[int, Label]] = []
    tales: list[Tale] = []
    for number, scene in enumerate(story.plot.scenes):
        if wrongs and is_brief:
            break
        stage = Stage(mechanism, story.plot, book, seen)
        for place, line in enumerate(scene.lines):
            failed = stage.play(line)
            if failed:
                row = story.lines.of(("scenes", number, "lines", place))
                zh, en = f"{scene.title.zh}：{failed.zh}", f"{scene.title.en}: {failed.en}"
                wrongs.append((row, Label(zh=zh, en=en)))
                break
        if stage.case is not None:
            tales.append(Tale(stage.case, tuple(stage.steps)))
    wrongs += [] if wrongs else _miscounted(mechanism, story, tales)
    return StoryResult(
        wrongs=tuple(wrongs),
        source=story.source,
        actions=frozenset(seen.actions),
        guards={key: frozenset(value) for key, value in seen.guards.items()},
        breaches=frozenset(seen.breaches),
        gaps=tuple(seen.gaps()),
        tales=tuple(tales),
    )


def counted(mechanism: Mechanism, tales: Sequence[Tale]) -> dict[str, str]:
    """Give what every figure comes to over the cases of a story: 4, 12.5 or 5/13; durations are not counted."""
    return {
        key: str(tally(mechanism, key, tales))
        for key, figure in mechanism.figures.items()
        if figure.duration is None
    }


def _miscounted(
    mechanism: Mechanism, story: Story, tales: Sequence[Tale]
) -> list[tuple[int, Label]]:
    found = counted(mechanism, tales) if story.plot.figures else {}
    return [
        (
            story.lines.of(("figures", key)),
            Label(
                zh=f"figures.{key} 应为 {wanted}，实为 {found.get(key, '没有这个数')}",
                en=f"figures.{key} should be {wanted} and is {found.get(key, 'not counted')}",
            ),
        )
        for key, wanted in story.plot.figures.items()
        if found.get(key) != str(wanted)
    ]
