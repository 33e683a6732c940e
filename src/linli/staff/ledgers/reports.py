"""What became of a ledger: the rows rejected and those kept with something missing, by line, also as CSV."""

from __future__ import annotations

import csv
from io import StringIO

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from linli.ledgers.queries import ImportDone, ImportUnknown, import_done
from linli.registry.queries import actor_names
from linli.staff.desk import Desk

MOST_SHOWN = 500
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def report(desk: Desk, number: int) -> HttpResponse:
    """Show what one import did, with its rejected and kept rows."""
    done = _done_or_404(desk, number)
    context = {
        "done": done,
        "by": actor_names([done.row.by]).get(done.row.by),
        "rejected": done.rejected[:MOST_SHOWN],
        "kept": done.kept[:MOST_SHOWN],
        "more": max(0, len(done.rejected) - MOST_SHOWN) + max(0, len(done.kept) - MOST_SHOWN),
    }
    return desk.show("staff/ledger_report.html", context)


def rows(desk: Desk, number: int) -> HttpResponse:
    """Give the rejected and kept rows as CSV that spreadsheets open in the right encoding."""
    done = _done_or_404(desk, number)
    sink = StringIO()
    table = csv.writer(sink)
    table.writerow([_("行"), _("处理"), _("列"), _("原因")])
    for notes, became in ((done.rejected, _("未导入")), (done.kept, _("缺项已收"))):
        for note in notes:
            reason = note.message.in_language(desk.language)
            table.writerow([note.line, became, _plain(note.column), _plain(reason)])
    answer = HttpResponse(
        sink.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="ledger-{number}-rows.csv"'
    return answer


def _done_or_404(desk: Desk, number: int) -> ImportDone:
    if not desk.may_bring_in:
        raise PermissionDenied
    try:
        return import_done(number)
    except ImportUnknown as unknown:
        raise Http404(str(number)) from unknown


def _plain(text: str) -> str:
    """Give a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
