"""GeoReport Bulk: the requests of a time in one file, in the columns of that specification."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.http import HttpResponse

from linli.api.answers import moment
from linli.api.door import Call
from linli.api.open311.offered import Service
from linli.api.open311.requests import (
    described,
    known_services,
    place_in_words,
    sought,
    status_notes,
)
from linli.casework.queries import Published, published_cases

MOST = 50_000
COLUMNS = (
    "service_request_id", "requested_datetime", "updated_datetime", "closed_date",
    "status_description", "status_notes", "source", "service_name", "service_subtype",
    "description", "agency_responsible", "address", "lat", "long",
)  # fmt: skip


def bulk(call: Call) -> HttpResponse:
    """Give the requests of at most 90 days, newest first, at most 50,000: as CSV, XML or JSON."""
    known = known_services()
    found = published_cases(sought(call, known), at=call.at, most=MOST)
    rows = [_row(call, known[one.row.mechanism, one.action], one) for one in found]
    if call.form != "csv":
        return call.answer("service_requests", rows)
    sink = io.StringIO(newline="")
    table = csv.DictWriter(sink, COLUMNS, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    table.writeheader()
    table.writerows(rows)
    answer = HttpResponse(sink.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="requests.csv"'
    return answer


def _row(call: Call, service: Service, case: Published) -> dict[str, Any]:
    row = case.row
    values = (
        row.number, moment(row.opened_at), moment(row.closed_at or case.updated_at),
        moment(row.closed_at), "closed" if row.closed_at else "open",
        status_notes(call, service, case), row.source, call.words(service.name),
        call.words(row.category_label), described(service, case), call.words(row.holder_name),
        place_in_words(call, case), row.lat, row.lon,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))
