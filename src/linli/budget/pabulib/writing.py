"""Writing a `.pb` file: quoted as the format asks, every column kept."""

from __future__ import annotations

import csv
from io import StringIO

from linli.budget.pabulib.reading import PbFile


def written(file: PbFile) -> str:
    """Give the text of a file; reading it again gives the same file."""
    text = StringIO()
    rows = csv.writer(text, delimiter=file.delimiter, lineterminator="\n")
    rows.writerows([("META",), ("key", "value"), *file.meta.items()])
    rows.writerows([("PROJECTS",), file.projects.columns, *file.projects.rows])
    rows.writerows([("VOTES",), file.votes.columns, *file.votes.rows])
    return text.getvalue()
