"""The navigation of a desk: what one comes for, in groups. What somebody may not open is not there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.ui.around import address

INBOX = "inbox"
COUNTS = {INBOX: "waiting", "told": "unread"}


@dataclass(frozen=True)
class Entry:
    """One entry: its words, the page it leads to, its icon, and what of the desk must be true to see it."""

    label: Promise
    page: str
    icon: str
    needs: str = ""


@dataclass(frozen=True)
class Shown:
    """An entry as somebody sees it, with what waits behind it."""

    entry: Entry
    count: int

    @property
    def href(self) -> str:
        """Give the address of the page."""
        return address(f"staff:{self.entry.page}")

    @property
    def is_exact(self) -> bool:
        """True for the page under which all others lie."""
        return self.entry.page == INBOX


GROUPS: tuple[tuple[Promise, tuple[Entry, ...]], ...] = (
    (
        _("办理"),
        (
            Entry(_("待办"), "inbox", "inbox"),
            Entry(_("巡查"), "patrol", "phone"),
            Entry(_("通知"), "told", "info"),
            Entry(_("登记"), "intake-choice", "plus"),
            Entry(_("案件"), "cases", "list"),
            Entry(_("看板"), "board", "board"),
            Entry(_("热点"), "hot", "flag"),
        ),
    ),
    (
        _("数据"),
        (
            Entry(_("统计"), "figures", "chart"),
            Entry(_("一屏观"), "screen", "map"),
            Entry(_("服务圈"), "reach", "map"),
            Entry(_("抽样测评"), "surveys", "people", "may_survey"),
            Entry(_("考核"), "scores", "star"),
            Entry(_("报告"), "reports", "file", "may_see_reports"),
        ),
    ),
    (
        _("名册和台账"),
        (
            Entry(_("名册"), "registers", "book"),
            Entry(_("台账"), "layouts", "file"),
            Entry(_("台账导入"), "ledgers", "upload", "may_bring_in"),
        ),
    ),
    (
        _("议事和经费"),
        (
            Entry(_("表决"), "votes", "check", "may_tell"),
            Entry(_("供需对接"), "matches", "check"),
            Entry(_("批次"), "batches", "list"),
            Entry(_("项目"), "projects", "flag"),
            Entry(_("账本"), "funds", "chart"),
        ),
    ),
    (
        _("规则和对接"),
        (
            Entry(_("机制"), "mechanisms", "book"),
            Entry(_("规则"), "book", "book", "may_keep_book"),
            Entry(_("分派规则"), "routes", "list", "may_keep_book"),
            Entry(_("常用语"), "phrases", "edit", "may_keep_book"),
            Entry(_("提示"), "hints", "info", "may_keep_book"),
            Entry(_("平台对接"), "platforms", "refresh", "may_exchange"),
            Entry(_("来信"), "letters", "info", "may_bring_in"),
            Entry(_("设备信号"), "devices", "alarm", "may_bring_in"),
            Entry(_("机构"), "office", "people", "is_registrar"),
            Entry(_("销毁登记"), "destructions", "shield", "may_erase"),
        ),
    ),
)


def navigation(desk: object) -> Iterator[tuple[Promise, list[Shown]]]:
    """Give the groups of entries that the person at a desk may open."""
    for title, entries in GROUPS:
        open_to = [one for one in entries if not one.needs or getattr(desk, one.needs)]
        if open_to:
            yield title, [Shown(one, _count(desk, one.page)) for one in open_to]


def _count(desk: object, page: str) -> int:
    return getattr(desk, COUNTS[page]) if page in COUNTS else 0
