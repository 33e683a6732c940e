"""`linli book publish`: an office's own mechanisms, and what it sets in shipped ones, put in force."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from linli.casework.definitions import left_behind
from linli.casework.definitions import publish as publish_all
from linli.project.commands.authors.book import checked_or_refused
from linli.project.commands.office import inside, office_named
from linli.project.progress import Refused, say, worded
from linli.rulebook.ownbook import VARIABLE, own_folder


def publish(options: argparse.Namespace) -> int:
    """Check the office's folder, then publish its mechanisms and settings for the office."""
    path = Path(options.path).resolve() if options.path else own_folder()
    if path is None:
        raise Refused(
            f"请写明文件或文件夹，或用 {VARIABLE} 指明本单位的规则文件夹",
            f"name a file or folder, or set {VARIABLE} to the office's own book",
        )
    if not path.exists():
        raise Refused(f"没有 {path}", f"there is no {path}")
    found = checked_or_refused(path)
    office = office_named(options.office)
    with inside(office):
        added = publish_all(
            found.book,
            office=office.id,
            effective_on=_day(options.effective_on),
            keys=[*found.keys, *(key for key in found.book.overlays if key not in found.keys)],
        )
        behind = left_behind()
    for key, was, now in behind:
        warning = worded(
            f"“{key}”第 {was} 版里设的值和文字，在现行第 {now} 版里不再起作用：请在 params.yaml、texts.yaml 里重新写明后发布",
            f"what was set in version {was} of {key!r} does not hold in version {now}, which is in force: set it anew in params.yaml or texts.yaml, then publish",
        )
        say(f"! {warning}")
    for key in added:
        mechanism = found.book.mechanisms[key]
        title = worded(mechanism.title.zh, mechanism.title.en)
        said = worded(
            f"已发布“{title}”第 {mechanism.version} 版",
            f"published: {title}, version {mechanism.version}",
        )
        say(f"✓ {key}  {said}")
    if not added:
        say(worded("没有新的内容：都已发布过", "nothing new: all of it is published"))
    return 0


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(f"日期“{text}”应写成 2026-01-31", f"write {text!r} as 2026-01-31") from error
