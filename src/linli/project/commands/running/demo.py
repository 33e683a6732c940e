"""Builds the demo subdistrict, once, in an empty office."""

from __future__ import annotations

import argparse

from django.conf import settings

from linli.project import demo
from linli.project.log_ins import is_demo_there, note_begun, note_demo
from linli.project.progress import Refused, say, step, worded
from linli.registry.queries import offices


def build(options: argparse.Namespace) -> int:  # noqa: ARG001
    """Build the demo unless it is there. Raises Refused where another office lives."""
    folder = settings.LINLI_HOME
    if is_demo_there(folder):
        return 0
    if offices():
        raise Refused(
            f"{folder} 里已有办事处；演示请用另一个数据文件夹（LINLI_HOME）",
            f"an office lives in {folder}; use another data folder for the demo (LINLI_HOME)",
        )
    note_begun(folder)
    with step("生成演示街道", "demo subdistrict built"):
        note_demo(folder, demo.build(folder, lambda zh, en: say(f"  {worded(zh, en)}")))
    return 0
