"""The decision-table cases of the DMN Technology Compatibility Kit, level 2, as facts in dmn_tck.yaml."""

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from linli.rulebook.mechanism import Decision
from linli.rulebook.tables import check, decide, exact

FACTS = yaml.safe_load((Path(__file__).parent / "dmn_tck.yaml").read_text(encoding="utf-8"))
PLACES = 8
TESTS = [
    pytest.param(table["decision"], test, id=f"{table['case']}-{number}")
    for table in FACTS["tables"]
    for number, test in enumerate(table["tests"], start=1)
]
EXPRESSIONS = [
    pytest.param(each, id=f"{each['case']}-{number}")
    for number, each in enumerate(FACTS["expressions"], start=1)
]


def expected(value):
    """Give an expected result as tables give it: numbers exact, lists as tuples."""
    if isinstance(value, list):
        return tuple(map(expected, value))
    number = exact(value)
    return value if number is None else number


def rounded(value):
    """Give a number to eight places, as far as the kit's runners compare; anything else as it is."""
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        return value
    return round(Fraction(value) * 10**PLACES)


@pytest.mark.parametrize(("decision", "test"), TESTS)
def test_table_decides_as_the_kit_expects(decision, test):
    given = {name: value for name, value in test["given"].items() if value is not None}

    found = decide(Decision.model_validate(decision), given)

    assert found == {name: expected(value) for name, value in test["gives"].items()}


@pytest.mark.parametrize("table", FACTS["tables"], ids=lambda table: table["case"])
def test_every_cell_of_the_kit_can_be_read(table):
    assert check(Decision.model_validate(table["decision"])) == []


@pytest.mark.parametrize("each", EXPRESSIONS)
def test_expression_yields_what_the_kit_expects(each):
    given = each.get("given", {"any": "1"})
    decision = Decision.model_validate(
        {
            "hit": "U",
            "in": list(given),
            "out": ["y"],
            "rules": [["-"] * len(given) + [each["cell"]]],
        }
    )

    found = decide(decision, given)["y"]

    assert rounded(found) == rounded(expected(each["gives"]))


def test_all_cases_of_level_2_are_here_or_named_as_outside():
    tables = {table["case"] for table in FACTS["tables"]}
    expressions = {each["case"] for each in FACTS["expressions"]}
    policies = Counter(table["decision"]["hit"] for table in FACTS["tables"])

    assert (len(tables), len(TESTS)) == (17, 51)
    assert (len(expressions), len(EXPRESSIONS)) == (8, 51)
    assert len(FACTS["outside"]) == 3
    assert len(tables | expressions | FACTS["outside"].keys()) == 28
    assert policies == Counter("UAPPUFROFRO") + Counter(["C<", "C+", "C#", "A", "P", "C"])
    assert Decimal("0.872") == Decimal(
        next(e for e in FACTS["expressions"] if e["cell"] == ".872")["gives"]
    )
