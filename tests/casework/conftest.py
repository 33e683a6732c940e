from collections.abc import Iterator

import pytest
from building import OfficeBuilt, an_office

from linli.registry.isolation import office_transaction


@pytest.fixture
def office(db: None) -> Iterator[OfficeBuilt]:
    """Stand inside an office with somebody for every duty."""
    built = an_office()
    with office_transaction(built.id):
        yield built
