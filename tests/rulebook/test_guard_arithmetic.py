"""Guards against plain Python fractions: random expressions over a case, worked out twice."""

import operator
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shelves import Shelf

from linli.rulebook.casefile import Casefile
from linli.rulebook.guards import GuardRefused, parse
from linli.rulebook.lint import lint

SIGNS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
MARKS = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
NAMES = ("tries", "cost", "score")
literals = st.one_of(
    st.integers(0, 30).map(str),
    st.decimals(0, 30, places=2).map(str),
    st.tuples(st.integers(0, 9), st.integers(1, 9)).map(lambda pair: f"({pair[0]}/{pair[1]})"),
)
leaves = st.one_of(
    st.sampled_from(NAMES).map(lambda name: ("name", name)),
    literals.map(lambda text: ("literal", text)),
)
numbers = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(sorted(SIGNS)), inner, inner), st.tuples(st.just("neg"), inner)
    ),
    max_leaves=8,
)
comparisons = st.tuples(st.sampled_from(sorted(MARKS)), numbers, numbers)
conditions = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["and", "or"]), inner, inner), st.tuples(st.just("not"), inner)
    ),
    max_leaves=4,
)
values = st.fixed_dictionaries(
    {},
    optional={
        "tries": st.integers(-5, 30),
        "cost": st.decimals(-30, 30, places=2).map(str),
        "score": st.one_of(
            st.decimals(-9, 9, places=3).map(str), st.fractions(-9, 9, max_denominator=12).map(str)
        ),
    },
)


def said(tree):
    """Give an expression as a guard is written."""
    if tree[0] in ("name", "literal"):
        return tree[1]
    if tree[0] == "neg":
        return f"(-{said(tree[1])})"
    if tree[0] == "not":
        return f"(not {said(tree[1])})"
    return f"({said(tree[1])} {tree[0]} {said(tree[2])})"


def worked_out(tree, known):
    """Give a number as a plain fraction, or None when something is missing or nothing is divided by nought."""
    if tree[0] == "literal":
        return Fraction(tree[1].strip("()"))
    if tree[0] == "name":
        return None if tree[1] not in known else Fraction(known[tree[1]])
    if tree[0] == "neg":
        number = worked_out(tree[1], known)
        return None if number is None else -number
    left, right = worked_out(tree[1], known), worked_out(tree[2], known)
    if left is None or right is None or (tree[0] == "/" and right == 0):
        return None
    return SIGNS[tree[0]](left, right)


def is_true(tree, known):
    """Tell whether a condition is true; order with something missing is false."""
    if tree[0] == "not":
        return not is_true(tree[1], known)
    if tree[0] == "and":
        return is_true(tree[1], known) and is_true(tree[2], known)
    if tree[0] == "or":
        return is_true(tree[1], known) or is_true(tree[2], known)
    left, right = worked_out(tree[1], known), worked_out(tree[2], known)
    if tree[0] in ("==", "!="):
        return MARKS[tree[0]](left, right)
    return left is not None and right is not None and MARKS[tree[0]](left, right)


def case_of(known):
    return Casefile(
        mechanism="small-matter", version=1, state="doing", opened_by="x", area="/", values=known
    )


@settings(max_examples=250, deadline=None)
@given(numbers, values)
def test_a_calculation_yields_the_plain_fraction(small, tree, known):
    source = said(tree)
    assume(len(source) <= 400)

    assert parse(source, small, wants="number").value(case_of(known)) == worked_out(tree, known)


@settings(max_examples=250, deadline=None)
@given(conditions, values)
def test_a_condition_holds_when_plain_fractions_say_so(small, tree, known):
    source = said(tree)
    assume(len(source) <= 400)

    assert parse(source, small, wants="bool").holds(case_of(known)) is is_true(tree, known)


@pytest.mark.parametrize(
    ("guard", "zh", "en"),
    [
        (
            "trys < 2",
            "没有名为“trys”的字段；可用：tries",
            "unknown field or track 'trys'; there is tries",
        ),
        ("tries < 'two'", "种类不同，不能比较", "differ in kind"),
        ("tries % 2 == 0", "只能用 + - * /", "only + - * / may be used"),
        ("what == 'x'", "请增设代码或是否字段并引用它", "add a code or bool field and name that"),
        ("tries <", "不是一个表达式", "is not an expression"),
        ("open('x')", "没有名为“open”的函数", "unknown function 'open'"),
    ],
)
def test_a_wrong_guard_is_said_with_its_line_and_cure_in_both_languages(small_text, guard, zh, en):
    text = small_text.replace("when: tries < 2", f'when: "{guard}"')

    shelf = Shelf(text)

    found = [f for f in lint(shelf.mechanism, shelf) if f.code == "guard"]

    assert [text.splitlines()[f.line - 1].split(":")[0].strip() for f in found] == ["retry"]
    assert zh in found[0].message.zh
    assert en in found[0].message.en
    assert (found[0].cure.zh, bool(found[0].cure.en)) == ("请改写这个条件。", True)
    with pytest.raises(GuardRefused):
        parse(guard, shelf.mechanism)
