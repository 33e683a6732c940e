"""Roll-ups of a new office are built a part at a time: deadlines first, offices in turn, and nothing is lost on the way."""

import pytest
from casework.building import AT, IN_FIRST, an_office
from townsfolk import settle

from linli.casework.actions import open_case
from linli.casework.models import Step
from linli.figures.models import RollupPart
from linli.figures.rollups.auditing import audit
from linli.figures.rollups.keeping import missing_parts, wanted_parts
from linli.project import worker
from linli.registry.isolation import office_transaction


@pytest.fixture
def waiting(db, monkeypatch):
    """Give two offices with a case each whose deadline is long over; the worker has just begun."""
    monkeypatch.setattr(worker, "_rolled_at", {})
    monkeypatch.setattr(worker, "_unbuilt", {})
    built = an_office()
    with office_transaction(built.id):
        open_case(
            mechanism="grid-case", action="report", by=built.resident, at=AT,
            form={"what": "路灯不亮", "place": IN_FIRST}, key="report-1", source="web",
        )  # fmt: skip
    other = settle("310112007", "江川路街道")
    return built.id, other.office


def parts_with_cases(office):
    with office_transaction(office):
        keys = [
            key for key, part in wanted_parts().items() if part.counted.mechanism == "grid-case"
        ]
        return RollupPart.objects.filter(part__in=keys).count(), len(keys)


def test_deadlines_fire_before_any_part_is_built(waiting):
    first, second = waiting

    worker.work_through((worker._fire_due, worker._roll_up))

    with office_transaction(first):
        assert Step.objects.filter(action="escalate").count() == 1
        assert RollupPart.objects.count() == 0
    assert set(worker._unbuilt) == {first, second}


def test_a_turn_without_time_builds_one_part_and_the_offices_take_turns(waiting):
    first, second = waiting
    worker.work_through((worker._roll_up,))

    assert worker.build_rollups(seconds=0) == 1
    assert parts_with_cases(first)[0] == 1
    assert list(worker._unbuilt) == [second, first]
    worker.build_rollups(seconds=0)
    worker.build_rollups(seconds=0)

    assert parts_with_cases(first)[0] == 2


def test_turn_by_turn_all_parts_are_built_and_right(waiting):
    first, second = waiting
    worker.work_through((worker._roll_up,))

    turns = 0
    while worker.build_rollups(seconds=0):
        turns += 1

    built, wanted = parts_with_cases(first)
    assert built == wanted
    assert turns == wanted + 1  # the other office has no case: one turn for all its parts
    for office in (first, second):
        with office_transaction(office):
            assert missing_parts() == []
            assert audit(at=AT, whole=True).differing == 0
