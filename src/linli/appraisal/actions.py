"""The verbs of appraisal: draft, open to objections, object, decide, make final."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import yaml
from django.utils.timezone import localdate

from linli.appraisal.cards import PeerGroup, Scorecard, card_of
from linli.appraisal.lines import lines_of, stored
from linli.appraisal.models import Score, ScoreObjection, ScoreRound
from linli.appraisal.scoring import Line, Pair, Scored, score, total_of
from linli.figures.periods import Period
from linli.figures.queries import read
from linli.figures.readings import Slice
from linli.registry.isolation import current_office
from linli.registry.queries import bodies
from linli.rulebook.casefile import Actor
from linli.rulebook.labels import Label
from linli.rulebook.ownbook import at_hand


class AppraisalRefused(Exception):
    """An act on a round is not possible, or not this person's; nothing has changed."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Label(zh=zh, en=en)


def keeps(actor: Actor, card: Scorecard) -> bool:
    """Say whether somebody keeps a scorecard: drafts its rounds, decides and makes final."""
    return any(duty.code in card.keepers for duty in actor.duties)


def speaks_for(actor: Actor, group: str, subject: str, card: Scorecard) -> bool:
    """Say whether somebody may object for a body: a post of that body, or one over that division."""
    if card.groups[group].by == "holder":
        return any(str(duty.body) == subject for duty in actor.duties)
    return any(subject in duty.areas for duty in actor.duties)


def draft(*, card: Scorecard, period: Period, by: Actor, at: datetime) -> int:
    """Score all bodies over a period and give the round, in an open office transaction.

    A draft of the same period is scored anew; one that is open to objections or final stays. Raises AppraisalRefused.
    """
    _keepers_only(by, card)
    if period.end > at:
        raise AppraisalRefused("这个时段还没有过完", "this period has not ended yet")
    known = ScoreRound.objects.filter(card=card.key, period=period.text).select_for_update().first()
    if known is not None and known.state != "draft":
        raise AppraisalRefused(
            "这个时段已经公示，不能重算", "this period is open already: it is not scored anew"
        )
    row = known or ScoreRound(
        office_id=current_office(), card=card.key, period=period.text, state="draft"
    )
    row.text, row.read_at, row.drafted_by = _text(card), at, by.id
    row.save()
    Score.objects.filter(round=row).delete()
    for key, group in card.groups.items():
        names, found = _read_group(card, group, period, at)
        for scored in score(card, found).values():
            _keep(row, key, names[scored.subject], scored)
    return row.pk


def open_to_objections(*, number: int, until: date, by: Actor, at: datetime) -> None:
    """Show a draft to the bodies, who may object until the end of a day. Raises AppraisalRefused."""
    row = _locked(number, "draft")
    _keepers_only(by, card_of(row.text, row.card))
    if until < localdate(at):
        raise AppraisalRefused("异议截止日已过", "that day is past")
    row.state, row.opened_at, row.objections_until = "objection", at, until
    row.save()


def object_to(*, score: int, line: str, reason: str, by: Actor, at: datetime) -> int:
    """Object to a line of one's own body's score, in time. Raises AppraisalRefused."""
    found = Score.objects.filter(pk=score).select_related("round").first()
    if found is None:
        raise AppraisalRefused("没有这个得分", "there is no such score")
    row = _locked(found.round_id, "objection")
    card = card_of(row.text, row.card)
    if not speaks_for(by, found.group, found.subject, card):
        raise AppraisalRefused("只能对本单位的得分提出异议", "only for one's own body")
    if row.objections_until is None or localdate(at) > row.objections_until:
        raise AppraisalRefused("异议期已过", "the time for objections is over")
    if line not in (*card.weighted, *card.deductions) or not reason.strip():
        raise AppraisalRefused("请选一项并写明理由", "choose a line and give the reason")
    if ScoreObjection.objects.filter(score=found, line=line, decided_at__isnull=True).exists():
        raise AppraisalRefused("这一项已有异议待答复", "an objection to this line waits already")
    made = ScoreObjection.objects.create(
        office_id=current_office(), score=found, line=line, reason=reason.strip(), by=by.id, at=at
    )
    return made.pk


