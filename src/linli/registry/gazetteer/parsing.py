"""Addresses in free text: road, lane (弄), number (号), building and room (室), estate, village, committee. Pure.

Names that are known are found as they stand. Of others only a firm form is taken: a road before a lane or number, an
estate or village before a house. What looks like an address and is none (路灯, 八号线, 3月5号) is left.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields, replace
from functools import lru_cache

HAN = "[\u4e00-\u9fff]"
DIGITS = {c: str(n) for n, c in enumerate("零一二三四五六七八九")} | {"〇": "0", "两": "2"}  # noqa: RUF001 - the round zero of addresses
NUMERAL = "[零〇一二两三四五六七八九十百]{1,6}"
NUMBER = rf"(?:\d{{1,5}}|{NUMERAL})"
STEM = "[甲乙丙丁戊]"
SEVERAL = rf"{NUMBER}(?:[-~—、,至]{NUMBER})*"
HOUSE = rf"(?:临|附|{STEM})?{SEVERAL}(?:{STEM}|之{NUMBER})?"
ROAD_END = "(?:大道|公路|大街|胡同|路|街|巷)"
ESTATE_END = "(?:新村|小区|花园|花苑|家园|公寓|佳苑|雅苑|名苑|名邸|豪庭|新苑|公馆|广场|大厦|坊|邨)"
VILLAGE_NUMBER = "(?:[一二三四五六七八九十]{1,3}|\\d{1,2})村"
NOT_ROAD = r"(?!街道|道(?!口)|灯|面|障|由|况|人|过|途|程|费|权|政|基|牌|桩|线|网|标|沿|虎|段不|演|试|测|数)"
NOT_NUMBER = r"(?!线|文|令|机|码|召|称|角|志|外|公路|上午|下午|晚|早|凌晨|中午)"
NOT_LANE = r"(?!堂|虚|巧|脏|坏|错|丢|得|清|好|了|不|出)"
COMMITTEE_END = "(?:居委会?|村委会?|社区(?:居委会?)?)"

PARTS = (
    rf"(?:(?P<village>{HAN}{{1,5}}?(?<![新一二三四五六七八九十0-9])村(?!委|里|民|口))(?=(?:{NUMBER}[组队])|{HAN}{{1,3}}宅|{HOUSE}号))?"
    rf"(?:(?P<team>{NUMBER}[组队])|(?P<hamlet>(?<=村){HAN}{{1,3}}宅))?"
    rf"(?:(?P<road>{HAN}{{1,8}}?{ROAD_END}){NOT_ROAD})?"
    rf"(?:(?P<lane>{SEVERAL})弄{NOT_LANE}内?)?"
    rf"(?:(?P<branch>{SEVERAL})支弄)?"
    rf"(?:(?P<estate>@KNOWN@{HAN}{{1,8}}?(?:{ESTATE_END}|{VILLAGE_NUMBER}(?!委|民))(?:小区)?)(?:内|里)?)?"
    rf"(?:(?P<block>{NUMBER}|[A-Z])(?:号楼|幢|栋|座|#楼|#))?"
    rf"(?:(?P<number>{HOUSE})号{NOT_NUMBER}(?P<stem>{STEM}(?![级类等方]))?)?"
    rf"(?:(?P<inner>{NUMBER}|[A-Z])(?:号楼|幢|栋|座|#楼|#))?"
    rf"(?:(?P<unit>{NUMBER})(?:单元|门(?!口)))?"
    rf"(?:(?P<floor>{NUMBER})(?:楼(?!道|组|长|上|下)|层))?"
    rf"(?:(?P<room>[A-Z]?\d{{1,5}}(?:-\d{{1,4}})?[A-Z甲乙]?|{NUMERAL})[室房](?![内外间产东客屋子])"
    rf"|(?<=号)(?P<bare>\d{{3,4}})(?![\d年月日元个人米号弄路度点件次]))?"
)
ENDED = re.compile(rf".+(?:{ROAD_END}|{ESTATE_END}|{VILLAGE_NUMBER})")
COMMITTEE = re.compile(rf"(?P<name>{HAN}{{2,14}}?){COMMITTEE_END}")
CROSSING = re.compile(rf"(?:近|靠近|和|与|、|/)(?P<road>{HAN}{{1,5}}?{ROAD_END}){NOT_ROAD}")
HOUSE_NEXT = re.compile(rf"{HOUSE}[号弄]")
LEAD = re.compile(
    r"^.*(?:位于|在于|家住|住在|靠近|附近|门口|旁边|对面|反映|办事处|投诉|沿着|来自|地址|街道|路段|交叉口|小区门口"
    r"|[在到至住请沿近的我是从往了于这那该此被给让把对有及由])(?=.)"
)
ABOVE = re.compile(rf"^{HAN}{{2,4}}?(?:自治州|地区|街道|[省市区县镇乡])(?={HAN}{{2,}})")
FALSE_ROADS = frozenset((
    "马路", "道路", "公路", "一路", "线路", "电路", "水路", "铁路", "走路", "网路", "出路", "思路", "半路", "修路", "让路", "问路", "迷路",
    "大街", "逛街", "上街", "沿街", "大路", "小路", "主路", "辅路", "支路", "岔路", "十字路", "路", "街", "巷", "小巷", "街巷", "过路", "占路",
    "挡路", "堵路", "拦路", "同路", "顺路", "绕路", "开路", "赶路", "沥青路", "水泥路", "土路", "泥路", "柏油路", "断头路", "必经之路", "人行道路",
    "消防道路", "盲道", "背街", "临街", "大道", "胡同", "高速公路", "套路", "主干路", "门路", "后路", "通路", "回路", "短路", "内道路", "内马路",
    "条路", "段路", "整条路", "整条街", "每条路", "两条路",
))  # fmt: skip
FALSE_ENDS = frozenset(["道路", "马路", "线路", "电路", "条路", "条街", "段路"])
FALSE_ESTATES = frozenset((
    "小区", "花园", "家园", "公寓", "广场", "大厦", "新村", "坊", "老小区", "本小区", "我小区", "住宅小区", "居民小区", "整个小区", "各小区",
    "全小区", "其他小区", "几个小区", "多个小区", "商品房小区", "旧小区", "封闭小区", "该小区", "此小区", "这小区", "个小区", "我们小区", "咱们小区", "作坊",
    "街坊", "牌坊", "磨坊", "商业广场", "文化广场", "中心广场", "市民广场",
))  # fmt: skip
COUNTS = frozenset("第条段个整每各全几某多")


@dataclass(frozen=True)
class Address:
    """What an address in a text names, each part without its word (lane '150' of 150弄); empty where it names none."""

    road: str = ""
    lane: str = ""
    branch: str = ""
    number: str = ""
    block: str = ""
    unit: str = ""
    floor: str = ""
    room: str = ""
    estate: str = ""
    village: str = ""
    team: str = ""
    hamlet: str = ""
    committee: str = ""
    crossing: str = ""

    @property
    def is_exact(self) -> bool:
        """Say whether it leads to one house: a number on a road or lane, or in an estate or village."""
        within = self.road or self.lane or self.estate or self.village
        return bool(within and (self.number or self.block))

    @property
    def words(self) -> str:
        """Give the address as it is written: 平吉路150弄12号302室."""
        parts = (
            (self.village, ""), (self.team, ""), (self.hamlet, ""), (self.road, ""), (self.lane, "弄"), (self.branch, "支弄"),
            (self.estate, ""), (self.number, "号"), (self.block, "号楼"), (self.unit, "单元"), (self.floor, "楼"), (self.room, "室"),
        )  # fmt: skip
        return "".join(f"{part}{word}" for part, word in parts if part)


def addresses_in(text: str, known: Collection[str] = ()) -> list[Address]:
    """Give the addresses that a text names, in order, none twice. `known` are names of the gazetteer."""
    plain = plain_text(text)
    names = frozenset(plain_text(name) for name in known if len(name) > 1)
    found: list[Address] = []
    for read in (*_chains(plain, names), *_committees(plain, names)):
        if read not in found:
            found.append(read)
    return [
        one for one in found if not any(_within(one, other) for other in found if other is not one)
    ]


def plain_text(text: str) -> str:
    """Give the text with narrow digits and letters and without blanks."""
    narrow = unicodedata.normalize("NFKC", text).upper()
    return re.sub(r"(?<=[\u4e00-\u9fff\d])\s+(?=[\u4e00-\u9fff\d])", "", narrow)


def digits(text: str) -> str:
    """Give a number written in Chinese with digits: 一百五十 is 150, 一二〇 is 120; 甲 and - stay."""
    return re.sub(NUMERAL, lambda one: _counted(one[0]), text)


def _counted(word: str) -> str:
    if not set("十百") & set(word):
        return "".join(DIGITS[c] for c in word)
    total, digit = 0, 0
    for c in word:
        if c in "十百":
            total, digit = total + (digit or 1) * (10 if c == "十" else 100), 0
        else:
            digit = int(DIGITS[c])
    return str(total + digit)


def _chains(plain: str, names: frozenset[str]) -> Iterator[Address]:
    at, parts = 0, _parts(names)
    while at < len(plain):
        found = parts.match(plain, at)
        if found is None or found.end() == at:
            at += 1
            continue
        read = _read(found, names)
        at = found.end() if read else max(at + 1, found.end("road"), found.end("estate"))
        crossed = read and read.road and CROSSING.match(plain, at)
        if read and crossed and not HOUSE_NEXT.match(plain, crossed.end()):
            read, at = replace(read, crossing=_road(crossed["road"], names)), crossed.end()
        if read and _holds(read, names):
            yield read


@lru_cache(maxsize=64)
def _parts(names: frozenset[str]) -> re.Pattern[str]:
    """Give the pattern, with those known names in it that no ending gives away."""
    odd = sorted((name for name in names if not ENDED.fullmatch(name)), key=len, reverse=True)
    return re.compile(PARTS.replace("@KNOWN@", "".join(f"{re.escape(name)}|" for name in odd)))


def _read(found: re.Match[str], names: frozenset[str]) -> Address | None:
    part = {name: value or "" for name, value in found.groupdict().items()}
    road, estate = _road(part["road"], names), _estate(part["estate"], names)
    if (part["road"] and not road and not part["lane"]) or (
        part["estate"] and not estate and not part["number"]
    ):
        return None
    village = _named(part["village"], names)
    stem = part["stem"] or ""
    return Address(
        road=road,
        lane=digits(part["lane"]),
        branch=digits(part["branch"]),
        number=digits(part["number"]) + stem,
        block=digits(part["block"] or part["inner"]),
        unit=digits(part["unit"]),
        floor=digits(part["floor"]),
        room=digits(part["room"] or part["bare"]),
        estate=estate,
        village=village,
        team=digits(part["team"]) if village else "",
        hamlet=part["hamlet"],
    )


def _holds(read: Address, names: frozenset[str]) -> bool:
    """Say whether the parts make an address: a known name, a name before a house, or a house with its room."""
    if {read.road, read.estate, read.village, read.crossing} & names:
        return True
    house = read.number or read.block or read.lane
    if read.road or read.estate or read.village or read.lane:
        return bool(house or read.team)
    return bool(house and (read.room or read.unit))


def _road(text: str, names: frozenset[str]) -> str:
    found = _named(text, names)
    is_false = found in FALSE_ROADS or found[:1] in COUNTS or found[-2:] in FALSE_ENDS
    return "" if is_false and found not in names else found


def _estate(text: str, names: frozenset[str]) -> str:
    found = _named(text, names)
    if found not in names and found.removesuffix("小区") in names:
        return found.removesuffix("小区")
    is_false = found in FALSE_ESTATES or found[:1] in COUNTS
    return "" if is_false and found not in names else found


@lru_cache(maxsize=4096)
def _named(text: str, names: frozenset[str]) -> str:
    """Give the name at the end of a stretch of letters: a known one, or what is left without the words before it."""
    for at in range(len(text)):
        if text[at:] in names:
            return text[at:]
    bare = LEAD.sub("", text)
    while ABOVE.match(bare):
        bare = ABOVE.sub("", bare, count=1)
    if len(bare) > 3 and bare[0] in "市区县镇":  # noqa: PLR2004 - what stands before a name of two letters and 路
        bare = bare[1:]
    return re.sub(r"^[和与](?=.{3})(?!平)", "", bare)


def _committees(plain: str, names: frozenset[str]) -> Iterator[Address]:
    for found in COMMITTEE.finditer(plain):
        name = _named(found["name"], names)
        is_said = found[0] == plain or any(
            word in found["name"] for word in ("街道", "镇", "办事处")
        )
        if name in names or (is_said and len(name) > 1):
            yield Address(committee=name)


def _within(one: Address, other: Address) -> bool:
    """Say whether all that one address says, another says as well and more."""
    mine = {f.name: getattr(one, f.name) for f in fields(one) if getattr(one, f.name)}
    theirs = {f.name: getattr(other, f.name) for f in fields(other) if getattr(other, f.name)}
    return mine.items() < theirs.items()
