"""`linli replay`: records made from a file, figures read back, every claim judged; one record less is seen."""

import json
from fractions import Fraction

import pytest

from linli.project.commands.line import parser
from linli.project.commands.replay import in_json, in_lines
from linli.project.progress import Refused
from linli.project.replay.acting import share
from linli.project.replay.judging import range_of
from linli.project.replay.running import refuse_strangers, replayed
from linli.project.replay.script import Claim, keys, office_code, read_replay, replay_text
from linli.registry.queries import offices
from linli.rulebook.loading import shipped
from linli.rulebook.reading import MechanismRefused

SMALL = """
replay: small
title: {zh: 小重放, en: A small replay}
basis: [测试]
period: '2019'
office: {zh: 小街道（重放）, en: Small (replay)}
neighbourhoods: [东片, 西片, 南片]
bodies: {police: {zh: 执法队, en: Enforcement}, works: {zh: 城建, en: Works}}
claims:
  A1: {zh: 拆违点位, unit: 个, printed: '5', figure: site-rectification.buildings}
  A2: {zh: 拆违面积, unit: 平方米, printed: '418.4', figure: site-rectification.area}
  A3: {zh: 取缔, unit: 家, printed: '3', figure: site-rectification.rectified, by: kind, part: unlicensed}
  A4: {zh: 由执法队, unit: 个, printed: '5', figure: site-rectification.rectified, by: holder, part: 执法队}
  A5: {zh: 有拆违的居民区, unit: 个, printed: '3', figure: site-rectification.buildings, lines: true}
  A6: {zh: 覆盖, unit: '%', printed: '100', figure: site-rectification.buildings, lines: true, share: true}
  A7: {zh: 满意率, unit: '%', printed: '66.7', figure: hotline-order.satisfied_rate, by: source, part: 热线}
  A8: {zh: 来电, unit: 件, printed: '2', how: over, figure: hotline-order.received}
  A9: {zh: 服务类别, unit: 类, printed: '7', codes: doorstep-family}
  B1: {zh: 税收, unit: 亿元, printed: '88.60', why: import}
  B2: {zh: 监控, unit: 个, printed: '284', why: declined}
records:
  - {mechanism: site-rectification, cases: 5, way: [register, check +1h, measure +1d, rectify +1h], answers: {kind: building, outcome: removed, square_metres: {spread: '418.4'}, unit: police}}
  - {mechanism: site-rectification, cases: 3, way: [register, check +1h, rectify +1d], answers: {kind: unlicensed, outcome: closed_down, unit: works}, months: [3, 4]}
  - {mechanism: hotline-order, cases: 2, way: [register, dispatch, first_contact, take_on, finish +2h, call_back], answers: {satisfaction: satisfied, kind: complain}, source: 热线}
  - {mechanism: hotline-order, cases: 1, way: [register, dispatch, first_contact, take_on, finish, call_back, finish_again, call_back], answers: {satisfaction: dissatisfied, kind: complain}, source: 热线}
"""
COMPUTED = {
    "A1": ("5", 5, True), "A2": ("418.4", 5, True), "A3": ("3", 3, True), "A4": ("5", 5, True),
    "A5": ("3", 5, True), "A6": ("100%", 5, True), "A7": ("66.7%", 3, True), "A8": ("3", 3, False),
    "A9": ("7", 7, True), "B1": (None, None, None), "B2": (None, None, None),
}  # fmt: skip


@pytest.fixture(autouse=True)
def in_english(monkeypatch):
    monkeypatch.setenv("LINLI_LANGUAGE", "en")


def played(text):
    findings = replayed(text, "small.yaml", lambda cases: None, alone=True)
    return {found.key: (found.computed, found.records, found.is_equal) for found in findings}


def test_every_claim_is_read_back_from_records_and_judged(db):
    assert played(SMALL) == COMPUTED


