"""What the checker found: a sentence, the rule it breaks, the arithmetic, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from linli.rulebook.mechanism import Label

Severity = Literal["wrong", "question"]


@dataclass(frozen=True)
class Said:
    """A text in both languages, hashable."""

    zh: str
    en: str


@dataclass(frozen=True)
class Finding:
    """One finding. `wrong` cannot be true as printed; a `question` is not defined or wants a word more.

    `line` counts the text's paragraphs from 1; `sentence` is what was printed there.
    """

    rule: str
    severity: Severity
    line: int
    sentence: str
    message: Said
    arithmetic: str = ""

    @property
    def label(self) -> Label:
        """Give the message for a page."""
        return Label(zh=self.message.zh, en=self.message.en)

    def told(self) -> dict[str, Any]:
        """Give the finding by name, for machines."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "line": self.line,
            "sentence": self.sentence,
            "zh": self.message.zh,
            "en": self.message.en,
            "arithmetic": self.arithmetic,
        }


def shown(number: Fraction, places: int = 2) -> str:
    """Give a number for the arithmetic: whole, or rounded half up to so many places at the most."""
    scaled = abs(number) * 10**places
    whole = int(scaled + Fraction(1, 2))
    text = f"{whole // 10**places}.{whole % 10**places:0{places}d}".rstrip("0").rstrip(".")
    exact = Fraction(whole, 10**places) == abs(number)
    sign = "-" if number < 0 and whole else ""
    return f"{'' if exact else '≈'}{sign}{text}"
