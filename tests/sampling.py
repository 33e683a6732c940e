"""Which mechanisms the slow tests of the whole book look at: a fixed sixth of them, or all when asked.

`LINLI_WHOLE_BOOK=1 ./linli test` looks at every mechanism, `LINLI_EVERY_PAGE=1` at every page in all languages and widths.
"""

import os

import pytest

ALWAYS = (
    "attested-value", "grid-case", "hazard", "hotline-order", "volunteer", "request-closing-rate-change", "request-days-p90",
    "request-hours-mean", "requests-open", "volunteer-share",
)  # fmt: skip
EVERY = 6


def sampled(keys):
    """Give the keys to look at, in order."""
    ordered = sorted(keys)
    if os.environ.get("LINLI_WHOLE_BOOK") == "1":
        return ordered
    return sorted({*ordered[::EVERY], *(key for key in ALWAYS if key in ordered)})


# A look at every page takes minutes: by default in Chinese on a phone and in English on a wide screen, all four when asked.
LOOKS = [("zh-CN", "phone"), ("en-GB", "wide"), ("zh-CN", "wide"), ("en-GB", "phone")]
looks = pytest.mark.parametrize(
    ("language", "size"), LOOKS if os.environ.get("LINLI_EVERY_PAGE") == "1" else LOOKS[:2]
)
