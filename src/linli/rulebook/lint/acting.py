"""Actions: who may take them, what they ask for, and that everything they move is there."""

from __future__ import annotations

import re

from linli.rulebook import guards
from linli.rulebook.casefile import RESIDENT
from linli.rulebook.lint.findings import Findings, Where, text
from linli.rulebook.lint.naming import ACTION, FIELD, RESERVED, STATE
from linli.rulebook.lint.opening import check_stands
from linli.rulebook.mechanism import Action, By, Mechanism

WITHIN = re.compile(r"\d+ (cm|ch|cd)")


def check_actions(findings: Findings) -> None:
    """Check every action."""
    m = findings.mechanism
    if not m.starts():
        findings.say(
            "start",
            ("actions",),
            text("没有动作能新开事项。", "No action opens a case."),
            text("请给一个动作加上 start: true。", "Give one action start: true."),
        )
    for key, action in m.actions.items():
        _check_way(findings, key, action)
        _check_moves(findings, key, action)
        _check_form(findings, key, action)
        _check_evidence(findings, key, action)
        _check_rules(findings, key, action)
        _check_taking_back(findings, key, action)
        for number, by in enumerate(action.by):
            _check_by(findings, key, action, by, ("actions", key, "by", number))


def check_guard(findings: Findings, path: Where, source: str, wants: guards.Kind | None) -> None:
    """Check one expression, and the codes it compares with."""
    m = findings.mechanism
    try:
        guard = guards.parse(source, m, wants=wants)
    except guards.GuardRefused as refused:
        findings.say("guard", path, refused.message, refused.cure)
        return
    check_stands(findings, path, guard)
    for name, code in guard.codes:
        codes = m.fields[name].codes
        if isinstance(codes, str) and codes in findings.book.codes:
            known = findings.book.codes[codes]
            if not known.open:
                findings.check_known(
                    path, (f"“{codes}”的代码", f"code of {codes}"), [code], known.codes
                )


def _check_way(findings: Findings, key: str, action: Action) -> None:
    m, path = findings.mechanism, ("actions", key)
    listed = [action.from_] if isinstance(action.from_, str) else action.from_ or []
    groups = [name[1:] for name in listed if name.startswith("@")]
    plain = [name for name in listed if not name.startswith("@")]
    findings.check_known((*path, "from"), ("状态组", "group"), groups, m.groups)
    findings.check_known((*path, "from"), STATE, plain, m.states)
    findings.check_known((*path, "to"), STATE, [action.to] if action.to else [], m.states)
    if not action.start and not listed:
        findings.say(
            "from",
            path,
            text(f"动作“{action.zh}”没有出发状态。", f"Action {key!r} leaves no state."),
            text("请写 from；新开事项则写 start: true。", "Write from, or start: true."),
        )
    for name in m.states_named(action.from_):
        if name in m.states and m.states[name].final:
            findings.say(
                "final",
                (*path, "from"),
                text(f"“{name}”是终态，不能再离开。", f"{name!r} is final and cannot be left."),
                text("请改 from，或去掉该状态的 final。", "Change from, or drop final there."),
            )


def _check_moves(findings: Findings, key: str, action: Action) -> None:
    m, path = findings.mechanism, ("actions", key)
    for name, steps in action.track.items():
        if findings.check_known((*path, "track"), ("轨道", "track"), [name], m.tracks):
            word = (f"“{name}”的状态", f"state of track {name}")
            ends = [*steps, *steps.values()]
            findings.check_known((*path, "track", name), word, ends, m.tracks[name].states)
    for name, steps in action.participant.items():
        kinds = ("参与方", "participant kind")
        if findings.check_known((*path, "participant"), kinds, [name], m.participants):
            word = (f"“{name}”的状态", f"state of {name}")
            ends = [*steps, *steps.values()]
            findings.check_known(
                (*path, "participant", name), word, ends, m.participants[name].states
            )
    findings.check_known(
        (*path, "invite"), ("参与方", "participant kind"), action.invite, m.participants
    )
    _check_named(findings, path, action)
    if len(action.participant) > 1:
        findings.say(
            "participant",
            (*path, "participant"),
            text("一个动作只能改变一类参与方。", "An action moves one kind of participant."),
            text("请拆成两个动作。", "Make it two actions."),
        )


