"""Who may do what to a vote, in which of its states, and the step that is left behind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from linli.casework.queries.standing import standing as case_standing
from linli.deliberation.models import Vote, VoteStep
from linli.rulebook.casefile import Actor
from linli.rulebook.labels import Label
from linli.rulebook.mechanism import Mechanism

CHAIRS = frozenset({"chair", "director"})
TELLERS = frozenset({"teller", "chair", "director", "operator", "verifier", "collector"})
STATE: dict[str, Label] = {
    "draft": Label(zh="起草", en="Draft"),
    "roll": Label(zh="名册公布", en="Roll published"),
    "open": Label(zh="表决中", en="Open"),
    "closed": Label(zh="已截止", en="Closed"),
    "reconciled": Label(zh="票数核对相符", en="Reconciled"),
    "counted": Label(zh="已计票", en="Counted"),
    "notice": Label(zh="公示中", en="On notice"),
    "reopened": Label(zh="异议成立，重新核计", en="Reopened"),
    "effective": Label(zh="生效", en="Effective"),
    "failed": Label(zh="未通过", en="Not carried"),
}
ACTION: dict[str, Label] = {
    "prepare": Label(zh="立项", en="Prepared"),
    "publish": Label(zh="公布规则和名册", en="Rules and roll published"),
    "open": Label(zh="开始表决", en="Opened"),
    "close": Label(zh="截止", en="Closed"),
    "reconcile": Label(zh="核对票数", en="Reconciled"),
    "count": Label(zh="计票", en="Counted"),
    "post": Label(zh="公示", en="Put on notice"),
    "object": Label(zh="提出异议", en="Objected"),
    "rule": Label(zh="处理异议", en="Ruled on an objection"),
    "annul": Label(zh="宣布一票无效", en="Ballot annulled"),
    "spoil": Label(zh="表格作废换发", en="Form spoiled and replaced"),
    "settle": Label(zh="定结果", en="Settled"),
    "issue": Label(zh="给共有人另发表格", en="A form issued for a co-owner"),
    "mandate": Label(zh="收到委托书", en="Mandate taken in"),
    "revoke": Label(zh="委托撤回", en="Mandate taken back"),
}


class VoteRefused(Exception):
    """Something cannot be done to a vote; `message` says why. Nothing was changed."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Label(zh=zh, en=en)


def leads(actor: Actor, case: int | None = None) -> bool:
    """Say whether somebody leads votes; one about a case also by those who take the steps it leads to."""
    duties = CHAIRS if case is None else CHAIRS | _leading(case_standing(case).mechanism)
    return any(duty.code in duties for duty in actor.duties)


def _leading(mechanism: Mechanism) -> frozenset[str]:
    """Give the duties that take the actions in which a mechanism's votes end."""
    rule, roles = mechanism.votes, mechanism.roles
    actions = [key for move in rule.takes for key in rule.actions_after(move)] if rule else []
    if rule and rule.projects and mechanism.allocates:
        actions.append(mechanism.allocates.closing)
    named = {by.role for key in actions for by in mechanism.actions[key].by if by.role in roles}
    return frozenset(roles[name].duty or name for name in named if name)


def case_of(vote: Vote) -> int | None:
    """Give the case that a vote is about; nothing when it stands alone."""
    concern = getattr(vote, "concern", None)
    return None if concern is None else concern.case_id


def tells(actor: Actor) -> bool:
    """Say whether somebody takes ballots in and keys them."""
    return any(duty.code in TELLERS for duty in actor.duties)


def chaired(vote: int, by: Actor, *states: str) -> Vote:
    """Give a vote, locked, for somebody who leads it, in one of these states. Raises VoteRefused."""
    found = standing(vote, *states)
    if not leads(by, case_of(found)):
        raise VoteRefused("此事由主持人办理", "this is for the chair")
    return found


def told(vote: int, by: Actor, *states: str) -> Vote:
    """Give a vote, locked, for a teller, in one of these states. Raises VoteRefused."""
    if not tells(by):
        raise VoteRefused("此事由计票人员办理", "this is for tellers")
    return standing(vote, *states)


def standing(vote: int, *states: str) -> Vote:
    """Give a vote, locked, in one of these states. Raises VoteRefused and Vote.DoesNotExist."""
    found = Vote.objects.select_for_update().get(pk=vote)
    if found.state not in states:
        now = STATE[found.state]
        raise VoteRefused(
            f"表决现在是“{now.zh}”，不能这样办", f"the vote is now {now.en.lower()}: not possible"
        )
    return found


def left(
    vote: Vote,
    action: str,
    by: Actor,
    at: datetime,
    *,
    state: str = "",
    said: Mapping[str, Any] | None = None,
) -> None:
    """Move a vote and leave the step behind."""
    if state:
        vote.state = state
        vote.save()
    VoteStep.objects.create(
        office_id=by.office, vote=vote, action=action, state=vote.state,
        said=dict(said or {}), by=by.id, at=at,
    )  # fmt: skip
