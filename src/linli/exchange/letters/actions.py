"""Taking letters: each once, opening a case or adding to one; what cannot be taken is kept sealed, with its reason."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO

from django.db import transaction

from linli.budget.actions import open_case, perform
from linli.casework import keys
from linli.casework.attachments import MAX_UPLOAD, Sender, UploadRefused, keep_upload
from linli.casework.definitions import in_force
from linli.casework.journal.reading import CaseUnknown
from linli.casework.queries import ReceiptUnknown, case_for_receipt, opened_by
from linli.casework.queries.standing import Standing, standing_numbered
from linli.exchange.letters.mailboxes import Mailbox, check_mailbox
from linli.exchange.letters.reading import (
    Enclosure,
    LetterUnreadable,
    ReadLetter,
    key_of,
    read_letter,
)
from linli.exchange.models import InboundLetter
from linli.exchange.opening import adding
from linli.registry.actors import resident
from linli.registry.isolation import current_office
from linli.rulebook.casefile import Actor, Exhibit, StepRefused
from linli.rulebook.labels import Label
from linli.rulebook.mechanism import Action, Mechanism

SOURCE = "mail"
SENDER = "mail-sender"
OPENED, ADDED, KEPT = "opened", "added", "kept"
DAY = timedelta(days=1)
KEPT_FOR = timedelta(days=180)
MOST_PHOTOS = 6
LARGEST = 30 * 1024 * 1024
NUMBER = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]+\d{2}-\d{7}(?!\d)")
CODE = re.compile(r"(?<![A-Za-z0-9-])[A-Za-z0-9]{6,12}(?![A-Za-z0-9-])")
ROBOT = Label(
    zh="自动回复、群发或退信（{header}），不登记",
    en="an automatic reply, bulk mail or a bounce ({header})",
)
UNREADABLE = Label(zh="读不出发信人或正文", en="neither sender nor words can be read")
TOO_LARGE = Label(zh="超过 30 MB", en="larger than 30 MB")
EMPTY = Label(zh="没有正文", en="it says nothing")
TOO_MANY = Label(zh="同一地址一天内来信太多", en="too many letters of this sender within a day")
NOT_THEIRS = Label(
    zh="提到的编号 {number} 不是此人来信开的，也没有附查询码", en="case {number} was not opened by this sender, and no code was given"
)  # fmt: skip
TAKES_NONE = Label(zh="{number} 不收补充", en="case {number} takes no additions")
NO_PHOTO = Label(
    zh="附件“{name}”不是照片，未收", en="the file {name!r} is no photo and was not kept"
)


@dataclass(frozen=True)
class Taken:
    """What became of a letter: 'opened', 'added' or 'kept', with the case's number. `is_new`: it was not known before."""

    became: str
    number: str
    case: int | None
    sender: str
    is_new: bool


@dataclass
class _Kept(Exception):
    reason: Label


def take_letter(*, raw: bytes, rule: Mailbox, at: datetime) -> Taken:
    """Take a letter in, in an open office transaction; the same Message-ID again changes nothing.

    Whatever it is, it has its row: a letter that opens nothing and adds nothing is kept sealed for 180 days with the reason.
    """
    mechanism = check_mailbox(rule, in_force())
    InboundLetter.objects.filter(at__lt=at - KEPT_FOR, wrapped_key__isnull=False).update(
        wrapped_key=None, sealed=None
    )
    digest = keys.keyed_hash(current_office(), "letter", key_of(raw))
    known = InboundLetter.objects.select_related("case").filter(digest=digest).first()
    if known is not None:
        return Taken(
            known.became, known.case.number if known.case else "", known.case_id, "", is_new=False
        )
    return _Taking(rule, mechanism, raw, digest, at).take()


