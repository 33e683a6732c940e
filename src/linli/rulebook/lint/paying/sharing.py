"""What there is only so much of: what cases take of entries, and how wants are put together with what is given."""

from __future__ import annotations

from linli.rulebook.lasting.matching import PERIODS, Takes
from linli.rulebook.lint.findings import Findings, Where, text
from linli.rulebook.lint.naming import FIELD, NUMBERS, STATE
from linli.rulebook.mechanism import Mechanism

MECHANISM = ("机制", "mechanism")
NUMBER = ("数字字段", "number field")
DATE = ("日期字段", "date field")
CODE = ("代码字段", "code field")


def check_takes(findings: Findings) -> None:
    """Check what every `takes` says of the case and of the register its field names."""
    m = findings.mechanism
    for name, rule in m.takes.items():
        path: Where = ("takes", name)
        groups = [f"@{group}" for group in m.groups]
        findings.check_known((*path, "in"), STATE, rule.in_, [*m.states, *groups])
        findings.check_known((*path, "amount"), NUMBER, _said(rule.amount), _of(m, *NUMBERS))
        findings.check_known((*path, "on"), DATE, _said(rule.on), _of(m, "date"))
        entries = [key for key, field in m.fields.items() if field.type == "entry"]
        if findings.check_known(path, ("名册字段", "entry field"), [name], entries):
            register = _mechanism(findings, m.fields[name].of or "")
            if register is not None:  # else said where the field is read
                _check_entry(findings, path, rule, register)


def check_matches(findings: Findings) -> None:
    """Check that wants can be held against what is given: both sides have what the rule names."""
    m, rule, path = findings.mechanism, findings.mechanism.matches, ("matches",)
    if rule is None:
        return
    findings.check_known((*path, "ready"), STATE, rule.ready, m.states)
    findings.check_known((*path, "wanted"), NUMBER, [rule.wanted], _of(m, *NUMBERS))
    findings.check_known((*path, "until"), DATE, [rule.until], _of(m, "date"))
    findings.check_known((*path, "alike"), CODE, [rule.alike], _of(m, "code"))
    [(track, state)] = rule.unmet.items()
    if findings.check_known((*path, "unmet"), ("支线", "track"), [track], m.tracks):
        findings.check_known((*path, "unmet", track), STATE, [state], m.tracks[track].states)
    [(key, name)] = rule.claims.items()
    claims = _mechanism(findings, key)
    if claims is None:
        findings.check_known((*path, "claims"), MECHANISM, [key], findings.book.mechanisms)
    elif findings.check_known((*path, "claims", key), ("takes", "takes"), [name], claims.takes):
        given = _mechanism(findings, claims.fields[name].of or "")
        if given is not None:
            findings.check_known((*path, "alike"), CODE, [rule.alike], _of(given, "code"))


def _check_entry(findings: Findings, path: Where, rule: Takes, register: Mechanism) -> None:
    findings.check_known((*path, "most"), NUMBER, [rule.most], _of(register, *NUMBERS))
    findings.check_known((*path, "until"), DATE, _said(rule.until), _of(register, "date"))
    findings.check_known((*path, "ready"), STATE, rule.ready, register.states)
    if rule.per is None or not findings.check_known(
        (*path, "per"), FIELD, [rule.per], register.fields
    ):
        return
    listed = register.fields[rule.per].codes
    codes = listed if isinstance(listed, list) else ["?"]
    if not set(codes) <= set(PERIODS):
        findings.say(
            "takes",
            (*path, "per"),
            text("周期字段的代码只能是列明的几种。", "The codes of the period are not known."),
            text(f"请用：{'、'.join(PERIODS)}。", f"Use some of: {', '.join(PERIODS)}."),
        )


def _mechanism(findings: Findings, key: str) -> Mechanism | None:
    own = findings.mechanism
    return own if key == own.mechanism else findings.book.mechanisms.get(key)


def _of(m: Mechanism, *types: str) -> list[str]:
    return [name for name, field in m.fields.items() if field.type in types]


def _said(name: str | None) -> list[str]:
    return [] if name is None else [name]
