"""Questions about what happens. Answers are frozen rows; no model leaves the room."""

from linli.casework.journal.telling import Photo, Said, Told
from linli.casework.queries.filters import CaseFilters
from linli.casework.queries.lists import (
    BoardColumn,
    Breadth,
    Page,
    board,
    breadth,
    cases,
    numbers_present,
    opened_since,
    state_counts,
)
from linli.casework.queries.logged import (
    Logged,
    definition_of,
    last_position,
    logged_after,
    mechanism_of,
    numbers_of,
    opened_by,
    personal_given,
    words_at,
)
from linli.casework.queries.published import (
    Published,
    Sought,
    Turn,
    number_keyed,
    published_cases,
    published_count,
    published_turns,
)
from linli.casework.queries.rows import CaseRow
from linli.casework.queries.tallies import Cluster, Counts, Dot, clusters, dots, tallies
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
from linli.casework.queries.waiting.steps import (
    InboxLine,
    Narrowed,
    inbox,
    waiting_count,
    waiting_steps,
)

StepLine = Told

__all__ = [
    "BoardColumn",
    "Breadth",
    "CaseFilters",
    "CaseRow",
    "CaseUnseen",
    "CaseView",
    "ClockLine",
    "Cluster",
    "Counts",
    "Dot",
    "InboxLine",
    "Logged",
    "MemberLine",
    "Narrowed",
    "Page",
    "Photo",
    "Published",
    "ReceiptUnknown",
    "Said",
    "Shown",
    "Sought",
    "StepLine",
    "Told",
    "Turn",
    "board",
    "breadth",
    "case_for_receipt",
    "case_view",
    "cases",
    "clusters",
    "definition_of",
    "dots",
    "inbox",
    "last_position",
    "logged_after",
    "mechanism_of",
    "number_keyed",
    "numbers_of",
    "numbers_present",
    "opened_by",
    "opened_since",
    "personal_given",
    "published_cases",
    "published_count",
    "published_turns",
    "state_counts",
    "tallies",
    "waiting_count",
    "waiting_steps",
    "words_at",
]
