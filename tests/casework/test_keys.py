import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from linli.casework import keys


@pytest.fixture(autouse=True)
def key_folder(settings, tmp_path):
    settings.LINLI_HOME = tmp_path
    return tmp_path / "keys"


def test_the_key_file_is_made_on_first_use_for_its_owner_only(key_folder):
    first = keys.office_key(1)

    assert [path.name for path in key_folder.iterdir()] == ["office-1.key"]
    assert stat.S_IMODE((key_folder / "office-1.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(key_folder.stat().st_mode) == 0o700
    assert keys.office_key(1) == first
    assert keys.office_key(2) != first


def test_two_who_make_the_key_at_once_get_the_same(key_folder):
    path = key_folder / "office-1.key"

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: keys._make(path), range(8)))

    assert len(path.read_text().split()) == 1
    assert [found.name for found in key_folder.iterdir()] == ["office-1.key"]


def test_a_data_key_comes_back_from_its_wrapping():
    data_key = keys.new_data_key()

    wrapped = keys.wrap(1, data_key)

    assert keys.unwrap(1, wrapped) == data_key
    assert data_key not in wrapped


def test_without_the_key_file_nothing_opens_until_it_is_put_back(key_folder):
    data_key = keys.new_data_key()
    wrapped = keys.wrap(1, data_key)
    path = key_folder / "office-1.key"
    secret = path.read_text()
    path.unlink()
    keys.forget()

    with pytest.raises(keys.KeyMissing):
        keys.unwrap(1, wrapped)
    newer = keys.wrap(1, data_key)
    path.write_text(secret + path.read_text())

    assert keys.unwrap(1, wrapped) == data_key
    assert keys.unwrap(1, newer) == data_key


def test_ciphertext_opens_only_where_it_belongs():
    key = keys.new_data_key()
    sealed = keys.encrypt(key, b"13800000000", b"7:1:phone")

    assert keys.decrypt(key, sealed, b"7:1:phone") == b"13800000000"
    for changed, place in ((sealed, b"8:1:phone"), (sealed[:-1] + b"x", b"7:1:phone"), (b"", b"")):
        with pytest.raises(keys.SealBroken):
            keys.decrypt(key, changed, place)


def test_a_keyed_hash_tells_offices_and_purposes_apart():
    found = keys.keyed_hash(1, "phone", "13800000000")

    assert found == keys.keyed_hash(1, "phone", "13800000000")
    assert len(found) == 32
    assert found != keys.keyed_hash(1, "receipt", "13800000000")
    assert found != keys.keyed_hash(2, "phone", "13800000000")


def test_a_signature_is_checked_with_the_public_key_alone():
    signature = keys.sign(1, b"root")

    assert keys.is_signed(b"root", signature, keys.public_key(1))
    assert not keys.is_signed(b"other", signature, keys.public_key(1))
    assert not keys.is_signed(b"root", signature, keys.public_key(2))
    assert not keys.is_signed(b"root", b"", b"")
    assert keys.known_public_keys(1) == {keys.public_key(1)}
    assert keys.known_public_keys(3) == set()
