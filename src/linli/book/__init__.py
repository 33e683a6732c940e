"""The rules 规则, as data: mechanisms, codes, calendars, places. No Python."""
