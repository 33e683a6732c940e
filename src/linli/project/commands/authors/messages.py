"""`linli messages`: Chinese texts gathered, English catalogues brought up to date and compiled."""

from __future__ import annotations

import argparse

from linli.project.authoring.messages import collect
from linli.project.progress import say, worded


def run(options: argparse.Namespace) -> int:  # noqa: ARG001
    """Gather and compile; give 1 while a text still wants its English."""
    wanting = list(collect())
    for text in wanting:
        say(f"! {text}")
    say(worded(f"{len(wanting)} 条待译", f"{len(wanting)} texts without English"))
    return 1 if wanting else 0
