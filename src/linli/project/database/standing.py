"""A database that stands while somebody needs it: the last one out stops the bundled server."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from linli.project.database.addresses import application_address, is_external
from linli.project.database.postgres import Cluster, bundled
from linli.project.database.roles import (
    check_application_role,
    make_bundled_roles,
    make_cluster,
    make_external_role,
)
from linli.project.home import make_home, make_signing_key, read_keys
from linli.project.lifeline import is_supervised
from linli.project.progress import Refused, say, step, worded


@contextmanager
def standing(folder: Path) -> Iterator[Cluster | None]:
    """Keep the database up for the time of the block; give the bundled cluster, or None for an outside one.

    Several processes may hold it up at once; the last to leave stops the bundled server. What `linli up`
    starts finds it standing.
    """
    if is_supervised():
        yield None
        return
    make_home(folder)
    make_signing_key(folder)
    if is_external():
        make_external_role(folder)
        check_application_role(application_address(folder))
        yield None
        return
    cluster = bundled(folder)
    with (folder / "database.lock").open("a") as lock:
        with _alone(folder):
            fcntl.flock(lock, fcntl.LOCK_SH)
            raise_cluster(cluster)
        try:
            yield cluster
        finally:
            _leave(cluster, lock)


def recover(cluster: Cluster) -> None:
    """Start the server again after it died."""
    with _alone(cluster.home):
        raise_cluster(cluster)


def raise_cluster(cluster: Cluster) -> None:
    """Make the cluster, start it, and make its roles: each only where it is not so already."""
    _set_aside_forsaken(cluster)
    if not (cluster.tables / "PG_VERSION").exists():
        with step("建立数据库", "database made"):
            make_cluster(cluster)
            cluster.start()
            make_bundled_roles(cluster)
            (cluster.root / "ready").touch()
    elif not cluster.is_running():
        with step("启动数据库", "database started"):
            cluster.start()
    if not (cluster.root / "ready").exists():  # the first start was cut short
        make_bundled_roles(cluster)
        (cluster.root / "ready").touch()


def _set_aside_forsaken(cluster: Cluster) -> None:
    """Move tables aside whose passwords are gone: root's lie outside the data folder and outlive it."""
    if not cluster.tables.exists() or read_keys(cluster.home, "database"):
        return
    if cluster.run_as is None:
        raise Refused(
            f"{cluster.home}/keys/database.json 不见了：请放回原处，否则打不开数据库",
            f"{cluster.home}/keys/database.json is gone: put it back, or the database stays shut",
        )
    kept = cluster.root.with_name(f"{cluster.root.name}.{time.strftime('%Y%m%d-%H%M%S')}")
    cluster.root.rename(kept)
    say(worded(f"! 旧数据库已移到 {kept}", f"! the database of before was moved to {kept}"))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "starting.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _leave(cluster: Cluster, lock: IO[str]) -> None:
    with _alone(cluster.home):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        cluster.stop()


def child_environment(*, as_owner: bool = False) -> dict[str, str]:
    """Give the environment of a process of ours that talks to the database as the owner or the application."""
    kept = {key: value for key, value in os.environ.items() if key != "LINLI_AS_OWNER"}
    return {**kept, "LINLI_AS_OWNER": "1"} if as_owner else kept
