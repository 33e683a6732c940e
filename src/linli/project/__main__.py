"""The `linli` command: reads the line, readies what the command needs, and runs it."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

import psycopg

from linli.project.commands.line import COMMANDS, Command, parser
from linli.project.database.postgres import ClusterFailed
from linli.project.database.roles import DatabaseUnfit
from linli.project.database.standing import standing
from linli.project.home import home
from linli.project.lifeline import is_supervised
from linli.project.processes.preparing import make_ready
from linli.project.progress import Refused, say, worded


def main(words: Sequence[str]) -> int:
    """Run one command and give its exit code: 0 done, 1 refused or failed, 2 not understood."""
    known, rest = parser().parse_known_args(words)
    command = COMMANDS[known.command]
    if rest and not command.takes_rest:
        parser().error(f"?: {' '.join(rest)}")
    known.rest = rest
    try:
        return _run(command.for_verb(getattr(known, "verb", None)), known)
    except (Refused, ClusterFailed, DatabaseUnfit) as refusal:
        say(f"✗ {refusal}")
        return 1
    except psycopg.OperationalError as failure:
        say(worded(f"✗ 连不上数据库：{failure}", f"✗ cannot reach the database: {failure}"))
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read has enough, such as `head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def _run(command: Command, options: object) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.project.settings")
    if command.needs == "owner":
        os.environ["LINLI_AS_OWNER"] = "1"
    if command.needs == "nothing":
        return _called(command, options)
    with standing(home()):
        if command.needs == "database" and not is_supervised():
            make_ready(home())
        importlib.import_module("django").setup()
        return _called(command, options)


def _called(command: Command, options: object) -> int:
    module = importlib.import_module(f"linli.project.commands.{command.module}")
    done = getattr(module, command.verb)(options)
    assert isinstance(done, int)
    return done


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
