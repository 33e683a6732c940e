"""Money: records that move it have an amount, a fund and a voucher, and rounds name what is there."""

from __future__ import annotations

from linli.rulebook.lasting.money import Allocates, Ranks
from linli.rulebook.lint.findings import Findings, Where, text
from linli.rulebook.lint.naming import ACTION, FIELD, STATE
from linli.rulebook.mechanism import Mechanism

WITH_VOUCHER = {"payment", "refund"}


def check_money(findings: Findings) -> None:
    """Check how records post, and how a register's entries divide their funds."""
    m = findings.mechanism
    for key, entries in m.entries.items():
        if entries.posts is not None:
            _check_posts(findings, m, key)
    if m.allocates is not None:
        _check_round(findings, m.allocates)
    if m.ranks is not None:
        _check_batch(findings, m.ranks)


def _check_posts(findings: Findings, m: Mechanism, key: str) -> None:
    entries, path = m.entries[key], ("entries", key, "posts")
    posts = entries.posts
    assert posts is not None
    named = [name for name, rule in m.fields.items() if rule.type == "entry"]
    findings.check_known(
        (*path, "fund"), ("名册字段", "entry field"), [posts.fund], ["self", *named]
    )
    if posts.voucher is not None:
        findings.check_known((*path, "voucher"), FIELD, [posts.voucher], entries.fields)
    is_money = entries.amount is not None and (
        entries.amount in m.fields and m.fields[entries.amount].type == "money"
    )
    if not is_money:
        _say(findings, path, "记账的记录没有金额字段。", "A record that posts has no amount of money.",
             "请给 amount 写一个 money 字段。", "Name a field of type money in amount.")  # fmt: skip
    if posts.voucher is None and WITH_VOUCHER & set(posts.moves):
        _say(findings, path, "支付和退款要有凭证号。", "A payment or refund needs the number of its voucher.",
             "请在 voucher 写上凭证号字段。", "Name its field in voucher.")  # fmt: skip
    for name, action in m.actions.items():
        if action.entry == key and any(by.auto for by in action.by):
            _say(findings, ("actions", name), "记账的动作不能自动发生。", "An action that posts cannot happen by itself.",
                 "请把 auto 换成岗位。", "Let somebody take it.")  # fmt: skip


def _check_round(findings: Findings, rule: Allocates) -> None:
    m, path = findings.mechanism, ("allocates",)
    if not m.is_register:
        _say(findings, path, "只有名册的条目能分配资金。", "Only a register's entries divide funds.",
             "请写 kind: register。", "Write kind: register.")  # fmt: skip
    own = [
        name
        for name in (rule.budget, rule.rule, rule.least, rule.voters, rule.chosen, rule.spent)
        if name
    ]
    findings.check_known(path, FIELD, own, m.fields)
    findings.check_known((*path, "closing"), ACTION, [rule.closing], m.actions)
    known = findings.book.mechanisms
    if not findings.check_known((*path, "project"), ("机制", "mechanism"), [rule.project], known):
        return
    project = known[rule.project]
    findings.check_known(path, FIELD, [rule.by, rule.cost, rule.name, rule.votes], project.fields)
    findings.check_known(path, STATE, rule.ready, project.states)
    findings.check_known(path, ACTION, [rule.won, rule.lost], project.actions)


def _check_batch(findings: Findings, rule: Ranks) -> None:
    m, path = findings.mechanism, ("ranks",)
    if not m.is_register:
        _say(findings, path, "只有名册的条目能排序申请。", "Only a register's entries rank applications.",
             "请写 kind: register。", "Write kind: register.")  # fmt: skip
    own = [rule.opens, rule.closes, rule.places, rule.listed]
    findings.check_known(path, FIELD, own, m.fields)
    findings.check_known((*path, "closing"), ACTION, [rule.closing], m.actions)
    known = findings.book.mechanisms
    if not findings.check_known(
        (*path, "application"), ("机制", "mechanism"), [rule.application], known
    ):
        return
    ranked = known[rule.application]
    theirs = [rule.by, rule.points, *rule.then, rule.place, rule.name, rule.masked]
    findings.check_known(path, FIELD, theirs, ranked.fields)
    findings.check_known(path, STATE, [*rule.ready, *rule.pending, *rule.holds], ranked.states)
    findings.check_known(path, ACTION, [rule.chosen, rule.passed], ranked.actions)
    findings.check_known((*path, "notice"), ("时限", "clock"), [rule.notice], ranked.clocks)


def _say(findings: Findings, path: Where, zh: str, en: str, cure: str, do: str) -> None:
    findings.say("money", path, text(zh, en), text(cure, do))
