"""Names: states, groups, tracks, participants and entries say what they are and refer to what is there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from linli.rulebook.casefile import RESIDENT
from linli.rulebook.lint.findings import Findings, Where, guess, text
from linli.rulebook.mechanism import NAME, Action

STATE = ("状态", "state")
ACTION = ("动作", "action")
FIELD = ("字段", "field")
NUMBERS = ("int", "number", "fraction", "money")
RESERVED = (
    "key", "revision", "member", "back", "ticket", "sure", "taken", "area", "next", "language", "elder",
    "map", "csrfmiddlewaretoken",
)  # fmt: skip
COVERS = re.compile(r"S\d{3}")


def check_names(findings: Findings) -> None:
    """Check every name and every reference between states, groups, tracks, participants and entries."""
    _check_spelling(findings)
    _check_reserved(findings)
    _check_states(findings)
    _check_groups(findings)
    _check_tracks(findings)
    _check_participants(findings)
    _check_entries(findings)
    _check_roles(findings)


def _check_spelling(findings: Findings) -> None:
    m = findings.mechanism
    parts: Mapping[str, Iterable[str]] = {
        "roles": m.roles,
        "fields": m.fields,
        "states": m.states,
        "groups": m.groups,
        "tracks": m.tracks,
        "participants": m.participants,
        "entries": m.entries,
        "actions": m.actions,
        "clocks": m.clocks,
        "decisions": m.decisions,
        "schedule": m.schedule,
        "figures": m.figures,
        "tells": m.tells,
    }
    for part, names in parts.items():
        for name in names:
            if not re.fullmatch(NAME, name):
                findings.say(
                    "name",
                    (part, name),
                    text(f"名称“{name}”写法不对。", f"The name {name!r} is not well written."),
                    text(
                        "请用小写字母开头，只含小写字母、数字和下划线。",
                        "Begin with a lower-case letter; then letters, digits and underscores.",
                    ),
                )
    for number, code in enumerate(m.covers):
        if not COVERS.fullmatch(code):
            findings.say(
                "name",
                ("covers", number),
                text(f"“{code}”不是系统编号。", f"{code!r} is not the number of a system."),
                text("请写成 S001 的样子。", "Write it like S001."),
            )


def _check_reserved(findings: Findings) -> None:
    """Refuse fields with the name of a control that every form has beside its questions."""
    for name in findings.mechanism.fields:
        if name in RESERVED:
            findings.say(
                "reserved",
                ("fields", name),
                text(
                    f"字段名“{name}”与表单自带的输入框同名。",
                    f"The field {name!r} has the name of a control that every form has.",
                ),
                text(f"请改名，如 {name}_no 或 {name}_name。", f"Rename it, such as {name}_no."),
            )


def _check_states(findings: Findings) -> None:
    m = findings.mechanism
    initial = [key for key, state in m.states.items() if state.initial]
    if len(initial) != 1:
        listed = "、".join(initial) or "0"
        findings.say(
            "initial",
            ("states",),
            text(
                f"起始状态应恰有一个，现为：{listed}。", f"One initial state is needed: {listed}."
            ),
            text("请给一个状态加上 initial: true。", "Mark one state with initial: true."),
        )
    for key, state in m.states.items():
        path: Where = ("states", key, "waits_for")
        if findings.check_known(path, ACTION, state.waits_for, m.actions):
            for name in state.waits_for:
                _check_waited(findings, path, name, key)


def _check_waited(findings: Findings, path: Where, name: str, state: str | None) -> None:
    m = findings.mechanism
    action: Action = m.actions[name]
    if state is not None and state not in m.states_named(action.from_):
        findings.say(
            "waits",
            path,
            text(f"动作“{name}”不从“{state}”出发。", f"Action {name!r} does not leave {state!r}."),
            text("请从 waits_for 中去掉它，或改它的 from。", "Drop it here or change its from."),
        )
    if not any(by.role for by in action.by):
        findings.say(
            "waits",
            path,
            text(
                f"动作“{name}”是自动的，无人可等。",
                f"Action {name!r} is automatic: nobody to wait for.",
            ),
            text("请从 waits_for 中去掉它。", "Drop it from waits_for."),
        )


def _check_groups(findings: Findings) -> None:
    m = findings.mechanism
    for key, states in m.groups.items():
        findings.check_known(("groups", key), STATE, states, m.states)


def _check_tracks(findings: Findings) -> None:
    m = findings.mechanism
    for key, track in m.tracks.items():
        path: Where = ("tracks", key)
        kind = (f"“{track.zh}”的状态", f"state of track {key}")
        findings.check_known((*path, "initial"), kind, [track.initial], track.states)
        findings.check_known((*path, "waits_for"), kind, track.waits_for, track.states)
        if key in m.fields:
            findings.say(
                "name",
                path,
                text(f"“{key}”既是轨道又是字段。", f"{key!r} names both a track and a field."),
                text("请给其中一个改名。", "Rename one of them."),
            )
        for names in track.waits_for.values():
            if findings.check_known((*path, "waits_for"), ACTION, names, m.actions):
                for name in names:
                    _check_waited(findings, (*path, "waits_for"), name, None)


def _check_participants(findings: Findings) -> None:
    m = findings.mechanism
    for key, kind in m.participants.items():
        path: Where = ("participants", key)
        word = (f"“{kind.zh}”的状态", f"state of {key}")
        findings.check_known((*path, "initial"), word, [kind.initial], kind.states)
        findings.check_known((*path, "done"), word, kind.done, kind.states)
        for group, states in kind.groups.items():
            findings.check_known((*path, "groups", group), word, states, kind.states)
        findings.check_known((*path, "waits_for"), word, kind.waits_for, kind.states)
        for names in kind.waits_for.values():
            if findings.check_known((*path, "waits_for"), ACTION, names, m.actions):
                for name in names:
                    _check_moves_member(findings, (*path, "waits_for"), name, key)
        if not any(key in action.invite for action in m.actions.values()):
            findings.say(
                "invite",
                path,
                text(f"没有动作邀请“{kind.zh}”。", f"No action invites {key!r}."),
                text("请给一个动作加上 invite。", "Give an action an invite."),
            )


def _check_moves_member(findings: Findings, path: Where, name: str, kind: str) -> None:
    _check_waited(findings, path, name, None)
    if kind not in findings.mechanism.actions[name].participant:
        findings.say(
            "waits",
            path,
            text(f"动作“{name}”不改变“{kind}”。", f"Action {name!r} does not move {kind!r}."),
            text("请写改变它的动作。", "Name an action that does."),
        )


def _check_entries(findings: Findings) -> None:
    m = findings.mechanism
    for key, entries in m.entries.items():
        path: Where = ("entries", key)
        findings.check_known((*path, "fields"), FIELD, entries.fields, m.fields)
        if entries.amount is None:
            continue
        numbers = [name for name, rule in m.fields.items() if rule.type in NUMBERS]
        findings.check_known(
            (*path, "amount"), ("数字字段", "number field"), [entries.amount], numbers
        )


def _check_roles(findings: Findings) -> None:
    m = findings.mechanism
    acting = {by.role for action in m.actions.values() for by in action.by}
    for key in m.roles.keys() - acting:
        findings.say(
            "role",
            ("roles", key),
            text(f"角色“{m.roles[key].zh}”什么也不能办。", f"Role {key!r} may do nothing."),
            text("请删去，或在动作的 by 中写上。", "Drop it, or name it in the by of an action."),
            "warning",
        )
    known = {*findings.book.duties, RESIDENT}
    for key, role in m.roles.items():
        duty = role.duty or key
        if findings.book.duties and duty not in known:
            _say_unheld(findings, key, duty, known)


def _say_unheld(findings: Findings, key: str, duty: str, known: set[str]) -> None:
    """Say that no post can carry the duty of a role, so that nobody would ever act in it."""
    role, near = findings.mechanism.roles[key], guess(duty, known)
    findings.say(
        "duty",
        ("roles", key, "duty") if role.duty else ("roles", key),
        text(
            f"角色“{role.zh}”的职责“{duty}”没有岗位能担任。",
            f"No post can carry the duty {duty!r} of role {key!r}.",
        ),
        text(
            f"{near.zh}本单位另有这项职责的，请写进 duties.yaml。",
            f"{near.en} A duty of your own office goes into duties.yaml.",
        ),
    )