def _check_named(findings: Findings, path: Where, action: Action) -> None:
    """Check the names of entries, tables, clocks, and of the fields that bodies are taken from."""
    m = findings.mechanism
    entry, table = ([name] if name else [] for name in (action.entry, action.decide))
    findings.check_known((*path, "entry"), ("记录", "entry"), entry, m.entries)
    findings.check_known((*path, "decide"), ("判定表", "decision"), table, m.decisions)
    findings.check_known((*path, "extend"), ("时限", "clock"), action.extend, m.clocks)
    if findings.check_known((*path, "restart"), ("时限", "clock"), action.restart, m.clocks):
        _check_restart(findings, path, action)
    asked = {name: m.fields[name].type for name in action.fields if name in m.fields}
    findings.check_known(
        (*path, "invite"),
        ("表单中的多单位字段", "form field of type bodies"),
        action.invite.values(),
        [name for name, kind in asked.items() if kind == "bodies"],
    )
    for kind, name in action.invite.items():
        if name in m.fields and m.fields[name].personal:
            findings.say(
                "personal",
                (*path, "invite", kind),
                text(
                    f"“{m.fields[name].zh}”是个人信息，而参与方的名单不密封。",
                    f"{name!r} is personal, and the list of participants is not sealed.",
                ),
                text(
                    "请邀请单位；是谁，写进该动作表单的 personal 字段。",
                    "Invite bodies; who it is goes into a personal field of the action's form.",
                ),
            )
    if action.assign not in (None, "self", "none"):
        bodies = [name for name, rule in m.fields.items() if rule.type == "body"]
        findings.check_known(
            (*path, "assign"),
            ("单位字段", "field of type body"),
            [action.assign or ""],
            [*bodies, "self", "none"],
        )


def _check_restart(findings: Findings, path: Where, action: Action) -> None:
    m = findings.mechanism
    landings = [action.to] if action.to else m.states_named(action.from_)
    for name in action.restart:
        spots = m.clocks[name].runs_in
        in_tracks = any(spot.startswith("track.") for spot in spots)
        if not in_tracks and not set(landings) & set(m.states_named(spots)):
            findings.say(
                "restart",
                (*path, "restart"),
                text(
                    f"办完之后“{m.clocks[name].zh}”不走，重新计时没有用。",
                    f"Clock {name!r} does not run after this action, so it cannot begin anew.",
                ),
                text("请改 runs_in，或去掉 restart。", "Change its runs_in, or drop restart."),
            )


def _check_form(findings: Findings, key: str, action: Action) -> None:
    m, path = findings.mechanism, ("actions", key, "form")
    findings.check_known(path, FIELD, action.fields, m.fields)
    for name in action.fields:
        if name in m.fields and m.fields[name].by == "engine":
            findings.say(
                "form",
                path,
                text(f"“{name}”只由系统填写。", f"{name!r} is written by the engine only."),
                text("请从表单去掉，或去掉 by: engine。", "Drop it here, or drop by: engine."),
            )
        if action.fields.count(name) > 1:
            findings.say(
                "form",
                path,
                text(f"表单里“{name}”写了两次。", f"The form asks {name!r} twice."),
                text("请只留一次。", "Keep one."),
            )
    for name, when in action.required_when.items():
        check_guard(findings, (*path, _place_of(action, name)), when, "bool")


def _place_of(action: Action, name: str) -> int:
    return action.fields.index(name)


def _check_evidence(findings: Findings, key: str, action: Action) -> None:
    path: Where = ("actions", key, "evidence")
    tags = [(need.kind, need.tag) for need in action.exhibits]
    if len(set(tags)) < len(tags):
        findings.say(
            "evidence",
            path,
            text("同一附件要了两次。", "The same evidence is asked for twice."),
            text("请合并，用 min 写份数。", "Merge them and say how many with min."),
        )
    for number, need in enumerate(action.evidence):
        if need.when:
            check_guard(findings, (*path, number, "when"), need.when, "bool")
        for one in need.choices:
            if one.tag in (*RESERVED, *action.fields):
                findings.say(
                    "reserved",
                    (*path, number),
                    text(
                        f"附件名“{one.tag}”与表单上别的输入框同名。",
                        f"The evidence {one.tag!r} has the name of another control of the form.",
                    ),
                    text(f"请改名，如 {one.tag}_file。", f"Rename it, such as {one.tag}_file."),
                )


def _check_taking_back(findings: Findings, key: str, action: Action) -> None:
    """Check that what takes others back leads from where they led to where they came from, asks nothing, has a time."""
    m, path = findings.mechanism, ("actions", key, "takes_back")
    taken = action.takes_back or {}
    findings.check_known(path, ACTION, taken, m.actions)
    for name, within in taken.items():
        if name in m.actions:
            _check_taken_back(findings, key, action, name)
        if not WITHIN.fullmatch(within):
            findings.say(
                "takes_back",
                (*path, name),
                text(
                    f"撤回的期限“{within}”写法不对。",
                    f"{within!r} is no time for taking back.",
                ),
                text("请写“数 cm|ch|cd”，如 30 cm。", "Write '<n> cm|ch|cd', such as 30 cm."),
            )


