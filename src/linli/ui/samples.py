"""Made-up contents for the page that shows every part in every state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from linli.rulebook.casefile import ClockReading
from linli.rulebook.mechanism import Label
from linli.ui.drawing import Mark
from linli.ui.questions import Choice, Question

STATES = (
    (Label(zh="待受理", en="To be accepted"), "intake"),
    (Label(zh="处置中", en="Being handled"), "open"),
    (Label(zh="已结案", en="Closed"), "done"),
    (Label(zh="不予受理", en="Not taken"), "void"),
)
TONES = (
    (Label(zh="督办", en="Supervised"), "red"),
    (Label(zh="即将到期", en="Due soon"), "amber"),
    (Label(zh="市民满意", en="Satisfied"), "green"),
    (Label(zh="热线", en="Hotline"), "info"),
)
KINDS = (
    ("a11", "暴露垃圾", "Exposed rubbish", "市容环境", "Street appearance"),
    ("a12", "占道堆物", "Goods on the pavement", "市容环境", "Street appearance"),
    ("a13", "乱贴小广告", "Fly-posting", "市容环境", "Street appearance"),
    ("b21", "路面破损", "Broken road surface", "公用设施", "Public facilities"),
    ("b22", "井盖缺失", "Missing manhole cover", "公用设施", "Public facilities"),
    ("b23", "路灯不亮", "Street lamp out", "公用设施", "Public facilities"),
    ("b24", "积水", "Standing water", "公用设施", "Public facilities"),
)
PLACES = (
    ("古棠一村", 128), ("梅影新苑", 96), ("云锦花园", 71), ("莲塘公寓", 38), ("竹园家园", 12), ("虹梧雅苑", None),
)  # fmt: skip
MONTHS = (212, 188, 241, 260, 232, 305, 356, 344, 290, 251, None, 198)


@dataclass(frozen=True)
class Line:
    """One row of the sample list."""

    number: str
    title: str
    state: Label
    phase: str
    holder: str
    due_at: datetime | None
    is_late: bool = False
    is_amber: bool = False
    provisional: bool = False


@dataclass(frozen=True)
class Leaf:
    """One page of the sample list."""

    page: int = 3
    pages: int = 12
    total: int = 583


def samples(now: datetime) -> Mapping[str, Any]:
    """Give what the page of parts shows, as if it were `now`."""
    return {
        "now": now,
        "states": STATES,
        "tones": TONES,
        "clocks": _clocks(now),
        "rows": _rows(now),
        "leaf": Leaf(),
        "bars": [Mark(place, count, href="#charts") for place, count in PLACES],
        "months": [Mark(f"{month}月", count) for month, count in enumerate(MONTHS, 1)],
        "steps": _steps(now),
        "questions": _questions(),
        "wrong": [_wrong()],
        "none": None,
    }


def _clocks(now: datetime) -> list[tuple[str, ClockReading]]:
    def reading(**given: Any) -> ClockReading:
        return ClockReading("handle", "5 wd", "office", now - timedelta(days=3), **given)

    hours = timedelta(hours=1)
    return [
        ("处置时限", reading(due_at=now + 50 * hours, amber_at=now + 20 * hours)),
        ("先行联系", reading(due_at=now + 2.4 * hours, amber_at=now - hours)),
        ("处置时限", reading(due_at=now - 29 * hours)),
        ("处置时限", reading(remaining=1130)),
        ("回访时限", reading(due_at=now + 160 * hours, provisional=True)),
        ("受理时限", reading(ended_at=now - hours)),
        ("核查时限", reading(ended_at=now, breached_at=now - hours)),
    ]


def _rows(now: datetime) -> list[Line]:
    days = timedelta(days=1)
    return [
        Line(
            "GT-2026-004821", "古棠路 88 弄 3 号楼旁 路面破损", *STATES[1], "市政道路养护公司", now - days,
            is_late=True,
        ),
        Line(
            "GT-2026-004835", "梅影新苑北门 占道堆物", *STATES[1], "综合行政执法队", now + days / 9,
            is_amber=True,
        ),
        Line(
            "GT-2026-004840", "云锦路近莲塘路口 井盖缺失", *STATES[0], "城市运行管理中心",
            now + 3.2 * days, provisional=True,
        ),
        Line("GT-2026-004702", "竹园家园中心绿地 暴露垃圾", *STATES[2], "环卫保洁公司", None),
    ]  # fmt: skip


def _steps(now: datetime) -> list[Mapping[str, Any]]:
    hours = timedelta(hours=1)
    texts = ("路面塌陷约半米见方，已设围挡。", "请今日内到场处置，处置后上传照片。", "", "")
    told = (
        ("市民上报", None, "待受理", "市民", "", 52),
        ("派遣", "待受理", "处置中", "李秀英", "城市运行管理中心", 50),
        ("到场", "处置中", "处置中", "王建国", "市政道路养护公司", 27),
        ("超时督办", "处置中", "督办中", "", "", 2),
    )
    return [
        {
            "action": action, "origin": origin, "state": state, "actor": actor, "body": body,
            "at": now - hours * ago, "automatic": not actor, "text": text,
        }
        for (action, origin, state, actor, body, ago), text in zip(told, texts, strict=True)
    ]  # fmt: skip


def _choices() -> tuple[Choice, ...]:
    return tuple(
        Choice(key, Label(zh=zh, en=en), Label(zh=group_zh, en=group_en))
        for key, zh, en, group_zh, group_en in KINDS
    )


def _questions() -> list[Question]:
    few = tuple(Choice(c.value, c.label) for c in _choices()[:3])
    yes = (Choice("true", Label(zh="是", en="Yes")), Choice("false", Label(zh="否", en="No")))
    units = ("市政道路养护公司", "综合行政执法队", "环卫保洁公司")
    bodies = tuple(Choice(str(n), Label(zh=name, en=name)) for n, name in enumerate(units, 1))
    hint = Label(zh="写清在哪里、什么时候、是什么样。", en="Say where, when and what it is like.")
    return [
        Question("told", Label(zh="情况", en="What happened"), "text", required=True, max=500, hint=hint),
        Question("caller", Label(zh="来电人", en="Caller"), "word", max=60),
        Question("kind", Label(zh="类别", en="Kind"), "code", required=True, choices=_choices()),
        Question("severity", Label(zh="大类", en="Class"), "code", required=True, choices=few, value="a12"),
        Question("called", Label(zh="是否先行联系", en="Called first?"), "bool", choices=yes, required=True),
        Question("cost", Label(zh="费用", en="Cost"), "money", value="1280.00"),
        Question("seen_on", Label(zh="发现日期", en="Seen on"), "date", required=True),
        Question("seen_at", Label(zh="到场时间", en="Arrived at"), "moment"),
        Question("helpers", Label(zh="会办单位", en="Co-handling bodies"), "bodies", choices=bodies, multiple=True),
        Question("spot", Label(zh="位置", en="Place"), "place", required=True),
        Question("before", Label(zh="现场照片", en="Photos of the spot"), "photo", required=True, least=1, most=6, multiple=True),
    ]  # fmt: skip


def _wrong() -> Question:
    missing = Label(zh="请写明处置结果。", en="Say how it was handled.")
    label = Label(zh="处置结果", en="Result")
    return Question("result", label, "text", required=True, max=500, errors=(missing,))
