"""Telling: rules of `tells` name actions and people that are there, and say nothing that is not for those told."""

from __future__ import annotations

from collections.abc import Iterator

from linli.rulebook.lint.findings import Findings, Where, text
from linli.rulebook.lint.naming import ACTION
from linli.rulebook.mechanism import Mechanism, Tell
from linli.rulebook.telling import HOLDER, OWN_WORDS, REPORTER, places_in


def check_tells(findings: Findings) -> None:
    """Check every rule of `tells`."""
    m = findings.mechanism
    for key, rule in m.tells.items():
        path: Where = ("tells", key)
        findings.check_known((*path, "at"), ACTION, rule.at, m.actions)
        names = [REPORTER, HOLDER, *m.roles, *m.participants, *_personal(m)]
        if findings.check_known((*path, "whom"), ("可告知的人", "one to tell"), rule.whom, names):
            _check_whom(findings, path, rule)
        _check_text(findings, path, rule)


def is_outside(mechanism: Mechanism, rule: Tell) -> bool:
    """Say whether a rule tells somebody who is not of the office: whoever opened the case, or a telephone."""
    inside = {HOLDER, *mechanism.roles, *mechanism.participants}
    return not set(rule.whom) <= inside


def _personal(m: Mechanism) -> Iterator[str]:
    return (name for name, rule in m.fields.items() if rule.personal)


def _check_whom(findings: Findings, path: Where, rule: Tell) -> None:
    m = findings.mechanism
    for name in rule.whom:
        meanings = [name in (REPORTER, HOLDER), name in m.roles, name in m.participants]
        meanings.append(name in m.fields and m.fields[name].personal)
        if sum(meanings) > 1:
            findings.say(
                "tells",
                (*path, "whom"),
                text(f"“{name}”有几种意思。", f"{name!r} means several things."),
                text(
                    "请给角色、参与方或字段改名。",
                    "Rename the role, the participants or the field.",
                ),
            )
        elif name in m.participants and m.participants[name].each != "body":
            findings.say(
                "tells",
                (*path, "whom"),
                text(
                    f"参与方“{name}”不是单位，通知不到。",
                    f"{name!r} are no bodies; no message reaches them.",
                ),
                text(
                    "请改为角色、单位类参与方或个人联系字段。",
                    "Tell a role, bodies, or a personal field.",
                ),
            )
    if HOLDER in rule.whom and not any(a.assign not in (None, "none") for a in m.actions.values()):
        findings.say(
            "tells",
            (*path, "whom"),
            text(
                "没有动作指定承办单位，holder 没有人。",
                "No action assigns a body, so 'holder' is nobody.",
            ),
            text("请去掉 holder。", "Drop holder."),
        )


def _check_text(findings: Findings, path: Where, rule: Tell) -> None:
    m = findings.mechanism
    there = places_in(rule.zh)
    if set(there) != set(places_in(rule.en)):
        findings.say(
            "tells",
            path,
            text("中英文里的 <字段> 不一致。", "The Chinese and the English name other <fields>."),
            text("请两边写一样的字段。", "Name the same fields in both."),
        )
    words = [name for name in there if name not in OWN_WORDS]
    if not findings.check_known(path, ("字段", "field"), words, m.fields):
        return
    for name in words:
        field = m.fields[name]
        if field.personal or field.type in ("photo", "file", "place"):
            said = text(
                f"“{field.zh}”不能写进通知。", f"{name!r} has no place in what people are told."
            )
            findings.say("personal", path, said, text("请去掉它。", "Take it out."))
        elif is_outside(m, rule) and not field.public:
            said = text(
                f"“{field.zh}”不公开，不能告知居民。",
                f"{name!r} is not public; people outside are not told it.",
            )
            cure = text(
                "请加 public: true，或分成两条。", "Add public: true, or make two rules of it."
            )
            findings.say("personal", path, said, cure)