@dataclass
class _Taking:
    rule: Mailbox
    mechanism: Mechanism
    raw: bytes
    digest: bytes
    at: datetime
    notes: list[Label] = field(default_factory=list)
    sender: bytes = b""

    def take(self) -> Taken:
        letter: ReadLetter | None = None
        became, case, number = KEPT, None, ""
        try:
            letter = self._read()
            with transaction.atomic():  # a refused letter leaves nothing behind but its row
                became, case, number = self._takes(letter)
        except _Kept as kept:
            self.notes.append(kept.reason)
        except StepRefused as refused:
            self.notes.extend([one.message for one in refused.faults] or [refused.message])
        self._keep(became, case)
        return Taken(became, number, case, letter.sender if letter else "", is_new=True)

    def _read(self) -> ReadLetter:
        if len(self.raw) > LARGEST:
            raise _Kept(TOO_LARGE)
        try:
            letter = read_letter(self.raw)
        except LetterUnreadable as broken:
            raise _Kept(UNREADABLE) from broken
        self.sender = keys.keyed_hash(current_office(), SENDER, letter.sender)
        if letter.robot:
            raise _Kept(_filled(ROBOT, header=letter.robot))
        lately = InboundLetter.objects.filter(sender=self.sender, at__gt=self.at - DAY)
        if lately.count() >= self.rule.most_a_day:
            raise _Kept(TOO_MANY)
        if not letter.words and not letter.subject:
            raise _Kept(EMPTY)
        return letter

    def _takes(self, letter: ReadLetter) -> tuple[str, int | None, str]:
        me = resident(f"mail-{self.sender.hex()[:16]}")
        for number in NUMBER.findall(f"{letter.subject} {letter.words}"):
            case = _case(number.upper())
            if case is not None:
                return self._adds(letter, case, me)
        return self._opens(letter, me)

    def _opens(self, letter: ReadLetter, me: Actor) -> tuple[str, int | None, str]:
        rule = self.rule
        action = self.mechanism.actions[rule.action]
        said = "\n".join(filter(None, (letter.subject, letter.words)))
        form = {rule.words: self._fit(rule.words, said, self.mechanism)}
        longest = self.mechanism.fields[rule.sender].max
        if longest is None or len(letter.sender) <= longest:
            form[rule.sender] = letter.sender
        receipt = open_case(
            mechanism=rule.mechanism, action=rule.action, by=me, at=self.at, form=form,
            exhibits=self._photos(letter, action, me, None), key=f"letter/{self.digest.hex()}", source=SOURCE,
        )  # fmt: skip
        return OPENED, receipt.case_id, receipt.number

    def _adds(self, letter: ReadLetter, case: Standing, me: Actor) -> tuple[str, int | None, str]:
        is_theirs = opened_by(case.case) == me.id
        who = me if is_theirs else self._by_code(letter, case.number)
        name = adding(case.mechanism)
        if name is None:
            raise _Kept(_filled(TAKES_NONE, number=case.number))
        action = case.mechanism.actions[name]
        [words] = action.fields
        said = self._fit(words, letter.words or letter.subject, case.mechanism)
        perform(
            case=case.case, action=name, by=who, at=self.at, form={words: said},
            exhibits=self._photos(letter, action, who, case.case), key=f"letter/{self.digest.hex()}",
            revision=case.seq,
        )  # fmt: skip
        return ADDED, case.case, case.number

    def _by_code(self, letter: ReadLetter, number: str) -> Actor:
        """Give whom a code in the letter proves its writer to be; a letter of somebody else adds nothing."""
        for code in CODE.findall(f"{letter.subject} {letter.words}")[:5]:
            try:
                return case_for_receipt(number=number, code=code)[1]
            except ReceiptUnknown:
                continue
        raise _Kept(_filled(NOT_THEIRS, number=number))

    def _fit(self, name: str, text: str, mechanism: Mechanism) -> str:
        longest = mechanism.fields[name].max
        if longest is None or len(text) <= longest:
            return text
        self.notes.append(
            Label(zh=f"正文超过 {longest} 字，后面的在原信里", en=f"longer than {longest}: the rest is in the letter")
        )  # fmt: skip
        return text[: longest - 1] + "…"

    def _photos(
        self, letter: ReadLetter, action: Action, by: Actor, case: int | None
    ) -> list[Exhibit]:
        asked = next((one for one in action.exhibits if one.kind == "photo"), None)
        kept: list[Exhibit] = []
        for one in letter.enclosures:
            if asked is None or len(kept) == MOST_PHOTOS or not one.media_type.startswith("image/"):
                self.notes.append(_filled(NO_PHOTO, name=one.name))
                continue
            sender = Sender(by.id, self.at, asked.kind, asked.tag)
            exhibit = self._photo(one, sender, case)
            kept += [exhibit] if exhibit else []
        return kept

    def _photo(self, one: Enclosure, sender: Sender, case: int | None) -> Exhibit | None:
        stream = BytesIO(one.content[: MAX_UPLOAD + 1])
        try:
            return keep_upload(
                office=current_office(), case=case, upload=stream, name=one.name, sender=sender
            ).exhibit
        except UploadRefused as refused:
            said = refused.message
            self.notes.append(Label(zh=f"{one.name}：{said.zh}", en=f"{one.name}: {said.en}"))
            return None

    def _keep(self, became: str, case: int | None) -> None:
        """Keep the row; the letter itself, sealed, where something of it was not taken."""
        office, sealed, wrapped = current_office(), None, None
        if self.notes:
            data_key = keys.new_data_key()
            wrapped = keys.wrap(office, data_key)
            sealed = keys.encrypt(data_key, self.raw, self.digest)
        InboundLetter.objects.create(
            office_id=office, digest=self.digest, sender=self.sender, at=self.at, became=became, case_id=case,
            notes=[one.model_dump() for one in self.notes], wrapped_key=wrapped, sealed=sealed,
        )  # fmt: skip


def _filled(label: Label, **values: str) -> Label:
    return Label(zh=label.zh.format(**values), en=label.en.format(**values))


def _case(number: str) -> Standing | None:
    try:
        return standing_numbered(number)
    except CaseUnknown:
        return None
