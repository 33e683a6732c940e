"""Words beside numbers: rough words on exact numbers, doubled words, dates that are not, part of a year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from linli.reports.checking.findings import Finding, Said
from linli.reports.checking.numbers import Number
from linli.reports.checking.texts import Sentence, Text

DAYS = "一二三四五六日"
DATE = re.compile(
    r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日(?:[（(](?:星期|周)([一二三四五六日天])[）)])?"
)
MONTHS = re.compile(r"(?<!\d)(\d{1,2})\s*(?:月?\s*[至—–~到-])\s*(\d{1,2})月份?")
YEARLY = re.compile(r"(\d{4})\s*年?.{0,14}(?:工作总结|工作回顾|社代会报告|年度报告|工作报告|总结)")
DOUBLED = re.compile(
    r"((?<!目)的的(?!确)|了了(?![解如])|进一步进一步|不断不断|积极积极|切实切实|大力大力|全面全面)"
)
DEADLINE = re.compile(
    r"截止(?=(?:到|至)?\s*(?:\d{4}年|\d{1,2}月|目前|年底|上?月底|今年))(?!日期|时间)"
)
DECADE = 10
FULL_YEAR = 12
YEAR_DAYS = 366
HEADING_LONGEST = 40


def wording(text: Text) -> Iterator[Finding]:
    """Give words that do not go with the numbers beside them."""
    for sentence in text.sentences:
        for number in sentence.numbers:
            yield from _rough(sentence, number)
            yield from _days_of_a_year(sentence, number)
        yield from _dates(sentence)
        yield from _slips(sentence)
    yield from _part_of_a_year(text)


def _rough(sentence: Sentence, number: Number) -> Iterator[Finding]:
    rough = [
        s
        for s in number.signs
        if s in ("余", "多", "约", "大约", "近", "将近", "接近", "左右", "上下")
    ]
    if len(number.signs) > 1 and rough:
        yield _question(
            sentence, "approx", number.text,
            Said(f"“{number.text}”叠用了约数词，留一个即可。", f"{number.text} is made rough twice: one word is enough."),
        )  # fmt: skip
    elif rough and _is_odd(number, rough[0]):
        yield _question(
            sentence, "approx", number.text,
            Said(f"“{number.text}”是确数，不必写约数词；或改写为整数。", f"{number.text} is an exact number with a rough word: drop the word, or round."),
        )  # fmt: skip


def _is_odd(number: Number, word: str) -> bool:
    """Tell whether a number that is called rough has been counted to the last digit."""
    if number.kind not in ("count", "money") or number.step != 1 or number.value < DECADE:
        return False
    last = int(number.value) % 10
    return (
        last not in (0, 5)
        if word in ("近", "将近", "接近", "约", "大约", "左右", "上下")
        else last != 0
    )


def _days_of_a_year(sentence: Sentence, number: Number) -> Iterator[Finding]:
    """Find more days of one kind than a year has."""
    low = number.bounds[0]
    counted = number.unit == "天" and number.label.endswith("天数")
    if counted and low and low > YEAR_DAYS and not re.search(r"累计|历年|年来", sentence.words):
        yield _wrong(
            sentence, "date", f"{number.text} > 366",
            Said("一年没有这么多天。", "A year does not have so many days."),
        )  # fmt: skip


def _dates(sentence: Sentence) -> Iterator[Finding]:
    for year, month, day, weekday in DATE.findall(sentence.words):
        try:
            found = date(int(year or 2024), int(month), int(day))
        except ValueError:
            yield _wrong(
                sentence, "date", f"{month}月{day}日", Said("没有这一天。", "There is no such day.")
            )
            continue
        true = DAYS[found.weekday()]
        if year and weekday and weekday.replace("天", "日") != true:
            yield _wrong(
                sentence, "date", f"{found:%Y-%m-%d}: 星期{true}",
                Said(f"这一天是星期{true}。", f"That day was a {found:%A}."),
            )  # fmt: skip


def _slips(sentence: Sentence) -> Iterator[Finding]:
    for found in DOUBLED.finditer(sentence.words):
        yield _question(
            sentence, "structure", found[0],
            Said(f"“{found[0]}”重复。", f"{found[0]!r} is doubled."),
        )  # fmt: skip
    if DEADLINE.search(sentence.words):
        yield _question(
            sentence, "structure", "截止 → 截至",
            Said("表示到某时为止的统计，应写“截至”。", "For a count up to a day write 截至, not 截止."),
        )  # fmt: skip


def _part_of_a_year(text: Text) -> Iterator[Finding]:
    """Find months that end before December in a report on a whole year."""
    if not YEARLY.search(text.title) and not any(
        YEARLY.search(p) and len(p) < HEADING_LONGEST for p in text.paragraphs[:12]
    ):
        return
    for sentence in text.sentences:
        for first, last in MONTHS.findall(sentence.words):
            if int(first) == 1 and 1 < int(last) < FULL_YEAR:
                yield _question(
                    sentence, "period", f"1-{last}",
                    Said(f"全年报告中的数只到{last}月：请补全年数，或注明截至日期。", f"A yearly report gives a number to month {last} only: complete it, or give the as-of date."),
                )  # fmt: skip


def _question(sentence: Sentence, rule: str, arithmetic: str, said: Said) -> Finding:
    return Finding(rule, "question", sentence.line, sentence.words, said, arithmetic)


def _wrong(sentence: Sentence, rule: str, arithmetic: str, said: Said) -> Finding:
    return Finding(rule, "wrong", sentence.line, sentence.words, said, arithmetic)
