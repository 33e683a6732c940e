"""Logs that name no person: what broke and where, never what somebody typed."""

from __future__ import annotations

import logging


class Impersonal(logging.Filter):
    """Strips a record of the request, and an error of its message, which may quote a value."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, without the request and with an error's type in place of its text."""
        record.__dict__.pop("request", None)
        if record.exc_info:
            kind, _, trace = record.exc_info
            record.exc_text = _outline(kind, trace)
            record.exc_info = None
        return True


def _outline(kind: type[BaseException] | None, trace: object) -> str:
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code  # type: ignore[attr-defined]
        places.append(f"  {code.co_filename}:{trace.tb_lineno} {code.co_name}")  # type: ignore[attr-defined]
        trace = trace.tb_next  # type: ignore[attr-defined]
    return "\n".join([*places, f"  {kind.__name__ if kind else 'error'}"])
