"""What became of a ledger: the rows rejected and those kept with something missing, by line, also as CSV."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from linli.ledgers.queries import ImportDone, ImportUnknown, import_done
from linli.registry.queries import actor_names
from linli.staff.desk import Desk
from linli.staff.ledgers.sending import CSV, sent

MOST_SHOWN = 500


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
    header = [_("行"), _("处理"), _("列"), _("原因")]
    noted = ((done.rejected, _("未导入")), (done.kept, _("缺项已收")))
    lines = [
        [str(note.line), became, note.column, note.message.in_language(desk.language)]
        for notes, became in noted
        for note in notes
    ]
    return sent(CSV, f"ledger-{number}-rows.csv", header, lines)


def _done_or_404(desk: Desk, number: int) -> ImportDone:
    if not desk.may_bring_in:
        raise PermissionDenied
    try:
        return import_done(number)
    except ImportUnknown as unknown:
        raise Http404(str(number)) from unknown
