"""Claims: what a story says it proves of the systems, held against what happened in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from linli.rulebook.counting import FigureRefused
from linli.rulebook.counting.tallying import tally
from linli.rulebook.covering.systems import System, Systems
from linli.rulebook.lint import Finding, guess
from linli.rulebook.mechanism import Label, Mechanism
from linli.rulebook.stories import Claim, Story, StoryResult

COUNT = re.compile(r"([a-z][a-z0-9_]*) = (-?\d+(?:\.\d+)?(?:/-?\d+(?:\.\d+)?)?)")
Path = tuple[str | int, ...]
IsTest = Callable[[str], bool]


@dataclass(frozen=True)
class Told:
    """A mechanism with its story and what the story showed."""

    mechanism: Mechanism
    story: Story
    result: StoryResult


def check_claims(told: Told, systems: Systems, is_test: IsTest) -> list[Finding]:
    """Give what is wrong with a story's claims, by line of the story file. Verbs left out are not said here."""
    check = _Check(told, is_test)
    check.pairs(systems)
    for number, claim in told.story.plot.covers.items():
        system = systems.wanted.get(number)
        if system is not None:
            check.verbs(number, claim, system)
            check.figures(number, claim, system)
    return check.found


def left_out(system: System, claims: Iterable[Claim]) -> tuple[list[str], list[str]]:
    """Give the verbs and the figures of a system that no claim speaks of."""
    listed = list(claims)
    done = {verb for claim in listed for verb in claim.does}
    counted = {figure for claim in listed for figure in claim.counts}
    return [v for v in system.does if v not in done], [c for c in system.counts if c not in counted]


class _Check:
    """Collects what is wrong with the claims of one story."""

    def __init__(self, told: Told, is_test: IsTest) -> None:
        self.told = told
        self.is_test = is_test
        self.found: list[Finding] = []

    def pairs(self, systems: Systems) -> None:
        """Every `covers` of the mechanism has its `covers` in the story, the other way round, and is a system."""
        plot, mechanism = self.told.story.plot, self.told.mechanism
        for number in mechanism.covers:
            if number not in plot.covers:
                self.say(("covers",), *_not_told(number))
        for number in plot.covers:
            if number not in mechanism.covers:
                self.say(("covers", number), *_not_covered(number))
            elif number not in systems.all:
                said = Label(zh=f"没有编号为 {number} 的系统。", en=f"There is no system {number}.")
                self.say(("covers", number), said, guess(number, systems.all))
            elif number in systems.declined:
                why = systems.declined[number].why
                said = Label(
                    zh=f"{number} 明确不建：{why.zh}。", en=f"{number} is declined: {why.en}"
                )
                self.say(("covers", number), said, Label(zh="请删去。", en="Take it out."))

    def verbs(self, number: str, claim: Claim, system: System) -> None:
        """Every verb is one of the system's, and its actions happened."""
        for verb, named in claim.does.items():
            path: Path = ("covers", number, "does", verb)
            if verb not in system.does:
                self.unknown(path, verb, system.does)
            for action in [named] if isinstance(named, str) else named:
                self.did(path, action)

    def did(self, path: Path, action: str) -> None:
        """Say when an action is not there or did not happen, or a test is not there."""
        if "::" in action:
            self.tested(path, action)
        elif action not in self.told.mechanism.actions:
            self.unknown(path, action, self.told.mechanism.actions)
        elif action not in self.told.result.actions:
            said = Label(
                zh=f"动作“{action}”在故事里没有办过。",
                en=f"{action!r} does not happen in the story.",
            )
            self.say(path, said, Label(zh="请在故事里办一次。", en="Let the story do it once."))

    def figures(self, number: str, claim: Claim, system: System) -> None:
        """Every figure is one of the system's, and comes to the value that the story states."""
        for name, stated in claim.counts.items():
            path: Path = ("covers", number, "counts", name)
            if name not in system.counts:
                self.unknown(path, name, system.counts)
            if "::" in stated:
                self.tested(path, stated)
            else:
                self.counted(path, stated)

    def counted(self, path: Path, stated: str) -> None:
        """Say when a figure comes to something else, or to what any figure could come to."""
        asked = COUNT.fullmatch(stated)
        if asked is None:
            said = Label(zh=f"“{stated}”看不懂。", en=f"{stated!r} is not understood.")
            cure = Label(
                zh="请写“数 = 值”，如 closed = 4 或 close_rate = 4/5。",
                en="Write 'FIGURE = VALUE', such as closed = 4 or close_rate = 4/5.",
            )
            self.say(path, said, cure)
            return
        figure, value = asked.groups()
        try:
            found = tally(self.told.mechanism, figure, self.told.result.tales)
        except FigureRefused as refused:
            self.say(path, refused.message, guess(figure, self.told.mechanism.figures))
            return
        if str(found) != value:
            said = Label(
                zh=f"“{figure}”写的是 {value}，故事里数出来是 {found}。",
                en=f"{figure!r} is stated as {value}; the story comes to {found}.",
            )
            cure = Label(
                zh="请照故事逐件核对，改写数值或改正数的定义。",
                en="Count by hand what the story tells, then mend the value or the figure.",
            )
            self.say(path, said, cure)
        elif not found.shows_something:
            self.say(path, *_shows_nothing(figure, value))

    def tested(self, path: Path, name: str) -> None:
        """Say when a test that is named is not there."""
        if not self.is_test(name):
            said = Label(zh=f"没有测试“{name}”。", en=f"There is no test {name!r}.")
            cure = Label(
                zh="请写“tests/文件.py::test_名称”。", en="Write 'tests/FILE.py::test_NAME'."
            )
            self.say(path, said, cure)

    def unknown(self, path: Path, word: str, known: Iterable[str]) -> None:
        """Say that a word is not known, with the nearest that is."""
        said = Label(zh=f"没有“{word}”。", en=f"There is no {word!r}.")
        self.say(path, said, guess(word, known))

    def say(self, path: Path, message: Label, cure: Label) -> None:
        """Add a finding."""
        line = self.told.story.lines.of(path)
        self.found.append(Finding("error", "covers", ".".join(map(str, path)), line, message, cure))


