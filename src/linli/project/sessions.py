"""Sessions in the database as Django keeps them, read by a prepared statement: every page of the office asks."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from linli.registry.asking.statements import Statement

KEPT = Statement(
    "SELECT session_data FROM django_session WHERE session_key = $1 AND expire_date > $2"
)


class SessionStore(db.SessionStore):
    """Django's own sessions; only reading them is ours."""

    @classmethod
    def get_model_class(cls) -> Any:
        """Give Django's own table."""
        return db.SessionStore.get_model_class()

    def load(self) -> dict[str, Any]:
        """Give what a session holds; nothing, and no key, when it has ended or never was."""
        found = KEPT.rows(self.session_key, timezone.now())
        if not found:
            self._session_key = None
            return {}
        return dict(self.decode(found[0][0]))
