"""`linli letters`: e-mails from a file or a folder, taken in one by one; the same letter again changes nothing."""

from __future__ import annotations

import argparse
from pathlib import Path

from django.utils import timezone

from linli.project.commands.office import office_named, told
from linli.project.processes.mailbox import files_at, take
from linli.project.progress import Refused, say, worded


def letters(options: argparse.Namespace) -> int:
    """Take the letters in, and say of each what became of it."""
    office, files = office_named(options.office), files_at(Path(options.path))
    if not files:
        raise Refused(f"{options.path} 里没有来信", f"no letters at {options.path}")
    became = {
        "opened": worded("立案", "opened"),
        "added": worded("并入", "added to"),
        "kept": worded("未登记，见“来信”页", "kept: see the page of letters"),
    }
    for file in files:
        with told():
            done = take(office.id, file.read_bytes(), timezone.now())
        again = "" if done.is_new else worded("（以前收过）", " (known already)")
        say(f"{file.name} {became[done.became]} {done.number}{again}")
    return 0
