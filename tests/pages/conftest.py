import os

import pytest
from browsing import chromium
from townsfolk import settle

from linli.project.demo.pictures import draw_pictures

pytest.register_assert_rewrite("looker", "steps", "street")


@pytest.fixture(scope="session")
def browser():
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def pictures(tmp_path_factory):
    """Paths of two photos of one spot: before and after."""
    folder = tmp_path_factory.mktemp("pictures")
    drawn = draw_pictures(7)
    paths = {}
    for moment in ("before", "after"):
        paths[moment] = folder / f"{moment}.jpg"
        paths[moment].write_bytes(drawn["road", moment][0])
    return paths


@pytest.fixture
def folk(transactional_db):
    return settle()
