"""Notices 告知: what is told. Reads new steps from the journal and tells those whom the mechanism names."""