def test_a_record_less_and_a_record_more_are_seen(db):
    fewer = SMALL.replace("cases: 5, way", "cases: 4, way")
    assert played(fewer)["A1"] == ("4", 4, False)
    assert played(fewer)["A2"] == ("418.4", 4, True)
    more = SMALL.replace("cases: 1, way", "cases: 2, way")
    assert played(more)["A7"] == ("50.0%", 4, False)


def test_records_are_made_once_and_another_file_is_another_office(db):
    first = played(SMALL)
    reworded = SMALL.replace("printed: '3', figure: site", "printed: '4', figure: site")
    assert played(SMALL) == first
    assert played(reworded)["A3"] == ("3", 3, False)
    assert [office.code for office in offices()] == [office_code(SMALL)]
    refuse_strangers()


def test_an_action_that_is_refused_names_its_group_and_the_reason(db):
    with pytest.raises(Refused, match="group 2, site-rectification: case 0, rectify: "):
        played(SMALL.replace("outcome: closed_down, unit: works", "outcome: none_such"))
    with pytest.raises(Refused, match="has no action 'vanish'"):
        played(SMALL.replace("rectify +1d", "vanish"))


def test_lines_say_printed_computed_records_and_the_sum_stands_last(db):
    findings = replayed(SMALL, "small.yaml", lambda cases: None, alone=True)
    lines = in_lines(findings).splitlines()

    assert lines[0] == "A1  拆违点位  printed 5 个  computed 5  records 5  equal"
    assert lines[7] == "A8  来电  printed over 2 件  computed 3  records 3  DIFFERENT"
    assert lines[9] == "B1  税收  printed 88.60 亿元  not computable：owned by another authority"
    assert lines[-1] == "8 equal, 1 different, 2 not computable"
    said = json.loads(in_json(findings))
    assert (said["equal"], said["different"], said["not_computable"]) == (8, 1, 2)
    assert said["claims"][6]["computed"] == "66.7%"


@pytest.mark.parametrize(
    ("printed", "how", "fits", "not_"),
    [
        ("200", "over", ("201", "299"), ("200", "300")),
        ("6300", "over", ("6301", "6399"), ("6300", "6400")),
        ("3300", "about", ("3250", "3349"), ("3249", "3350")),
        ("15000", "reached", ("15000", "15999"), ("14999", "16000")),
        ("90", "above", ("901/10", "100"), ("90", "89")),
        ("100", "least", ("100", "250"), ("99",)),
        ("5", "target", ("5",), ("4", "6")),
    ],
)
def test_what_a_printed_number_can_stand_for(printed, how, fits, not_):
    printed_so = range_of(Claim(zh="数", unit="个", printed=printed, how=how, codes="any"))
    assert [one for one in (*fits, *not_) if printed_so.holds(Fraction(one))] == list(fits)


def test_shares_make_the_whole_to_the_last_digit():
    assert [share(10, nth, 4) for nth in range(4)] == [2, 3, 2, 3]
    assert [share("1.00", nth, 3) for nth in range(3)] == ["0.33", "0.33", "0.34"]


def test_a_claim_without_a_way_to_compute_it_is_refused():
    with pytest.raises(MechanismRefused, match=r"small\.yaml"):
        read_replay(SMALL.replace(", why: declined", ""), "small.yaml")
    with pytest.raises(Refused, match="no replay 'nowhere'"):
        replay_text("nowhere")


@pytest.mark.parametrize("key", keys())
def test_shipped_replays_name_figures_and_actions_that_are_there(key):
    replay, book = read_replay(replay_text(key), key), shipped()
    known = {f"{name}.{figure}" for name, m in book.mechanisms.items() for figure in m.figures}
    assert {c.figure for c in replay.claims.values() if c.figure} <= known | book.figures.keys()
    ways = {(g.mechanism, text.split()[0]) for g in replay.records for text in g.way}
    assert not [way for way in ways if way[1] not in book.mechanisms[way[0]].actions]


def test_the_line_takes_a_key_and_json():
    options = parser().parse_args(["replay", "tangqiao-2019", "--json"])
    assert (options.key, options.json) == ("tangqiao-2019", True)
