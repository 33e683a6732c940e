"""Templates of reports: sections of prose with figures referred to, and what must add up, as data."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from linli.rulebook.labels import KEY, Label, Rule
from linli.rulebook.loading import FOLDER
from linli.rulebook.ownbook import own_folder
from linli.rulebook.ownbook.remarks import Remark
from linli.rulebook.reading import MechanismRefused, read_yaml, text_of

SHELF = "reports"
Span = Literal["year", "half", "quarter", "month"]


class TemplateUnknown(LookupError):
    """No such template; `message` says what there is."""

    def __init__(self, key: str) -> None:
        known = "、".join(template_files())
        self.message = Label(
            zh=f"没有“{key}”这份报告模板；现有：{known}",
            en=f"no report template {key!r}; there are: {known}",
        )
        super().__init__(self.message.en)


class SectionRule(Rule):
    """One section: its title and prose. `ahead` marks what is promised for the next period."""

    title: Label
    text: str = Field(min_length=1)
    ahead: bool = False


class Tally(Rule):
    """What must hold between figures: `parts` add up to `whole`, or with `most` do not come to more."""

    parts: list[str] = Field(min_length=1)
    whole: str
    most: bool = False
    says: Label


class ReportTemplate(Rule):
    """A template. In `heading`, `{office}` and `{period}` stand for the round's own."""

    report: str = Field(pattern=KEY)
    title: Label
    basis: list[str] = Field(min_length=1)
    span: Span
    heading: str = Field(min_length=1)
    sections: dict[str, SectionRule] = Field(min_length=1)
    tallies: list[Tally] = []


def template_files() -> dict[str, Path]:
    """Give the templates at hand by key: those of the shipped book, and the office's own, which replace none."""
    folders = [folder / SHELF for folder in (own_folder(), FOLDER) if folder is not None]
    return {file.stem: file for folder in folders for file in sorted(folder.glob("*.yaml"))}


def check_templates(folder: Path) -> list[Remark]:
    """Give what is wrong with the templates of an office's folder."""
    found = []
    for file in sorted((folder / SHELF).glob("*.yaml")):
        if (FOLDER / SHELF / file.name).is_file():
            said = Label(
                zh=f"报告模板“{file.stem}”已随附，不能替换。",
                en=f"The report template {file.stem!r} is shipped and cannot be replaced.",
            )
            cure = Label(zh="请给文件另取名称。", en="Give the file another name.")
            found.append(Remark(str(file), 1, said, cure))
        try:
            read_template(text_of(file), file.name)
        except MechanismRefused as refused:
            found.append(Remark(str(file), refused.line, refused.message, refused.cure))
    return found


def template_text(key: str) -> str:
    """Give the text of a template. Raises TemplateUnknown."""
    file = template_files().get(key)
    if file is None:
        raise TemplateUnknown(key)
    return file.read_text(encoding="utf-8")


def read_template(text: str, source: str) -> ReportTemplate:
    """Give a template from its text. Raises MechanismRefused."""
    template, _ = read_yaml(text, source, ReportTemplate)
    return template
