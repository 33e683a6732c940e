"""Findings on a frozen report: the checker's, and what only the frozen numbers show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256

from linli.figures.readings import NO_DATA
from linli.reports.checking import Finding, check
from linli.reports.checking.findings import Said
from linli.reports.writing.content import Content, unbound_in
from linli.reports.writing.templates import ReportTemplate, Tally
from linli.rulebook.mechanism import Label

KEY_LENGTH = 16


@dataclass(frozen=True)
class FrozenNumber:
    """A frozen number as findings need it; `mark` is where it stands in the text."""

    mark: str
    reference: str
    period: str
    label: Label
    num: Decimal
    den: Decimal | None
    printed: str

    @property
    def exact(self) -> Fraction | None:
        """Give the exact value; None for no data."""
        if self.den is None:
            return Fraction(self.num)
        return Fraction(self.num) / Fraction(self.den) if self.den else None


def key_of(finding: Finding) -> str:
    """Give the key under which a finding is waived: another sentence or message is another finding."""
    text = f"{finding.rule}\n{finding.sentence}\n{finding.message.zh}"
    return sha256(text.encode()).hexdigest()[:KEY_LENGTH]


def findings_of(
    content: Content, numbers: Mapping[str, FrozenNumber], template: ReportTemplate, period: str
) -> list[Finding]:
    """Give every finding on a frozen report, in the order it stands there."""
    found = [
        *check(content.checked_text),
        *_of_runs(content, numbers, period),
        *_printed_twice(content, numbers),
        *_tallies(template.tallies, numbers),
    ]
    return sorted(dict.fromkeys(found), key=lambda finding: (finding.line, finding.rule))


def _of_runs(
    content: Content, numbers: Mapping[str, FrozenNumber], period: str
) -> Iterator[Finding]:
    for line, block in enumerate(content.blocks, start=2):
        for run in block.runs:
            if run.mark and numbers[run.mark].printed == NO_DATA.zh and block.table:
                continue
            if run.mark:
                yield from _of_number(numbers[run.mark], line, block.text, period)
            elif not run.is_stated:
                for digits in unbound_in(run.text):
                    yield Finding(
                        "unbound", "question", line, block.text,
                        Said(
                            f"“{digits}”没有与记录绑定：请引用指标，或写成 {{={digits}}} 由填报单位负责",
                            f"{digits!r} is bound to no record: refer to a figure, or write {{={digits}}} and answer for it",
                        ),
                    )  # fmt: skip


def _of_number(number: FrozenNumber, line: int, sentence: str, period: str) -> Iterator[Finding]:
    if number.printed == NO_DATA.zh:
        said = Said(f"“{number.label.zh}”没有数据", f"no data for {number.label.en!r}")
        yield Finding("missing", "wrong", line, sentence, said)
    options = number.reference.split("|")
    if number.period != period and not any(one.startswith(("last", "since=")) for one in options):
        said = Said(
            f"“{number.label.zh}”的时段是 {number.period}，报告的时段是 {period}",
            f"{number.label.en!r} is of {number.period}, the report of {period}",
        )
        yield Finding("period", "question", line, sentence, said)


def _printed_twice(content: Content, numbers: Mapping[str, FrozenNumber]) -> Iterator[Finding]:
    printed: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for line, block in enumerate(content.blocks, start=2):
        for run in block.runs:
            if run.mark and "|change" not in (number := numbers[run.mark]).reference:
                known = printed[_subject(number.reference), number.period]
                known.setdefault(number.printed, line)
    for forms in printed.values():
        if len(forms) > 1:
            said = "、".join(forms)
            line = max(forms.values())
            yield Finding(
                "once", "question", line, content.blocks[line - 2].text,
                Said(f"同一个数印成了几种样子：{said}", f"one number is printed in several ways: {said}"),
            )  # fmt: skip


def _subject(reference: str) -> str:
    """Give a reference without what only concerns its printing."""
    head, *options = reference.split("|")
    shaping = ("times", "places", "over", "about")
    return "|".join([head, *sorted(o for o in options if o.partition("=")[0] not in shaping)])


def _tallies(tallies: Sequence[Tally], numbers: Mapping[str, FrozenNumber]) -> Iterator[Finding]:
    by_reference = {number.reference: number for number in numbers.values()}
    for tally in tallies:
        parts = [by_reference[part] for part in tally.parts if part in by_reference]
        whole = by_reference.get(tally.whole)
        if whole is None or len(parts) != len(tally.parts):
            continue
        total = sum((part.num for part in parts), Decimal(0))
        if total == whole.num or (tally.most and total <= whole.num):
            continue
        sign = "≤" if tally.most else "="
        yield Finding(
            "tally", "wrong", 1, tally.says.zh, Said(f"不成立：{tally.says.zh}", f"does not hold: {tally.says.en}"),
            f"{' + '.join(plainly(part.num) for part in parts)} {sign} {plainly(whole.num)}",
        )  # fmt: skip


def plainly(number: Decimal) -> str:
    """Give a number without trailing noughts."""
    return f"{number.normalize():f}"


def tally_references(tallies: Iterable[Tally]) -> list[str]:
    """Give the references that tallies need, each once."""
    return list(dict.fromkeys(one for tally in tallies for one in (*tally.parts, tally.whole)))
