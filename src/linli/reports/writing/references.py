"""Numbers referred to in prose: `{grid-case.received}` is read from records, `{=14}` is stated by the writer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from linli.rulebook.mechanism import Label

PIECE = re.compile(r"\{([^{}\n]+)\}")
FIGURE = re.compile(r"[a-z][a-z0-9-]*(?:\.[a-z][a-z0-9_]*)?")
CODES = "codes:"
FLAGS = ("lines", "share")
FORMS = {"over": "余", "about": "约"}


class ReferenceUnclear(ValueError):
    """The text between braces refers to no number; `message` says what can be written."""

    def __init__(self, text: str, zh: str, en: str) -> None:
        self.text = text
        self.message = Label(zh=f"“{{{text}}}”：{zh}", en=f"“{{{text}}}”: {en}")
        super().__init__(self.message.en)


@dataclass(frozen=True)
class Stated:
    """A number that the writer states as it is and answers for: an ordinal, a year, the name of a campaign."""

    text: str


@dataclass(frozen=True)
class Reference:
    """A number read from records: which figure, or which line (`part`) of its breakdown `by`.

    `lines` counts the lines that are not nought, `share` sets them against all neighbourhoods. `codes` counts the
    codes of a list. `times` is what the printed unit is worth in units of the figure (万元: 10000). `form` and
    `unit` print it inexactly: 余 or 约, in whole units. `last` reads the same period a year before, `change` the
    change against it.
    """

    text: str
    figure: str = ""
    by: str | None = None
    part: str | None = None
    codes: str | None = None
    lines: bool = False
    share: bool = False
    times: int = 1
    places: int | None = None
    form: str | None = None
    unit: int = 1
    last: bool = False
    change: bool = False


Piece = str | Stated | Reference


@dataclass
class _Options:
    """What stands behind the figure, read option by option."""

    text: str
    found: dict[str, object] = field(default_factory=dict)

    def take(self, option: str) -> None:
        name, _, value = option.strip().partition("=")
        if name in ("lines", "share", "last", "change") and not value:
            self.found[name] = True
        elif (name == "times" and value.isdecimal() and int(value)) or (
            name == "places" and value.isdecimal()
        ):
            self.found[name] = int(value)
        elif name in FORMS and value.isdecimal() and int(value):
            self.found |= {"form": name, "unit": int(value)}
        elif value and re.fullmatch(r"[a-z][a-z0-9_]*", name) and "by" not in self.found:
            self.found |= {"by": name, "part": value}
        else:
            raise ReferenceUnclear(
                self.text,
                f"看不懂“{option}”；可以写 分列=某项、times=、places=、over=、about=、lines、share、last、change",
                f"{option!r} is not understood; write dimension=part, times=, places=, over=, about=, lines, share, last, change",
            )


def pieces(text: str) -> Iterator[Piece]:
    """Give prose as words, stated numbers and references, in order. Raises ReferenceUnclear."""
    end = 0
    for match in PIECE.finditer(text):
        if match.start() > end:
            yield text[end : match.start()]
        yield _piece(match[1])
        end = match.end()
    if end < len(text):
        yield text[end:]


def reference(text: str) -> Reference:
    """Give what the text between braces refers to. Raises ReferenceUnclear."""
    head, *options = text.split("|")
    head = head.strip()
    if head.startswith(CODES):
        return Reference(text, codes=head.removeprefix(CODES))
    if not FIGURE.fullmatch(head):
        raise ReferenceUnclear(text, "请写成“机制.指标”", "write 'mechanism.figure'")
    read = _Options(text)
    for option in options:
        read.take(option)
    return Reference(text, figure=head, **read.found)  # type: ignore[arg-type]


def _piece(text: str) -> Stated | Reference:
    if text.startswith("="):
        return Stated(text[1:].strip())
    return reference(text)
