"""Questions about surveys: the plan, the units by form number, the drawing repeated, what the answers say."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from linli.casework.definitions import current_definition
from linli.casework.queries.standing import Standing, holding, standing_numbered
from linli.registry.isolation import current_office
from linli.rulebook.ownbook import at_hand
from linli.surveys.estimating import Estimate, Stratum, estimated, with_small_hidden
from linli.surveys.kinds import SurveyKind, kinds_at_hand
from linli.surveys.models import Drawing
from linli.surveys.plans import Plan, units_of
from linli.surveys.questions import Question, QuestionTold, questions_of, told
from linli.surveys.sampling import Unit, frame_digest

POSITIVE = ("pleased", "fairly")
UNKNOWN = "unknown"
ANSWER = "answer"


class NoSurvey(LookupError):
    """The case is of no kind that is sampled."""


@dataclass(frozen=True)
class Drawn:
    """The sample of a survey as it stands: its plan, its seed, and its units once it is drawn."""

    plan: Plan
    seed: str
    seed_source: str
    planned_at: datetime
    digest: str
    drawn_at: datetime | None
    frame: Mapping[str, Sequence[str]]
    units: tuple[Unit, ...]


@dataclass(frozen=True)
class Survey:
    """One survey: its case, its kind, its sample if there is one, and the questionnaires by form number."""

    case: Standing
    kind: SurveyKind
    drawn: Drawn | None
    forms: Mapping[int, Standing]

    @property
    def reserves(self) -> list[int]:
        """Give the form numbers of reserves that wait, in the order they were drawn."""
        return [
            number
            for number, one in sorted(self.forms.items())
            if one.values["reserve"] and one.state == "drawn"
        ]

    @property
    def open(self) -> list[int]:
        """Give the form numbers that are still to be asked."""
        return [
            number
            for number, one in sorted(self.forms.items())
            if not one.values["reserve"] and one.state == "drawn"
        ]


@dataclass(frozen=True)
class Repeated:
    """A drawing done again: whether frame and sample came out the same, and the form numbers that did not."""

    frame_same: bool
    different: tuple[int, ...]

    @property
    def same(self) -> bool:
        """Say whether all came out the same."""
        return self.frame_same and not self.different


def survey_numbered(number: str) -> Survey:
    """Give a survey by the number of its case. Raises CaseUnknown or NoSurvey."""
    case = standing_numbered(number)
    kind = kinds_at_hand().get(case.mechanism.mechanism)
    if kind is None:
        raise NoSurvey(number)
    drawn = drawn_of(case.case)
    forms = holding(kind.answers, "survey_no", number)
    return Survey(
        case, kind, drawn, {int(one.values["form_no"]): one for one in forms if _is_of(drawn, one)}
    )


def _is_of(drawn: Drawn | None, form: Standing) -> bool:
    """Say whether a questionnaire was opened by the drawing itself; one that somebody opens by hand is no sample."""
    return drawn is not None and drawn.drawn_at is not None and form.opened_at == drawn.drawn_at


def drawn_of(case: int) -> Drawn | None:
    """Give the sample of a case; None where none is planned."""
    row = Drawing.objects.filter(office_id=current_office(), case_id=case).first()
    if row is None:
        return None
    plan, frame = Plan(**row.plan), row.frame or {}
    units = tuple(units_of(plan, frame, row.seed)) if row.drawn_at else ()
    return Drawn(
        plan, row.seed, row.seed_source, row.planned_at, row.digest, row.drawn_at, frame, units
    )


def drawn_again(survey: Survey) -> Repeated:
    """Draw again from the seed and the frame on record, and hold it against the questionnaires on record."""
    if survey.drawn is None or survey.drawn.drawn_at is None:
        raise NoSurvey(survey.case.number)
    again = {one.form_no: one.stratum for one in survey.drawn.units}
    there = {number: one.values["stratum"] for number, one in survey.forms.items()}
    different = sorted(
        number for number in again.keys() | there.keys() if again.get(number) != there.get(number)
    )
    return Repeated(frame_digest(survey.drawn.frame) == survey.drawn.digest, tuple(different))


def strata_of(survey: Survey) -> list[Stratum]:
    """Give what became of the sample, stratum by stratum; reserves count once they are called up."""
    if survey.drawn is None:
        return []
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for one in survey.forms.values():
        if not one.values["reserve"]:
            counts[one.values["stratum"]].update(_counted(one))
    return [
        Stratum(
            name, len(units), counts[name]["asked"], counts[name]["answered"], counts[name]["refused"],
            counts[name]["not_reached"], counts[name]["ineligible"], counts[name]["valid"],
            counts[name]["positive"],
        )
        for name, units in sorted(survey.drawn.frame.items())
    ]  # fmt: skip


def shown_strata(survey: Survey) -> list[Stratum]:
    """Give the strata with small ones hidden."""
    least = survey.drawn.plan.least if survey.drawn else 0
    return with_small_hidden(strata_of(survey), least)


def estimate_of(survey: Survey) -> Estimate:
    """Give what the answers say of all."""
    return estimated(strata_of(survey))


def answers_of(survey: Survey) -> Counter[str]:
    """Give how many gave each answer."""
    return Counter(one.values["answer"] for one in survey.forms.values() if one.state == "answered")


def asked_in(survey: Survey) -> list[Question]:
    """Give the questions that the questionnaires of a survey ask, as the version in force has them."""
    mechanism = current_definition(survey.kind.answers).mechanism
    return questions_of(mechanism, ANSWER, at_hand().codes)


def told_by_question(survey: Survey) -> list[QuestionTold]:
    """Give what the answers say, question by question, unweighted; hidden where too few answered."""
    if survey.drawn is None:
        return []
    answers = [one.values for one in survey.forms.values() if one.state == "answered"]
    population = sum(len(units) for units in survey.drawn.frame.values())
    return told(asked_in(survey), answers, population=population, least=survey.drawn.plan.least)


def _counted(one: Standing) -> list[str]:
    if one.state != "answered":
        return ["asked", one.state]
    answer = one.values["answer"]
    valid = [] if answer == UNKNOWN else ["valid"]
    return ["asked", "answered", *valid, *(["positive"] if answer in POSITIVE else [])]
