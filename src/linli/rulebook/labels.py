"""What every file of the book is made of: rules, labels in two languages, and code lists."""

from __future__ import annotations

from functools import cached_property

from pydantic import BaseModel, ConfigDict, Field, model_validator

_ENDS = ("。", "！", "？", "；", ".", "!", "?")
KEY = r"^[a-z][a-z0-9-]*$"


class Wrong(ValueError):
    """A rule that contradicts itself, said in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


class Rule(BaseModel):
    """The ground of every rule: frozen, and no key beyond those declared."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Label(Rule):
    """A text in Chinese and English. Both are mandatory."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    @property
    def as_sentence(self) -> Label:
        """Give it with a stop at the end of either text, unless there is one."""
        zh = self.zh if self.zh.endswith(_ENDS) else f"{self.zh}。"
        en = self.en if self.en.endswith(_ENDS) else f"{self.en}."
        return self if (zh, en) == (self.zh, self.en) else Label(zh=zh, en=en)

    def in_language(self, code: str) -> str:
        """Give the text for a language code such as `zh-hans` or `en`; Chinese unless English."""
        return self.en if code.startswith("en") else self.zh


class Code(Label):
    """One code of a list. `declined` says why no form takes it; `aliases` are other names in use."""

    code: str = ""
    parent: str | None = None
    aliases: list[str] = []
    declined: Label | None = None


class CodeList(Rule):
    """A list of codes. `includes` takes in other lists whole; an `open` list also takes words it does not know."""

    key: str = Field(alias="list", pattern=KEY)
    title: Label
    basis: list[str] = Field(min_length=1)
    open: bool = False
    includes: list[str] = []
    codes: dict[str, Code] = {}

    @model_validator(mode="after")
    def _codes_know_themselves(self) -> CodeList:
        named = {key: code.model_copy(update={"code": key}) for key, code in self.codes.items()}
        object.__setattr__(self, "codes", named)
        return self

    @cached_property
    def parents(self) -> frozenset[str]:
        """Give the codes that have others below them, which no form takes."""
        return frozenset(code.parent for code in self.codes.values() if code.parent)

    def choices(self) -> list[Code]:
        """Give the codes a form offers: those without children that are not declined."""
        return [
            code
            for key, code in self.codes.items()
            if key not in self.parents and not code.declined
        ]