def shortfalls(number: str, system: System, claims: Iterable[Claim]) -> Iterator[Label]:
    """Say which verbs and figures of a system no claim speaks of."""
    verbs, figures = left_out(system, claims)
    if verbs:
        yield Label(
            zh=f"{number} 还缺动作：{'、'.join(verbs)}",
            en=f"{number} still lacks the verbs {', '.join(verbs)}",
        )
    if figures:
        yield Label(
            zh=f"{number} 还缺数：{'、'.join(figures)}",
            en=f"{number} still lacks the figures {', '.join(figures)}",
        )


def _not_told(number: str) -> tuple[Label, Label]:
    return (
        Label(
            zh=f"机制写了 covers {number}，故事没有证明。",
            en=f"The mechanism covers {number}, which the story does not prove.",
        ),
        Label(
            zh=f"请在故事里写 covers: {{{number}: {{does: …, counts: …}}}}。",
            en=f"Write covers: {{{number}: {{does: …, counts: …}}}} in the story.",
        ),
    )


def _not_covered(number: str) -> tuple[Label, Label]:
    return (
        Label(
            zh=f"故事证明了 {number}，机制的 covers 里没有。",
            en=f"The story proves {number}, which the mechanism does not cover.",
        ),
        Label(
            zh=f"请在机制的 covers 里加上 {number}，或从故事删去。",
            en=f"Add {number} to the mechanism's covers, or take it out of the story.",
        ),
    )


def _shows_nothing(figure: str, value: str) -> tuple[Label, Label]:
    return (
        Label(
            zh=f"“{figure}”为 {value}，说明不了什么。", en=f"{figure!r} at {value} shows nothing."
        ),
        Label(
            zh="请让故事数出不为零的数；比率要有分子、且不等于分母。",
            en="Let the story yield a number that is not nought, and a ratio whose sides differ.",
        ),
    )
