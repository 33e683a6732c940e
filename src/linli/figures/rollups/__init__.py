"""Roll-ups: what figures count, kept by month and read instead of the records."""
