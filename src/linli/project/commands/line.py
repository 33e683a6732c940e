"""What may be typed after `linli`: the commands, their options, and what each needs to run."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from typing import Literal

from linli.project.progress import worded


@dataclass(frozen=True)
class Command:
    """A command: the module and function that do it, and what must stand before they are called."""

    module: str
    verb: str
    zh: str
    en: str
    needs: Literal["nothing", "database", "owner"] = "nothing"  # a database brings Django with it
    takes_rest: bool = False


COMMANDS: dict[str, Command] = {
    "help": Command("help", "show", "列出全部命令", "list all commands"),
    "up": Command("running.up", "up", "启动办事处系统", "start the office"),
    "demo": Command("running.up", "demo", "启动演示街道", "start the demo subdistrict"),
    "build-demo": Command(
        "running.demo", "build", "只生成演示街道", "build the demo only", "database"
    ),
    "serve": Command(
        "running.serve", "serve", "只启动网页服务", "start the web server only", "database"
    ),
    "worker": Command(
        "running.work", "work", "只启动后台进程", "start the worker only", "database"
    ),
    "migrate": Command(
        "running.migrate",
        "migrate",
        "更新数据表并发布规则",
        "update tables, publish rules",
        "owner",
    ),
    "import": Command("ledgers", "ledger", "导入台账", "import a ledger", "database"),
    "registry": Command("ledgers", "divisions", "导入区划", "import divisions", "database"),
    "figures": Command("figures", "figures", "读取指标", "read a figure", "database"),
    "verify": Command("verify", "verify", "核验办理记录", "verify the journal", "database"),
    "backup": Command("keeping", "backup", "备份", "back up", "database"),
    "restore": Command("keeping", "restore", "恢复", "restore"),
    "book": Command("authors.book", "book", "检查规则库", "check the rule book"),
    "test": Command("authors.quality", "test", "运行全部测试", "run all tests", takes_rest=True),
    "check": Command("authors.quality", "check", "检查代码与规则", "check code and rules"),
    "messages": Command(
        "authors.messages", "run", "收集并编译译文", "collect and compile translations"
    ),
    "vendor": Command("authors.vendor", "run", "更新随附的网页组件", "renew vendored assets"),
    "rooms": Command("authors.rooms", "write", "重写 docs/rooms.md", "rewrite docs/rooms.md"),
    "manage": Command(
        "running.migrate",
        "manage",
        "Django 管理命令",
        "Django's own commands",
        "owner",
        takes_rest=True,
    ),
}


def parser() -> argparse.ArgumentParser:
    """Give the parser of the whole line."""
    whole = argparse.ArgumentParser(prog="linli", description="Linli 邻里", allow_abbrev=False)
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        words = worded(command.zh, command.en)
        _options(name, commands.add_parser(name, help=words, description=words, allow_abbrev=False))
    return whole


def _options(name: str, line: argparse.ArgumentParser) -> None:
    if name in {"up", "demo", "serve"}:
        _serving(line)
    elif name == "import":
        _ledger(line)
    elif name == "registry":
        _divisions(line)
    elif name == "figures":
        _reading(line)
    elif name in {"verify", "backup", "restore"}:
        _keeping(name, line)
    elif name == "book":
        line.add_argument("verb", choices=["check", "schema", "words"])


def _serving(line: argparse.ArgumentParser) -> None:
    line.add_argument("--port", type=int, default=int(os.environ.get("LINLI_PORT", "8000")))
    line.add_argument("--host", default=os.environ.get("LINLI_HOST", "127.0.0.1"))
    cores = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    line.add_argument("--workers", type=int, default=min(cores, 4))


def _office(line: argparse.ArgumentParser) -> None:
    line.add_argument("--office", help=worded("办事处 9 位代码", "the office's 9-digit code"))


def _ledger(line: argparse.ArgumentParser) -> None:
    line.add_argument("file")
    line.add_argument("--map", required=True, help=worded("列对照表", "the column mapping (YAML)"))
    line.add_argument("--dry-run", action="store_true", help=worded("只预览", "preview only"))
    line.add_argument("--json", action="store_true")
    _office(line)


def _divisions(line: argparse.ArgumentParser) -> None:
    line.add_argument("verb", choices=["import", "cells"])
    line.add_argument("file")
    line.add_argument(
        "--all", action="store_true", help=worded("不限本街道", "not this street alone")
    )
    line.add_argument("--as-of", help=worded("资料日期", "the day the list was true, YYYY-MM-DD"))
    _office(line)


def _reading(line: argparse.ArgumentParser) -> None:
    line.add_argument("verb", choices=["read", "records", "list"])
    line.add_argument("key", nargs="?")
    line.add_argument(
        "--period", help="2018 | 2018-H1 | 2018-Q2 | 2018-06 | 2018-06-01..2018-07-01"
    )
    line.add_argument("--place", help=worded("区划代码或名称", "a division's code or name"))
    line.add_argument("--by", help=worded("按哪个维度分列", "the dimension to split by"))
    line.add_argument("--side", choices=["num", "den"], default="num")
    line.add_argument(
        "--part", help=worded("只列其中一项的记录", "records of one part of --by only")
    )
    line.add_argument("--page", type=int, default=1)
    line.add_argument("--json", action="store_true")
    _office(line)


def _keeping(name: str, line: argparse.ArgumentParser) -> None:
    if name == "verify":
        _office(line)
    else:
        line.add_argument("folder")
        line.add_argument(
            "--keys", help=worded("密钥另存的文件夹", "the folder for the keys, kept apart")
        )
