"""Guards: exact, closed, checked before any case is seen."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.rulebook.casefile import Casefile, ClockReading, Member
from linli.rulebook.guards import FUNCTIONS, GuardRefused, parse
from linli.rulebook.mechanism import Mechanism

NAMED = {"zh": "名", "en": "Name"}


def field(kind, **more):
    return {**NAMED, "type": kind, **more}


@pytest.fixture(scope="module")
def mechanism():
    return Mechanism.model_validate(
        {
            "mechanism": "lift-consent",
            "version": 1,
            "title": NAMED,
            "basis": ["民法典第278条"],
            "subject": "doorway",
            "roles": {"committee": NAMED},
            "fields": {
                "what": field("text"),
                "phone": field("code", list=["a"], personal=True),
                "rounds": field("int"),
                "rate": field("number"),
                "quorum": field("fraction"),
                "cost": field("money"),
                "is_good": field("bool"),
                "grade": field("code", list=["good", "fair", "poor"]),
                "category": field("code", list="grid_category"),
                "due_on": field("date"),
                "seen_at": field("moment"),
                "met_at": field("moment"),
                "unit": field("body"),
                "other_unit": field("body"),
                "spot": field("place"),
            },
            "states": {
                "asking": {**NAMED, "phase": "open", "initial": True},
                "done": {**NAMED, "phase": "done", "final": True},
            },
            "tracks": {
                "watch": {**NAMED, "states": {"normal": NAMED, "high": NAMED}, "initial": "normal"}
            },
            "participants": {
                "home": {
                    **NAMED,
                    "each": "household",
                    "states": {"asked": NAMED, "agree": NAMED, "oppose": NAMED},
                    "initial": "asked",
                    "done": ["agree", "oppose"],
                    "groups": {"took_part": ["agree", "oppose"]},
                    "weight": "area",
                },
                "co": {
                    **NAMED,
                    "each": "body",
                    "states": {"asked": NAMED, "done": NAMED},
                    "initial": "asked",
                    "done": ["done"],
                },
            },
            "entries": {
                "payment": {**NAMED, "fields": ["cost"], "amount": "cost"},
                "patrol": NAMED,
            },
            "actions": {"open": {**NAMED, "by": [{"role": "committee"}], "start": True}},
            "clocks": {"answer": {**NAMED, "budget": "5 wd", "runs_in": ["asking"]}},
        }
    )


def case(**values):
    more = {key: values.pop(key) for key in list(values) if key in Casefile.__dataclass_fields__}
    return Casefile(mechanism="lift-consent", version=1, state="asking", values=values, **more)


def homes(agree, oppose, asked, weight="1"):
    states = ["agree"] * agree + ["oppose"] * oppose + ["asked"] * asked
    return tuple(Member("home", str(key), state, weight) for key, state in enumerate(states))


@pytest.mark.parametrize(
    ("source", "values", "expected"),
    [
        ("rate == 58.4", {"rate": "58.40"}, True),
        ("rate == 58.40", {"rate": "58.4"}, True),
        ("rate == 0.1 + 0.2", {"rate": "0.3"}, True),
        ("rate * 3 == 1", {"rate": "1/3"}, True),
        ("rate == 0.12345678901234567890123", {"rate": "0.12345678901234567890123"}, True),
        ("quorum >= 2/3", {"quorum": "2/3"}, True),
        ("quorum >= 2/3", {"quorum": "0.6666666666666666666"}, False),
        ("cost <= 1000.10", {"cost": "1000.10"}, True),
        ("rounds < 2", {"rounds": 1}, True),
        ("1 <= rounds < 3", {"rounds": 3}, False),
        ("-rounds == -2", {"rounds": 2}, True),
        ("is_good", {"is_good": True}, True),
        ("not is_good", {"is_good": True}, False),
        ("is_good == true and rounds > 0", {"is_good": True, "rounds": 1}, True),
        ("is_good or rounds > 0", {"is_good": False, "rounds": 0}, False),
        ("grade == 'good'", {"grade": "good"}, True),
        ("grade in ('good', 'fair')", {"grade": "poor"}, False),
        ("grade not in ['good', 'fair']", {"grade": "poor"}, True),
        ("due_on < '2026-05-01'", {"due_on": "2026-04-30"}, True),
        ("'2026-05-01' <= due_on", {"due_on": "2026-04-30"}, False),
        (
            "seen_at < met_at",
            {"seen_at": "2026-05-01T09:00:00+08:00", "met_at": "2026-05-01T02:00:00Z"},
            True,
        ),
        ("seen_at == '2026-05-01T01:00:00Z'", {"seen_at": "2026-05-01T09:00:00+08:00"}, True),
        ("unit == other_unit", {"unit": 7, "other_unit": 7}, True),
        ("unit != other_unit", {"unit": 7, "other_unit": 8}, True),
        ("spot != None", {"spot": {"lon": 121.4, "lat": 31.1}}, True),
        ("spot == null", {}, True),
        ("watch == 'normal'", {}, True),
        ("watch == 'high'", {"tracks": {"watch": "high"}}, True),
    ],
)
def test_condition_is_exact(mechanism, source, values, expected):
    assert parse(source, mechanism, wants="bool").holds(case(**values)) is expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("rounds < 2", False),
        ("rounds >= 2", False),
        ("rounds == 2", False),
        ("rounds != 2", True),
        ("rounds == None", True),
        ("rounds != None", False),
        ("rounds + 1 > 0", False),
        ("rounds + 1 == None", True),
        ("is_good", False),
        ("not is_good", True),
        ("is_good == false", False),
        ("grade != 'good'", True),
        ("grade in ('good', 'fair')", False),
        ("due_on < '2026-05-01'", False),
        ("1 / 0 == None", True),
        ("1 / 0 > 0", False),
    ],
)
def test_missing_value_equals_only_none_and_has_no_order(mechanism, source, expected):
    assert parse(source, mechanism).holds(case()) is expected


@pytest.mark.parametrize(("agree", "expected"), [(8, True), (7, False), (12, True), (0, False)])
def test_two_thirds_of_twelve_is_eight(mechanism, agree, expected):
    guard = parse("share('home', 'agree') >= 2/3", mechanism)

    assert guard.holds(case(members=homes(agree, 12 - agree, 0))) is expected


def test_shares_may_be_of_those_who_took_part(mechanism):
    members = homes(6, 2, 4)

    assert parse("share('home','took_part') == 2/3", mechanism).holds(case(members=members))
    assert parse("share('home','agree','took_part') == 3/4", mechanism).holds(case(members=members))
    assert parse("count('home')", mechanism).value(case(members=members)) == 12
    assert parse("count('home','took_part')", mechanism).value(case(members=members)) == 8
    assert parse("count('home','asked')", mechanism).value(case(members=members)) == 4


def test_share_of_nobody_is_zero(mechanism):
    assert parse("share('home','agree') == 0", mechanism).holds(case())
    assert parse("wshare('home','agree') == 0", mechanism).holds(case())


def test_weighted_share_uses_exact_weights(mechanism):
    members = (
        Member("home", "1", "agree", "66.70"),
        Member("home", "2", "oppose", "33.35"),
        Member("co", "9", "asked"),
    )

    assert parse("wshare('home','agree')", mechanism).value(case(members=members)) == Fraction(2, 3)


def test_weighted_share_is_missing_when_a_weight_is_missing(mechanism):
    members = (Member("home", "1", "agree", "66.70"), Member("home", "2", "oppose"))

    assert parse("wshare('home','agree')", mechanism).value(case(members=members)) is None
    assert not parse("wshare('home','agree') >= 2/3", mechanism).holds(case(members=members))


def test_all_done_needs_every_participant_of_the_kind(mechanism):
    guard = parse("all_done('co')", mechanism)
    done, asked = Member("co", "1", "done"), Member("co", "2", "asked")

    assert guard.holds(case())
    assert guard.holds(case(members=(done, *homes(0, 0, 1))))
    assert not guard.holds(case(members=(done, asked)))


def test_entries_are_counted_and_summed_exactly(mechanism):
    paid = case(cost="0.30", entry_counts={"payment": 3}, entry_sums={"payment": "0.30"})

    assert parse("entries('payment')", mechanism).value(paid) == 3
    assert parse("entries('patrol') < 1", mechanism).holds(paid)
    assert parse("total('payment') <= cost", mechanism).holds(paid)
    assert parse("total('payment') == 0", mechanism).holds(case())


def test_clock_is_met_or_breached_or_neither(mechanism):
    at = datetime(2026, 5, 6, 1, tzinfo=UTC)
    running = ClockReading("answer", "5 wd", "office", at, due_at=at)
    met, breached = parse("met('answer')", mechanism), parse("breached('answer')", mechanism)

    def both(reading):
        held = case(clocks={"answer": reading})
        return met.holds(held), breached.holds(held)

    assert (met.holds(case()), breached.holds(case())) == (False, False)
    assert both(running) == (False, False)
    assert both(ClockReading("answer", "5 wd", "office", at, ended_at=at)) == (True, False)
    assert both(ClockReading("answer", "5 wd", "office", at, due_at=at, breached_at=at)) == (
        False,
        True,
    )
    assert both(
        ClockReading("answer", "5 wd", "office", at, breached_at=at, ended_at=at)
    ) == (False, True)  # fmt: skip


@pytest.mark.parametrize(
    ("source", "values", "expected"),
    [
        ("rounds + 1", {"rounds": 1}, 2),
        ("rounds + 1", {}, None),
        ("rate / 3", {"rate": "1"}, Fraction(1, 3)),
        ("'good'", {}, "good"),
        ("true", {}, True),
        ("None", {}, None),
        ("due_on", {"due_on": "2026-05-01"}, "2026-05-01"),
        ("unit", {"unit": 7}, 7),
    ],
)
def test_value_is_plain_or_exact(mechanism, source, values, expected):
    assert parse(source, mechanism).value(case(**values)) == expected


def test_guard_tells_what_it_reads(mechanism):
    guard = parse("grade == 'good' and category != '0101' and watch == 'high'", mechanism)

    assert guard.names == {"grade", "category", "watch"}
    assert guard.codes == {("grade", "good"), ("category", "0101")}
    assert guard.kind == "bool"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("round < 2", "'round < 2': unknown field or track 'round'; there is rounds"),
        ("grade == 'god'", "\"grade == 'god'\": unknown code of grade 'god'; there is good"),
        (
            "watch == 'low'",
            "\"watch == 'low'\": unknown state of watch 'low'; there is normal, high",
        ),
        ("count('hom')", "\"count('hom')\": unknown participant kind 'hom'; there is home"),
        (
            "count('home', 'agreed')",
            "\"count('home', 'agreed')\": unknown state or group of home 'agreed'; there is agree",
        ),
        (
            "wshare('co', 'done') > 0",
            "\"wshare('co', 'done') > 0\": unknown participant kind with a weight 'co'; there is home",
        ),
        (
            "total('patrol') > 0",
            "\"total('patrol') > 0\": unknown entry with an amount 'patrol'; there is payment",
        ),
        ("met('reply')", "\"met('reply')\": unknown clock 'reply'; there is answer"),
        (
            "alldone('co')",
            "\"alldone('co')\": unknown function 'alldone'; there is all_done, called",
        ),
        ("share('home')", "\"share('home')\": share() takes 2 to 3 names in quotes"),
        ("count(grade)", "'count(grade)': count() takes 1 to 2 names in quotes"),
        ("count()", "'count()': count() takes 1 to 2 names in quotes"),
        ("grade < 'good'", "\"grade < 'good'\": grade has no order; use == or !="),
        (
            "rounds == 'two'",
            "\"rounds == 'two'\": rounds (number) and 'two' (text) differ in kind",
        ),
        ("rounds is None", "'rounds is None': use == or != in place of is"),
        ("rounds in 3", "'rounds in 3': write literals after in: ('a', 'b')"),
        (
            "grade in (grade, 'good')",
            "\"grade in (grade, 'good')\": write literals after in: ('a', 'b')",
        ),
        ("due_on > 'May'", "\"due_on > 'May'\": 'May' is not a date (ISO 8601)"),
        ("rounds", "'rounds': rounds is number, bool is wanted"),
        ("grade and is_good", "'grade and is_good': grade is text, bool is wanted"),
        ("rounds ** 2 > 1", "'rounds ** 2 > 1': only + - * / may be used"),
        ("rounds > 1e3", "'rounds > 1e3': write 1000.0 with digits only"),
        ("rounds =", "'rounds =': is not an expression"),
        ("", "'': is not an expression"),
        (
            "rounds > " + "1" * 400,
            "'rounds > " + "1" * 400 + "': is too long; use a decision table",
        ),
    ],
)
def test_refusal_names_the_cure(mechanism, source, message):
    with pytest.raises(GuardRefused) as refusal:
        parse(source, mechanism, wants="bool")

    assert refusal.value.message.en == message
    assert refusal.value.message.zh != refusal.value.message.en


@pytest.mark.parametrize("name", ["what", "phone"])
def test_sealed_field_may_not_be_named(mechanism, name):
    with pytest.raises(GuardRefused, match="sealed") as refusal:
        parse(f"{name} == 'a'", mechanism)

    assert "密封字段" in refusal.value.message.zh


@pytest.mark.parametrize(
    "source",
    [
        "__import__('os').system('true')",
        "rounds.__class__ == 1",
        "(lambda: 1)() == 1",
        "[x for x in (1,)] == 1",
        "f'{rounds}' == 'a'",
        "rounds if is_good else 1",
        "(rounds := 2) == 2",
        "grade['a'] == 'b'",
        "count(*'home')",
        "count(kind='home')",
        "~rounds == 1",
        "rounds // 2 == 1",
        "b'a' == grade",
        "... == rounds",
        "1j == rounds",
        "not " * 90 + "what",
    ],
)
def test_anything_but_the_closed_language_is_refused(mechanism, source):
    with pytest.raises(GuardRefused):
        parse(source, mechanism)


def test_there_are_at_most_twelve_functions():
    assert len(FUNCTIONS) <= 12


@given(st.integers(0, 60), st.integers(0, 60), st.integers(1, 20), st.integers(1, 20))
def test_share_agrees_with_counting_by_hand(mechanism, agree, oppose, num, den):
    guard = parse(f"share('home', 'agree') >= {num}/{den}", mechanism)

    holds = guard.holds(case(members=homes(agree, oppose, 0)))

    assert holds is (agree * den >= num * (agree + oppose) if agree + oppose else num <= 0)
