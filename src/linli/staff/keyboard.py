"""The keys of the desk: which does what, on a page of its own and on a sheet over every page."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from linli.staff.desk import Desk

ACTIONS = "asdfqwert"  # in the order of the buttons; none of them means anything else


def keys(desk: Desk) -> HttpResponse:
    """Show what each key does."""
    lines = [
        (["j", "k"], _("列表中下一行、上一行")),
        (["Enter"], _("打开这一行")),
        (["x"], _("选中这一行，再按一次取消")),
        (["n", "p"], _("同一列表的下一件、上一件")),
        (["u"], _("回到列表中原来的位置")),
        ([*ACTIONS[:4], "…"], _("办按钮上标着的动作")),
        (["z"], _("撤回刚办的这一步")),
        (["Ctrl+Enter"], _("提交正在填的表")),
        (["/"], _("按编号打开案件")),
        (["?"], _("看这张表")),
        (["Esc"], _("关上这张表")),
    ]
    template = "staff/keys.html#sheet" if desk.is_part else "staff/keys.html"
    return desk.show(template, {"lines": lines})
