"""A lift for one building of 24 dwellings: six floors of four, small and large by turns."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from linli.deliberation.counting.electorate import Dwelling, Roll
from linli.deliberation.counting.rules import rule_set
from linli.deliberation.voting.preparing import NewVote, open_vote, prepare_vote, publish_roll

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
CLOSES = AT + timedelta(days=14)
UNITS = [f"{floor}0{side}" for floor in range(1, 7) for side in range(1, 5)]
HOUR = timedelta(hours=1)


def lift_roll():
    areas = [Fraction("58.40"), Fraction("62.75")]
    return Roll(
        tuple(Dwelling(unit, unit, areas[at % 2], (), "产证") for at, unit in enumerate(UNITS))
    )


def new_lift(rules="owners-special", secrecy="signed"):
    return NewVote(
        "三号楼加装电梯", "是否同意加装电梯？", rule_set(rules), lift_roll(), AT.date(), secrecy
    )


def opened_lift(chair, **more):
    """Give the id of an open vote with its 24 numbered forms."""
    vote = prepare_vote(new=new_lift(**more), by=chair, at=AT)
    publish_roll(vote=vote, by=chair, at=AT)
    open_vote(vote=vote, closes_at=CLOSES, by=chair, at=AT)
    return vote
