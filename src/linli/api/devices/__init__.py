"""Devices by machine: a webhook whose calls are signed, fresh, and heard once."""
