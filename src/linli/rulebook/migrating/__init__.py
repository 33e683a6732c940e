"""Migrating: what a document says of running cases that go on under another version, and where that leads. Pure."""
