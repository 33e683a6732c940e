"""Questions about what happens. Answers are frozen rows; no model leaves the room."""

from linli.casework.journal.telling import Photo, Said, Told
from linli.casework.queries.lists import (
    BoardColumn,
    CaseFilters,
    InboxLine,
    Page,
    board,
    cases,
    inbox,
    numbers_present,
    state_counts,
    waiting_count,
)
from linli.casework.queries.rows import CaseRow
from linli.casework.queries.views import (
    CaseUnseen,
    CaseView,
    ClockLine,
    MemberLine,
    ReceiptUnknown,
    Shown,
    case_for_receipt,
    case_view,
)

StepLine = Told

__all__ = [
    "BoardColumn",
    "CaseFilters",
    "CaseRow",
    "CaseUnseen",
    "CaseView",
    "ClockLine",
    "InboxLine",
    "MemberLine",
    "Page",
    "Photo",
    "ReceiptUnknown",
    "Said",
    "Shown",
    "StepLine",
    "Told",
    "board",
    "case_for_receipt",
    "case_view",
    "cases",
    "inbox",
    "numbers_present",
    "state_counts",
    "waiting_count",
]
