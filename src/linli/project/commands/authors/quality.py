"""`linli test` and `linli check`: what every change must pass."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import linli
from linli.project.progress import say, worded

PACKAGE = Path(linli.__file__).parent
REPOSITORY = next(folder for folder in PACKAGE.parents if (folder / "pyproject.toml").exists())
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHECKS: tuple[tuple[str, ...], ...] = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("lint-imports", "--no-cache"),
    ("djangofmt", "--check", str(PACKAGE)),
    ("djlint", "--lint", str(PACKAGE)),
    ("deptry", str(PACKAGE.parent)),
    ("vulture",),
    ("yamllint", "--strict", "."),
    ("linli", "book", "check"),
)


def test(options: argparse.Namespace) -> int:
    """Run the tests; further words go to pytest. Gives pytest's own exit code."""
    _browser_there()
    words = (
        options.rest
        if any(word.startswith("-n") for word in options.rest)
        else ["-n", "auto", "--dist", "worksteal", *options.rest]
    )
    return subprocess.run([_tool("pytest"), *words], cwd=REPOSITORY, check=False).returncode


def check(options: argparse.Namespace) -> int:  # noqa: ARG001
    """Run every linter and type checker, all of them even when one finds something."""
    failed = [command for command in CHECKS if not _passes(command)]
    say(
        worded(
            f"{len(CHECKS)} 项检查，{len(failed)} 项未过",
            f"{len(CHECKS)} checks, {len(failed)} failed",
        )
    )
    return 1 if failed else 0


def _passes(command: Sequence[str]) -> bool:
    tool = (
        [sys.executable, "-P", "-m", "linli.project"]
        if command[0] == "linli"
        else [_tool(command[0])]
    )
    done = subprocess.run(
        [*tool, *command[1:]], cwd=REPOSITORY, check=False, capture_output=True, text=True
    )
    if done.returncode:
        say((done.stdout + done.stderr).strip())
    say(
        f"{'✗' if done.returncode else '✓'} {' '.join(command).replace(str(REPOSITORY) + os.sep, '')}"
    )
    return done.returncode == 0


def _tool(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def _browser_there() -> None:
    """See that there is a browser for the page tests, and letters for Chinese."""
    if any(map(shutil.which, BROWSERS)):
        return
    wanted = ["chromium", "fonts-noto-cjk"]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say(worded("· 安装测试所用的浏览器", "· installing the browser that the tests drive"))
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        ask = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]  # somebody else may be installing
        for words in (["update"], ["install", "--yes", "--no-install-recommends", *wanted]):
            subprocess.run([*ask, *words], check=False, env=environment, stdout=subprocess.DEVNULL)
    if not any(map(shutil.which, BROWSERS)):
        text = " ".join(wanted)
        say(
            worded(
                f"! 页面测试需要 Chromium，请先安装：apt-get install {text}",
                f"! the page tests need Chromium: apt-get install {text}",
            )
        )
