"""An election in words: papers, quorum, every person's votes, and what is left to do."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from linli.deliberation.counting.counts import Judged
from linli.deliberation.counting.explaining import judged_line
from linli.deliberation.counting.seats import FATES, Elected
from linli.rulebook.labels import Label


def seat_lines(found: Elected) -> tuple[Label, ...]:
    """Give an election line by line, as it is printed on the result sheet."""
    return (*_papers(found), *_people(found), _verdict(found))


def _papers(found: Elected) -> Iterator[Label]:
    contest = found.contest
    issued = sum(contest.issued.values())
    if contest.issued:
        yield Label(zh=f"发出 {issued} 票，收回 {found.returned} 票", en=f"{issued} papers issued, {found.returned} returned")  # fmt: skip
    good = found.returned - found.void - found.blank
    yield Label(
        zh=f"收回 {found.returned} 票：有效 {good}，空白 {found.blank}，作废 {found.void}",
        en=f"{found.returned} papers: {good} good, {found.blank} blank, {found.void} void",
    )
    for station in found.faulty:
        yield Label(
            zh=f"票箱“{station}”收回的票多于发出的票，选举无效",
            en=f"box {station!r} held more papers than were issued: the election is void",
        )
    for one in found.quorum:
        yield judged_line(one, Label(zh="参加投票", en="Votes cast"))


def _people(found: Elected) -> Iterator[Label]:
    for threshold in found.rules.majority:
        whole = found.returned if threshold.of in {"heads_voting", "attending"} else found.contest.registered  # fmt: skip
        for one in found.standings:
            judged = Judged(threshold, Fraction(one.votes), Fraction(whole))
            yield judged_line(judged, Label(zh=f"{one.person} {one.votes} 票", en=f"{one.person}, {one.votes} votes,"))  # fmt: skip
    if not found.is_valid:
        return
    for one in found.standings:
        fate = FATES[one.fate]
        yield Label(zh=f"{one.person}：{one.votes} 票，{fate.zh}", en=f"{one.person}: {one.votes}, {fate.en}")  # fmt: skip


def _verdict(found: Elected) -> Label:
    if not found.is_valid:
        return Label(zh="结果：选举无效", en="Result: the election is not valid")
    elected, tied = found.people("elected"), found.people("tied")
    names_zh, names_en = "、".join(elected) or "无", ", ".join(elected) or "nobody"
    left = found.left
    if tied:
        tied_zh, tied_en = "、".join(tied), ", ".join(tied)
        return Label(
            zh=f"结果：当选 {names_zh}；余 {left} 席，在 {tied_zh} 中再选",
            en=f"Result: {names_en} elected; {left} left, run-off among {tied_en}",
        )
    if left:
        return Label(
            zh=f"结果：当选 {names_zh}；缺 {left} 席，另行选举",
            en=f"Result: {names_en} elected; {left} seats to be filled anew",
        )
    return Label(zh=f"结果：当选 {names_zh}", en=f"Result: {names_en} elected")
