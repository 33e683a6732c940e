"""`linli up` and `linli demo`: everything up with one command, and down again with Ctrl-C."""

from __future__ import annotations

import argparse
import fcntl
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psycopg

from linli.project.database.addresses import application_address
from linli.project.database.postgres import Cluster
from linli.project.database.readiness import unready
from linli.project.database.roles import empty_bundled
from linli.project.database.standing import standing
from linli.project.home import home, make_first_run_word, make_home
from linli.project.log_ins import is_demo_half, is_demo_there, log_in_lines
from linli.project.processes.preparing import call, make_ready
from linli.project.processes.supervisor import Child, Stopped, stop, stop_on_signals, supervise
from linli.project.progress import Refused, say, step, worded

FIRST_ANSWER_SECONDS = 60.0


def up(options: argparse.Namespace) -> int:
    """Start an office: the database if it is ours, tables, web server, worker."""
    return _run(options, is_demo=False)


def demo(options: argparse.Namespace) -> int:
    """Start the demo subdistrict; its year of cases is made at the first start."""
    return _run(options, is_demo=True)


def _run(options: argparse.Namespace, *, is_demo: bool) -> int:
    folder = home()
    stop_on_signals()
    try:
        with _only_one(folder):
            _check_port(options.host, options.port)
            say(worded(f"· 数据文件夹：{folder}", f"· data folder: {folder}"))
            with standing(folder) as cluster:
                if is_demo and is_demo_half(folder):
                    _begin_again(folder, cluster)
                _ready(folder, is_demo=is_demo)
                _serve(options, cluster)
    except Stopped:
        pass
    say(worded("✓ 已停止", "✓ stopped"))
    return 0


def _serve(options: argparse.Namespace, cluster: Cluster | None) -> None:
    place = ["--host", options.host, "--port", str(options.port), "--workers", str(options.workers)]
    web = Child("网页服务", "web server", ["serve", *place])
    worker = Child("后台进程", "worker", ["worker"])
    children = [web, worker]
    try:
        with step("启动后台进程", "worker started"):
            worker.start()
        with step("启动网页服务", "web server started"):
            web.start()
            _await_answer(options, web)
        _announce(options, home())
    except BaseException:
        stop(children)
        raise
    supervise(children, cluster)


def _ready(folder: Path, *, is_demo: bool) -> None:
    make_ready(folder)
    if is_demo and not is_demo_there(folder):
        call(["build-demo"])


def _begin_again(folder: Path, cluster: Cluster | None) -> None:
    if cluster is None:
        raise Refused(
            "上次生成演示街道时中断：请给演示一个空的数据库",
            "building the demo was cut short: give the demo an empty database",
        )
    with step("上次中断，重新开始", "cut short last time: beginning again"):
        empty_bundled(cluster)
        unready(folder)


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    make_home(folder)
    with (folder / "up.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise Refused(
                f"{folder} 的系统已在运行", f"the system in {folder} is already running"
            ) from held
        yield


def _check_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as refusal:
            raise Refused(
                f"端口 {port} 不可用（{refusal.strerror}）：请用 --port 另选一个",
                f"port {port} cannot be used ({refusal.strerror}): choose another with --port",
            ) from refusal


def _await_answer(options: argparse.Namespace, web: Child) -> None:
    until = time.monotonic() + FIRST_ANSWER_SECONDS
    while time.monotonic() < until and not web.is_dead():
        try:
            asking = HTTPConnection(_reachable(options.host), options.port, timeout=5)
            asking.request("GET", "/healthz")
            asking.getresponse().read()
        except (HTTPException, OSError):
            time.sleep(0.05)
        else:
            return
    raise Refused("网页服务没有应答", "the web server does not answer")


def _address(options: argparse.Namespace) -> str:
    host = _reachable(options.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{options.port}/"


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - asked, not bound


def _announce(options: argparse.Namespace, folder: Path) -> None:
    address = _address(options)
    say("")
    if not _has_office(folder):
        link = f"{address}first-run/?word={make_first_run_word(folder)}"
        say(worded(f"  首次设置  {link}", f"  first run  {link}"))
    else:
        say(worded(f"  居民      {address}", f"  residents  {address}"))
        say(worded(f"  工作台    {address}staff/", f"  staff      {address}staff/"))
    for line in log_in_lines(folder):
        say(f"  {line}")
    say(worded("  按 Ctrl-C 停止", "  Ctrl-C stops"))
    say("")


def _has_office(folder: Path) -> bool:
    with psycopg.connect(application_address(folder), connect_timeout=10) as application:
        return bool(application.execute("SELECT 1 FROM registry_office LIMIT 1").fetchone())
