"""What happened on a case, step by step, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from linli.casework.definitions import pinned
from linli.casework.eras.moves import MIGRATE, eras, words_of
from linli.casework.journal.placing import PLACED
from linli.casework.journal.runs import DONE
from linli.casework.journal.wording import Worded, Wording
from linli.casework.models import Sealed, Step
from linli.registry.queries import acted_for, actor_names
from linli.rulebook.deciding.standing import duty_of
from linli.rulebook.mechanism import AMEND, Label, Mechanism
from linli.rulebook.ownbook import at_hand

SOMEBODY = Label(zh="（已注销的账号）", en="(an account no longer there)")
MASK = "•••"
ERASED = Label(zh="（已依规删除）", en="(erased as the rules ask)")


@dataclass(frozen=True)
class Said:
    """One thing that a step says: the field and its label, and the value in words.

    `before` is what an amendment found there; None where nothing was. `is_personal`: masked, to be read on request.
    """

    field: str
    label: Label
    value: Worded
    before: Worded | None = None
    is_amended: bool = False
    is_personal: bool = False


@dataclass(frozen=True)
class Photo:
    """A photo or file brought along with a step. `kind` is photo, file or signature."""

    sha256: str
    label: Label
    kind: str = "photo"


@dataclass(frozen=True)
class Told:
    """One step in words: who did what when, from which state to which, and what they said.

    `done_at`: when it was done without a network, as the phone that sent it later says; `at` is when it arrived.
    """

    seq: int
    at: datetime
    action: str
    action_label: Label
    actor_name: Label
    body_name: Label | None
    from_label: Label | None
    to_label: Label
    texts: tuple[Said, ...]
    photos: tuple[Photo, ...]
    is_automatic: bool
    actor: str = ""
    done_at: datetime | None = None
    is_placed_by_words: bool = False


SealedTexts = Mapping[int, Mapping[str, str | None]]


def steps_after(case: int, seq: int) -> list[Told]:
    """Give the steps of a case after one of them, oldest first."""
    return trail(case, pinned(case), sealed_texts(case), Wording(at_hand()), after=seq)


def sealed_texts(case: int) -> SealedTexts:
    """Give the readable texts of a case by step and field; None stands for an encrypted one."""
    texts: dict[int, dict[str, str | None]] = defaultdict(dict)
    rows = Sealed.objects.filter(case_id=case).order_by("seq", "field")
    for seq, name, text in rows.values_list("seq", "field", "text"):
        texts[seq][name] = text
    return texts


def trail(
    case: int, mechanism: Mechanism, texts: SealedTexts, wording: Wording, *, after: int = 0
) -> list[Told]:
    """Give the steps of a case in order. Names are read in bulk: three statements, however many steps."""
    steps = list(Step.objects.filter(case_id=case).order_by("seq"))
    rules = eras(steps, mechanism)
    for step, rule in zip(steps, rules, strict=True):
        _ask(rule, step, wording)
    names = actor_names({step.actor for step in steps})
    stood = _stood_before(steps, texts)
    return [
        _told(rule, step, texts.get(step.seq, {}), stood[step.seq], wording, names)
        for step, rule in zip(steps, rules, strict=True)
        if step.seq > after
    ]


def _stood_before(steps: Iterable[Step], texts: SealedTexts) -> dict[int, Mapping[str, Any]]:
    """Give the values and readable texts as each step found them."""
    stood: dict[str, Any] = {}
    found: dict[int, Mapping[str, Any]] = {}
    for step in steps:
        found[step.seq] = stood
        stood = {**stood, **step.values, **texts.get(step.seq, {})}
    return found


def photos_of(mechanism: Mechanism, action: str, texts: Mapping[str, str | None]) -> list[Photo]:
    """Give what was brought along with a step."""
    evidence = {(need.kind, need.tag): need.label for need in mechanism.actions[action].exhibits}
    photos = []
    for name, sha256 in texts.items():
        if name.startswith("@") and sha256:
            kind, tag, _nth = name[1:].split(".", 2)
            label = evidence.get((kind, tag)) or Label(zh="附件", en="Attachment")
            photos.append(Photo(sha256, label, kind))
    return photos


def _ask(mechanism: Mechanism, step: Step, wording: Wording) -> None:
    wording.bodies.update(body for body in (step.body, step.holder) if body is not None)
    for name, value in step.values.items():
        if name in mechanism.fields and value is not None:
            wording.ask(mechanism.fields[name], value)


def _told(
    mechanism: Mechanism,
    step: Step,
    texts: Mapping[str, str | None],
    before: Mapping[str, Any],
    wording: Wording,
    names: Mapping[str, Label],
) -> Told:
    if step.action == MIGRATE:
        return _moved(mechanism, step, names)
    rule = mechanism.actions[step.action]
    origin = mechanism.states.get(step.from_state)
    state = mechanism.states[step.to_state]
    return Told(
        seq=step.seq,
        at=step.at,
        action=step.action,
        action_label=Label(zh=rule.zh, en=rule.en),
        actor_name=_who(mechanism, step, names),
        body_name=wording.body(step.body),
        from_label=Label(zh=origin.zh, en=origin.en) if origin else None,
        to_label=Label(zh=state.zh, en=state.en),
        texts=tuple(_said(mechanism, step, texts, before, wording)),
        photos=tuple(photos_of(mechanism, step.action, texts)),
        is_automatic=step.actor.startswith("auto:"),
        actor=step.actor,
        done_at=_done_at(step.values.get(DONE)),
        is_placed_by_words=PLACED in step.values,
    )


def _done_at(told: str | None) -> datetime | None:
    return None if told is None else datetime.fromisoformat(told)


def _who(mechanism: Mechanism, step: Step, names: Mapping[str, Label]) -> Label:
    """Give who took a step; of a substitute also for whom."""
    name = names.get(step.actor, SOMEBODY)
    if step.role is None or step.role not in mechanism.roles:
        return name
    duty = duty_of(mechanism, step.role)
    other = acted_for(step.actor, duty=duty, body=step.body, at=step.at)
    return Label(zh=f"{name.zh}（代{other}）", en=f"{name.en} (for {other})") if other else name


def _moved(mechanism: Mechanism, step: Step, names: Mapping[str, Label]) -> Told:
    """Give the step that took a case to another version, with the reason that its document gives."""
    name, reason = words_of(step)
    state = mechanism.states[step.to_state]
    return Told(
        seq=step.seq,
        at=step.at,
        action=step.action,
        action_label=name,
        actor_name=names.get(step.actor, SOMEBODY),
        body_name=None,
        from_label=None,
        to_label=Label(zh=state.zh, en=state.en),
        texts=(Said("reason", Label(zh="理由", en="Reason"), reason),),
        photos=(),
        is_automatic=False,
    )


def _said(
    mechanism: Mechanism,
    step: Step,
    texts: Mapping[str, str | None],
    before: Mapping[str, Any],
    wording: Wording,
) -> Iterable[Said]:
    action = mechanism.actions[step.action]
    amends = mechanism.is_register and step.action == AMEND
    is_beside = bool(action.entry or action.participant)
    for name in action.fields:
        rule = mechanism.fields[name]
        label = Label(zh=rule.zh, en=rule.en)
        if name in step.commitments and rule.personal and amends:
            yield Said(name, label, MASK, MASK, is_amended=True)
        elif name in step.commitments and rule.personal and is_beside:
            is_kept = name in texts
            yield Said(name, label, MASK if is_kept else ERASED, is_personal=is_kept)
        elif name in step.commitments and not rule.personal:
            text, was = texts.get(name), before.get(name) if amends else None
            yield Said(name, label, ERASED if text is None else text, was, is_amended=amends)
        elif step.values.get(name) is not None and (amends or rule.type != "place"):
            was = before.get(name) if amends else None
            worded = None if was is None else wording.word(rule, was)
            value = wording.word(rule, step.values[name])
            yield Said(name, label, value, worded, is_amended=amends)
