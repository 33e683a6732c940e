"""Ledgers 台账: what offices kept in spreadsheets before, brought in row by row with nothing lost."""