def decide(*, objection: int, points: Decimal | None, answer: str, by: Actor, at: datetime) -> None:
    """Answer an objection; with `points` it is upheld and the line has these instead. Raises AppraisalRefused."""
    made = ScoreObjection.objects.filter(pk=objection).select_related("score").first()
    if made is None or made.decided_at is not None:
        raise AppraisalRefused("没有待答复的异议", "no such objection waits")
    row = _locked(made.score.round_id, "objection")
    card = card_of(row.text, row.card)
    _keepers_only(by, card)
    if by.id == made.by:
        raise AppraisalRefused("不能答复自己提出的异议", "somebody else decides this objection")
    if not answer.strip():
        raise AppraisalRefused("请写明答复", "give the answer")
    if points is not None:
        _change(made.score, card, made.line, points)
    made.points, made.answer, made.decided_by, made.decided_at = points, answer.strip(), by.id, at
    made.save()


def make_final(*, number: int, by: Actor, at: datetime) -> None:
    """Make a round final after the time for objections, all of them answered, by somebody else than drafted it."""
    row = _locked(number, "objection")
    _keepers_only(by, card_of(row.text, row.card))
    if row.objections_until is not None and localdate(at) <= row.objections_until:
        raise AppraisalRefused("异议期未满", "the time for objections is not over")
    if ScoreObjection.objects.filter(score__round=row, decided_at__isnull=True).exists():
        raise AppraisalRefused("还有异议没有答复", "objections wait for an answer")
    if by.id == row.drafted_by:
        raise AppraisalRefused("定稿人不能是起草人", "whoever drafted it does not make it final")
    row.state, row.final_by, row.final_at = "final", by.id, at
    row.save()


def _keepers_only(by: Actor, card: Scorecard) -> None:
    if not keeps(by, card):
        raise AppraisalRefused("需要考核办的岗位", "this needs a post that keeps the scorecard")


def _locked(number: int, state: str) -> ScoreRound:
    row = ScoreRound.objects.select_for_update().filter(pk=number, state=state).first()
    if row is None:
        raise AppraisalRefused("这一轮考核不在这一步", "the round is not at this stage")
    return row


def _text(card: Scorecard) -> str:
    plain = card.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return yaml.safe_dump(plain, allow_unicode=True, sort_keys=False)


def _read_group(
    card: Scorecard, group: PeerGroup, period: Period, at: datetime
) -> tuple[dict[str, Label], dict[str, dict[str, Pair]]]:
    """Give the names of those compared, and by line the pair of each."""
    kinds = {str(row.id): row.name for row in bodies(kinds=group.kinds)} if group.kinds else None
    names: dict[str, Label] = dict(kinds or {}) if group.by == "holder" else {}
    book = at_hand()
    found: dict[str, dict[str, Pair]] = {}
    rules: Mapping[str, Any] = {**card.weighted, **card.deductions}
    for key, rule in rules.items():
        reading = read(rule.figure, period, by=group.by, as_of=at, book=book)
        parts = [
            part for part in reading.slices if part.key and (kinds is None or part.key in kinds)
        ]
        names |= {part.key: part.label for part in parts if part.key not in names}
        found[key] = dict(_pairs(parts))
    counted = {subject for pairs in found.values() for subject in pairs}
    return {subject: names[subject] for subject in counted}, found


def _pairs(parts: list[Slice]) -> Iterator[tuple[str, Pair]]:
    for part in parts:
        den = part.value.den
        yield part.key, (Fraction(part.value.num), None if den is None else Fraction(den))


def _keep(row: ScoreRound, group: str, name: Label, scored: Scored) -> None:
    Score.objects.create(
        office_id=current_office(), round=row, group=group, subject=scored.subject, name_zh=name.zh,
        name_en=name.en, lines=[stored(line) for line in scored.lines],
        total="" if scored.total is None else str(scored.total),
    )  # fmt: skip


def _change(found: Score, card: Scorecard, line: str, points: Decimal) -> None:
    most = card.weighted[line].weight if line in card.weighted else card.deductions[line].most
    if not 0 <= points <= most:
        raise AppraisalRefused(f"分值应在 0 至 {most} 之间", f"points lie between 0 and {most}")
    lines = [
        Line(one.key, one.num, one.den, Fraction(points), one.is_deduction)
        if one.key == line
        else one
        for one in lines_of(found.lines)
    ]
    total = total_of(card, lines)
    found.lines = [stored(one) for one in lines]
    found.total = "" if total is None else str(total)
    found.save()
