"""Letters to the office's mailbox: what became of each, what was not taken and why, and the letter itself where it is kept."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _

from linli.exchange.letters.queries import letters, whole_letter
from linli.staff.desk import Desk

BECAME = {
    "opened": (_("已立案"), "green"),
    "added": (_("已并入"), "green"),
    "kept": (_("未登记"), "amber"),
}


def listed(desk: Desk) -> HttpResponse:
    """Show the latest hundred letters, to those who bring ledgers in."""
    if not desk.may_bring_in:
        raise PermissionDenied
    return desk.show(
        "staff/letters.html", {"rows": [(row, *BECAME[row.became]) for row in letters()]}
    )


def one(desk: Desk, number: int) -> HttpResponse:
    """Give a kept letter as it came, as a file that no browser opens by itself."""
    if not desk.may_bring_in:
        raise PermissionDenied
    raw = whole_letter(number)
    if raw is None:
        raise Http404(str(number))
    answer = HttpResponse(raw, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="letter-{number}.eml"'
    return answer
