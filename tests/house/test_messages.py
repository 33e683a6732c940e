import pytest

from linli.project.authoring.messages import compiled, gathered, rooms, untranslated, written

ROOMS = [room for room in rooms() if len(gathered(room))]


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.folder.name)
def test_every_text_has_english(room):
    assert untranslated(gathered(room)) == []


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.folder.name)
def test_catalogues_are_what_the_pages_say_now(room):
    assert room.po.exists(), "run ./linli messages"
    assert room.po.read_bytes() == written(gathered(room)), "run ./linli messages"
    assert room.mo.read_bytes() == compiled(gathered(room)), "run ./linli messages"
