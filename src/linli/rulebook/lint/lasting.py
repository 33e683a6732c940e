"""Registers, schedules, votes: registers have their actions and key, schedules and votes do what may be done."""

from __future__ import annotations

from dateutil.rrule import rrulestr

from linli.rulebook.lint.findings import Findings, Where, text
from linli.rulebook.lint.naming import ACTION, FIELD, STATE
from linli.rulebook.mechanism import AMEND, ENROL, RETIRE, Action, Mechanism, Schedule

GROUNDS = ("office", "neighbourhood")
KEYED = ("word", "text", "int", "date", "code", "area", "body", "dwelling", "entry")
ASKED = {
    ENROL: text("请写 enrol，加 start: true。", "Write enrol with start: true."),
    AMEND: text(
        "请写 amend，表单列出可变更的字段。", "Write amend; its form lists what may change."
    ),
    RETIRE: text("请写 retire，表单必填注销原因。", "Write retire; its form asks for the reason."),
}


def check_register(findings: Findings) -> None:
    """Check what makes a mechanism a register, and the fields that refer to entries of one."""
    m = findings.mechanism
    _check_references(findings)
    if not m.is_register:
        if m.unique:
            findings.say(
                "unique",
                ("unique",),
                text("只有名册（kind: register）有唯一键。", "Only a register has a unique key."),
                text("请写 kind: register，或删去 unique。", "Write kind: register, or drop it."),
            )
        return
    missing = [name for name in ASKED if name not in m.actions]
    for name in missing:
        findings.say(
            "register",
            ("actions",),
            text(f"名册缺少动作“{name}”。", f"The register has no action {name!r}."),
            ASKED[name],
        )
    if not missing:
        _check_ways(findings)
        _check_unique(findings)


def _check_ways(findings: Findings) -> None:
    m = findings.mechanism
    enrol, amend, retire = m.actions[ENROL], m.actions[AMEND], m.actions[RETIRE]
    ends = m.states.get(retire.to or "")
    required = [m.fields[name] for name in retire.required if name in m.fields]
    wrong = {
        ENROL: not enrol.start,
        AMEND: bool(amend.to) or not amend.form or amend.start,
        RETIRE: ends is None or not ends.final or not required,
    }
    for name in (name for name, is_wrong in wrong.items() if is_wrong):
        findings.say(
            "register",
            ("actions", name),
            text(
                f"“{name}”不成其为名册的动作：enrol 新开，amend 不改状态，retire 去终态并必填原因。",
                f"{name!r} is not what it says: enrol opens, amend keeps the state, retire ends and asks why.",
            ),
            ASKED[name],
        )
    for key, state in m.states.items():
        if state.phase in ("done", "void") and not state.final:
            findings.say(
                "register",
                ("states", key),
                text(f"“{state.zh}”已办结却不是终态。", f"{key!r} is closed but not final."),
                text("请标为 final，或改 phase。", "Mark it final, or change its phase."),
            )


def _check_unique(findings: Findings) -> None:
    m, path = findings.mechanism, ("unique",)
    if not m.unique:
        findings.say(
            "unique",
            ("kind",),
            text("名册没有唯一键。", "The register has no unique key."),
            text("请写 unique: [字段]，防止重复登记。", "Write unique: [field], against doubles."),
        )
    asked = [
        name
        for name in sorted(m.actions[ENROL].required)
        if name in m.fields and m.fields[name].type in KEYED
    ]
    word = ("登记时必填、可作唯一键的字段", "field that enrol requires and that can be a key")
    findings.check_known(path, word, m.unique, asked)


def _check_references(findings: Findings) -> None:
    m = findings.mechanism
    registers = [key for key, one in findings.book.mechanisms.items() if one.is_register]
    known = sorted({*registers, *_itself(m)})
    for key, rule in m.fields.items():
        path: Where = ("fields", key)
        if (rule.type == "entry") is (rule.of is None):
            findings.say(
                "reference",
                path,
                text(f"“{rule.zh}”的 type 与 of 不相配。", "type entry and of go together."),
                text("条目字段写 of: 名册，其他字段不写。", "An entry field has of: REGISTER."),
            )
        elif rule.of is not None:
            findings.check_known((*path, "of"), ("名册", "register"), [rule.of], known)
        if rule.type == "entry" and rule.personal:
            findings.say(
                "reference",
                path,
                text(
                    f"“{rule.zh}”是编号，不能密封。", f"{key!r} is a number and cannot be sealed."
                ),
                text("请去掉 personal。", "Drop personal."),
            )


def _itself(m: Mechanism) -> list[str]:
    return [m.mechanism] if m.is_register else []


