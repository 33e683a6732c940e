"""A draft of a mechanism as it was sent: its texts, what is wrong with them, and what they would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from hashlib import sha256

from django.core.files.uploadedfile import UploadedFile

from linli.casework.journal.replaying import Replay, replay
from linli.rulebook.mechanism import Label, Mechanism
from linli.rulebook.ownbook import at_hand
from linli.rulebook.ownbook.checking import Checked, check_text
from linli.staff.desk import Desk

LARGEST = 200_000
A_YEAR = timedelta(days=365)
MOST_REPLAYED = 500
MOST_SHOWN = 40


class DraftRefused(Exception):
    """Files that cannot be looked at; `message` says why and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        self.message = Label(zh=zh, en=en)
        super().__init__(en)


@dataclass(frozen=True)
class Draft:
    """One mechanism and its story as texts, looked at by somebody at a desk."""

    desk: Desk
    name: str
    text: str
    story: str

    @cached_property
    def checked(self) -> Checked:
        """Give what linting and the story find."""
        return check_text(self.text, self.story, self.name, at_hand())

    @property
    def mechanism(self) -> Mechanism | None:
        """Give the mechanism, when it can be read."""
        return self.checked.book.mechanisms[self.checked.keys[0]] if self.checked.keys else None

    @cached_property
    def replayed(self) -> Replay | None:
        """Give last year's cases taken through the draft; None when it has errors."""
        if self.mechanism is None or not self.checked.is_fit:
            return None
        since = self.desk.at - A_YEAR
        return replay(self.mechanism, self.checked.book, since=since, most=MOST_REPLAYED)

    @property
    def digest(self) -> str:
        """Give the digest of both texts: what is published is what was looked at."""
        return sha256(f"{self.text}\0{self.story}".encode()).hexdigest()


def sent_draft(desk: Desk) -> Draft:
    """Give the draft in two uploaded files. Raises DraftRefused."""
    files = desk.request.FILES
    mechanism, story = files.get("mechanism"), files.get("story")
    if mechanism is None or story is None:
        raise DraftRefused(
            "请选择机制文件和它的故事文件", "Choose the file of the mechanism and that of its story"
        )
    return Draft(desk, mechanism.name or "mechanism.yaml", text_of(mechanism), text_of(story))


def kept_draft(desk: Desk) -> Draft:
    """Give the draft that a page carried along. Raises DraftRefused when it is not the one looked at."""
    posted = desk.request.POST
    draft = Draft(
        desk, *(posted.get(n, "").replace("\r\n", "\n") for n in ("name", "text", "story"))
    )
    if draft.digest != posted.get("digest"):
        raise DraftRefused("文件已变，请重新上传", "The files have changed: send them again")
    return draft


def day_named(text: str) -> date | None:
    """Give the day on which a version takes effect; none given is at once. Raises DraftRefused."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise DraftRefused("生效日期不对", "That is no day to take effect on") from error


def first_lines(found: Sequence[object]) -> Sequence[object]:
    """Give as many as a page shows."""
    return found[:MOST_SHOWN]


def text_of(file: UploadedFile[bytes]) -> str:
    """Give the text of an uploaded file. Raises DraftRefused."""
    content = file.read(LARGEST + 1)
    assert isinstance(content, bytes)
    if len(content) > LARGEST:
        raise DraftRefused(
            "文件过大：一份机制不超过 250 行", "Too large: a mechanism has 250 lines at most"
        )
    try:
        return content.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise DraftRefused("文件应为 UTF-8 编码", "The files must be in UTF-8") from error
