"""`linli migrate`: tables, rules and static files brought up to date, as the owner of the tables."""

from __future__ import annotations

import argparse

import psycopg
from django.conf import settings
from django.core.management import call_command, execute_from_command_line

from linli.casework.definitions import VersionTaken, publish
from linli.project.database.addresses import owner_address
from linli.project.database.readiness import is_collected, is_ready, note_ready, unready
from linli.project.database.roles import grant_frame
from linli.project.progress import Refused, step, worded
from linli.rulebook.loading import MechanismRefused, refuse_faulty, shipped
from linli.rulebook.ownbook import at_hand


def migrate(options: argparse.Namespace) -> int:  # noqa: ARG001
    """Bring tables, published rules and static files up to date."""
    folder = settings.LINLI_HOME
    is_known = is_collected(folder)
    if is_ready(folder):
        return 0
    unready(folder)
    with step("更新数据表", "tables up to date"):
        call_command("migrate", verbosity=0, interactive=False)
        with psycopg.connect(owner_address(folder), autocommit=True) as owner:
            grant_frame(owner, settings.LINLI_APP_ROLE)
    with step("发布规则", "rules published") as notes:
        notes.append(_publish())
    if not is_known:
        with step("整理网页文件", "static files collected"):
            call_command("collectstatic", verbosity=0, interactive=False)
    note_ready(folder)
    return 0


def manage(options: argparse.Namespace) -> int:
    """Run one of Django's own commands, as the owner of the tables."""
    execute_from_command_line(["linli manage", *options.rest])
    return 0


def _publish() -> str:
    try:
        book = shipped()
        refuse_faulty(book, book.mechanisms)
        publish(book)
        at_hand()  # an office's own book that cannot be taken is refused now, not at the first page
    except MechanismRefused as refused:
        raise Refused(str(refused), str(refused)) from refused
    except VersionTaken as taken:
        raise Refused(
            f"{taken.message.zh}随附的文件没有改过，就是这个数据文件夹由另一版 Linli 建立："
            "请用原来的那一版打开它，或让 LINLI_HOME 指向一个新文件夹另起一份（演示数据可删去重建）。",
            f"{taken.message.en} If you changed no shipped file, this data folder was set up by another "
            "build of Linli: open it with that one, or let LINLI_HOME name a new folder and start afresh "
            "(a demo may be deleted and built again).",
        ) from taken
    count = len(book.mechanisms)
    return worded(f"{count} 项机制", f"{count} mechanisms")
