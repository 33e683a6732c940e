"""An edited Word file read back: numbers that were changed, bookmarks that are lost, new digits bound to nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn

from linli.reports.documents import DocumentRefused
from linli.reports.printing.charts import Captions, captioned, laid
from linli.reports.writing.content import Block, Content, unbound_in

PREFIX = "fig_"
TEXT, START, END = qn("w:t"), qn("w:bookmarkStart"), qn("w:bookmarkEnd")
NAME, ID = qn("w:name"), qn("w:id")


@dataclass(frozen=True)
class Changed:
    """A number that stands otherwise in the edited file than it was frozen."""

    mark: str
    frozen: str
    written: str


@dataclass(frozen=True)
class Returned:
    """What an edited file does to the numbers of a report."""

    changed: tuple[Changed, ...]
    lost: tuple[str, ...]
    unbound: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        """Say whether every number stands as it was frozen, and no other has come."""
        return not (self.changed or self.lost or self.unbound)


def returned(file: bytes, content: Content, issue_number: str = "") -> Returned:
    """Hold an edited Word file against the frozen content. Raises DocumentRefused."""
    try:
        document = Document(BytesIO(file))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError) as error:
        raise DocumentRefused(
            "打不开，可能已损坏或不是 Word 文件。", "It is damaged or no Word file."
        ) from error
    marked, free = _read(document.element.body)
    frozen = {run.mark: run.text for block in content.blocks for run in block.runs if run.mark}
    return Returned(
        tuple(
            Changed(mark, text, marked[mark])
            for mark, text in frozen.items()
            if mark in marked and marked[mark] and marked[mark] != text
        ),
        tuple(mark for mark in frozen if not marked.get(mark)),
        tuple((_digits(free) - _free_digits(content, issue_number)).elements()),
    )


def _read(body: Any) -> tuple[Mapping[str, str], list[str]]:
    """Give the text within each bookmark, and the text of each paragraph outside of them."""
    marked: dict[str, str] = {}
    free: list[str] = []
    open_now: dict[str, str] = {}
    for element in body.iter():
        if element.tag == START and (element.get(NAME) or "").startswith(PREFIX):
            open_now[element.get(ID)] = element.get(NAME)
            marked.setdefault(element.get(NAME), "")
        elif element.tag == END:
            open_now.pop(element.get(ID), None)
        elif element.tag == qn("w:p"):
            free.append("")
        elif element.tag == TEXT:
            for name in open_now.values():
                marked[name] += element.text or ""
            if not open_now and free:
                free[-1] += element.text or ""
    return marked, free


def _digits(paragraphs: list[str]) -> Counter[str]:
    return Counter(digits for text in paragraphs for digits in unbound_in(text))


def _free_digits(content: Content, issue_number: str) -> Counter[str]:
    """Give the digits that stood outside of bookmarks in the file as it was given out."""
    free = [text for block, captions in captioned(content) for text in _free(block, captions)]
    return _digits([content.heading, issue_number, *free])


def _free(block: Block, captions: Captions | None) -> list[str]:
    """Give the texts of a block outside of bookmarks, paragraph by paragraph."""
    if captions is None:
        return ["".join(run.text for run in block.runs if not run.mark)]
    cells = [run.text for run in block.runs if not run.mark]
    return [captions.table, captions.chart, *laid(block).columns, *cells]
