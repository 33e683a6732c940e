"""The verbs of erasing: ask, decide, destroy. One transaction each; refusals come before any write."""

from __future__ import annotations

from datetime import datetime

from linli.casework.erasing.queries import waiting_request
from linli.casework.erasing.register import Ground, enter
from linli.casework.erasures import Destruction, ErasureRequest
from linli.casework.models import Attachment, CaseKey, Sealed
from linli.casework.sealing import FILES, erase_person, erase_text
from linli.registry.isolation import office_transaction
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Label

ERASER = "privacy_officer"
ERASERS = frozenset({ERASER, "director"})
LAW = "中华人民共和国个人信息保护法第四十七条"


class ErasureRefused(Exception):
    """Nothing is asked for or decided; `message` says why and what would help."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Label(zh=zh, en=en)


def may_erase(actor: Actor) -> bool:
    """Say whether somebody may ask for and decide on erasing: privacy officer or director."""
    return any(duty.code in ERASERS for duty in actor.duties)


def ask_erasure(*, case: int, with_texts: bool, by: Actor, at: datetime, reason: str) -> None:
    """Ask that what a case holds of a person be erased: personal values and files, with or without its free texts."""
    _erasers_only(by)
    if not reason.strip():
        raise ErasureRefused("请写明删除的理由和申请人的要求", "Say why, and what was asked for")
    with office_transaction(by.office):
        if waiting_request(case) is not None:
            raise ErasureRefused(
                "这件事已有一份删除申请在等第二人确认", "A request for this case already waits"
            )
        if not _holds_anything(case, with_texts=with_texts):
            raise ErasureRefused(
                "这件事里没有可删除的内容，或已经删除", "There is nothing to erase, or it is gone"
            )
        ErasureRequest.objects.create(
            office_id=by.office, case_id=case, with_texts=with_texts, reason=reason.strip(),
            asked_by=by.id, asked_at=at,
        )  # fmt: skip


def decide_erasure(*, case: int, is_granted: bool, by: Actor, at: datetime) -> Destruction | None:
    """Confirm or turn down what somebody else asked for; confirming destroys at once, for good."""
    _erasers_only(by)
    with office_transaction(by.office):
        row = (
            ErasureRequest.objects.select_for_update().filter(case_id=case, decided_by=None).first()
        )
        if row is None:
            raise ErasureRefused("没有在等确认的删除申请", "No request waits for this case")
        if row.asked_by == by.id:
            raise ErasureRefused(
                "申请人不能自己确认，请由另一位有权限的人确认",
                "Whoever asked may not confirm: another person with the duty must",
            )
        row.decided_by, row.decided_at, row.is_granted = by.id, at, is_granted
        row.save(update_fields=["decided_by", "decided_at", "is_granted"])
        if not is_granted:
            return None
        ground = Ground("request", LAW, row.reason, row.asked_by, at, confirmed_by=by.id)
        return destroy(office=by.office, case=case, with_texts=row.with_texts, ground=ground)


def destroy(*, office: int, case: int, with_texts: bool, ground: Ground) -> Destruction:
    """Destroy the data key and files of a case, and its free texts if asked, and enter it in the register.

    For requests and for retention alike. The journal's chain still verifies: it holds commitments only.
    """
    with office_transaction(office):
        sealed = Sealed.objects.filter(office_id=office, case_id=case)
        fields = set(sealed.filter(ciphertext__isnull=False).values_list("field", flat=True))
        values = sealed.filter(ciphertext__isnull=False).count()
        files = Attachment.objects.filter(office_id=office, case_id=case).count()
        erase_person(office=office, case=case, by=ground.by, at=ground.at, reason=ground.reason)
        if with_texts:
            texts = set(sealed.filter(text__isnull=False).values_list("field", flat=True))
            for name in sorted(texts):
                values += erase_text(
                    office=office, case=case, field=name,
                    by=ground.by, at=ground.at, reason=ground.reason,
                )  # fmt: skip
            fields |= texts
        return enter(
            office=office,
            case=case,
            fields=fields | ({FILES} if files else set()),
            counts=(values, files),
            ground=ground,
        )


def _holds_anything(case: int, *, with_texts: bool) -> bool:
    sealed = Sealed.objects.filter(case_id=case)
    held = sealed if with_texts else sealed.filter(ciphertext__isnull=False)
    return (
        held.exists()
        or CaseKey.objects.filter(case_id=case).exists()
        or Attachment.objects.filter(case_id=case).exists()
    )


def _erasers_only(by: Actor) -> None:
    if not may_erase(by):
        raise ErasureRefused(
            "删除个人信息需要“个人信息保护专员”或“主任”的岗位",
            "Erasing needs the post of privacy officer or director",
        )
