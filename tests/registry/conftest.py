import pytest
from founding import AT, FOUNDER, GUMEI, TANGQIAO

from linli.registry.actions import found_office
from linli.registry.importing import import_place
from linli.registry.isolation import office_transaction
from linli.rulebook.casefile import Actor


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
