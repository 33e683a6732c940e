"""Secret votes: for whom a paper was handed out, and what the box held, in sums that two people read alike.

No row stands for a paper, and none says when one was handed out; so nothing in the database can join the two.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from linli.deliberation.counting.ballots import SAID
from linli.deliberation.counting.seats import Aliases, Papers, plain_name
from linli.deliberation.models import BoxSheet, Handing, Vote
from linli.deliberation.voting.casting import SETTLING, Keyed
from linli.deliberation.voting.standing import VoteRefused, told
from linli.rulebook.casefile import Actor

LINE = re.compile(r"(?P<names>.*?)[\s×xX*]*(?P<times>\d{1,6})\s*票?")
BETWEEN = re.compile(r"[、，,;；\s]+")
VOID, BLANK = ("废票", "void"), ("空白", "空白票", "blank")


@transaction.atomic
def hand_papers(*, vote: int, units: Sequence[str], by: Actor, at: datetime) -> int:
    """Note for which units a paper was handed out; give how many. Raises VoteRefused: unknown, or handed out before."""
    found = told(vote, by, "open")
    if found.secrecy != "secret":
        raise VoteRefused(
            "只有无记名的表决这样发票", "papers are handed out so in secret votes only"
        )
    if found.closes_at is not None and at >= found.closes_at:
        raise VoteRefused("表决已经截止", "the vote has closed")
    rows = {one.unit: one for one in found.units.filter(unit__in=units)}
    strangers = [unit for unit in units if unit not in rows]
    held = set(found.handings.filter(unit__unit__in=units).values_list("unit__unit", flat=True))
    twice = sorted(held | {unit for unit in units if units.count(unit) > 1})
    if strangers or not units:
        names = "、".join(strangers)
        raise VoteRefused(f"名册上没有：{names}", f"not on the roll: {', '.join(strangers)}")
    if twice:
        raise VoteRefused(
            f"已经领过票：{'、'.join(twice)}", f"handed out before: {', '.join(twice)}"
        )
    Handing.objects.bulk_create(
        Handing(office_id=by.office, vote=found, unit=rows[unit], by=by.id) for unit in units
    )
    return len(units)


@transaction.atomic
def key_box(*, vote: int, text: str, by: Actor, at: datetime, reason: str = "") -> Keyed:
    """Key what the box held, after the close. Two people who agree settle it; a third says why it differs.

    A result that was reopened is counted anew by one more keying with its reason. Raises VoteRefused.
    """
    found = told(vote, by, "closed", "reopened")
    if found.secrecy != "secret":
        raise VoteRefused("这次表决不是无记名的", "this vote is not secret")
    papers = read_sheet(text, names=bool(seats_of(found)))
    before = list(found.sheets.order_by("turn"))
    anew = found.state == "reopened"
    turn = max(len(before) + 1, SETTLING) if anew else len(before) + 1
    if agreed_papers(found) is not None and not anew:
        raise VoteRefused("票箱已经录完", "the box has been keyed")
    if turn < SETTLING and any(one.by == by.id for one in before):
        raise VoteRefused("第二次录入要由另一个人做", "somebody else must key it the second time")
    if turn >= SETTLING and not reason.strip():
        raise VoteRefused("两次录入不同：重新点票后写明依据", "the keyings differ: count anew and say what was found")  # fmt: skip
    BoxSheet.objects.create(
        office_id=by.office, vote=found, turn=turn, papers=papers, by=by.id, at=at,
        reason=reason.strip() if turn >= SETTLING else "",
    )  # fmt: skip
    if turn == 1:
        return Keyed("first")
    return Keyed("differs" if turn < SETTLING and before[0].papers != papers else "agreed")


def read_sheet(text: str, *, names: bool) -> list[list[object]]:
    """Give sorted sums of papers alike, `[marks, times, is_void]`, of lines such as `张伟、李娜 20`. Raises VoteRefused."""
    sums: Counter[tuple[tuple[str, ...], bool]] = Counter()
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            marks, times, void = _line(number, line.strip(), names=names)
            sums[marks, void] += times
    if not sums:
        raise VoteRefused("请录入票箱里的票", "key what the box held")
    return [[list(marks), sums[marks, void], void] for marks, void in sorted(sums)]


def _line(number: int, line: str, *, names: bool) -> tuple[tuple[str, ...], int, bool]:
    found = LINE.fullmatch(line)
    words = [word for word in BETWEEN.split(found["names"]) if word] if found else []
    if found is None or not words:
        raise VoteRefused(
            f"第 {number} 行读不出来，应写成“张伟、李娜 20”",
            f"line {number} cannot be read: write names and how many papers",
        )
    times = int(found["times"])
    if words[0] in VOID:
        return (), times, True
    if words[0] in BLANK:
        return (), times, False
    marks = tuple(sorted(map(plain_name, words))) if names else (_mark(number, words),)
    return marks, times, False


def _mark(number: int, words: Sequence[str]) -> str:
    said = {mark: label for mark, label in SAID.items() if mark != "split"}
    known = {label.zh: mark for mark, label in said.items()} | {label.en: mark for mark, label in said.items()}  # fmt: skip
    if len(words) != 1 or words[0] not in known:
        raise VoteRefused(
            f"第 {number} 行应是同意、反对、弃权或废票", f"line {number}: yes, no, abstain or void"
        )
    return known[words[0]]


def agreed_papers(vote: Vote) -> tuple[Papers, ...] | None:
    """Give what the box held, once two people read it alike or a third settled it; nothing before."""
    sheets = list(vote.sheets.order_by("turn"))
    if len(sheets) >= SETTLING or (len(sheets) == SETTLING - 1 and sheets[0].papers == sheets[1].papers):  # fmt: skip
        return tuple(Papers(tuple(marks), times, "", void) for marks, times, void in sheets[-1].papers)  # fmt: skip
    return None


def box_digest(vote: Vote) -> bytes:
    """Give the SHA-256 of what the box held, in the order of its canonical text."""
    papers = agreed_papers(vote) or ()
    plain = [[list(one.marks), one.times, one.void] for one in papers]
    return sha256(json.dumps([vote.pk, plain], ensure_ascii=False).encode()).digest()


def seats_of(vote: Vote) -> int | None:
    """Give how many seats a vote fills; nothing when it puts a question."""
    concern = getattr(vote, "concern", None)
    return None if concern is None else concern.seats


def aliases_of(text: str) -> Aliases:
    """Give the spellings of lines such as `张伟 = 张炜、小张`. Raises ElectionRefused."""
    said: dict[str, list[str]] = {}
    for line in text.splitlines():
        person, _, others = line.partition("=")
        if person.strip():
            said[person.strip()] = [word for word in BETWEEN.split(others) if word]
    return Aliases.of(said)
