import dataclasses

import pytest
from django.db import transaction
from test_actions import report

from linli.casework import definitions
from linli.casework.definitions import MechanismUnknown, VersionTaken, current, pinned, publish
from linli.casework.models import Definition
from linli.rulebook.loading import load, shipped

KEY = "grid-case"


def rewritten(old, new):
    book = shipped()
    text = book.texts[KEY].replace(old, new)
    return dataclasses.replace(
        book, mechanisms={KEY: load(text, "grid-case.yaml")}, texts={KEY: text}
    )


def test_publishing_the_same_book_twice_changes_nothing(office):
    before = Definition.objects.count()

    publish(shipped(), office=office.id)

    assert Definition.objects.count() == before


def test_a_published_version_is_refused_with_another_text(office):
    with pytest.raises(VersionTaken) as met, transaction.atomic():
        publish(rewritten("网格案件, en", "网格事项, en"), office=office.id)

    assert KEY in met.value.message.zh
    assert current(KEY) is shipped().mechanisms[KEY]


def test_new_cases_begin_under_the_new_version_and_running_ones_keep_theirs(office):
    old = report(office, key="before").case_id

    publish(rewritten("version: 1", "version: 2"), office=office.id)
    new = report(office, key="after").case_id

    assert (pinned(old).version, pinned(new).version) == (1, 2)
    assert definitions.current(KEY).version == 2


def test_an_unknown_mechanism_is_refused(office):
    with pytest.raises(MechanismUnknown):
        current("no-such-thing")
