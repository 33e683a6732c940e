"""Service: whoever is awaited can come, whoever may act can, and no condition is empty words."""

from __future__ import annotations

from collections.abc import Iterator

from linli.rulebook.casefile import RESIDENT
from linli.rulebook.lint.findings import Findings, Where, text
from linli.rulebook.lint.reaching.walking import Spot, Walk
from linli.rulebook.lint.truth import outcomes
from linli.rulebook.mechanism import Action, By, Label, Mechanism, Participants, Track

WAYS = ("clock", "schedule", "true")


def check_service(findings: Findings, walk: Walk) -> None:
    """Check who may act and who is awaited. Only for mechanisms whose names are all in order."""
    for key, action in findings.mechanism.actions.items():
        _check_people(findings, walk, key, action)
        _check_conditions(findings, walk, key, action)
    _check_awaited(findings, walk)
    _check_members(findings)
    _check_idle(findings, walk)
    _check_breaches(findings, walk)


def _check_people(findings: Findings, walk: Walk, key: str, action: Action) -> None:
    for number, by in enumerate(action.by):
        if by.role is None:
            continue
        path: Where = ("actions", key, "by", number)
        starts = _starts_of(findings.mechanism, by.role)
        is_own = not action.start and (by.scope == "own" or by.role == RESIDENT)
        if is_own and not starts:
            findings.say(
                "nobody",
                path,
                text(
                    "只有开办人能办，而这个角色不能新开事项。",
                    "Only who opened the case may, and this role opens none.",
                ),
                text("请改 scope，或让这个角色能新开。", "Change the scope, or let it open cases."),
            )
        elif is_own and starts <= set(by.not_actor_of):
            findings.say(
                "separation",
                path,
                text(
                    "须由开办人办理，又不许开办人办理。",
                    "It is for who opened the case, who is kept out of it.",
                ),
                text("请改 scope 或 not_actor_of。", "Change scope or not_actor_of."),
            )
        _check_separation(findings, walk, key, by, path)
    _check_holders(findings, walk, key, action)


def _starts_of(m: Mechanism, role: str) -> set[str]:
    """Give the opening actions that somebody with the role may take."""
    duties = {name: rule.duty or name for name, rule in m.roles.items()} | {RESIDENT: RESIDENT}
    return {
        key
        for key in m.starts()
        for by in m.actions[key].by
        if by.role and duties.get(by.role) == duties.get(role)
    }


def _check_separation(findings: Findings, walk: Walk, key: str, by: By, path: Where) -> None:
    m = findings.mechanism
    origins = set(m.states_named(m.actions[key].from_))
    for name in by.not_actor_of:
        people = [one for one in m.actions[name].by if one.role]
        after = {spot.state for spot in walk.after(walk.taken.get(name, ()))}
        if people and after & origins:
            continue
        findings.say(
            "separation",
            (*path, "not_actor_of"),
            text(
                f"“{name}”不会先由人办过，回避它没有意义。",
                f"Nobody has taken {name!r} before, so keeping them out means nothing.",
            ),
            text("请从 not_actor_of 中去掉它。", "Drop it from not_actor_of."),
            "warning",
        )


def _check_holders(findings: Findings, walk: Walk, key: str, action: Action) -> None:
    """Find states in which an action is for the handling body alone, and there is none yet."""
    m = findings.mechanism
    people = [by for by in action.by if by.role]
    if not people or any(by.scope != "body" for by in people) or len(people) < len(action.by):
        return
    for state in m.states_named(action.from_):
        spots = [spot for spot in walk.seen if spot.state == state]
        if spots and not any(spot.is_held for spot in spots):
            findings.say(
                "nobody",
                ("actions", key, "from"),
                text(
                    f"在“{m.states[state].zh}”还没有承办单位，“{action.zh}”无人能办。",
                    f"No body holds the case in {state!r}, so nobody can take {key!r} there.",
                ),
                text("请从 from 中去掉它，或先 assign。", "Drop it from from, or assign first."),
                "warning",
            )


def _check_conditions(findings: Findings, walk: Walk, key: str, action: Action) -> None:
    m = findings.mechanism
    origins = set(m.states_named(action.from_))
    standing = [s.named(m) for s in walk.seen if s.state in origins and _stands(m, action, s)]
    if action.start:
        standing += [spot.named(m) for spot in walk.taken.get(key, ())]
    conditions: list[tuple[Where, str]] = []
    if action.when:
        conditions.append((("actions", key, "when"), action.when))
    conditions += [
        (("actions", key, "by", place), by.auto)
        for place, by in enumerate(action.by)
        if by.auto and by.auto not in WAYS
    ]
    for path, source in conditions:
        found = outcomes(m, source, standing) if standing else {True, False}
        if len(found) == 1:
            is_true = found == {True}
            findings.say(
                "constant",
                path,
                text(
                    f"条件“{source}”永远{'成立' if is_true else '不成立'}。",
                    f"The condition {source!r} is {'always' if is_true else 'never'} true.",
                ),
                text("请改写它，或删去。", "Rewrite it, or drop it."),
            )


