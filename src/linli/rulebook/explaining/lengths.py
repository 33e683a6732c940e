"""How long a limit is, in words."""

from __future__ import annotations

from linli.rulebook.mechanism import BUDGET, Label
from linli.rulebook.workdays import parts

UNITS = {
    "wm": Label(zh="分钟（工作时间）", en="working minutes"),
    "wh": Label(zh="小时（工作时间）", en="working hours"),
    "wd": Label(zh="个工作日", en="working days"),
    "cm": Label(zh="分钟", en="minutes"),
    "ch": Label(zh="小时", en="hours"),
    "cd": Label(zh="天", en="days"),
}
DEPENDS = Label(zh="按类别和紧急程度等确定", en="depends on the kind of case")


def length_in_words(budget: str) -> Label:
    """Give a budget in words: '5 wd' is “5 个工作日”."""
    if budget.startswith("="):
        return DEPENDS
    said = [
        Label(zh=f"{n} {UNITS[unit].zh}", en=f"{n} {_one(n, UNITS[unit].en)}")
        for n, unit in parts(budget)
    ]
    return Label(zh=" 加 ".join(one.zh for one in said), en=" plus ".join(one.en for one in said))


def is_budget(text: str) -> bool:
    """Tell whether a text is a budget such as '4 wh'."""
    return all(BUDGET.fullmatch(part) for part in text.split(" + "))


def _one(number: int, plural: str) -> str:
    return plural[:-1] if number == 1 else plural
