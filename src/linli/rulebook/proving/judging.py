"""Are planted faults noticed? Each is linted and its story told; those that nobody notices are the survivors."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from multiprocessing import get_context

from pydantic import ValidationError

from linli.rulebook.casefile import StepRefused
from linli.rulebook.lint import lint
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Label, Mechanism
from linli.rulebook.proving.faults import Fault, faults_of
from linli.rulebook.stories import Story, run_story

ENOUGH = 0.95
CHUNK = 12


@dataclass(frozen=True)
class Survivor:
    """A fault that neither lint nor story noticed, with the line it stands on and what would notice it."""

    kind: str
    where: str
    line: int
    said: str
    cure: Label


@dataclass(frozen=True)
class Judgement:
    """How many faults were planted in a mechanism, who noticed them, and which were not noticed."""

    key: str
    planted: int
    by_shape: int
    by_lint: int
    by_story: int
    survivors: tuple[Survivor, ...]

    @property
    def caught(self) -> int:
        """Give how many were noticed."""
        return self.planted - len(self.survivors)

    @property
    def is_enough(self) -> bool:
        """True when at least 95 of 100 faults are noticed."""
        return self.caught >= ENOUGH * self.planted


@dataclass(frozen=True)
class _Usual:
    """What lint and story say of the mechanism as it is: only what they say beside that counts."""

    found: frozenset[tuple[str, str]]
    gaps: frozenset[str]


def judge(key: str, book: Book, story: Story, *, every: int = 1, cores: int = 1) -> Judgement:
    """Plant faults in one mechanism and see who notices; `every` takes each n-th of them only."""
    planted = list(faults_of(book.mechanisms[key]))[::every]
    known = _usual(book, key, story)
    if cores == 1:
        found = [_noticed(fault, key, book, story, known) for fault in planted]
    else:
        context = get_context("fork")  # the book as read goes along without being read again
        with ProcessPoolExecutor(cores, context, _set_out, (key, book, story)) as pool:
            found = list(pool.map(_noticed_here, planted, chunksize=CHUNK))
    return _summed(key, book, planted, found)


def unnoticed(
    key: str, book: Book, story: Story, *, among: Iterable[Fault] | None = None
) -> list[Fault]:
    """Give the faults that neither lint nor story notices, of all that are planted or of those given."""
    known = _usual(book, key, story)
    planted = faults_of(book.mechanisms[key]) if among is None else among
    return [fault for fault in planted if _noticed(fault, key, book, story, known) is None]


def cores() -> int:
    """Give how many cores there are to work with."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


def _summed(
    key: str, book: Book, planted: Sequence[Fault], found: Sequence[str | None]
) -> Judgement:
    left = [fault for fault, by in zip(planted, found, strict=True) if by is None]
    return Judgement(
        key=key,
        planted=len(planted),
        by_shape=found.count("shape"),
        by_lint=found.count("lint"),
        by_story=found.count("story"),
        survivors=tuple(_survivor(key, book, fault) for fault in left),
    )


def _survivor(key: str, book: Book, fault: Fault) -> Survivor:
    line = book.line_of(key, fault.path)
    return Survivor(fault.kind, fault.where, line, fault.said, CURES.get(fault.kind, TELL))


def _noticed(fault: Fault, key: str, book: Book, story: Story, usual: _Usual) -> str | None:
    """Give who notices a fault: `shape`, `lint` or `story`; None when nobody does."""
    try:
        bent = Mechanism.model_validate(fault.document)
    except ValidationError:
        return "shape"
    shelf = replace(book, mechanisms={**book.mechanisms, key: bent})
    if {(f.code, f.where) for f in lint(bent, shelf)} - usual.found:
        return "lint"
    try:
        told = run_story(bent, story, shelf, is_brief=True)
    except StepRefused:  # a case opened by another is refused what it begins with
        return "story"
    return "story" if told.failures or set(told.gaps) - usual.gaps else None


def _usual(book: Book, key: str, story: Story) -> _Usual:
    told = run_story(book.mechanisms[key], story, book)
    found = frozenset((f.code, f.where) for f in lint(book.mechanisms[key], book))
    return _Usual(found, frozenset(told.gaps))


@dataclass
class _Errand:
    """What a worker process works on."""

    key: str
    book: Book
    story: Story
    usual: _Usual


@cache
def _errands() -> list[_Errand]:
    return []


def _set_out(key: str, book: Book, story: Story) -> None:
    _errands().append(_Errand(key, book, story, _usual(book, key, story)))


def _noticed_here(fault: Fault) -> str | None:
    errand = _errands()[-1]
    return _noticed(fault, errand.key, errand.book, errand.story, errand.usual)


TELL = Label(
    zh="故事里没有一行因此不成立：请写上此处应有的结果。",
    en="No line of the story depends on it: say what should be seen there.",
)
_MAY = Label(
    zh="请在故事走到该状态时写 expect: {may: …}，并在 actors 中放上职责、单位、区域不同的人。",
    en="Where the story stands in that state write expect: {may: …}, with actors of other duties, bodies and areas.",
)
_NEEDS = Label(
    zh="请在该动作的一行写 needs: […]，把非必填项也填上一次。",
    en="Write needs: […] on a line that takes this action, with what may be left out filled in once.",
)
_DUE = Label(
    zh="请写 due、amber 或 clocks：何时到期、何时预警、停表与否。",
    en="Write due, amber or clocks: when it is due, when it warns, whether it stands still.",
)
_FIGURES = Label(
    zh="请在故事末尾写 figures:，并让几件事项结局不同，使分子分母各不相等。",
    en="End the story with figures:, and let its cases end differently so that the counts differ.",
)
_BARRED = Label(
    zh="请让故事先走被回避的动作，再写 expect: {barred: …}。",
    en="Let the story take the action that bars, then write expect: {barred: …}.",
)
_WAITING = Label(
    zh="请在该处写 waiting: […]（等谁办什么）。", en="Write waiting: […] there: what is awaited."
)
CURES = {
    **dict.fromkeys(("from", "by", "role", "scope", "guard", "group"), _MAY),
    **dict.fromkeys(("form", "required", "evidence", "bound"), _NEEDS),
    **dict.fromkeys(
        ("budget", "calendar", "amber", "keep", "pauses_in", "runs_in", "extend", "table"), _DUE
    ),
    "figure": _FIGURES,
    "separation": _BARRED,
    "wait": _WAITING,
}
