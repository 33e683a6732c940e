from dataclasses import replace

import pytest

from linli.rulebook.loading import load, shipped
from linli.rulebook.ownbook import lockfile

KEY = "grid-case"


def changed(old, new):
    text = shipped().texts[KEY].replace(old, new, 1)
    return replace(shipped(), mechanisms={**shipped().mechanisms, KEY: load(text, KEY)})


def digests():
    return {(k, m.version): shipped().sha256(k) for k, m in shipped().mechanisms.items()}


def test_a_locked_version_whose_text_changed_is_named_with_the_cure():
    found = lockfile.changed(changed("网格案件, en", "网格事项, en"), digests())

    assert [one.zh for one in found] == ["grid-case 第 1 版已锁定，内容变了：请把 version 加一。"]
    assert "raise the version" in found[0].en


def test_a_comment_and_a_raised_version_are_no_change():
    assert lockfile.changed(changed("mechanism:", "# note\nmechanism:"), digests()) == []
    raised = changed("version: 1", "version: 2")
    assert lockfile.changed(raised, digests()) == []
    assert lockfile.unlocked(raised, digests()) == [KEY]


def test_locking_adds_what_is_new_and_refuses_what_changed(tmp_path, monkeypatch):
    monkeypatch.setattr(lockfile, "LOCK", tmp_path / "book.lock")
    every = sorted(f"{key} {m.version}" for key, m in shipped().mechanisms.items())

    assert lockfile.lock() == every
    assert lockfile.lock() == []
    assert lockfile.locked() == digests()
    text = (tmp_path / "book.lock").read_text(encoding="utf-8")
    (tmp_path / "book.lock").write_text(
        text.replace(shipped().sha256(KEY), "0" * 64), encoding="utf-8"
    )
    with pytest.raises(lockfile.LockBroken) as broken:
        lockfile.lock()
    assert "grid-case 第 1 版已锁定" in broken.value.message.zh
    assert lockfile.lock(rewrite=True) == every
    assert lockfile.locked() == digests()


@pytest.mark.parametrize("text", ["grid-case one abc", f"a 1 {'0' * 64}\na 1 {'1' * 64}"])
def test_a_lock_that_is_not_one_is_refused(text):
    with pytest.raises(lockfile.LockBroken):
        lockfile.locked(text)
