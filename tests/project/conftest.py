"""A folder and a port for a whole office, and its end whatever happened."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest
from project.whole_office import WholeOffice

from linli.project.database.postgres import bundled


@pytest.fixture
def office(own_folder):
    office = WholeOffice(Path(tempfile.mkdtemp(dir=own_folder)) / "up")
    yield office
    for pid in office.processes():
        os.kill(pid, signal.SIGKILL)
    shutil.rmtree(bundled(office.home).root, ignore_errors=True)
