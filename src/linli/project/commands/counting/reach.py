"""`linli reach`: a walking network loaded, estates measured."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from linli.project.commands.office import CONSOLE, inside, office_named
from linli.project.progress import Refused, say, worded
from linli.reach.actions import NetworkRefused, load_network, measure
from linli.reach.queries import progress
from linli.reach.standards import standards_at_hand
from linli.registry.queries import OfficeRow
from linli.rulebook.casefile import Actor, Duty


def show(options: argparse.Namespace) -> int:
    """Load a network or measure. Raises Refused for a file that is no network."""
    office, at = office_named(options.office), timezone.now()
    verb = {"load": _load, "measure": _measure}[options.verb]
    with inside(office):
        return verb(options, office, at)


def _load(options: argparse.Namespace, office: OfficeRow, at: datetime) -> int:
    if not options.file:
        raise Refused("请给出 GeoJSON 文件", "name the GeoJSON file")
    text = Path(options.file).read_text(encoding="utf-8")
    try:
        lines = load_network(text=text, source=options.source, by=_console(office), at=at)
    except NetworkRefused as refused:
        raise Refused(refused.message.zh, refused.message.en) from refused
    say(worded(f"步行路网已装入：{lines} 条线", f"walking network loaded: {lines} lines"))
    return 0


def _measure(_options: argparse.Namespace, office: OfficeRow, at: datetime) -> int:
    for standard in standards_at_hand().values():
        done = measure(standard=standard, by=_console(office), at=at)
        say(
            worded(
                f"{standard.title.zh}：新 {done.new} 项，变 {done.changed} 项，没变 {done.same} 项",
                f"{standard.title.en}: {done.new} new, {done.changed} changed, {done.same} as before",
            )
        )
        for one in progress(standard):
            (inside_, all_), (homes, of_homes) = one.estates, one.dwellings
            say(f"  {one.kind}: {inside_}/{all_}, {homes}/{of_homes}")
    return 0


def _console(office: OfficeRow) -> Actor:
    """Give the console as somebody who may measure: the registers ask for an operator over the whole ground."""
    return Actor(office.id, CONSOLE, (Duty("operator", None, (office.path,)),))
