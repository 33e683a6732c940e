"""`linli backup` and `linli restore`: an installation packed up, and set up again elsewhere."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from linli.project.home import home
from linli.project.keeping.backup import backup as pack_up
from linli.project.keeping.backup import keys_beside
from linli.project.keeping.restore import restore as set_up
from linli.project.progress import say, step, worded


def backup(options: argparse.Namespace) -> int:
    """Back up the database and the files into one folder, the keys into another."""
    target = Path(options.folder).expanduser().resolve()
    keys = _keys(options) or keys_beside(target)
    with step("已备份", "backed up"):
        pack_up(home(), target, keys, at=datetime.now(UTC))
    say(worded(f"  数据与文件  {target}", f"  data and files  {target}"))
    say(worded(f"  密钥        {keys}", f"  keys            {keys}"))
    say(
        worded(
            "  两个文件夹请分开保管：只有合在一起才能读出个人信息和照片。",
            "  Keep the two folders apart: only both together open personal data and photos.",
        )
    )
    return 0


def restore(options: argparse.Namespace) -> int:
    """Set up an empty data folder from a backup."""
    source = Path(options.folder).expanduser().resolve()
    restored = set_up(source, home(), _keys(options))
    say(f"✓ {worded(restored.message.zh, restored.message.en)}")
    return 0


def _keys(options: argparse.Namespace) -> Path | None:
    return Path(options.keys).expanduser().resolve() if options.keys else None
