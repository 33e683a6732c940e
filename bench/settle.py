"""Founds the small office in a running installation, from a process of its own: `python -m bench.settle`.

With `--overdue N` it also leaves N cases there that residents reported ten days ago and nobody touched.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import timedelta
from importlib import import_module


def main() -> int:
    """Settle the installation of LINLI_HOME."""
    line = argparse.ArgumentParser(prog="bench.settle", description=__doc__)
    line.add_argument("--password", default="", help="the founder's, who logs in as 'founder'")
    line.add_argument("--overdue", type=int, default=0)
    options = line.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.project.settings")
    import_module("django").setup()
    import_module("bench.office").small_office(options.password)
    if options.overdue:
        acting = import_module("bench.acting")
        acting.reported_cases(options.overdue, acting.AT - timedelta(days=10))
    return 0


if __name__ == "__main__":
    sys.exit(main())
