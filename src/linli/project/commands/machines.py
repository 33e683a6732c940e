"""`linli key`: a key for a machine, its text told once."""

from __future__ import annotations

import argparse
from datetime import date

from django.utils import timezone

from linli.project.commands.office import console, inside, office_named
from linli.project.progress import say, worded
from linli.registry.machines.actions import make_key
from linli.registry.machines.queries import signing_secret


def key(options: argparse.Namespace) -> int:
    """Make a key; its text stands on a line of its own, and nobody can read it again."""
    office, at = office_named(options.office), timezone.now()
    with inside(office):
        number, text = make_key(
            name=options.name, scopes=options.scope, per_minute=options.per_minute,
            expires_on=date.fromisoformat(options.until) if options.until else None,
            by=console(office), at=at,
        )  # fmt: skip
        secret = signing_secret(number)
    say(text)
    if secret:
        say(f"X-Linli-Key: {number}")
        say(worded(f"签名密钥：{secret}", f"signing secret: {secret}"))
    return 0
