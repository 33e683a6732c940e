import pytest
from django.test import Client
from keyed import new_key
from townsfolk import settle


@pytest.fixture
def folk(db):
    return settle()


@pytest.fixture
def key(folk):
    """Give the text of a key that may report."""
    return new_key(folk)


@pytest.fixture
def caller():
    return Client(enforce_csrf_checks=True)
