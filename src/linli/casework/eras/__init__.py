"""Eras: a case's steps sorted by the version of its mechanism that each was taken under."""
