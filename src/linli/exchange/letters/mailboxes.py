"""What letters to the office's mailbox open, as data."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

import linli.book
from linli.rulebook.labels import KEY, Label, Rule
from linli.rulebook.mechanism import Mechanism
from linli.rulebook.ownbook import own_folder
from linli.rulebook.reading import read_yaml

FOLDER = Path(linli.book.__path__[0]) / "letters"


class MailboxRefused(Exception):
    """A mailbox does not fit the mechanisms; `message` says what does not."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Label(zh=zh, en=en)


class Mailbox(Rule):
    """The opening action of a letter, and the fields for its words and for its sender's address.

    `most_a_day`: letters of one sender taken within 24 hours; more are kept and listed.
    """

    key: str = Field(alias="letters", pattern=KEY)
    title: Label
    basis: list[str] = Field(min_length=1)
    mechanism: str
    action: str
    words: str
    sender: str
    most_a_day: int = Field(ge=1, le=1000)


def mailbox() -> Mailbox:
    """Give the office's own mailbox rule, or else the one that comes along. Raises MechanismRefused."""
    own = own_folder()
    mine = sorted((own / "letters").glob("*.yaml")) if own else []
    [file] = mine[:1] or sorted(FOLDER.glob("*.yaml"))
    rule, _lines = read_yaml(file.read_text(encoding="utf-8"), file.name, Mailbox)
    return rule


def check_mailbox(rule: Mailbox, mechanisms: Mapping[str, Mechanism]) -> Mechanism:
    """Give the mechanism of a mailbox. Raises MailboxRefused where its action or fields do not fit."""
    mechanism = mechanisms.get(rule.mechanism)
    action = mechanism.actions.get(rule.action) if mechanism else None
    if mechanism is None or action is None or not action.start:
        raise MailboxRefused(
            "来信开不了案：动作不对", "letters open no case: no such opening action"
        )
    filled = {rule.words, rule.sender}
    if not filled <= set(action.fields) or action.required - filled:
        raise MailboxRefused(
            "来信开不了案：表单要的比来信有的多", "letters open no case: the form asks for more than a letter has"
        )  # fmt: skip
    return mechanism
