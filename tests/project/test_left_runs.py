"""A killed test run leaves a database behind; the next run clears it away, and no run that still lives."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[2]
RUN = textwrap.dedent(
    """
    import os, sys, tempfile
    from pathlib import Path
    sys.path[:0] = ["src", "tests"]
    os.environ["DJANGO_SETTINGS_MODULE"] = "linli.project.settings"
    import django
    django.setup()
    import conftest
    from linli.project.home import write_keys
    conftest._clear_away_left_runs()
    if sys.argv[1] == "killed":
        share = Path(tempfile.mkdtemp(prefix=conftest.PREFIX))
        held = conftest._hold(share)
        write_keys(share / "homes" / "up", "database", {"superuser": "x"})
        root = conftest.bundled(share / "homes" / "up").root
        root.mkdir(parents=True, exist_ok=True)
        print(share, root, flush=True)
        sys.stdin.read()
    """
)


def run(folder, word, **more):
    command = [sys.executable, "-c", RUN, word]
    environment = {**os.environ, "TMPDIR": str(folder)}
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, **more
    )


def finished(process):
    process.communicate()
    return process.returncode


def test_the_next_run_clears_away_what_no_process_holds(tmp_path):
    dead, living = (run(tmp_path, "killed", stdin=subprocess.PIPE) for _ in range(2))
    left = [Path(word) for word in dead.stdout.readline().split()]
    held = [Path(word) for word in living.stdout.readline().split()]
    dead.kill()
    dead.communicate()

    assert finished(run(tmp_path, "next")) == 0

    assert [path.exists() for path in left] == [False, False]
    assert [path.exists() for path in held] == [True, True]
    living.kill()
    living.communicate()
    assert finished(run(tmp_path, "next")) == 0
    assert [path.exists() for path in held] == [False, False]
