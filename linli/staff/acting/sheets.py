"""The form of an action as it lies on the desk: asked, filled, and perhaps refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from linli.registry.queries import areas_of_office, bodies
from linli.rulebook.casefile import Fault, StepRefused
from linli.rulebook.loading import shipped
from linli.rulebook.mechanism import Action, Label, Mechanism
from linli.staff.acting.brought import NOTHING, Brought, brought
from linli.staff.desk import Desk
from linli.ui.questions import Question, questions_for, read_answers

TAKEN = "taken"
SURE = "sure"
NOT_SURE = Fault(SURE, Label(zh="请先勾选确认", en="Tick the box to confirm first"))
WHERE_TAKEN = Label(zh="拍摄位置", en="Where the photos were taken")
WHERE_HINT = Label(
    zh="照片自带位置时不必填写", en="Not needed when the photos carry their position"
)


@dataclass(frozen=True)
class Sheet:
    """One action's form. `key` makes sending it twice harmless; `revision` is the case as its writer saw it."""

    desk: Desk
    mechanism: Mechanism
    name: str
    key: str = field(default_factory=lambda: uuid4().hex)
    revision: int | None = None
    member: tuple[str, str] | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    brought: Brought = NOTHING
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
    def questions(self) -> list[Question]:
        """Give the questions with the answers so far and what is wrong with them."""
        asks = {self.mechanism.fields[name].type for name in self.action.fields}
        asked = questions_for(
            self.mechanism,
            self.name,
            shipped(),
            values=self.answers,
            errors=self.faults,
            bodies=self._bodies() if asks & {"body", "bodies"} else (),
            areas=self._areas() if "area" in asks else (),
            tickets=self.brought.tickets,
        )
        return [*asked, self._where_taken()] if self._asks_where_taken else asked

    @property
    def sure_error(self) -> Label | None:
        """Give what to say at the box that confirms a dangerous action, when it was not ticked."""
        return next((fault.message for fault in self.faults if fault.field == SURE), None)

    @property
    def general(self) -> list[str]:
        """Give what is wrong with the whole, in words for the head of the form."""
        known = {*self.action.fields, *(asked.tag for asked in self.action.evidence), TAKEN}
        loose = [fault.message for fault in self.faults if fault.field not in known]
        if self.refusal and not self.faults:
            loose.append(self.refusal)
        language = self.desk.language
        return [label.in_language(language) for label in loose]

    def filled(self) -> Sheet:
        """Give the sheet with what was posted."""
        post = self.desk.request.POST
        answers, files = read_answers(self.questions, post, self.desk.request.FILES)
        papers = brought(self.desk, post, self.action.evidence, files)
        has_place = any(isinstance(answer, dict) for answer in answers.values())
        unsure = self.action.danger and not post.get(SURE)
        return replace(
            self,
            key=post.get("key") or self.key,
            answers=answers,
            brought=papers.located() if has_place else papers,
            faults=(*papers.faults, *([NOT_SURE] if unsure else [])),
        )

    @property
    def form(self) -> dict[str, Any]:
        """Give the answers the mechanism asked for."""
        return {name: answer for name, answer in self.answers.items() if name in self.action.fields}

    def refused(self, refused: StepRefused) -> Sheet:
        """Give the sheet with what the mechanism said against it."""
        return replace(self, faults=(*self.faults, *refused.faults), refusal=refused.message)

    def renewed(self, revision: int) -> Sheet:
        """Give the same sheet for the case as it is now, ready to be sent again."""
        return replace(self, revision=revision, key=uuid4().hex)

    @property
    def _asks_where_taken(self) -> bool:
        has_place = any(self.mechanism.fields[name].type == "place" for name in self.action.fields)
        return not has_place and any(asked.geotag for asked in self.action.evidence)

    def _where_taken(self) -> Question:
        given = self.answers.get(TAKEN)
        return Question(TAKEN, WHERE_TAKEN, "place", hint=WHERE_HINT, value=given)

    def _bodies(self) -> Sequence[tuple[int, str]]:
        return [
            (row.id, row.name.in_language(self.desk.language)) for row in bodies(on=self.desk.today)
        ]

    def _areas(self) -> Sequence[tuple[str, str]]:
        return [(row.path, row.name) for row in areas_of_office(on=self.desk.today)]
