"""Ledgers: a file is sent in, looked at as it would enter, confirmed, and reported on."""
