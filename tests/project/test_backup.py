import json
import os
import shutil
import stat
import subprocess
import sys
import tarfile
from pathlib import Path

import outside
import pytest

from linli.project.database.postgres import bundled
from linli.project.keeping.bundle import DUMP, KEYS, MANIFEST

ROOT = Path(__file__).parents[2]
PASSWORDS = "external.json" if outside.SERVER else "database.json"
LIVED_IN = ROOT / "tests" / "project" / "lived_in.py"


@pytest.fixture(scope="module")
def places(own_folder):
    """An office with cases and photos, what it says of itself, its backup; then the machine is lost.

    With LINLI_DATABASE_URL each home has a database of its own on that server.
    """
    folder = own_folder / "machine"
    folder.mkdir()
    lost = folder / "lost"
    try:
        linli(lost, "migrate")
        lived_in(lost, "build")
        told = json.loads(lived_in(lost, "tell"))
        linli(lost, "backup", folder / "kept")
        lose(lost)
        yield folder, told
    finally:
        for home in folder.iterdir():
            if (home / "keys").exists():
                lose(home)
        outside.forget_owner()


def test_a_lost_machine_is_set_up_elsewhere_row_by_row_and_picture_by_picture(places):
    folder, told = places
    home = folder / "found"

    said = linli(home, "restore", folder / "kept")

    assert "Restored whole" in said
    again = json.loads(lived_in(home, "tell"))
    assert again == told
    assert told["phones"] == {"1": "erased", "2": "138 0000 0001", "3": "138 0000 0002"}
    assert len(told["pictures"]) == 4
    assert told["verdict"] == [True, 3, 0, 1]
    assert len(told["tables"]["casework_step"]) == 3
    assert "hold" in linli(home, "verify")


def test_restoring_over_an_installation_is_refused_and_changes_nothing(places):
    folder, told = places
    home = folder / "found again"
    linli(home, "restore", folder / "kept")

    assert "is not empty" in linli(home, "restore", folder / "kept", refused=True)

    assert json.loads(lived_in(home, "tell")) == told


def test_without_the_keys_all_but_personal_data_is_there(places):
    folder, told = places
    home, away = folder / "keyless", folder / "moved"
    shutil.copytree(folder / "kept", away)

    said = linli(home, "restore", away)

    assert "without the keys archive" in said
    again = json.loads(lived_in(home, "tell"))
    assert again["tables"] == told["tables"]
    assert again["phones"] == {"1": "erased", "2": "no key", "3": "no key"}
    assert set(again["pictures"].values()) == {"no key"}
    assert again["verdict"] == [True, 3, 2, 1]
    assert json.loads(lived_in(home, "report")) == {"phone": "139 0000 0009", "first": None}


def test_the_keys_are_apart_and_for_their_owner_only(places):
    folder, _told = places

    assert {path.name for path in (folder / "kept").iterdir()} == {
        "database.dump",
        "files.tar",
        "manifest.json",
    }
    archive = folder / "kept-keys" / KEYS
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    with tarfile.open(archive) as packed:
        assert {"office-1.key", "signing.json", PASSWORDS} <= set(packed.getnames())


@pytest.mark.parametrize(
    ("part", "cure"), [(DUMP, "take another backup"), (MANIFEST, "no whole backup")]
)
def test_a_damaged_backup_is_refused_before_anything_is_written(places, part, cure):
    folder, _told = places
    damaged, home = folder / f"damaged {part}", folder / f"home {part}"
    shutil.copytree(folder / "kept", damaged)
    (damaged / part).write_bytes(b"cut short")

    assert cure in linli(home, "restore", damaged, refused=True)

    assert not home.exists()


def test_the_keys_of_another_backup_are_refused(places):
    folder, _told = places
    other = folder / "other-keys"
    other.mkdir()
    (other / KEYS).write_bytes(b"another archive")

    words = ("restore", folder / "kept", "--keys", other)
    assert "keys.tar" in linli(folder / "elsewhere", *words, refused=True)

    assert not (folder / "elsewhere").exists()


def linli(home, *words, refused=False):
    return run(home, "-m", "linli.project", *words, refused=refused)


def lived_in(home, verb):
    return (run(home, LIVED_IN, verb).splitlines() or [""])[-1]


def run(home, *words, refused=False):
    kept = {key: value for key, value in os.environ.items() if not key.startswith("LINLI_")}
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests" / "casework")])
    done = subprocess.run(
        [sys.executable, *map(str, words)],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={
            **kept,
            "LINLI_HOME": str(home),
            **outside.database_of(home),
            "LINLI_LANGUAGE": "en",
            "PYTHONPATH": paths,
            "DJANGO_SETTINGS_MODULE": "linli.project.settings",
        },
    )
    assert done.returncode == int(refused), done.stdout + done.stderr
    return done.stdout


def lose(home):
    if outside.SERVER:
        outside.drop(home)
    else:
        cluster = bundled(home)
        cluster.stop()
        shutil.rmtree(cluster.root, ignore_errors=True)
    shutil.rmtree(home)
