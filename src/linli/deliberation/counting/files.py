"""Vote files: roll, rules, ballots of one vote in YAML, so that anybody can count it again."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, model_validator

from linli.deliberation.counting.ballots import Choice, Mark
from linli.rulebook.labels import KEY, Rule, Wrong
from linli.rulebook.reading import read_yaml

SHANGHAI = ZoneInfo("Asia/Shanghai")
ONLY = "vote"  # the question's key in a file that has one question


def _text(said: object) -> object:
    return str(said) if isinstance(said, int) and not isinstance(said, bool) else said


def _mark(said: object) -> object:
    words = {"同意": "yes", "赞成": "yes", "反对": "no", "弃权": "abstain", "废票": "void"}
    words["意见不一"] = "split"
    return words.get(said, said) if isinstance(said, str) else said


def _moment(said: object) -> object:
    if not isinstance(said, str):
        return said
    try:
        moment = datetime.fromisoformat(said)
    except ValueError as wrong:
        raise Wrong(
            "应写成 2026-03-01 或 2026-03-01T18:00", "write 2026-03-01 or 2026-03-01T18:00"
        ) from wrong
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def _close(said: object) -> object:
    """Take a day alone as that whole day: the vote closes at its end."""
    try:
        day = date.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        day = None
    if day is None:
        return _moment(said)
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


def _area(said: object) -> object:
    if said is None or isinstance(said, Fraction):
        return said
    try:
        number = Decimal(str(said).strip())
        area = Fraction(number) if number.is_finite() else None
    except InvalidOperation:
        area = None
    if area is None:
        raise Wrong("面积应写成数字，如 58.40", "write the area as a number such as 58.40")
    return area


Name = Annotated[str, BeforeValidator(_text), Field(min_length=1)]
Marked = Annotated[Mark, BeforeValidator(_mark)]
Chosen = Annotated[Choice, BeforeValidator(_mark)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Close = Annotated[datetime, BeforeValidator(_close)]
Area = Annotated[Fraction | None, BeforeValidator(_area)]


class Unit(Rule):
    """One line of the roll. Without `owner` the unit is a head of its own."""

    model_config = {**Rule.model_config, "arbitrary_types_allowed": True}

    dwelling: Name
    area: Area = None
    owner: Name | None = None
    owners: list[Name] = []
    source: str = ""


class RollPart(Rule):
    """The roll: dwellings, or plain heads where no area counts, and how many attend a meeting."""

    as_of: Moment | None = None
    dwellings: list[Unit] = []
    heads: list[Name] = []
    attending: int | None = None


class BallotLine(Rule):
    """One ballot: the unit it is for (or the owner group), and its mark or, with several questions, its marks."""

    dwelling: Name
    choice: Marked | None = None
    choices: dict[str, Marked] = {}
    at: Moment | None = None
    channel: str = ""
    form: Name = ""
    signer: Name = ""
    proxy: Name = ""

    @model_validator(mode="after")
    def _says_something(self) -> BallotLine:
        if (self.choice is None) == (not self.choices):
            raise Wrong("choice 与 choices 写一个", "write either choice or choices")
        return self


class MandateLine(Rule):
    """One mandate: whose, to whom, and how the holder must vote."""

    principal: Name
    holder: Name
    choice: Chosen | None = None
    choices: dict[str, Chosen] = {}
    given_at: Moment | None = None
    revoked_at: Moment | None = None
    written: bool = True
    dwellings: list[Name] = []
    until: Moment | None = None


class Question(Rule):
    """One question of several, perhaps with a rule of its own."""

    title: str = ""
    rules: str | None = None
    expect: Literal["passed", "failed"] | None = None


class PaperLine(Rule):
    """So many papers with the same names on them."""

    marks: list[Name] = []
    times: int = 1
    station: str = ""
    void: bool = False


class ElectionPart(Rule):
    """An election to seats: secret, so papers are summed and name no voter."""

    seats: int
    registered: int
    candidates: list[Name] = []
    aliases: dict[str, list[Name]] = {}
    ineligible: list[Name] = []
    issued: int | dict[str, int] = {}
    spoiled: int | dict[str, int] = {}
    papers: list[PaperLine] = []


class VoteFile(Rule):
    """One vote whole: either `roll` with `ballots`, or an `election`."""

    vote: str
    title: str = ""
    rules: str | dict[str, Any]
    limits: dict[str, Any] = {}
    on: date | None = None
    opens: Moment | None = None
    closes: Close | None = None
    questions: dict[Annotated[str, Field(pattern=KEY)], Question] = {}
    roll: RollPart | None = None
    ballots: list[BallotLine] = []
    mandates: list[MandateLine] = []
    election: ElectionPart | None = None
    expect: Literal["passed", "failed"] | list[Name] | None = None

    @model_validator(mode="after")
    def _is_one_of_two(self) -> VoteFile:
        if (self.roll is None) == (self.election is None):
            raise Wrong("roll 与 election 写一个", "write either roll or election")
        if isinstance(self.expect, list) != (self.election is not None) and self.expect is not None:
            raise Wrong(
                "expect 在选举里是当选名单，否则是 passed 或 failed",
                "expect lists those elected, or is passed or failed",
            )
        asked = set(self.questions or {ONLY})
        said = {key for one in self.ballots for key in one.choices}
        said |= {key for one in self.mandates for key in one.choices}
        if said - asked:
            raise Wrong(f"没有这些问题：{sorted(said - asked)}", f"no such questions: {sorted(said - asked)}")  # fmt: skip
        return self

    @property
    def day(self) -> date | None:
        """Give the day whose law counts: `on`, or that of the last moment in which one could vote."""
        if self.on or not self.closes:
            return self.on
        return (self.closes.astimezone(SHANGHAI) - timedelta(microseconds=1)).date()


def read_vote(text: str, source: str) -> VoteFile:
    """Give the vote of a file, or refuse it by line with the cure."""
    return read_yaml(text, source, VoteFile)[0]
