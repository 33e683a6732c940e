"""Replay before publishing: the cases of a time taken through another version, and what would differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby, zip_longest

from linli.casework.definitions import compiled
from linli.casework.eras.moves import MIGRATE
from linli.casework.models import Case, Step
from linli.rulebook.casefile import Casefile, Child, StepRefused, revised
from linli.rulebook.clocks import next_moments
from linli.rulebook.deciding import Act, Standing, elapse, retake
from linli.rulebook.deciding.effects import CHILDREN, blank
from linli.rulebook.deciding.plans import plan_of
from linli.rulebook.loading import Book
from linli.rulebook.mechanism import Action, Evidence, Label, Mechanism
from linli.rulebook.workdays import CHINA

AUTOMATIC = "auto:"
ELAPSED_MOST = 200
CHUNK = 500


@dataclass(frozen=True)
class Difference:
    """One case that would have gone otherwise: at which step, and why.

    `kind` is one of refused, missing, state, due. `seq` and `action` are those of the step on record.
    """

    number: str
    seq: int
    action: Label
    kind: str
    said: Label


@dataclass(frozen=True)
class Replay:
    """What a replay found: how many cases and steps were taken through, and the cases that differ."""

    mechanism: str
    version: int
    cases: int
    steps: int
    differences: tuple[Difference, ...]

    @property
    def same(self) -> int:
        """Give how many cases would have gone just as they went."""
        return self.cases - len(self.differences)


@dataclass(frozen=True)
class _After:
    """How a case stands after one step on record, or why the step cannot be taken."""

    seq: int
    action: str
    state: str = ""
    dues: Mapping[str, datetime] = field(default_factory=dict)
    refusal: Label | None = None
    kind: str = "refused"


def replay(mechanism: Mechanism, book: Book, *, since: datetime, most: int | None = None) -> Replay:
    """Take the open office's cases opened since a moment through a version, or the newest `most` of them.

    Nothing is written.

    Each case runs twice through the interpreter, once under the version it is pinned to and once under this
    one, so that a difference is the rule's and never the replay's.
    """
    cases = steps = 0
    found: list[Difference] = []
    for number, pinned, taken in _recorded(mechanism.mechanism, since, most):
        cases, steps = cases + 1, steps + len(taken)
        difference = _differs(
            number,
            list(_run(pinned, taken, book)),
            list(_run(mechanism, taken, book)),
            mechanism,
            pinned,
        )
        if difference is not None:
            found.append(difference)
    return Replay(mechanism.mechanism, mechanism.version, cases, steps, tuple(found))


def _recorded(
    key: str, since: datetime, most: int | None
) -> Iterator[tuple[str, Mechanism, list[Step]]]:
    """Give each case with its pinned version and the steps that people took."""
    cases = Case.objects.filter(mechanism=key, opened_at__gte=since).order_by("-opened_at", "-id")
    rows = (
        Step.objects.filter(case__in=list(cases.values_list("id", flat=True)[:most]))
        .select_related("case")
        .order_by("case_id", "seq")
    )
    digests = dict(
        rows.values_list("case__definition_id", "case__definition__sha256").distinct().order_by()
    )
    for _, group in groupby(rows.iterator(chunk_size=CHUNK), key=lambda step: step.case_id):
        steps = list(group)
        case = steps[0].case
        pinned = compiled(case.definition_id, digests[case.definition_id])
        yield (
            case.number,
            pinned,
            [s for s in steps if not s.actor.startswith(AUTOMATIC) and s.action != MIGRATE],
        )


def _run(mechanism: Mechanism, steps: Sequence[Step], book: Book) -> Iterator[_After]:
    """Take steps on record through a mechanism, clocks elapsing between them; ends with the first refusal."""
    case: Casefile | None = None
    for step in steps:
        refusal = _cannot(mechanism, step)
        if refusal is not None:
            yield _After(step.seq, step.action, refusal=refusal[1], kind=refusal[0])
            return
        try:
            case = _taken(mechanism, case, step, book)
        except StepRefused as refused:
            yield _After(step.seq, step.action, refusal=refused.message)
            return
        dues = {key: r.due_at for key, r in case.clocks.items() if r.due_at and r.is_running}
        yield _After(step.seq, step.action, case.state, dues)


def _taken(mechanism: Mechanism, case: Casefile | None, step: Step, book: Book) -> Casefile:
    move = plan_of(mechanism).moves[step.action]
    standing = Standing(step.role, step.body) if step.role else None
    answers = {name: step.values[name] for name in move.action.fields if name in step.values}
    member = (step.member_kind, step.member_key) if step.member_kind and step.member_key else None
    act = Act(move, step.actor, step.at, standing, answers, (), member)
    area = step.values.get("@area", "")
    if case is None:
        begun = blank(mechanism, step.actor, area)
        return retake(mechanism, begun, act, book, opening=True).case
    file = revised(case, children=_children(case, step))
    file = revised(file, area=area) if area else file
    return retake(
        mechanism, _caught_up(mechanism, file, step.at, book), act, book, opening=False
    ).case


def _children(case: Casefile, step: Step) -> tuple[Child, ...]:
    """Give the children of a case as a step on record tells of them."""
    known = {child.nth: child for child in case.children}
    for nth, (mechanism, state, *marks) in step.values.get(CHILDREN, {}).items():
        known[int(nth)] = Child(int(nth), mechanism, state, tuple(marks), told=True)
    return tuple(known.values())


def _caught_up(mechanism: Mechanism, case: Casefile, until: datetime, book: Book) -> Casefile:
    for _ in range(ELAPSED_MOST):
        due = [m for m in next_moments(case.clocks) if m[1] == "breach" and m[2] < until]
        if not due:
            break
        clock, _, moment = due[0]
        case = elapse(mechanism, case, clock, moment, book).case
    return case


def _cannot(mechanism: Mechanism, step: Step) -> tuple[str, Label] | None:
    """Say why a version could not take a step at all: no such action, no such role, something not given."""
    action = mechanism.actions.get(step.action)
    if action is None:
        return "refused", Label(zh="新版没有这个动作", en="the version has no such action")
    roles = {by.role for by in action.by if by.role}
    if step.role and step.role not in roles:
        return "refused", Label(
            zh="新版不由这个角色办理", en="the version does not give it to this role"
        )
    missing = [name for name in action.required if not _was_given(step, name)]
    if missing:
        names = [mechanism.fields[name] for name in missing]
        return "missing", Label(
            zh=f"当时没有填写：{'、'.join(n.zh for n in names)}",
            en=f"not given then: {', '.join(n.en for n in names)}",
        )
    return _without_evidence(action, step)


def _was_given(step: Step, name: str) -> bool:
    return step.values.get(name) is not None or name in step.commitments


def _without_evidence(action: Action, step: Step) -> tuple[str, Label] | None:
    for need in (need for need in action.evidence if not need.when):
        if need.min and not any(_given(one, step) >= one.min for one in need.choices):
            first = need.choices[0]
            label = first.label or Label(zh=first.tag, en=first.tag)
            return "missing", Label(
                zh=f"当时没有附上：{label.zh}", en=f"not attached then: {label.en}"
            )
    return None


def _given(need: Evidence, step: Step) -> int:
    return sum(name.startswith(f"@{need.kind}.{need.tag}.") for name in step.commitments)


def _differs(
    number: str,
    before: Sequence[_After],
    after: Sequence[_After],
    mechanism: Mechanism,
    pinned: Mechanism,
) -> Difference | None:
    """Give the first difference between two runs of a case, or None."""
    for was, would in zip_longest(before, after):
        if was is None or would is None:
            return None
        said = _said(was, would, mechanism, pinned)
        if said is not None:
            kind, label = said
            action = pinned.actions.get(was.action) or Label(zh=was.action, en=was.action)
            return Difference(number, was.seq, Label(zh=action.zh, en=action.en), kind, label)
        if would.refusal is not None:
            return None
    return None


def _said(
    was: _After, would: _After, mechanism: Mechanism, pinned: Mechanism
) -> tuple[str, Label] | None:
    if would.refusal is not None:
        return None if was.refusal is not None else (would.kind, would.refusal)
    if was.refusal is not None:
        return None
    if was.state != would.state:
        old, new = pinned.states[was.state], mechanism.states[would.state]
        return "state", Label(
            zh=f"到“{new.zh}”，而不是“{old.zh}”", en=f"leads to {new.en}, not {old.en}"
        )
    for key in sorted(was.dues.keys() | would.dues.keys()):
        if was.dues.get(key) != would.dues.get(key):
            clock = mechanism.clocks.get(key) or pinned.clocks[key]
            old_due, new_due = (_moment(dues.get(key)) for dues in (was.dues, would.dues))
            return "due", Label(
                zh=f"“{clock.zh}”到期 {new_due}，而不是 {old_due}",
                en=f"{clock.en} is due {new_due}, not {old_due}",
            )
    return None


def _moment(moment: datetime | None) -> str:
    if moment is None:
        return "—"
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
