import re

import yaml

from linli.rulebook.loading import FOLDER, shipped

PARTS = (
    "roles", "fields", "states", "groups", "tracks", "participants", "entries", "actions", "clocks",
    "decisions", "figures",
)  # fmt: skip


def _words():
    book = yaml.safe_load((FOLDER / "words.yaml").read_text(encoding="utf-8"))
    said = {part for term in book["terms"].values() for part in re.split(r"[ '-]+", term)}
    formed = {
        part for forms in book["forms"].values() for form in forms for part in form.split("_")
    }
    return said | formed | set(book["forms"]) | set(book["plain"])


def _keys():
    for mechanism in shipped().mechanisms.values():
        yield from mechanism.mechanism.split("-")
        for part in PARTS:
            yield from getattr(mechanism, part)
        for kind in (*mechanism.tracks.values(), *mechanism.participants.values()):
            yield from kind.states
    for key, codes in shipped().codes.items():
        yield from key.split("-")
        yield from (code for code in codes.codes if not code.isdigit())


def test_every_word_of_a_key_is_in_the_book_of_words():
    words = _words()

    missing = {key for key in _keys() if not set(key.split("_")) <= words}

    assert missing == set()


def test_every_declined_system_says_why_and_is_carried_by_no_mechanism():
    text = (FOLDER / "declined.yaml").read_text(encoding="utf-8")
    book = yaml.safe_load(text)

    carried = {number for m in shipped().mechanisms.values() for number in m.covers}

    assert sorted(book["declined"]) == [f"S{number}" for number in range(309, 321)]
    assert all(len(row["why"]["zh"]) > 5 for row in book["declined"].values())
    assert all(len(row["why"]["en"]) > 10 for row in book["declined"].values())
    assert carried & set(book["declined"]) == set()
    for key, codes in book["codes"].items():
        declined = [c.code for c in shipped().codes[key].codes.values() if c.declined]
        assert declined == codes
