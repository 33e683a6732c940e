"""What the chair may do to a vote, read from what was posted, and said when done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import QueryDict

from linli.deliberation.voting import concluding, preparing
from linli.deliberation.voting.standing import VoteRefused
from linli.rulebook.casefile import Actor
from linli.rulebook.labels import Label

SHANGHAI = ZoneInfo("Asia/Shanghai")
MOST_DIGITS = 6


def moment_of(text: str) -> datetime:
    """Give the moment of a date-and-time field. Raises VoteRefused."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise VoteRefused("请填日期和时间", "give a date and a time") from wrong
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)


def _number(given: QueryDict, name: str) -> int:
    text = given.get(name, "").strip()
    if not text.isdecimal() or len(text) > MOST_DIGITS:
        raise VoteRefused("请填数字", "give a number")
    return int(text)


def _publish(vote: int, _given: QueryDict, by: Actor, at: datetime) -> Label:
    preparing.publish_roll(vote=vote, by=by, at=at)
    return Label(zh="规则和名册已公布，可以提出异议", en="Rules and roll are published")


def _open(vote: int, given: QueryDict, by: Actor, at: datetime) -> Label:
    closes = moment_of(given.get("closes_at", ""))
    preparing.open_vote(vote=vote, closes_at=closes, by=by, at=at)
    return Label(zh="表决已开始，表格可以打印", en="The vote is open, forms can be printed")


def _spoil(vote: int, given: QueryDict, by: Actor, at: datetime) -> Label:
    number = given.get("number", "").strip().zfill(4)
    fresh = preparing.spoil_form(
        vote=vote, number=number, reason=given.get("reason", ""), by=by, at=at
    )
    return Label(zh=f"{number} 已作废，换发 {fresh}", en=f"{number} is void, {fresh} replaces it")


def _issue(vote: int, given: QueryDict, by: Actor, at: datetime) -> Label:
    unit, signer = given.get("unit", "").strip(), given.get("signer", "").strip()
    fresh = preparing.issue_form(vote=vote, unit=unit, signer=signer, by=by, at=at)
    return Label(
        zh=f"{unit} 共有人{signer}的表格是 {fresh}",
        en=f"Form {fresh} is for co-owner {signer} of {unit}",
    )


def _close(vote: int, _given: QueryDict, by: Actor, at: datetime) -> Label:
    concluding.close_vote(vote=vote, by=by, at=at)
    return Label(zh="表决已截止", en="The vote is closed")


def _reconcile(vote: int, given: QueryDict, by: Actor, at: datetime) -> Label:
    stated = concluding.Stated(
        _number(given, "returned"), _number(given, "spoiled"), _number(given, "outstanding")
    )
    known = concluding.reconcile(vote=vote, stated=stated, by=by, at=at)
    return Label(
        zh=f"票数相符：发出 {known.issued}", en=f"It adds up: {known.issued} forms were issued"
    )


def _count(vote: int, given: QueryDict, by: Actor, at: datetime) -> Label:
    found = concluding.count_vote(vote=vote, aliases=given.get("aliases", ""), by=by, at=at)
    if found.is_passed:
        return Label(zh="计票完成：通过", en="Counted: carried")
    return Label(zh="计票完成：不通过", en="Counted: not carried")


def _post(vote: int, given: QueryDict, by: Actor, at: datetime) -> Label:
    concluding.post_notice(vote=vote, until=moment_of(given.get("until", "")), by=by, at=at)
    return Label(zh="结果已公示", en="The result is on notice")


def _object(vote: int, given: QueryDict, by: Actor, at: datetime) -> Label:
    concluding.object_to(vote=vote, text=given.get("text", ""), by=by, at=at)
    return Label(zh="异议已登记", en="The objection is on record")


def _rule(vote: int, given: QueryDict, by: Actor, at: datetime) -> Label:
    upheld = given.get("is_upheld") == "yes"
    concluding.rule_on(
        vote=vote, objection=_number(given, "objection"), is_upheld=upheld,
        ruling=given.get("ruling", ""), by=by, at=at,
    )  # fmt: skip
    if upheld:
        return Label(zh="异议成立", en="The objection is upheld")
    return Label(zh="异议不成立", en="The objection is rejected")


def _annul(vote: int, given: QueryDict, by: Actor, at: datetime) -> Label:
    seq = _number(given, "seq")
    concluding.annul(vote=vote, seq=seq, reason=given.get("reason", ""), by=by, at=at)
    return Label(zh=f"第 {seq} 票不再计入", en=f"Ballot {seq} counts no more")


def _settle(vote: int, _given: QueryDict, by: Actor, at: datetime) -> Label:
    if concluding.settle_vote(vote=vote, by=by, at=at):
        return Label(zh="公示期满，决定生效", en="The decision takes effect")
    return Label(zh="公示期满，此项未通过", en="It is not carried")


VERBS: dict[str, Callable[[int, QueryDict, Actor, datetime], Label]] = {
    "publish": _publish,
    "open": _open,
    "spoil": _spoil,
    "issue": _issue,
    "close": _close,
    "reconcile": _reconcile,
    "count": _count,
    "post": _post,
    "object": _object,
    "rule": _rule,
    "annul": _annul,
    "settle": _settle,
}
