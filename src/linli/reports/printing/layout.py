"""The layout of an official document, modelled on GB/T 9704-2012: A4, 22 lines of 28 characters on a full page."""

from __future__ import annotations

from dataclasses import dataclass

PAGE_MM = (210.0, 297.0)
TOP_MM, BOTTOM_MM, LEFT_MM, RIGHT_MM = 37.0, 35.0, 28.0, 26.0
BODY_PT, TITLE_PT, FOOT_PT = 16.0, 22.0, 14.0
PITCH_PT, TRACKING_PT = 28.95, -0.25
CELL_PT, CELL_PITCH_PT = 10.5, 16.0


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