def check_schedule(findings: Findings) -> None:
    """Check every schedule, and that a retention period has something to end."""
    m = findings.mechanism
    for key, schedule in m.schedule.items():
        _check_rule(findings, key, schedule)
        _check_subject(findings, key, schedule)
    kept = [f for f in m.fields.values() if f.personal or f.type in ("photo", "file")]
    if m.retention and not kept and not any(a.evidence for a in m.actions.values()):
        findings.say(
            "retention",
            ("retention",),
            text("没有个人信息或附件可销毁。", "There is nothing personal to erase."),
            text("请删去 retention，或标明 personal。", "Drop retention, or mark fields personal."),
        )
    if kept and not m.retention and any(f.personal for f in kept):
        findings.say(
            "retention",
            ("fields",),
            text("有个人信息而没有保存期限。", "Personal fields, and no retention period."),
            text(
                "请写 retention: {keep: 3 y, basis: …}。", "Write retention: {keep: 3 y, basis: …}."
            ),
            "warning",
        )


def _check_rule(findings: Findings, key: str, schedule: Schedule) -> None:
    try:
        rrulestr(schedule.rule)
    except (ValueError, TypeError):
        findings.say(
            "schedule",
            ("schedule", key, "rule"),
            text(f"“{schedule.rule}”不是重复规则。", f"{schedule.rule!r} is no recurrence rule."),
            text("请写成 FREQ=WEEKLY;BYDAY=MO 的样子。", "Write it like FREQ=WEEKLY;BYDAY=MO."),
        )


def _check_subject(findings: Findings, key: str, schedule: Schedule) -> None:
    m, path = findings.mechanism, ("schedule", key)
    if not findings.check_known((*path, "action"), ACTION, [schedule.action], m.actions):
        return
    registers = [name for name, one in findings.book.mechanisms.items() if one.is_register]
    subjects = [*GROUNDS, *registers, *([m.mechanism] if m.is_register else [])]
    word = ("日程对象（office、neighbourhood 或名册）", "subject of a schedule")
    if not findings.check_known((*path, "for"), word, [schedule.for_], subjects):
        return
    action = m.actions[schedule.action]
    reason = _impossible(m, action, schedule)
    if reason:
        findings.say(
            "schedule",
            path,
            text(f"“{action.zh}”不能由日程办：{reason[0]}。", f"Not for a schedule: {reason[1]}."),
            text("请改这个动作或这条日程。", "Change the action or the schedule."),
        )


def _impossible(m: Mechanism, action: Action, schedule: Schedule) -> tuple[str, str] | None:
    given = {name for name in action.fields if m.fields[name].of == schedule.for_}
    if not any(by.auto == "schedule" for by in action.by):
        return "它的 by 里没有 {auto: schedule}", "its by has no {auto: schedule}"
    if action.start is (schedule.for_ == m.mechanism):
        return (
            "本名册的条目上不能新开，别的对象上只能新开",
            "it opens cases, but not on its own entries",
        )
    if schedule.for_ not in (*GROUNDS, m.mechanism) and not given:
        return (
            f"表单没有 of: {schedule.for_} 的条目字段",
            f"its form has no entry of {schedule.for_}",
        )
    if action.required - given or action.participant or any(e.min for e in action.evidence):
        return "它有必填项、附件或参与方", "it asks for answers, attachments or a participant"
    return None


def check_votes(findings: Findings) -> None:
    """Check what a mechanism says of its votes."""
    m, rule = findings.mechanism, findings.mechanism.votes
    if rule is None:
        return
    path: Where = ("votes",)
    findings.check_known((*path, "ready"), STATE, rule.ready, m.states)
    for move in rule.takes:
        here: Where = (*path, "takes", move)
        named = rule.actions_after(move)
        findings.check_known(here, ACTION, named, m.actions)
        for key in named:
            if key in m.actions:
                _check_taken(findings, here, m.actions[key])
    findings.check_known((*path, "gives"), FIELD, list(rule.gives), m.fields)
    if rule.seats is not None:
        findings.check_known((*path, "seats"), FIELD, [rule.seats], m.fields)
    if rule.projects and m.allocates is None:
        _refused(findings, path, "只有分配资金的名册才对项目表决。", "Only a register that divides a fund votes on projects.",
                 "请写 allocates，或去掉 projects。", "Write allocates, or leave out projects.")  # fmt: skip
    if not rule.projects and not rule.takes:
        _refused(findings, path, "表决没有写它办哪个动作。", "It does not say which action a vote takes.",
                 "请写 takes。", "Write takes.")  # fmt: skip


def _check_taken(findings: Findings, here: Where, action: Action) -> None:
    if all(by.auto for by in action.by):
        _refused(findings, here, "自动发生的动作不能由表决来办。", "A vote cannot take an action that happens by itself.",
                 "请让一个岗位来办。", "Let a role take it.")  # fmt: skip
    entries = findings.mechanism.entries.get(action.entry or "")
    if entries is not None and entries.posts is not None:
        _refused(findings, here, "记账的动作不能由表决来办。", "A vote cannot take an action that moves money.",
                 "请让表决只改状态，再由岗位记账。", "Let the vote change the state, and a role move the money.")  # fmt: skip


def _refused(findings: Findings, here: Where, zh: str, en: str, cure: str, do: str) -> None:
    findings.say("votes", here, text(zh, en), text(cure, do))
