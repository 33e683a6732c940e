"""A replay's report: drafted from the replay's records through the ordinary room of reports, as Word or PDF."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from linli.figures.periods import period_named
from linli.project.progress import Refused
from linli.project.replay.script import Replay, office_code, read_replay
from linli.registry.isolation import office_transaction
from linli.registry.queries import offices
from linli.reports.printing.pdf import PdfRefused, pdf
from linli.reports.printing.word import word
from linli.reports.rounds.actions import ReportRefused, confirm_section, freeze, open_round
from linli.reports.rounds.queries import RoundView, round_view
from linli.reports.writing.content import Content
from linli.reports.writing.templates import TemplateUnknown
from linli.rulebook.casefile import Actor, Duty
from linli.rulebook.loading import Book
from linli.rulebook.ownbook import at_hand

KINDS = {".docx": word, ".pdf": pdf}


def report_again(text: str, source: str) -> RoundView:
    """Draft the report of a replay whose records are there, from its text. Raises Refused, MechanismRefused."""
    replay, book = read_replay(text, source), at_hand()
    office = next(one.id for one in offices() if one.code == office_code(text))
    if not replay.report:
        raise Refused("这份重放没有报告模板", "this replay names no report template")
    return report_of(replay, office, book)


def report_of(replay: Replay, office: int, book: Book) -> RoundView:
    """Draft the replay's report a day after its period, confirm its sections and freeze it. Raises Refused."""
    by = Actor(office, "import:console", (Duty("director"),))
    at = period_named(replay.period).end + timedelta(days=1)
    try:
        with office_transaction(office):
            number = open_round(template=replay.report, period=replay.period, by=by, at=at)
            for section in round_view(number).sections:
                confirm_section(report=number, section=section.key, revision=0, by=by, at=at)
            freeze(report=number, by=by, at=at, book=book)
            return round_view(number)
    except (ReportRefused, TemplateUnknown) as refused:
        raise Refused(refused.message.zh, refused.message.en) from None


def write_report(content: Content, file: Path) -> None:
    """Write a report's file, .docx or .pdf. Raises Refused."""
    kind = KINDS.get(file.suffix.lower())
    if kind is None:
        raise Refused("报告写成 .docx 或 .pdf", "a report is written as .docx or .pdf")
    try:
        file.write_bytes(kind(content))
    except PdfRefused as refused:
        raise Refused(refused.message.zh, refused.message.en) from None