def _stands(m: Mechanism, action: Action, spot: Spot) -> bool:
    named = spot.named(m)
    return all(named[track] in steps for track, steps in action.track.items())


def _check_awaited(findings: Findings, walk: Walk) -> None:
    """Find those awaited who can never come while they are."""
    for path, name, label, spots in _expectations(findings.mechanism, walk):
        action = findings.mechanism.actions[name]
        here = findings.mechanism.states_named(action.from_)
        able = [s for s in spots if s.state in here and _stands(findings.mechanism, action, s)]
        if spots and not able:
            _say_vain(findings, path, name, label)


def _expectations(m: Mechanism, walk: Walk) -> Iterator[tuple[Where, str, Label, list[Spot]]]:
    """Give each expectation: where it is written, the action, what stands so, and in which spots."""
    for key, state in m.states.items():
        spots = [spot for spot in walk.seen if spot.state == key]
        for name in state.waits_for:
            yield ("states", key, "waits_for"), name, state, spots
    for key, track in m.tracks.items():
        for standing, names in track.waits_for.items():
            spots = [spot for spot in walk.seen if spot.named(m)[key] == standing]
            for name in names:
                path: Where = ("tracks", key, "waits_for", standing)
                yield path, name, track.states[standing], spots


def _check_members(findings: Findings) -> None:
    """Find participants awaited with an action that does not move them from where they stand."""
    for key, kind in findings.mechanism.participants.items():
        for standing, names in kind.waits_for.items():
            for name in names:
                moves = findings.mechanism.actions[name].participant.get(key)
                if moves is not None and standing not in moves:
                    path: Where = ("participants", key, "waits_for", standing)
                    _say_vain(findings, path, name, kind.states[standing])


def _say_vain(findings: Findings, path: Where, name: str, label: Label) -> None:
    action = findings.mechanism.actions[name]
    findings.say(
        "waits",
        path,
        text(
            f"等着“{action.zh}”，而在“{label.zh}”时它办不了。",
            f"{name!r} is awaited in “{label.en}”, where it is impossible.",
        ),
        text(
            "请改 waits_for，或改该动作的 from、track。",
            "Change waits_for, or that action's from or track.",
        ),
    )


def _check_idle(findings: Findings, walk: Walk) -> None:
    """Find live states in which nobody is awaited and nothing happens by itself."""
    m = findings.mechanism
    reached = {spot.state for spot in walk.seen}
    timed = {n for c in m.clocks.values() if c.breach for n in m.states_named(c.runs_in)}
    for key, state in () if m.is_register else m.states.items():
        if state.final or state.phase not in ("intake", "open") or key not in reached:
            continue
        if key not in timed and not any(_moves_on(m, key, name) for name in _awaited(m, key)):
            findings.say(
                "idle",
                ("states", key),
                text(
                    f"“{state.zh}”没有等任何人，也没有时限推动。",
                    f"In {key!r} nobody is awaited and no clock moves the case.",
                ),
                text(
                    "请写 waits_for，或给它一个有 breach 的时限。",
                    "Write waits_for, or a clock with a breach.",
                ),
                "warning",
            )


def _awaited(m: Mechanism, state: str) -> Iterator[str]:
    rule = m.states[state]
    yield from rule.waits_for
    if "waits_for" not in rule.model_fields_set:
        yield from (key for key, a in m.actions.items() if a.to)
    parts: list[Track | Participants] = [*m.tracks.values(), *m.participants.values()]
    for part in parts:
        for names in part.waits_for.values():
            yield from names


def _moves_on(m: Mechanism, state: str, name: str) -> bool:
    return state in m.states_named(m.actions[name].from_)


def _check_breaches(findings: Findings, walk: Walk) -> None:
    """Find clocks on a track whose breach is impossible where the track stands so."""
    m = findings.mechanism
    for key, clock in m.clocks.items():
        for place in clock.runs_in if clock.breach else ():
            if place.startswith("track."):
                _check_breach(findings, walk, key, place)


def _check_breach(findings: Findings, walk: Walk, key: str, place: str) -> None:
    m = findings.mechanism
    clock, (_, track, standing) = m.clocks[key], place.split(".")
    action, pausing = m.actions[clock.breach or ""], m.states_named(clock.pauses_in)
    spots = [
        spot
        for spot in walk.seen
        if spot.named(m)[track] == standing
        and spot.state not in pausing
        and not m.states[spot.state].final
    ]
    lost = sorted({s.state for s in spots} - set(m.states_named(action.from_)))
    if not lost and any(_stands(m, action, spot) for spot in spots):
        return
    labels: list[Label] = [m.states[one] for one in lost] or [m.tracks[track].states[standing]]
    zh, en = "、".join(one.zh for one in labels), ", ".join(one.en for one in labels)
    findings.say(
        "breach",
        ("clocks", key, "breach"),
        text(
            f"在“{zh}”到期时，“{clock.breach}”办不了。", f"{clock.breach!r} is impossible in {en}."
        ),
        text(
            "请把这些状态加进它的 from，或写进 pauses_in。",
            f"Add them to the from of {clock.breach!r}, or to pauses_in.",
        ),
    )
