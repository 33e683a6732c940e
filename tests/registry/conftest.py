from datetime import UTC, datetime

import pytest

from linli.registry.actions import NewAccount, NewOffice, found_office
from linli.registry.importing import import_place
from linli.registry.isolation import office_transaction
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Label

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
GUMEI = NewOffice(
    code="310112006",
    official_name="古美路街道办事处",
    stat_name="古美街道",
    short=Label(zh="古美", en="Gumei"),
    hosts=("gumei.example",),
)
TANGQIAO = NewOffice(
    code="310115008",
    official_name="塘桥街道办事处",
    stat_name="塘桥街道",
    short=Label(zh="塘桥", en="Tangqiao"),
)
FOUNDER = NewAccount(username="zhang", display_name="张受理", password_hash="!unusable")


@pytest.fixture
def gumei(db):
    return found_office(office=GUMEI, founder=FOUNDER, duties=["operator"], at=AT)


@pytest.fixture
def tangqiao(db, gumei):
    return found_office(office=TANGQIAO, founder=FOUNDER, duties=["operator"], at=AT)


@pytest.fixture
def founder(gumei):
    return Actor(office=gumei.office, id=f"account:{gumei.account}")


@pytest.fixture
def inside(gumei, founder):
    """Stand inside the office of Gumei, with its 42 committees."""
    with office_transaction(gumei.office):
        import_place("310112006", by=founder, at=AT)
        yield gumei
