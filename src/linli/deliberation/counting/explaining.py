"""A count in words: every number with the multiplication that decides it, in both languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from linli.deliberation.counting.ballots import CHOICES, SAID, WHY
from linli.deliberation.counting.counts import Count, Judged
from linli.deliberation.counting.electorate import UNSOLD
from linli.deliberation.counting.rules import BASES
from linli.rulebook.labels import Label
from linli.ui.printing import percent

PLACES = 4


def shown(number: Fraction, *, area: bool) -> str:
    """Give a count of heads, or square metres with two places or as many as they have."""
    if number.denominator == 1 and not area:
        return str(number.numerator)
    places = 2
    while number.denominator != 1 and (number * 10**places).denominator != 1 and places < PLACES:
        places += 1
    return f"{Decimal(round(number * 10**places)).scaleb(-places):f}"


def share_shown(part: Fraction, whole: Fraction) -> str:
    """Give a share in per cent with four places; a dash over nothing."""
    if not whole:
        return "—"
    over = part.denominator * whole.denominator
    return percent(int(part * over), int(whole * over), PLACES) or "—"


def lines(count: Count) -> tuple[Label, ...]:
    """Give the whole count, line by line, as it is printed on the result sheet."""
    return (
        *_totals(count), *_handed_in(count), *_choices(count), *_thresholds(count), _verdict(count)
    )  # fmt: skip


def _weighed(count: Count, heads: int, area: Fraction) -> tuple[str, str]:
    people = f"{heads}"
    metres = shown(area, area=True)
    if not count.rules.asks_area:
        return f"{people} 人", people
    return f"{metres} ㎡、{people} 人", f"{metres} m², {people} {count.rules.heads.en}"


def _totals(count: Count) -> Iterator[Label]:
    zh, en = _weighed(count, count.roll.heads, count.roll.area)
    units = len(count.roll.dwellings)
    yield Label(zh=f"名册：{units} 户，{zh}", en=f"Roll: {units} units, {en}")
    yield from _many_units(count)
    zh, en = _weighed(count, count.voting.heads, count.voting.area)
    if count.roll.attending is not None:
        yield Label(zh=f"出席：{count.roll.attending} 人", en=f"Attending: {count.roll.attending}")
    yield Label(zh=f"参与表决：{zh}{_of_all(count)}", en=f"Taking part: {en}{_of_all(count)}")


def _many_units(count: Count) -> Iterator[Label]:
    """Tell how units become fewer heads: several of one owner, and all that is unsold, are one each."""
    held = {owner: len(units) for owner, units in count.roll.units.items() if len(units) > 1}
    unsold = held.pop(UNSOLD, 0) or (UNSOLD in count.roll.units)
    if held:
        owners, units = len(held), sum(held.values())
        yield Label(
            zh=f"同一产权人有多套：{owners} 位共 {units} 套，各计一人",
            en=f"Owners of several units: {owners} with {units} units, one head each",
        )
    if unsold:
        yield Label(
            zh=f"未售出或未交付：{unsold:d} 套，合计一人",
            en=f"Unsold or not handed over: {unsold:d} units, one head together",
        )


def _handed_in(count: Count) -> Iterator[Label]:
    """Tell how ballots handed in become those counted: how many, how many by proxy, and why the others do not count."""
    fates = Counter(fate for _, fate in count.fates)
    counted, by_proxy = fates.pop("counted", 0), [fate for one, fate in count.fates if one.proxy]
    if by_proxy:
        stands = by_proxy.count("counted")
        yield Label(
            zh=f"受托人代投：{len(by_proxy)} 票，计入 {stands} 票",
            en=f"Cast by proxies: {len(by_proxy)}, counted {stands}",
        )
    if fates:
        told = [(fate, fates[fate]) for fate in WHY if fate in fates]
        zh = "；".join(f"{WHY[fate].zh} {times}" for fate, times in told)
        en = "; ".join(f"{WHY[fate].en} {times}" for fate, times in told)
        yield Label(
            zh=f"收到 {len(count.fates)} 票 = 计入 {counted} + 不计 {fates.total()}（{zh}）",
            en=f"{len(count.fates)} ballots in = {counted} counted + {fates.total()} not counted ({en})",
        )


def _of_all(count: Count) -> str:
    heads = share_shown(Fraction(count.voting.heads), Fraction(count.roll.heads))
    if not count.rules.asks_area:
        return f" ({heads})"
    return f" ({share_shown(count.voting.area, count.roll.area)} / {heads})"


def _choices(count: Count) -> Iterator[Label]:
    for choice in CHOICES:
        weight = count.said[choice]
        zh, en = _weighed(count, weight.heads, weight.area)
        yield Label(zh=f"{SAID[choice].zh}：{zh}", en=f"{SAID[choice].en}: {en}")
    if count.conflicts:
        names = "、".join(count.conflicts)
        yield Label(
            zh=f"意见不一、不计为表决：{names}", en=f"Owners who disagree, no vote: {names}"
        )


def _thresholds(count: Count) -> Iterator[Label]:
    for one in count.quorum:
        yield judged_line(one, Label(zh="参与", en="Taking part"))
    for one in count.majority:
        yield judged_line(one, Label(zh="同意", en="Yes"))


def judged_line(one: Judged, what: Label) -> Label:
    """Give a threshold with its cross-multiplication, such as 484.60 × 3 = 1453.80 ≥ 726.90 × 2 = 1453.80."""
    asked, area = one.threshold, one.threshold.asks_area
    left, right = one.part * asked.share.denominator, one.whole * asked.share.numerator
    sign = ">" if left > right else "=" if left == right else "<"
    sum_ = (
        f"{shown(one.part, area=area)} × {asked.share.denominator} = {shown(left, area=area)} {sign} "
        f"{shown(one.whole, area=area)} × {asked.share.numerator} = {shown(right, area=area)}"
    )
    need = f"{asked.share.numerator}/{asked.share.denominator}"
    base = BASES[asked.of]
    share = share_shown(one.part, one.whole)
    over = Label(
        zh="须超过" if asked.strict else "须达到", en="more than" if asked.strict else "at least"
    )
    done = Label(
        zh="达到" if one.reached else "未达到", en="reached" if one.reached else "not reached"
    )
    return Label(
        zh=f"{what.zh}占{base.zh} {share}，{over.zh} {need}：{sum_}，{done.zh}",
        en=f"{what.en} of {base.en} {share}, {over.en} {need}: {sum_}, {done.en}",
    )


def _verdict(count: Count) -> Label:
    if count.is_passed:
        return Label(zh="结果：通过", en="Result: passed")
    if not count.is_quorate:
        return Label(
            zh="结果：不通过（参与表决未达到规定）", en="Result: not passed (too few take part)"
        )
    return Label(zh="结果：不通过（同意未达到规定）", en="Result: not passed (too few agree)")


def uncounted(count: Count) -> tuple[Label, ...]:
    """Give each ballot that does not count, with the reason."""
    found = []
    for ballot, fate in count.fates:
        if fate == "counted":
            continue
        what = " ".join(part for part in (ballot.voter, ballot.form, ballot.signer) if part)
        said = SAID[ballot.mark]
        found.append(
            Label(
                zh=f"{what}（{said.zh}）：{WHY[fate].zh}", en=f"{what} ({said.en}): {WHY[fate].en}"
            )
        )
    return tuple(found)
