"""What lasts beside single cases: figures, schedules, retention, and what lists show."""
