"""Acting on cases: forms, what comes with them, sending them, taking down reports."""
