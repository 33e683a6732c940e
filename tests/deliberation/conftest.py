from collections.abc import Iterator

import pytest
from townsfolk import Folk, settle

from linli.registry.isolation import office_transaction


@pytest.fixture
def folk(db: None) -> Iterator[Folk]:
    """Stand inside a settled office."""
    made = settle()
    with office_transaction(made.office):
        yield made
