"""`linli serve`: the web server, one of the two processes that `linli up` keeps alive."""

from __future__ import annotations

import argparse

from django.conf import settings
from granian import Granian
from granian.constants import HTTPModes, Interfaces

from linli.project.lifeline import follow_parent


def serve(options: argparse.Namespace) -> int:
    """Answer web requests until told to stop."""
    follow_parent()
    Granian(
        "linli.project.wsgi:application",
        address=options.host,
        port=options.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=options.workers,
        blocking_threads=settings.THREADS,
        backlog=1024,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=10,
        log_enabled=False,
    ).serve()
    return 0
