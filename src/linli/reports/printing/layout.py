"""The layout of an official document, modelled on GB/T 9704-2012: A4, 22 lines of 28 characters on a full page."""

from __future__ import annotations

import re
from dataclasses import dataclass

PAGE_MM = (210.0, 297.0)
TOP_MM, BOTTOM_MM, LEFT_MM, RIGHT_MM = 37.0, 35.0, 28.0, 26.0
BODY_PT, TITLE_PT, FOOT_PT = 16.0, 22.0, 14.0
PITCH_PT, TRACKING_PT = 28.95, -0.25
CELL_PT, CELL_PITCH_PT = 10.5, 16.0
KEPT_TOGETHER = 6  # rows: a table of more may go on over the page


@dataclass(frozen=True)
class Face:
    """A typeface: as offices name it in Word, and families to try in turn where it is drawn here."""

    office: str
    families: tuple[str, ...]


BODY = Face(
    "仿宋_GB2312", ("FandolFang R", "FandolFang", "FangSong", "Noto Serif CJK SC", "Source Han Serif SC", "AR PL UMing CN")
)  # fmt: skip
TITLE = Face(
    "方正小标宋简体", ("FandolSong", "Noto Serif CJK SC", "Source Han Serif SC", "AR PL UMing CN")
)
HEAD = Face("黑体", ("FandolHei", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Zen Hei"))
SUBHEAD = Face("楷体_GB2312", ("FandolKai", "AR PL UKai CN", "LXGW WenKai", "Noto Serif CJK SC"))
FACES = {0: BODY, 1: HEAD, 2: SUBHEAD, 3: BODY}
TITLE_LONGEST = int((PAGE_MM[0] - LEFT_MM - RIGHT_MM) / 25.4 * 72 / TITLE_PT)
TITLE_BREAKS = re.compile(r"(?=\d{4}年)|(?<=规划)|(?<=街道)|(?<=年度)|(?<=关于)|(?<=[，、])")


def title_lines(heading: str) -> list[str]:
    """Give a heading in lines: one, or two of about the same length that break between words (GB/T 9704-2012, 7.3.1)."""
    if len(heading) <= TITLE_LONGEST:
        return [heading]
    middle = len(heading) / 2
    places = [found.start() for found in TITLE_BREAKS.finditer(heading)]
    fitting = [
        at for at in places if 0 < at <= TITLE_LONGEST and len(heading) - at <= TITLE_LONGEST
    ]
    at = min(fitting, key=lambda place: abs(place - middle), default=-(-len(heading) // 2))
    return [heading[:at], heading[at:]]
