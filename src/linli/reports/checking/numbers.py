"""Numbers in Chinese prose: value, unit, how exact they are meant, and the words they stand among."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Kind = Literal["count", "rate", "points", "money", "area", "time"]
Interval = tuple[Fraction | None, Fraction | None]

SCALES = {"": 1, "百": 100, "千": 1000, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12}  # fmt: skip
DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
TENS = {"十": 10, "百": 100, "千": 1000}
TIMES = ("年", "个月", "月", "日", "天", "周", "小时", "分钟", "秒", "周年", "时", "季度", "岁", "周岁")  # fmt: skip
AREAS = ("平方米", "平方公里", "平米", "平方", "公顷", "㎡", "m²", "m2", "亩")
MONEYS = ("元", "人民币", "美元", "美金", "港元", "欧元", "块钱")
UNITS = (
    *AREAS, *MONEYS, "个百分点", "百分点",
    "人次", "家次", "户次", "车次", "批次", "场次", "件次", "人天", "剂次", "笔次",
    *TIMES, "公里", "千米", "米", "吨", "公斤", "千克", "升", "平米",
    "人", "名", "位", "户", "家", "件", "起", "宗", "例", "笔", "次", "场", "项", "个", "处", "条", "台", "套",
    "块", "张", "份", "册", "辆", "支", "只", "部", "栋", "幢", "座", "间", "所", "片", "类", "种", "批", "期", "轮",
    "篇", "本", "面", "盏", "根", "组", "对", "句", "幅", "株", "棵", "盆", "桶", "袋", "瓶", "床", "层", "号", "倍", "番",
    "便", "通", "单", "票", "门", "节", "课", "班", "队", "站", "点", "卡", "封", "颗", "顿", "餐", "届",
)  # fmt: skip
FAMILIES = {
    **dict.fromkeys(("平米", "平方", "㎡", "m²", "m2"), "平方米"), "人民币": "元", "块钱": "元", "美金": "美元",
}  # fmt: skip
BEFORE = ("不少于", "不低于", "不超过", "不多于", "至少", "超过", "将近", "接近", "大约", "突破", "高于", "低于", "约", "近", "逾", "超", "达到", "达", "近乎")  # fmt: skip
AFTER = ("以上", "以下", "以内", "左右", "上下", "余", "多")
ROUGH = {"约", "大约", "近", "将近", "接近", "近乎", "逾", "超", "超过", "突破", "余", "多", "左右", "上下"}  # fmt: skip
AT_LEAST = {"以上", "不少于", "不低于", "至少", "超过", "逾", "超", "突破", "高于"}
AT_MOST = {"以下", "以内", "不超过", "不多于", "低于"}
NUMBER = re.compile(
    r"(?P<before>(?<![签合条节预契相邀公特大附最临邻靠远])(?:" + "|".join(BEFORE) + r"))?\s*"
    r"(?P<hundredth>百分之)?"
    r"(?P<digits>\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?|(?<=百分之)[零〇一二三四五六七八九十百点]+)"
    r"(?P<after1>余|多)?(?P<scale>万亿|千万|百万|亿|万|千|百)?(?P<after2>余|多)?"
    r"(?P<mark>[%％‰])?\s?"
    r"(?P<unit>" + "|".join(sorted(UNITS, key=len, reverse=True)) + r")?"
    r"(?P<after3>以上|以下|以内|左右|上下|余|多)?"
)  # fmt: skip
BREAKS = re.compile(r"[，,、；;：:。！？（(）)“”‘’「」]")
# What looks like a number and is a name: dates, numbers of laws and houses, titles, models such as 1+3+X.
NAMES = re.compile(
    r"\d+(?:\s*[+＋]\s*[\dA-ZＸX]+)+|[A-Za-z]+-?\d[A-Za-z\d.\-]*|\d+[A-Za-z][A-Za-z\d\-]*|第\s*\d+|〔\d+〕|\[\s*\d+\s*\]|\d{4}\s*[-—–~至到/]\s*\d{4}\s*年?"
    r"|\d{4}[-/]\d{1,2}(?:[-/]\d{1,2})?|\d+\s*[×xX*]\s*\d+|\d+\.\d+\.\d+|(?<![\d.])\d{1,2}[:：]\d{2}(?!\d)"
    r"|\d+号线|\d+(?:弄|号楼|号院|幢\d+)|1[0-9]{2}警情|(?<!\d)(?:110|119|120|122|12345|12315|12348|12319)(?=热线|市民|警情|报警|平台|工单|投诉|举报|电话)"
    r"|(?<!\d)\d{11}(?!\d)|(?<!\d)0\d{2,3}-\d{7,8}|\d+(?:\.\d+)?[版代](?!表|理)|\d+G(?!\w)"
)  # fmt: skip


@dataclass(frozen=True)
class Number:
    """One number as printed. `value` is in single units (1.5万 is 15000); a rate's value is in per cent.

    `low` and `high` bound what the printed form can stand for; None is open. `label` is what stands before it
    in its clause, `tail` what follows.
    """

    text: str
    start: int
    end: int
    value: Fraction
    kind: Kind
    unit: str
    step: Fraction
    signs: tuple[str, ...]
    label: str
    tail: str

    @property
    def is_exact(self) -> bool:
        """True for a whole number printed in full, with no word that makes it rough."""
        return not self.signs and self.step == 1 and self.kind in ("count", "money", "area")

    def is_like(self, other: Number) -> bool:
        """Say whether two numbers count the same kind of thing, so that they may be added and compared."""
        if self.kind != other.kind or self.kind not in ("count", "money", "area"):
            return False
        return FAMILIES.get(self.unit, self.unit) == FAMILIES.get(other.unit, other.unit)

    @property
    def is_rough(self) -> bool:
        """True when the text itself says that it is not exact."""
        return any(sign in ROUGH for sign in self.signs)

    @property
    def bounds(self) -> Interval:
        """Give the least and the greatest value the printed form can mean."""
        value, words = self.value, set(self.signs)
        if words & AT_LEAST:
            return value, None
        if words & AT_MOST:
            return None, value
        below, above = self._slack(words)
        return value - below, value + above

    def _slack(self, words: set[str]) -> tuple[Fraction, Fraction]:
        if words & {"余", "多"}:
            return Fraction(0), self.place
        if words & {"近", "将近", "接近", "近乎"}:
            return self.place, Fraction(0)
        if words & {"约", "大约", "左右", "上下"}:
            slack = min(self.place, self.value / 5) / 2
            return slack, slack
        counted = self.kind == "count" and self.step == 1
        return (Fraction(0), Fraction(0)) if counted else (self.step / 2, self.step / 2)

    @property
    def place(self) -> Fraction:
        """Give the value of the last digit that is not nought: 100 for 6300."""
        unit = self.step
        while self.value and (self.value / (unit * 10)).denominator == 1:
            unit *= 10
        return unit


def numbers_in(sentence: str) -> list[Number]:
    """Give the numbers of a sentence in order, leaving out dates' years, names and numbering."""
    hidden = [found.span() for found in NAMES.finditer(sentence)]
    numbers = []
    for found in NUMBER.finditer(sentence):
        start, end = found.span("digits")
        if any(start < stop and begin < end for begin, stop in hidden):
            continue
        number = _number(sentence, found)
        if number is not None:
            numbers.append(number)
    return numbers


