"""What prose refers to: `{grid-case.received}` is read from records, `{=14}` stated by the writer, `{term:三会}` explained."""

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
CHART, PLAN, TERM = "chart:", "plan:", "term:"
KINDS = ("bar", "column", "line")
PARTS = ("rows", "tally", "late", "revisions", "gaps")
ATTRIBUTES = ("all", "binding", "expected")


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
class Named:
    """A term of the glossary, printed as it is and explained at the end of the report."""

    text: str
    term: str


@dataclass(frozen=True)
class Reference:
    """A number read from records: which figure, or which line (`part`) of its breakdown `by`.

    `lines` counts the lines that are not nought, `share` sets them against all neighbourhoods. `codes` counts the
    codes of a list. `times` is what the printed unit is worth in units of the figure (万元: 10000). `form` and
    `unit` print it inexactly: 余 or 约, in whole units. `last` reads the same period a year before, `change` the
    change against it. `since` reads from the first day of that year on. `plan` counts the rows of a plan: of an
    attribute (`by`), those that stand so (`part`).
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
    since: int | None = None
    plan: str | None = None


@dataclass(frozen=True)
class Chart:
    """A figure by a dimension, drawn and set as a table, in a paragraph of its own. `title` may be empty."""

    text: str
    figure: str
    by: str
    kind: str = "bar"
    title: str = ""


@dataclass(frozen=True)
class PlanPart:
    """A part of a plan's evaluation as a table, in a paragraph of its own."""

    text: str
    plan: str
    part: str


Insert = Chart | PlanPart
Piece = str | Stated | Named | Reference | Insert


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
            name in ("places", "since") and value.isdecimal()
        ):
            self.found[name] = int(value)
        elif name in FORMS and value.isdecimal() and int(value):
            self.found |= {"form": name, "unit": int(value)}
        elif value and re.fullmatch(r"[a-z][a-z0-9_]*", name) and "by" not in self.found:
            self.found |= {"by": name, "part": value}
        else:
            raise ReferenceUnclear(
                self.text,
                f"看不懂“{option}”；可以写 分列=某项、times=、places=、over=、about=、since=、lines、share、last、change",
                f"{option!r} is not understood; write dimension=part, times=, places=, over=, about=, since=, lines, share, last, change",
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
    if head.startswith(PLAN):
        return _plan_count(text, head.removeprefix(PLAN), options)
    if not FIGURE.fullmatch(head):
        raise ReferenceUnclear(text, "请写成“机制.指标”", "write 'mechanism.figure'")
    read = _Options(text)
    for option in options:
        read.take(option)
    return Reference(text, figure=head, **read.found)  # type: ignore[arg-type]


def _plan_count(text: str, plan: str, options: list[str]) -> Reference:
    by, _, part = (options[0] if options else "all").partition("=")
    if len(options) > 1 or by not in ATTRIBUTES:
        raise ReferenceUnclear(
            text,
            f"请写成“plan:规划|属性=状态”，属性可用 {'、'.join(ATTRIBUTES)}；或单独成段写 {'、'.join(PARTS)}",
            f"write 'plan:PLAN|attribute=status' with {', '.join(ATTRIBUTES)}, or on its own {', '.join(PARTS)}",
        )
    return Reference(text, plan=plan, by=by, part=part or None)


def _chart(text: str) -> Chart:
    head, *options = text.split("|")
    figure = head.removeprefix(CHART).strip()
    named = dict(one.strip().partition("=")[::2] for one in options)
    kinds = [name for name in named if name in KINDS]
    if not (FIGURE.fullmatch(figure) and named.get("by") and len(kinds) <= 1) or set(named) - {
        "by", "title", *kinds,
    }:  # fmt: skip
        raise ReferenceUnclear(
            text,
            f"请写成“chart:机制.指标|by=分列|图形|title=图题”，图形可用 {'、'.join(KINDS)}",
            f"write 'chart:mechanism.figure|by=dimension|kind|title=...' with {', '.join(KINDS)}",
        )
    return Chart(text, figure, named["by"], [*kinds, "bar"][0], named.get("title", ""))


def _piece(text: str) -> Stated | Named | Reference | Insert:
    if text.startswith("="):
        return Stated(text[1:].strip())
    if text.startswith(TERM):
        return Named(text, text.removeprefix(TERM).strip())
    if text.startswith(CHART):
        return _chart(text)
    if text.startswith(PLAN) and text.partition("|")[2].strip() in PARTS:
        plan, _, part = text.removeprefix(PLAN).partition("|")
        return PlanPart(text, plan.strip(), part.strip())
    return reference(text)
