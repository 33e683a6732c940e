"""The whole web application in this process, without a socket: to count statements and to profile."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from typing import Any

from bench.reporting import Answer, Resident

from linli.project.wsgi import application

LINE_HEADERS = ("CONTENT_TYPE", "CONTENT_LENGTH")


class Within(Resident):
    """A resident who reports without a network."""

    def __init__(self) -> None:
        super().__init__(port=80)

    def asked(self, request: bytes) -> Answer:
        """Hand a request to the application and give its answer."""
        answered: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]], *_: object) -> None:
            answered.update(status=int(status[:3]), headers=headers)

        parts: Iterable[bytes] = application(_environment(request), start)
        body = b"".join(parts)
        parts.close()  # type: ignore[attr-defined]
        head = "\r\n".join(f"{name}: {value}" for name, value in answered["headers"])
        return Answer(answered["status"], head, body)


def _environment(request: bytes) -> dict[str, Any]:
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, target, _version = first.split()
    path, _, query = target.partition("?")
    environment = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
    }
    for line in lines:
        name, value = line.split(": ", 1)
        key = name.upper().replace("-", "_")
        environment[key if key in LINE_HEADERS else f"HTTP_{key}"] = value
    return environment
