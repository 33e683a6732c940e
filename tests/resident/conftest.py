import pytest
from townsfolk import settle


@pytest.fixture
def folk(db):
    return settle()
