"""Which office a command is about, and refusals said in the terminal's language."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from linli.casework.definitions import VersionTaken
from linli.figures.dimensions import DimensionUnknown
from linli.figures.periods import PeriodUnknown
from linli.figures.queries import FigureUnknown, PlaceUnknown
from linli.ledgers.actions import LedgerRefused
from linli.ledgers.mapping import MapRefused
from linli.ledgers.sheets import SheetRefused
from linli.project.progress import Refused, worded
from linli.registry.actions import RegistryRefused
from linli.registry.importing import ImportRefused
from linli.registry.isolation import office_transaction
from linli.registry.queries import OfficeRow, offices
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Label

CONSOLE = "import:console"
REFUSALS = (
    DimensionUnknown,
    FigureUnknown,
    ImportRefused,
    LedgerRefused,
    MapRefused,
    PeriodUnknown,
    PlaceUnknown,
    RegistryRefused,
    SheetRefused,
    VersionTaken,
)


def office_named(code: str | None) -> OfficeRow:
    """Give the office of that code, or the only one. Raises Refused."""
    known = offices()
    found = [office for office in known if code in {None, office.code}]
    if len(found) == 1:
        return found[0]
    if not known:
        raise Refused(
            "还没有办事处：请先运行 ./linli up 完成首次设置",
            "no office yet: run ./linli up and set one up",
        )
    codes = "、".join(office.code for office in known)
    raise Refused(f"请用 --office 指定办事处：{codes}", f"name the office with --office: {codes}")


def console(office: OfficeRow) -> Actor:
    """Give the actor that stands in the journal for whoever works at the console."""
    return Actor(office.id, CONSOLE)


@contextmanager
def inside(office: OfficeRow) -> Iterator[None]:
    """Work in the office's transaction; what refuses to be done is said and undone."""
    with told(), office_transaction(office.id):
        yield


@contextmanager
def told() -> Iterator[None]:
    """Turn an expected refusal into one that the command line says."""
    try:
        yield
    except REFUSALS as refusal:
        raise Refused(refusal.message.zh, refusal.message.en) from refusal


def said(label: Label) -> str:
    """Give a text in the terminal's language."""
    return worded(label.zh, label.en)
