"""Residents who report: the real form over a kept connection, at next to no cost on the client's side."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Thread
from uuid import uuid4

PATH = "/report/grid-case/report/"
TIMEOUT = 30.0
WEST, SOUTH, SIDE = (
    121.37,
    31.10,
    0.01,
)  # committees stand side by side, their cells in a column each
COMMITTEES, CELLS = 4, 6
BOUNDARY = "----linli-bench-form"
HEAD = (
    "POST {path} HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: {cookies}\r\n"
    "Accept-Language: zh-CN\r\nContent-Type: multipart/form-data; boundary={boundary}\r\n"
    "Content-Length: {length}\r\n\r\n"
)
WHAT = "小区门口人行道地砖松动，下雨天一踩一脚水，老人走路容易绊倒"
ADDRESS = "平南路近古美路路口"


class Refused(Exception):
    """The server did not take a report."""


@dataclass(frozen=True)
class Answer:
    """What came back: status, head and body."""

    status: int
    head: str
    body: bytes

    def header(self, name: str) -> str:
        """Give a header of the answer; empty when it is not there."""
        found = re.search(rf"^{name}: (.*?)\r?$", self.head, re.MULTILINE | re.IGNORECASE)
        return found[1] if found else ""


class Resident:
    """One browser: opens a form once, then sends it again and again, each time with a key of its own."""

    def __init__(self, port: int, page: str = PATH) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self._connection: socket.socket | None = None
        form = self.asked(f"GET {page} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode())
        token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', form.body)
        cookie = re.search(r"csrftoken=(\w+)", form.head)
        if token is None or cookie is None:
            self.close()
            raise Refused(form.status, form.head)
        self.token = token[1].decode()
        self.cookies["csrftoken"] = cookie[1]

    def report(self, nth: int, key: str | None = None) -> str:
        """Send one report and give the path of its receipt. Raises Refused and OSError."""
        lon, lat = spot(nth)
        place = {"place.lon": lon, "place.lat": lat, "place.datum": "wgs84", "area": ""}
        words = {"what": WHAT, "address": ADDRESS, "contact": "", "phone": ""}
        answer = self.post(PATH, {"key": key or uuid4().hex, **words, **place}, file="before")
        if answer.status != 302:  # noqa: PLR2004 - redirected to the receipt
            raise Refused(answer.status, answer.head)
        return answer.header("location")

    def post(self, path: str, fields: Mapping[str, object], file: str = "") -> Answer:
        """Send a form as browsers do, with a file control left empty if one is named."""
        body = _form({"csrfmiddlewaretoken": self.token, **fields}, file)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = HEAD.format(
            path=path, port=self.port, cookies=cookies, boundary=BOUNDARY, length=len(body)
        )
        return self.asked(head.encode() + body)

    def asked(self, request: bytes) -> Answer:
        """Send a request and give the answer. A broken connection is closed and raised as OSError."""
        try:
            if self._connection is None:
                self._connection = socket.create_connection(("127.0.0.1", self.port), TIMEOUT)
                self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._connection.sendall(request)
            return _read(self._connection)
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@dataclass
class Load:
    """What many residents at once got: the milliseconds of each report, in no order."""

    clients: int
    seconds: float = 0.0
    milliseconds: list[float] = field(default_factory=list)
    refused: int = 0

    @property
    def per_second(self) -> float:
        """Give the reports answered in a second."""
        return len(self.milliseconds) / self.seconds

    def quantile(self, part: float) -> float:
        """Give the milliseconds within which a part of the reports were answered."""
        ranked = sorted(self.milliseconds)
        return ranked[min(len(ranked) - 1, int(part * len(ranked)))]


def spot(nth: int) -> tuple[float, float]:
    """Give a point inside one of the cells."""
    cell = nth % (COMMITTEES * CELLS)
    column, row = divmod(cell, CELLS)
    return (
        round(WEST + SIDE * (column + 0.1 + nth % 7 / 10), 6),
        round(SOUTH + SIDE * (row + 0.1 + nth % 5 / 10), 6),
    )


def load(port: int, clients: int, seconds: float) -> Load:
    """Let a number of residents report for some seconds, each in a thread and on a connection of its own."""
    made = Load(clients)
    residents = [Resident(port) for _ in range(clients)]
    started = time.perf_counter()
    end = started + seconds
    _in_threads([_reports(resident, nth, end, made) for nth, resident in enumerate(residents)])
    made.seconds = time.perf_counter() - started
    return made


def _reports(resident: Resident, first: int, end: float, made: Load) -> Callable[[], None]:
    def send() -> None:
        nth = first
        while (began := time.perf_counter()) < end:
            nth += 1
            try:
                resident.report(nth)
            except Refused:
                made.refused += 1
                return
            made.milliseconds.append((time.perf_counter() - began) * 1000)
        resident.close()

    return send


def _in_threads(works: list[Callable[[], None]]) -> None:
    threads = [Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _form(fields: Mapping[str, object], file: str) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    if file:
        parts.append(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{file}"; filename=""\r\n'
            "Content-Type: application/octet-stream\r\n\r\n\r\n"
        )
    return "".join([*parts, f"--{BOUNDARY}--\r\n"]).encode()


def _read(connection: socket.socket) -> Answer:
    received = b""
    while b"\r\n\r\n" not in received:
        received += _some(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    found = re.search(rb"\r\ncontent-length: (\d+)", head, re.IGNORECASE)
    length = int(found[1]) if found else 0
    while len(body) < length:
        body += _some(connection)
    return Answer(int(head[9:12]), head.decode("latin-1"), body)


def _some(connection: socket.socket) -> bytes:
    received = connection.recv(65536)
    if not received:
        raise ConnectionResetError("the server hung up")
    return received
