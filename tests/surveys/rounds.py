"""A survey of the dwellings of two estates, planned and drawn, for tests."""

from datetime import timedelta
from itertools import count

from reach.ground import estate
from townsfolk import AT

from linli.casework.actions import open_case, perform
from linli.surveys.actions import draw, plan_drawing
from linli.surveys.plans import DWELLINGS, Plan
from linli.surveys.queries import survey_numbered

_numbers = count()
LATER = AT + timedelta(hours=1)


def plan(folk, **more):
    told = {
        "source": DWELLINGS, "ground": folk.committee, "strata": "estate", "size": 10,
        "allocation": "proportional", "reserve": 50, "least": 3,
    }  # fmt: skip
    return Plan(**{**told, **more})


def started(folk, population=40):
    """A survey that waits for its sample; its number."""
    form = {
        "name": "居民评议", "about": "committee", "frame": "在册住户", "mode": "visit", "edition": "A1",
        "population": population,
    }  # fmt: skip
    return open_case(
        mechanism="satisfaction-survey", action="plan", by=folk.actor("operator", AT), at=AT, form=form,
        key=f"survey-{next(_numbers)}", area=folk.committee,
    ).number  # fmt: skip


def grounds(folk):
    """Two estates: of 24 dwellings and of 16."""
    estate(folk, "E1", list(range(0, 1200, 100)), name="大小区")
    estate(folk, "E2", list(range(2000, 2800, 100)), name="小小区")


def planned(folk, seed="20260301", **more):
    number = started(folk)
    plan_drawing(
        survey=survey_numbered(number), plan=plan(folk, **more), seed=seed,
        seed_source="福彩3D第2026051期", by=folk.actor("caller", AT), at=AT,
    )  # fmt: skip
    return number


def drawn(folk, **more):
    """A survey whose sample is drawn."""
    grounds(folk)
    number = planned(folk, **more)
    draw(survey=survey_numbered(number), by=folk.actor("caller", LATER), at=LATER)
    return survey_numbered(number)


def act(folk, survey, form_no, action, at=LATER, **form):
    perform(
        case=survey.forms[form_no].case, action=action, by=folk.actor("caller", at), at=at, form=form,
        key=f"act-{next(_numbers)}", revision=None,
    )  # fmt: skip


def answer(folk, survey, form_no, word="pleased", channel="visit"):
    act(folk, survey, form_no, "answer", channel=channel, answer=word)


def missed(folk, survey, form_no):
    for _ in range(3):
        act(folk, survey, form_no, "attempt", channel="visit", contact="nobody")
    act(folk, survey, form_no, "give_up")