def _number(sentence: str, found: re.Match[str]) -> Number | None:
    parts = found.groupdict()
    digits = parts["digits"].replace(",", "").replace("，", "")
    unit, mark = parts["unit"] or "", parts["mark"] or ""
    if _is_a_name(sentence, found, digits, unit):
        return None
    plain = _plain(digits)
    if plain is None:
        return None
    scale = Fraction(SCALES[parts["scale"] or ""])
    places = len(digits.partition(".")[2])
    signs = [parts[name] for name in ("before", "after1", "after2", "after3") if parts[name]]
    value, step = plain * scale, scale / 10**places
    if mark == "‰":
        value, step = value / 10, step / 10
    kind = _kind(unit, is_rate=bool(mark or parts["hundredth"]), scaled=parts["scale"] is not None)
    return Number(
        text=sentence[found.start() : found.end()].strip(),
        start=found.start(),
        end=found.end(),
        value=value,
        kind=kind,
        unit=unit,
        step=step,
        signs=tuple(sign for sign in signs if sign not in ("达", "达到")),
        label=_label(sentence[: found.start()]),
        tail=_tail(sentence[found.end() :]),
    )


def _is_a_name(sentence: str, found: re.Match[str], digits: str, unit: str) -> bool:
    before, after = sentence[: found.start("digits")], sentence[found.end("digits") :]
    if unit == "年" and len(digits) == 4 and "." not in digits:  # noqa: PLR2004 - a year has four digits
        return True
    if unit == "月" or (unit in ("日", "号") and re.search(r"月\s*$", before)):
        return True
    if unit == "号" or (re.match(r"\s*[、.．](?!\d)", after) and not before.strip()):
        return True
    return bool(re.search(r"[A-Za-z第]$|[“‘\"]$", before) and re.match(r"[”’\"]", after))


def _plain(digits: str) -> Fraction | None:
    if digits[0].isdecimal():
        return Fraction(digits)
    whole, _, rest = digits.partition("点")
    value = chinese(whole)
    if value is None or any(c not in DIGITS for c in rest):
        return None
    return Fraction(value) + sum(Fraction(DIGITS[c], 10**n) for n, c in enumerate(rest, start=1))


def chinese(text: str) -> int | None:
    """Give the value of a Chinese numeral up to 9999; None when it is none."""
    total, digit = 0, None
    for char in text:
        if char in DIGITS:
            digit = DIGITS[char] if digit is None or digit == 0 else None
            if digit is None:
                return None
        elif char in TENS:
            total += (1 if digit is None else digit) * TENS[char]
            digit = None
        else:
            return None
    return total + (digit or 0) if text else None


def _kind(unit: str, *, is_rate: bool, scaled: bool) -> Kind:
    if unit in ("个百分点", "百分点"):
        return "points"
    if is_rate:
        return "rate"
    if unit in MONEYS:
        return "money"
    if unit in AREAS:
        return "area"
    if unit in TIMES and not scaled:
        return "time"
    return "count"


def _label(before: str) -> str:
    return BREAKS.split(before)[-1].strip()


def _tail(after: str) -> str:
    return re.split(r"[，,、；;：:。！？（(）)\d]", after)[0].strip()


def worded_counts(sentence: str) -> Iterator[tuple[int, int, int]]:
    """Give (value, start, end) of counts written as words or digits with a measure: 四项, 七大, 5支."""
    for found in re.finditer(
        r"(?P<digits>\d+|[一二三四五六七八九十两]+)(?P<unit>大类|大|个|项|类|家|条|种|支|张|件套|方面)",
        sentence,
    ):
        digits = found["digits"]
        value = int(digits) if digits.isdecimal() else chinese(digits)
        if value:
            yield value, found.start(), found.end()
