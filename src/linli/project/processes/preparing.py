"""What must be done before a start: tables, rules, static files, each by a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from linli.project.database.readiness import is_ready
from linli.project.database.standing import child_environment
from linli.project.lifeline import SUPERVISED
from linli.project.progress import Refused


def make_ready(folder: Path) -> None:
    """Bring tables, rules and static files up to date, unless they are. Raises Refused."""
    if not is_ready(folder):
        call(["migrate"], as_owner=True)


def call(words: Sequence[str], *, as_owner: bool = False) -> None:
    """Run a command of ours to its end, as the owner of the tables or the application. Raises Refused."""
    command = [sys.executable, "-P", "-m", "linli.project", *words]
    environment = {**child_environment(as_owner=as_owner), SUPERVISED: "1"}
    done = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        code = done.wait()
    except BaseException:
        done.terminate()
        done.wait()
        raise
    if code:
        raise Refused("准备未完成，原因见上方", "not made ready; the reason stands above")
