"""Registers: those there are, the entries of one with search, filling it from a sheet, taking it out as one."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from linli.casework import queries
from linli.casework.queries import CaseFilters, CaseRow
from linli.casework.turns.recurring import next_times
from linli.ledgers.actions import LedgerFile, LedgerRefused
from linli.ledgers.filling import ColumnsUnfit, Filled, Filling, columns_of
from linli.ledgers.sheets import SheetRefused, read_sheet
from linli.ledgers.waiting import UploadGone, give_up, keep_sheet, waiting_sheet
from linli.rulebook.mechanism import ENROL, Label, Mechanism
from linli.rulebook.ownbook import at_hand
from linli.staff.desk import Desk
from linli.staff.ledgers.sending import TYPES, XLSX, sent
from linli.staff.starts import starts_for

SIZE = 50
MOST = 50_000


def registers(desk: Desk) -> HttpResponse:
    """Show the registers there are, each with how many current entries I may see."""
    counts = queries.state_counts(actor=desk.actor, filters=CaseFilters(phase=None), at=desk.at)
    listed = [(m, _current(m, counts)) for m in desk.mechanisms.values() if m.is_register]
    return desk.show("staff/registers.html", {"registers": listed})


def register(desk: Desk, key: str) -> HttpResponse:
    """Show the entries of a register that I may see, newest first, found by what they say."""
    mechanism = _register(desk, key)
    filters = _filters(desk, key)
    page = queries.cases(
        actor=desk.actor, filters=filters, at=desk.at, page=desk.page_number, size=SIZE
    )
    context = {
        "register": mechanism,
        "page": page,
        "columns": [mechanism.fields[name] for name in mechanism.shows.columns],
        "may_enrol": _may_enrol(desk, mechanism),
        "coming": _coming(desk, mechanism),
    }
    return desk.show("staff/register.html", context)


def export(desk: Desk, key: str, kind: str) -> HttpResponse:
    """Give the list as it is narrowed as CSV or Excel: the columns shown, no personal values."""
    mechanism = _register(desk, key)
    if kind not in TYPES:
        raise Http404(kind)
    found = queries.cases(
        actor=desk.actor, filters=_filters(desk, key), at=desk.at, page=1, size=MOST
    )
    language = desk.language
    shown = [mechanism.fields[name].in_language(language) for name in mechanism.shows.columns]
    header = [_("编号"), *shown, _("区域"), _("状态"), _("登记时间")]
    rows = [_cells(row, language) for row in found.rows]
    return sent(kind, f"{key}.{kind}", header, rows)


def template(desk: Desk, key: str) -> HttpResponse:
    """Give the empty sheet to fill in: the labels of the enrolment form, nothing else."""
    mechanism = _register(desk, key)
    header = [rule.in_language(desk.language) for _name, rule in columns_of(mechanism)]
    return sent(XLSX, f"{key}-template.xlsx", header, [])


def fill(desk: Desk, key: str) -> HttpResponse:
    """Take a sheet and show what would become of each row; nothing is written yet."""
    mechanism = _register(desk, key)
    if not _may_enrol(desk, mechanism):
        raise Http404(key)
    if desk.request.method != "POST":
        return desk.show("staff/register_fill.html", {"register": mechanism})
    sent = desk.request.FILES.get("sheet")
    file = LedgerFile(sent.name or "", sent.read()) if sent else LedgerFile("", b"")
    try:
        upload = keep_sheet(file=file, register=key, by=desk.actor, at=desk.at)
        seen = _filled(desk, key, file, writes=False)
    except (LedgerRefused, SheetRefused, ColumnsUnfit) as refused:
        return _refused(desk, mechanism, refused.message)
    context = {"register": mechanism, "seen": seen, "upload": upload, **_counts(seen)}
    return desk.show("staff/register_fill.html", context)


def confirm(desk: Desk, key: str, upload: int) -> HttpResponse:
    """Take the good rows of a sheet that was looked at, and list the others."""
    mechanism = _register(desk, key)
    try:
        file = waiting_sheet(upload=upload, register=key, by=desk.actor)
        done = _filled(desk, key, file, writes=True)
    except UploadGone:
        messages.warning(desk.request, _("这份表格已经导入或上传超过一天，请重新上传"))
        return redirect("staff:register-fill", key)
    except (SheetRefused, ColumnsUnfit) as refused:
        return _refused(desk, mechanism, refused.message)
    give_up(upload=upload, by=desk.actor)
    context = {"register": mechanism, "done": done, **_counts(done)}
    return desk.show("staff/register_fill.html", context)


def _register(desk: Desk, key: str) -> Mechanism:
    mechanism = desk.mechanisms.get(key)
    if mechanism is None or not mechanism.is_register:
        raise Http404(key)
    return mechanism


def _filters(desk: Desk, key: str) -> CaseFilters:
    given = desk.request.GET
    phase = None if given.get("all") == "1" else "open"
    return CaseFilters(mechanism=key, phase=phase, entry=given.get("q", "").strip() or None)


def _current(mechanism: Mechanism, counts: dict[tuple[str, str], int]) -> int:
    current = [key for key, state in mechanism.states.items() if state.phase in ("intake", "open")]
    return sum(counts.get((mechanism.mechanism, state), 0) for state in current)


def _may_enrol(desk: Desk, mechanism: Mechanism) -> bool:
    return any(start.action == ENROL for start in starts_for([mechanism], desk.actor))


def _coming(desk: Desk, register: Mechanism) -> list[tuple[Mechanism, Label, object]]:
    """Give what is scheduled next for the entries of a register, by which mechanism."""
    return [
        (mechanism, mechanism.actions[mechanism.schedule[name].action], occurrence.at)
        for mechanism in desk.mechanisms.values()
        for name, occurrence in next_times(mechanism, desk.at).items()
        if mechanism.schedule[name].for_ == register.mechanism
    ]


def _filled(desk: Desk, key: str, file: LedgerFile, *, writes: bool) -> Filled:
    filling = Filling(key, desk.actor, desk.at, at_hand(), ground=desk.ground, writes=writes)
    return filling.fill(read_sheet(file.name, file.content))


def _counts(filled: Filled) -> dict[str, object]:
    return {
        "added": filled.count("new"),
        "changed": filled.count("changed"),
        "same": filled.count("same"),
        "bad": filled.bad,
    }


def _refused(desk: Desk, mechanism: Mechanism, message: Label) -> HttpResponse:
    context = {"register": mechanism, "refusal": message}
    return desk.show("staff/register_fill.html", context, status=422)


def _cells(row: CaseRow, language: str) -> list[str]:
    words = [
        cell.in_language(language) if isinstance(cell, Label) else cell or "" for cell in row.cells
    ]
    state = row.state_label.in_language(language)
    return [row.number, *words, row.area_name, state, f"{row.opened_at:%Y-%m-%d}"]
