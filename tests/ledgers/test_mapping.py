import pytest

from linli.ledgers.mapping import MapRefused, check_map, read_map
from linli.ledgers.queries import MAPS, maps_at_hand, shipped_maps
from linli.rulebook.loading import shipped

MAP = """
ledger: visits
title: {zh: 走访, en: Visits}
mechanism: historic-order
number: {column: 编号}
steps: [{action: enter, at: {column: 时间}}]
fields: {ref: {column: 编号}, category: {column: 类别}}
"""


def refusal(text, call=read_map):
    with pytest.raises(MapRefused) as refused:
        check_map(call(text, "visits.yaml"), shipped().mechanisms)
    return refused.value.message


def test_every_shipped_map_fits_its_mechanism():
    maps = shipped_maps()

    assert sorted(maps) == ["civil-complaints-26", "georeport-bulk", "party-bodies"]
    for rules in maps.values():
        assert check_map(rules, shipped().mechanisms).mechanism == rules.mechanism
    assert len(maps["civil-complaints-26"].needed()) == 26


@pytest.mark.parametrize(
    ("change", "words", "named"),
    [
        ("ledger: visits", "ledger: [", "YAML"),
        ("number: {column: 编号}", "number: {}", "number.column"),
        ("fields:", "feilds:", "feilds"),
        ("mechanism: historic-order", "mechanism: nothing", "nothing"),
        ("action: enter", "action: leave", "leave"),
        ("category: {column: 类别}", "kategory: {column: 类别}", "kategory"),
    ],
)
def test_a_map_that_does_not_fit_is_refused_by_name(change, words, named):
    message = refusal(MAP.replace(change, words))

    assert named in message.zh
    assert named in message.en


def test_other_columns_can_be_put_into_a_map_and_emptied_ones_left_out():
    mechanism, rules = shipped().mechanisms["historic-order"], read_map(MAP, "visits.yaml")

    other = rules.filled(
        mechanism,
        {
            "number": "号",
            "at.0": "日期",
            "field.category": "",
            "field.nature": "性质",
            "field.ref": "号",
        },
    )

    assert other.number.column == "号"
    assert other.steps[0].at.column == "日期"
    assert {name: rule.column for name, rule in other.fields.items()} == {
        "ref": "号",
        "nature": "性质",
    }
    assert other.needed() == ["号", "日期", "性质"]


@pytest.mark.parametrize("slot", ["number", "at.0", "field.ref"])
def test_what_a_ledger_cannot_do_without_may_not_be_emptied(slot):
    mechanism, rules = shipped().mechanisms["historic-order"], read_map(MAP, "visits.yaml")

    with pytest.raises(MapRefused):
        rules.filled(mechanism, {slot: ""})


def test_maps_of_the_offices_own_book_add_and_never_replace(tmp_path, monkeypatch):
    name = next(iter(shipped_maps()))
    [file] = [
        one for one in MAPS.glob("*.yaml") if f"ledger: {name}\n" in one.read_text(encoding="utf-8")
    ]
    (tmp_path / "ledgers").mkdir()
    own = tmp_path / "ledgers" / "own.yaml"
    own.write_text(
        file.read_text(encoding="utf-8").replace(f"ledger: {name}\n", "ledger: own-one\n"),
        encoding="utf-8",
    )
    monkeypatch.setenv("LINLI_BOOK", str(tmp_path))

    assert set(maps_at_hand()) == {*shipped_maps(), "own-one"}
    own.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(MapRefused):
        maps_at_hand()
