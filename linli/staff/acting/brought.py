"""Photos and files brought along with a form; they outlive a form that must be sent again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from linli.casework.attachments import Sender, UploadRefused, keep_upload
from linli.rulebook.casefile import Exhibit, Fault
from linli.rulebook.mechanism import Evidence
from linli.staff.desk import Desk

SALT = "linli.staff.acting.brought"
DAY = 24 * 3600


@dataclass(frozen=True)
class Brought:
    """What came with a form: the exhibits, and the uploads that were refused."""

    exhibits: tuple[Exhibit, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def tickets(self) -> list[tuple[str, str]]:
        """Give (tag, ticket) pairs; a ticket brings its exhibit again without sending the file again."""
        return [(kept.tag, signing.dumps(asdict(kept), salt=SALT)) for kept in self.exhibits]

    def located(self) -> Brought:
        """Give the same with every exhibit's position known: its bringer said where it was made."""
        placed = tuple(replace(kept, has_position=True) for kept in self.exhibits)
        return replace(self, exhibits=placed)


NOTHING = Brought()


def brought(
    desk: Desk,
    post: QueryDict,
    evidence: Sequence[Evidence],
    files: Mapping[str, Sequence[UploadedFile]],
) -> Brought:
    """Give the exhibits of a request: those its tickets name, and those sent now."""
    exhibits = list(_redeemed(post.getlist("ticket")))
    faults: list[Fault] = []
    for asked in evidence:
        for upload in files.get(asked.tag, ()):
            try:
                exhibits.append(_kept(desk, asked, upload))
            except UploadRefused as refused:
                faults.append(Fault(asked.tag, refused.message))
    return Brought(tuple(exhibits), tuple(faults))


def _kept(desk: Desk, asked: Evidence, upload: UploadedFile) -> Exhibit:
    sender = Sender(desk.actor.id, desk.at, asked.kind, asked.tag)
    office, name = desk.actor.office, upload.name or ""
    assert upload.file is not None
    return keep_upload(
        office=office, case=None, upload=upload.file, name=name, sender=sender
    ).exhibit


def _redeemed(tickets: Iterable[str]) -> Iterable[Exhibit]:
    for ticket in tickets:
        try:
            yield Exhibit(**signing.loads(ticket, salt=SALT, max_age=DAY))
        except signing.BadSignature:
            continue
