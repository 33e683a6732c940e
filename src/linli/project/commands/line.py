"""What may be typed after `linli`: the commands, their options, and what each needs to run."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from linli.project.progress import worded

BOOK_VERBS = [
    "check",
    "list",
    "coverage",
    "publish",
    "replay",
    "lock",
    "schema",
    "mutate",
    "walk",
    "tell",
    "clones",
    "bpmn",
    "migrate",
]


@dataclass(frozen=True)
class Command:
    """A command: the module and function that do it, and what must stand before they are called."""

    module: str
    verb: str
    zh: str
    en: str
    needs: Literal["nothing", "database", "owner"] = "nothing"  # a database brings Django with it
    takes_rest: bool = False
    verbs: Mapping[str, Command] = field(
        default_factory=dict
    )  # verbs that need more, done elsewhere

    def for_verb(self, verb: str | None) -> Command:
        """Give the command that does one of its verbs."""
        return self.verbs.get(verb or "", self)


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
    "reach": Command(
        "counting.reach",
        "show",
        "服务圈：装入步行路网、测算",
        "reach: load a walking network, measure",
        "database",
    ),
    "twice": Command(
        "counting.twice", "show", "数一数一年里填了两遍的值", "count values typed twice", "database"
    ),
    "survey": Command(
        "counting.survey", "check", "按种子重抽一份样本", "draw a sample again from its seed"
    ),
    "key": Command("machines", "key", "新建接口密钥", "make a machine's key", "database"),
    "letters": Command("mail", "letters", "登记来信", "take letters in", "database"),
    "figures": Command("counting.figures", "figures", "读取指标", "read a figure", "database"),
    "report": Command(
        "reports", "report", "核对成文报告中的数", "check a printed report's numbers"
    ),
    "replay": Command(
        "replay", "replay", "由记录重算一份报告的数", "make a report's numbers again from records"
    ),
    "fund": Command("fund", "fund", "数一次项目投票", "count a vote over projects"),
    "vote": Command("vote", "vote", "数一次表决或选举", "count a decision or an election"),
    "verify": Command("verify", "verify", "核验办理记录", "verify the journal", "database"),
    "audit": Command(
        "counting.auditing",
        "hold",
        "核对汇总数与记录",
        "hold kept numbers against the records",
        "database",
    ),
    "hints": Command(
        "running.learning",
        "learn",
        "从办结的案件里学类别和单位",
        "learn category and body from closed cases",
        "database",
    ),
    "backup": Command("keeping", "backup", "备份", "back up", "database"),
    "restore": Command("keeping", "restore", "恢复", "restore"),
    "book": Command(
        "authors.book",
        "book",
        "检查、列出、发布规则",
        "check, list and publish rules",
        verbs={
            "publish": Command(
                "books.publishing", "publish", "发布规则", "publish rules", "database"
            ),
            "replay": Command(
                "books.replaying", "show", "用新版重演", "replay under a version", "database"
            ),
            "migrate": Command(
                "books.migrating", "show", "在办事项转入新版", "move running cases", "database"
            ),
        },
    ),
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
    elif name in {"registry", "key", "reach", "letters"}:
        _entering(name, line)
    elif name == "figures":
        _reading(line)
    elif name in {"report", "fund", "vote", "replay", "survey", "twice"}:
        _checking(name, line)
    elif name in {"verify", "hints", "audit", "backup", "restore"}:
        _keeping(name, line)
    elif name == "book":
        _book(line)


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


def _entering(name: str, line: argparse.ArgumentParser) -> None:
    if name == "key":
        _key(line)
    elif name == "letters":
        line.add_argument("path", help=worded(".eml 文件或文件夹", "an .eml file or a folder"))
        _office(line)
    elif name == "reach":
        _reach(line)
    else:
        _divisions(line)


def _key(line: argparse.ArgumentParser) -> None:
    line.add_argument("name", help=worded("使用方名称", "who will use it"))
    line.add_argument(
        "--scope", action="append", required=True, choices=["report", "bulk", "signal", "exchange"]
    )
    line.add_argument("--per-minute", type=int, default=600)
    line.add_argument("--until", help=worded("到期日", "the day it ends, YYYY-MM-DD"))
    _office(line)


def _reach(line: argparse.ArgumentParser) -> None:
    line.add_argument("verb", choices=["load", "measure"])
    line.add_argument("file", nargs="?", help=worded("步行路网 GeoJSON", "the network as GeoJSON"))
    line.add_argument("--source", default="", help=worded("来源", "where it comes from"))
    _office(line)


def _divisions(line: argparse.ArgumentParser) -> None:
    line.add_argument("verb", choices=["import", "cells", "dwellings"])
    line.add_argument("file")
    line.add_argument(
        "--all", action="store_true", help=worded("不限本街道", "not this street alone")
    )
    line.add_argument("--as-of", help=worded("资料日期", "the day the list was true, YYYY-MM-DD"))
    _office(line)


def _reading(line: argparse.ArgumentParser) -> None:
    line.add_argument("verb", choices=["read", "records", "list", "check", "export", "compare"])
    line.add_argument("key", nargs="?")
    line.add_argument("--folder", help=worded("归档文件夹", "the folder of the archive"))
    line.add_argument(
        "--period", help="2018 | 2018-H1 | 2018-Q2 | 2018-06 | 2018-06-01..2018-07-01"
    )
    line.add_argument("--place", help=worded("区划代码或名称", "a division's code or name"))
    line.add_argument("--by", help=worded("按哪个维度分列", "the dimension to split by"))
    line.add_argument("--side", choices=["num", "den", "num_before", "den_before"], default="num")
    line.add_argument(
        "--part", help=worded("只列其中一项的记录", "records of one part of --by only")
    )
    line.add_argument("--page", type=int, default=1)
    line.add_argument("--json", action="store_true")
    _office(line)


def _book(line: argparse.ArgumentParser) -> None:
    line.add_argument("verb", choices=BOOK_VERBS)
    line.add_argument("path", nargs="?", help=worded("文件或文件夹", "a file or a folder"))
    line.add_argument("--since", help=worded("从哪天起立的事项", "cases opened since, YYYY-MM-DD"))
    line.add_argument("--json", action="store_true")
    line.add_argument(
        "--write",
        action="store_true",
        help=worded("写入 docs/coverage.md", "write docs/coverage.md"),
    )
    line.add_argument(
        "--rewrite", action="store_true", help=worded("重写锁文件", "write the lock anew")
    )
    line.add_argument(
        "--effective-on", help=worded("生效日期", "the day it takes effect, YYYY-MM-DD")
    )
    line.add_argument("--steps", type=int, help=worded("一共走多少步", "how many steps in all"))
    line.add_argument("--seed", type=int, default=1)
    line.add_argument(
        "--do", action="store_true", help=worded("真做，不只看", "do it, not only look")
    )
    line.add_argument("-o", "--output", help=worded("写入文件", "the file to write"))
    _office(line)


def _replaying(line: argparse.ArgumentParser) -> None:
    line.add_argument(
        "key", help=worded("重放的名称，或一个 .yaml 文件", "its key, or a .yaml file")
    )
    line.add_argument("--json", action="store_true")


def _checking(name: str, line: argparse.ArgumentParser) -> None:
    if name == "twice":
        line.add_argument("--year", type=int, help=worded("哪一年", "which year"))
        _office(line)
    elif name == "replay":
        _replaying(line)
        line.add_argument(
            "--report",
            metavar="FILE",
            help=worded("由记录起草报告，写成 .docx 或 .pdf", "draft the report, as .docx or .pdf"),
        )
    elif name == "report":
        line.add_argument("verb", choices=["check"])
        line.add_argument("file", help=worded(".docx 或 .txt", "a .docx or .txt file"))
        line.add_argument("--json", action="store_true")
    elif name == "vote":
        line.add_argument("verb", choices=["count"])
        line.add_argument("file", help=worded("表决文件", "a vote file (YAML)"))
        line.add_argument("--json", action="store_true")
    elif name == "survey":
        line.add_argument("file", help=worded("抽样记录", "the file of the drawing"))
    else:
        _counting(line)


def _counting(line: argparse.ArgumentParser) -> None:
    line.add_argument("verb", choices=["count"])
    line.add_argument(
        "file", help=worded("Pabulib 的 .pb 文件", "a .pb file as Pabulib keeps them")
    )
    line.add_argument(
        "--rule",
        choices=["greedy", "equal-shares"],
        help=worded("规则；不写则依文件所载", "the rule; without it, the file's own"),
    )
    line.add_argument(
        "--completion",
        choices=[
            "none",
            "by-votes",
            "add1",
            "add1-exhaustive",
            "add1-by-votes",
            "add1-exhaustive-by-votes",
        ],
        help=worded("余额如何用完", "how what is left is used"),
    )
    line.add_argument("--stop-at-first", action="store_true")
    line.add_argument("--part-from", type=Fraction)
    line.add_argument("--as-approval", action="store_true")
    line.add_argument(
        "--printed",
        action="store_true",
        help=worded("按文件所印票数", "by the totals the file prints"),
    )
    line.add_argument(
        "--lot",
        help=worded("抽签次序：项目编号，逗号分隔", "the lot drawn: project ids, by commas"),
    )
    line.add_argument("--json", action="store_true")


def _keeping(name: str, line: argparse.ArgumentParser) -> None:
    if name in {"verify", "hints", "audit"}:
        _office(line)
    else:
        line.add_argument("folder")
        line.add_argument(
            "--keys", help=worded("密钥另存的文件夹", "the folder for the keys, kept apart")
        )
