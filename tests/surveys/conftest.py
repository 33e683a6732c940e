from collections.abc import Iterator

import pytest
from townsfolk import Folk, settle

from linli.casework.definitions import publish
from linli.registry.isolation import office_transaction
from linli.rulebook.loading import shipped


@pytest.fixture
def folk(db: None) -> Iterator[Folk]:
    """Stand inside a settled office whose rules are published."""
    made = settle()
    with office_transaction(made.office):
        publish(shipped(), office=made.office)
        yield made
