"""Child cases: what an action opens is there, gets what it asks for, and is asked about in its own states."""

from __future__ import annotations

from linli.rulebook.forms import TEXT_MAX
from linli.rulebook.guards import Guard
from linli.rulebook.lint.findings import Findings, Where, text
from linli.rulebook.mechanism import Action, Evidence, FieldRule, Mechanism, Opens

ACTION = ("由上级事项触发的新开动作（auto: parent）", "opening action for a parent (auto: parent)")
MECHANISM = ("机制", "mechanism")
PHASES = ("intake", "open", "done", "void")
WORDS = ("text", "word")


def check_opens(findings: Findings) -> None:
    """Check every action that opens a child case."""
    for key, action in findings.mechanism.actions.items():
        if action.open is not None:
            _check_opens(findings, ("actions", key, "open"), action, action.open)


def check_stands(findings: Findings, path: Where, guard: Guard) -> None:
    """Check the states and groups that a guard asks about in children."""
    for name, stand in guard.stands:
        child = _child(findings, name)
        if child is None:
            continue  # said where it is opened
        word = (f"“{child.title.zh}”的状态或组", f"state or @group of {name}")
        groups = [f"@{group}" for group in (*child.groups, *PHASES)]
        findings.check_known(path, word, [stand], [*child.states, *groups])


def _child(findings: Findings, name: str) -> Mechanism | None:
    own = findings.mechanism
    return own if name == own.mechanism else findings.book.mechanisms.get(name)


def _check_opens(findings: Findings, path: Where, action: Action, opens: Opens) -> None:
    child = _child(findings, opens.mechanism)
    if child is None:
        known = [findings.mechanism.mechanism, *findings.book.mechanisms]
        findings.unknown((*path, "mechanism"), MECHANISM, opens.mechanism, known)
        return
    ways = [key for key in child.starts() if child.actions[key].is_of_parent]
    if not findings.check_known((*path, "act"), ACTION, [opens.act], ways):
        return
    rule = child.actions[opens.act]
    findings.check_known((*path, "form"), ("表单字段", "form field"), opens.form, rule.fields)
    _check_given(findings, path, action, child, opens)
    for name in sorted(rule.required - opens.form.keys()):
        _say_unasked(findings, (*path, "form"), f"“{child.fields[name].zh}”", name)
    for need in rule.evidence:
        if need.min and not need.when and not _is_brought(need, action):
            _say_unasked(findings, path, f"附件“{need.choices[0].tag}”", need.choices[0].tag)


def _check_given(
    findings: Findings, path: Where, action: Action, child: Mechanism, opens: Opens
) -> None:
    m = findings.mechanism
    readable = [name for name, rule in m.fields.items() if not rule.is_sealed]
    known = [*readable, *action.fields]
    word = ("可读字段，或本动作表单里的字段", "open field, or field of this form")
    findings.check_known((*path, "form"), word, opens.form.values(), known)
    for theirs, ours in opens.form.items():
        if theirs not in child.fields or ours not in m.fields:
            continue
        given, wanted = m.fields[ours], child.fields[theirs]
        if given.personal and not wanted.personal:
            findings.say(
                "personal",
                (*path, "form", theirs),
                text(
                    f"个人信息“{given.zh}”会进入不加密的字段“{wanted.zh}”。",
                    f"The personal {ours!r} would become the unsealed {theirs!r}.",
                ),
                text("请给下级的字段加 personal: true。", "Make the child's field personal: true."),
            )
        if not _fits(given, wanted):
            findings.say(
                "open",
                (*path, "form", theirs),
                text(
                    f"“{given.zh}”（{given.type}）填不进“{wanted.zh}”（{wanted.type}）。",
                    f"{ours!r} ({given.type}) does not fit {theirs!r} ({wanted.type}).",
                ),
                text(
                    "请换一个类型和代码表相同的字段。",
                    "Take a field of the same type and code list.",
                ),
            )


def _fits(given: FieldRule, wanted: FieldRule) -> bool:
    if given.type in WORDS and wanted.type in WORDS:
        return (given.max or TEXT_MAX) <= (wanted.max or TEXT_MAX) or given.type == "word"
    return given.type == wanted.type and given.codes == wanted.codes


def _is_brought(need: Evidence, action: Action) -> bool:
    given = {(one.kind, one.tag) for one in action.exhibits if one.min}
    return any((one.kind, one.tag) in given for one in need.choices)


def _say_unasked(findings: Findings, path: Where, zh: str, en: str) -> None:
    findings.say(
        "open",
        path,
        text(f"下级事项必填的{zh}没有给。", f"The child needs {en!r}, and nothing gives it."),
        text(
            "请在 open 的 form 里写上，或让本动作也要它。",
            "Give it in open's form, or ask for it here.",
        ),
    )
