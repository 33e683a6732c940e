"""The verbs of standard texts: keep one, let one go. Refusals come before any write."""

from __future__ import annotations

from datetime import datetime

from linli.casework.definitions import in_force
from linli.casework.phrases.queries import PLACES, has_texts
from linli.casework.tables.phrases import Phrase
from linli.registry.isolation import office_transaction
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Label
from linli.rulebook.telling import places_in

LONGEST_NAME, LONGEST = 30, 500


class PhraseRefused(Exception):
    """A standard text cannot be kept so. `message` says why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Label(zh=zh, en=en)


def keep_phrase(
    *, mechanism: str, action: str, name: str, text: str, by: Actor, at: datetime
) -> None:
    """Keep a standard text, in place of that of the same name in the same place. Raises PhraseRefused."""
    named, said = " ".join(name.split()), text.strip()
    _check(named, said)
    with office_transaction(by.office):
        if mechanism and not _takes_texts(mechanism, action):
            raise PhraseRefused("这个动作没有要填文字的地方。", "That action asks for no text.")
        Phrase.objects.update_or_create(
            office_id=by.office, mechanism=mechanism, action=action if mechanism else "", name=named,
            defaults={"text": said, "saved_by": by.id, "saved_at": at},
        )  # fmt: skip


def let_phrase_go(*, number: int, by: Actor) -> str:
    """Let a standard text go; gives its name. Raises PhraseRefused."""
    with office_transaction(by.office):
        row = Phrase.objects.filter(pk=number).first()
        if row is None:
            raise PhraseRefused("没有这条常用语。", "There is no such standard text.")
        row.delete()
        return row.name


def _check(name: str, text: str) -> None:
    if not name or len(name) > LONGEST_NAME:
        raise PhraseRefused(
            f"请给常用语起个名字，不超过 {LONGEST_NAME} 个字。",
            f"Give the text a name of at most {LONGEST_NAME} characters.",
        )
    if not text or len(text) > LONGEST:
        raise PhraseRefused(
            f"请写下常用语，不超过 {LONGEST} 个字。",
            f"Write a text of at most {LONGEST} characters.",
        )
    unknown = [place for place in places_in(text) if place not in PLACES]
    if unknown:
        raise PhraseRefused(
            f"不认识 <{unknown[0]}>，可用的有：{'、'.join(f'<{one}>' for one in PLACES)}。",
            f"<{unknown[0]}> is unknown; there are {', '.join(f'<{one}>' for one in PLACES)}.",
        )


def _takes_texts(mechanism: str, action: str) -> bool:
    known = in_force().get(mechanism)
    if known is None or (action and action not in known.actions):
        return False
    asked = [action] if action else [*known.actions]
    return any(has_texts(known, one) for one in asked)