def _check_taken_back(findings: Findings, key: str, action: Action, name: str) -> None:
    m, path = findings.mechanism, ("actions", key, "takes_back", name)
    undone = m.actions[name]
    leads_back = action.to in m.states_named(undone.from_) and undone.to in m.states_named(
        action.from_
    )
    if not leads_back or action.required or any(need.min for need in action.evidence):
        findings.say(
            "takes_back",
            path,
            text(
                f"“{action.zh}”撤不回“{undone.zh}”。",
                f"Action {key!r} cannot take {name!r} back.",
            ),
            text(
                "请让它从那个动作到的状态回到它出发的状态，且不必填写。",
                "Let it lead from where that action led to where it came from, asking for nothing.",
            ),
        )


def _check_rules(findings: Findings, key: str, action: Action) -> None:
    m, path = findings.mechanism, ("actions", key)
    if action.when:
        check_guard(findings, (*path, "when"), action.when, "bool")
    findings.check_known((*path, "set"), FIELD, action.set_, m.fields)
    for name, value in action.set_.items():
        if name not in m.fields:
            continue
        if m.fields[name].is_sealed:
            findings.say(
                "set",
                (*path, "set", name),
                text(
                    f"“{name}”是密封字段，不能由规则填写。",
                    f"{name!r} is sealed; no rule writes it.",
                ),
                text("请另设代码或数字字段。", "Use a code or number field."),
            )
        elif isinstance(value, str):
            wanted = guards.KINDS.get(m.fields[name].type, "other")
            check_guard(findings, (*path, "set", name), value, wanted)


def _check_by(findings: Findings, key: str, action: Action, by: By, path: Where) -> None:
    m = findings.mechanism
    findings.check_known((*path, "not_actor_of"), ACTION, by.not_actor_of, m.actions)
    if by.auto:
        _check_auto(findings, key, action, by.auto, path)
        return
    roles = [*m.roles, RESIDENT]
    findings.check_known((*path, "role"), ("角色", "role"), [by.role or ""], roles)
    reason = _unreachable_scope(m, action, by)
    if reason:
        findings.say(
            "nobody",
            path,
            text(f"按范围“{by.scope}”无人能办：{reason[0]}。", f"Nobody reaches it: {reason[1]}."),
            text("请改 scope。", "Change the scope."),
        )


def _unreachable_scope(m: Mechanism, action: Action, by: By) -> tuple[str, str] | None:
    if by.scope == "participant" and not action.participant:
        return "该动作不针对参与方", "the action is about no participant"
    if by.scope == "body" and action.start:
        return "新事项还没有承办单位", "a new case has no body yet"
    if by.scope == "body" and not any(a.assign not in (None, "none") for a in m.actions.values()):
        return "没有动作指定承办单位", "no action assigns a body"
    return None


def _check_scheduled(findings: Findings, key: str, path: Where) -> None:
    if not any(one.action == key for one in findings.mechanism.schedule.values()):
        findings.say(
            "auto",
            path,
            text("没有日程会触发此动作。", "No schedule performs this action."),
            text("请在 schedule 中写它，或去掉 auto: schedule。", "Name it in a schedule."),
        )


def _check_auto(findings: Findings, key: str, action: Action, auto: str, path: Where) -> None:
    if auto == "schedule":
        _check_scheduled(findings, key, path)
        return  # what it asks for, and that it may open cases, is said where the schedule stands
    if auto == "parent":
        if not action.start:
            findings.say(
                "auto",
                path,
                text(
                    "只有新开事项的动作能由上级事项触发。",
                    "Only an opening action can be a parent's.",
                ),
                text(
                    "请写 start: true，或去掉 auto: parent。",
                    "Write start: true, or drop auto: parent.",
                ),
            )
        return
    if auto == "clock":
        if not any(clock.breach == key for clock in findings.mechanism.clocks.values()):
            findings.say(
                "auto",
                path,
                text("没有时限到期会触发此动作。", "No clock breaches into this action."),
                text("请在某个时限写 breach，或去掉 auto: clock。", "Name it as a clock's breach."),
            )
    elif auto != "true":
        check_guard(findings, path, auto, "bool")
    if action.required or action.start or action.participant or any(e.min for e in action.evidence):
        findings.say(
            "auto",
            path,
            text(
                "自动动作不能有必填项、附件、参与方，也不能新开事项。",
                "An automatic action asks for nothing, is about no participant, and opens no case.",
            ),
            text(
                "请拆成人办和自动两个动作。", "Make one action for people and one for the engine."
            ),
        )
