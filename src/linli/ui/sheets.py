"""The form of an action as it lies before somebody: asked, filled, perhaps refused, sent again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from uuid import uuid4

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language

from linli.rulebook.casefile import Exhibit, Fault, StepRefused
from linli.rulebook.forms import Codes
from linli.rulebook.mechanism import Action, Evidence, Label, Mechanism
from linli.ui.questions import Choice, Question, bare_questions, questions_for, read_answers

SALT = "linli.ticket"
DAY = 24 * 3600
TAKEN = "taken"
GROUND = "area"  # no field of a mechanism may have this name
SURE = "sure"
NOT_SURE = Fault(SURE, Label(zh="请先勾选确认", en="Tick the box to confirm first"))
WHERE_TAKEN = Label(zh="拍摄位置", en="Where the photos were taken")
WHERE_HINT = Label(
    zh="照片自带位置时不必填写", en="Not needed when the photos carry their position"
)

WHERE = Label(zh="属于哪里", en="Which area it is for")
WHERE_MISSING = Fault(GROUND, Label(zh="请选择属于哪里", en="Choose which area it is for"))

Keep = Callable[[Evidence, "UploadedFile[Any]"], Exhibit | Fault]


@dataclass(frozen=True)
class Sheet:
    """One action's form. `key` makes sending it twice harmless; `revision` is the case as its writer saw it.

    `bodies` (id, name) and `areas` (path, name) are what may be chosen; of `grounds` (path, name), when there are
    several, one must be: where the case lies that the form opens.
    """

    mechanism: Mechanism
    name: str
    book: Codes
    bodies: Sequence[tuple[int, str]] = ()
    areas: Sequence[tuple[str, str]] = ()
    grounds: Sequence[tuple[str, str]] = ()
    key: str = field(default_factory=lambda: uuid4().hex)
    revision: int | None = None
    member: tuple[str, str] | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    exhibits: tuple[Exhibit, ...] = ()
    faults: tuple[Fault, ...] = ()
    refusal: Label | None = None

    @property
    def action(self) -> Action:
        """Give the rule of the action."""
        return self.mechanism.actions[self.name]

    @property
    def member_text(self) -> str:
        """Give the participant the action is about as the form carries it: 'kind:key', or nothing."""
        return ":".join(self.member) if self.member else ""

    @property
    def form(self) -> dict[str, Any]:
        """Give the answers that the mechanism asked for."""
        return {name: answer for name, answer in self.answers.items() if name in self.action.fields}

    @property
    def questions(self) -> list[Question]:
        """Give the questions with the answers so far and what is wrong with them."""
        asked = questions_for(
            self.mechanism,
            self.name,
            self.book,
            values=self.answers,
            errors=self.faults,
            bodies=self.bodies,
            areas=self.areas,
            tickets=[(kept.tag, _ticket(kept)) for kept in self.exhibits],
        )
        return self._with_own(asked)

    @property
    def ground(self) -> str | None:
        """Give the area that the case is opened for; None when nobody says, or what is said is not on offer."""
        paths = [path for path, _ in self.grounds]
        chosen = paths[0] if len(paths) == 1 else self.answers.get(GROUND)
        return chosen if chosen in paths else None

    @property
    def general(self) -> list[str]:
        """Give what is wrong with the whole, in words for the head of the form."""
        known = {question.name for question in self.questions}
        loose = [fault.message for fault in self.faults if fault.field not in known]
        if self.refusal and not self.faults:
            loose.append(self.refusal)
        return [label.in_language(get_language() or "zh") for label in loose]

    @property
    def sure_error(self) -> Label | None:
        """Give what to say at the box that confirms a dangerous action, when it was not ticked."""
        return next((fault.message for fault in self.faults if fault.field == SURE), None)

    def filled(
        self, post: QueryDict, files: MultiValueDict[str, UploadedFile[Any]], keep: Keep
    ) -> Sheet:
        """Give the sheet with what was posted; `keep` stores an upload or says why it may not be."""
        answers, uploads = read_answers(self._bare_questions, post, files)
        asked = {evidence.tag: evidence for evidence in self.action.exhibits}
        kept = [
            keep(asked[tag], one) for tag, sent in uploads.items() if tag in asked for one in sent
        ]
        exhibits = [
            *_redeemed(post.getlist("ticket")),
            *(e for e in kept if isinstance(e, Exhibit)),
        ]
        faults = [fault for fault in kept if isinstance(fault, Fault)]
        if self.action.danger and not post.get(SURE):
            faults.append(NOT_SURE)
        if self._asks_ground and post.get(GROUND) not in (None, *dict(self.grounds)):
            faults.append(WHERE_MISSING)
        if any(isinstance(answer, Mapping) for answer in answers.values()):
            exhibits = [replace(exhibit, has_position=True) for exhibit in exhibits]
        key = post.get("key") or self.key
        return replace(
            self, key=key, answers=answers, exhibits=tuple(exhibits), faults=tuple(faults)
        )

    def told(self, post: QueryDict) -> Sheet:
        """Give the sheet with the answers posted so far; what comes with them is left where it is."""
        answers, _uploads = read_answers(self._bare_questions, post, MultiValueDict())
        return replace(self, answers=answers)

    def refused(self, refused: StepRefused) -> Sheet:
        """Give the sheet with what the mechanism said against it."""
        return replace(self, faults=(*self.faults, *refused.faults), refusal=refused.message)

    def renewed(self, revision: int) -> Sheet:
        """Give the same sheet for the case as it is now, ready to be sent again."""
        return replace(self, revision=revision, key=uuid4().hex)

    @property
    def _bare_questions(self) -> list[Question]:
        return self._with_own(bare_questions(self.mechanism, self.name))

    def _with_own(self, asked: Iterable[Question]) -> list[Question]:
        """Give the questions of the mechanism with those that the form itself asks: where it lies, where photos were taken."""
        first = [self._where()] if self._asks_ground else []
        last = [self._where_taken()] if self._asks_where_taken else []
        return [*first, *asked, *last]

    @property
    def _asks_ground(self) -> bool:
        return len(self.grounds) > 1

    def _where(self) -> Question:
        offered = tuple(Choice(path, Label(zh=name, en=name)) for path, name in self.grounds)
        errors = tuple(fault.message for fault in self.faults if fault.field == GROUND)
        return Question(
            GROUND, WHERE, "area", required=True, choices=offered, errors=errors,
            value=self.answers.get(GROUND),
        )  # fmt: skip

    @property
    def _asks_where_taken(self) -> bool:
        has_place = any(self.mechanism.fields[name].type == "place" for name in self.action.fields)
        return not has_place and any(asked.geotag for asked in self.action.exhibits)

    def _where_taken(self) -> Question:
        given = self.answers.get(TAKEN)
        return Question(TAKEN, WHERE_TAKEN, "place", hint=WHERE_HINT, value=given)


def asks_for(action: Action, mechanism: Mechanism, *types: str) -> bool:
    """Say whether an action's form has a field of one of the types."""
    return any(mechanism.fields[name].type in types for name in action.fields)


def _ticket(exhibit: Exhibit) -> str:
    """Give what brings an upload along again without sending the file again; nobody can forge one."""
    return signing.dumps(asdict(exhibit), salt=SALT)


def _redeemed(tickets: Iterable[str]) -> Iterable[Exhibit]:
    for ticket in tickets:
        try:
            yield Exhibit(**signing.loads(ticket, salt=SALT, max_age=DAY))
        except signing.BadSignature:
            continue
