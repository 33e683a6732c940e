"""`linli twice`: values that people typed in a year although they were known, field by field; 1 when there are any."""

from __future__ import annotations

import argparse
from datetime import datetime

from django.utils import timezone

from linli.casework.definitions import in_force
from linli.ledgers.mapping import ZONE
from linli.ledgers.typed_twice import told_again, typed_twice
from linli.project.commands.office import inside, office_named
from linli.project.progress import say, worded


def show(options: argparse.Namespace) -> int:
    """Count the values typed twice in a year: the one given, or the twelve months up to now."""
    office, now = office_named(options.office), timezone.now().astimezone(ZONE)
    begin, end = now.replace(year=now.year - 1), now
    if options.year:
        begin, end = (datetime(options.year + n, 1, 1, tzinfo=ZONE) for n in (0, 1))
    with inside(office):
        found = told_again(in_force(), begin=begin, end=end, under=office.path)
    count, brought = typed_twice(found), sum(one.times for one in found if not one.is_typed)
    say(
        worded(
            f"{begin:%Y-%m-%d} 至 {end:%Y-%m-%d}：填了两遍的值 {count} 个，由表单带出的 {brought} 个",
            f"{begin:%Y-%m-%d} to {end:%Y-%m-%d}: {count} values typed twice, {brought} brought along by forms",
        )
    )
    for one in found:
        if one.is_typed:
            say(
                f"  {one.mechanism}.{one.action} {one.field} ← {one.held_in} ×{one.times} {one.example}"
            )
    return 1 if count else 0
