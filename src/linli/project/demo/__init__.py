"""The demo: a living subdistrict with a synthetic map, people and one year of cases."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from linli.casework.attachments import Sender, keep_upload
from linli.casework.history import Appended
from linli.casework.proof.checkpoints import checkpoint
from linli.casework.sequencing import sequence
from linli.project.demo.doings import Street, do_the_rest
from linli.project.demo.facilities import furnish
from linli.project.demo.pictures import draw_pictures
from linli.project.demo.reporting import report
from linli.project.demo.script import town_names
from linli.project.demo.settling import PASSWORD, Settled, settle
from linli.project.demo.voting import vote
from linli.project.demo.year import FULL_YEAR, hands, live_through
from linli.project.log_ins import LogIn
from linli.registry.isolation import office_transaction
from linli.registry.machines.actions import make_key
from linli.rulebook.casefile import Exhibit

SEED = 20260101
BATCH = 20_000
SHOWN = (
    "operator",
    "dispatcher",
    "road",
    "road-lead",
    "verifier",
    "caller",
    "supervisor",
    "patrol01",
    "director",
)
Progress = Callable[[str, str], None]


def build(home: Path, progress: Progress, *, scale: float | None = None) -> list[LogIn]:
    """Build the demo office in an empty database and give its log-ins.

    `scale` 1 is the whole year of some 30,000 cases; LINLI_DEMO_SCALE sets another share of it.
    """
    del home  # files go where the settings say
    scale = float(os.environ.get("LINLI_DEMO_SCALE", "1")) if scale is None else scale
    now = timezone.now()
    start = now - timedelta(days=FULL_YEAR)
    settled = settle(town_names(), make_password(PASSWORD), start - timedelta(days=30), SEED)
    progress(
        f"地图、{len(settled.bodies)} 个单位、{len(settled.people)} 个岗位人员",
        f"map, {len(settled.bodies)} bodies, {len(settled.people)} people at their posts",
    )
    photos = _photos(settled.office, start)
    progress("现场照片", "photos drawn")
    hashes = tuple(photo.sha256 for some in photos.values() for photo in some)
    with hands() as pool:
        others = pool.submit(_all_else, Street(settled, town_names(), hashes, start, now), scale)
        written = live_through(
            pool, settled, photos, start, now, scale=scale, seed=SEED,
            progress=lambda cases: progress(f"{cases} 件", f"{cases} cases"),
        )  # fmt: skip
        number, votes, rest = others.result()
    progress(f"{number} 处设施，服务圈已测算", f"{number} facilities, reach measured")
    progress(
        f"一年 {written.cases} 件、{written.steps} 步；各项工作 {rest.cases} 件、{rest.steps} 步",
        f"a year: {written.cases} cases, {written.steps} steps; all other work: {rest.cases} cases, {rest.steps} steps",
    )
    reports = report(settled, until=now)
    progress(f"{votes} 次表决、{reports} 份报告", f"{votes} votes, {reports} reports")
    _log(settled.office, now)
    progress("流水已排位并签名", "journal positioned and signed")
    return [*_log_ins(settled), _key(settled, now)]


def _all_else(street: Street, scale: float) -> tuple[int, int, Appended]:
    """Enter the facilities, hold the votes and write all other work: a process of its own does it beside the year."""
    number = furnish(street.settled, at=street.start, seed=SEED)
    return number, vote(street.settled, until=street.until), do_the_rest(street, scale=scale)


def _photos(office: int, at: datetime) -> dict[tuple[str, str], list[Exhibit]]:
    sender = Sender("import:demo", at, "photo", "before")
    with office_transaction(office):
        return {
            key: [
                keep_upload(
                    office=office,
                    case=None,
                    upload=BytesIO(picture),
                    name="photo.jpg",
                    sender=sender,
                ).exhibit
                for picture in pictures
            ]
            for key, pictures in draw_pictures(SEED).items()
        }


def _log(office: int, at: datetime) -> None:
    while True:
        with office_transaction(office):
            if not sequence(BATCH):
                break
    with office_transaction(office):
        checkpoint(office=office, at=at)


def _key(settled: Settled, at: datetime) -> LogIn:
    """Make a key with which to try the interface; it is told where the log-ins are."""
    director = next(person for person in settled.people if person.username == "director")
    with office_transaction(settled.office):
        _number, text = make_key(
            name="Open311", scopes=["report", "bulk"], per_minute=600, expires_on=None,
            by=director.actor, at=at,
        )  # fmt: skip
    return LogIn("api_key", text, "开放接口 /open311/v2 的密钥", "the key to /open311/v2")


def _log_ins(settled: Settled) -> list[LogIn]:
    people = {person.username: person for person in settled.people}
    return [LogIn(name, PASSWORD, people[name].title.zh, people[name].title.en) for name in SHOWN]
