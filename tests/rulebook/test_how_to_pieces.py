"""The pieces of the how-to as printed: checked without a remark, told, walked; together they use the whole language."""

import re
from pathlib import Path

import pytest

from linli.rulebook.lint.naming import RESERVED
from linli.rulebook.mechanism import Action, Mechanism
from linli.rulebook.ownbook.checking import check
from linli.rulebook.proving.strolling import stroll
from linli.rulebook.reading import read_yaml

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
BLOCK = re.compile(r"```yaml\n# ([\w./-]+)\n(.*?)```", re.DOTALL)
EFFECTS = {"to", "track", "participant", "invite", "entry", "open", "set", "assign", "decide", "extend", "restart"}  # fmt: skip
ELSEWHERE = {"allocates"}  # shown in the how-to of fund rounds, and in the shipped book


def printed(page, language):
    return dict(BLOCK.findall((HOW_TO / f"{page}.{language}.md").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def checked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    for name, content in printed("write-every-shape", "en").items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return check(folder)


def test_both_languages_print_the_same_pieces():
    assert printed("write-every-shape", "zh") == printed("write-every-shape", "en")


def test_every_piece_is_checked_and_told_without_a_remark(checked):
    assert [(one.file, one.line, one.message.en) for one in checked.remarks] == []
    assert len(checked.keys) == 10


def test_what_an_office_sets_holds(checked):
    assert checked.book.mechanisms["stairwell-purse"].actions["grant"].when == "budget <= 3000"
    assert checked.book.duties["gardener"].en == "Tends the greens"


def test_no_piece_strands_a_case(checked):
    for key in checked.keys:
        walked = stroll(checked.book.mechanisms[key], checked.book, steps=150, seed=3)

        assert (key, walked.stranded) == (key, [])


def test_together_the_pieces_use_the_whole_language(checked):
    loan = printed("write-a-mechanism", "en")["mechanisms/tool-loan.yaml"]
    shown = [checked.book.mechanisms[key] for key in checked.keys]
    shown.append(read_yaml(loan.replace('"{days} wd"', "5 wd"), "tool-loan", Mechanism)[0])

    words = {name for one in shown for name in one.model_fields_set}
    effects = {
        name.rstrip("_")
        for one in shown
        for a in one.actions.values()
        for name in a.model_fields_set
    }

    assert {*Mechanism.model_fields} - words == ELSEWHERE
    assert {*EFFECTS} - effects == set()
    assert {*Action.model_fields} >= EFFECTS - {"set"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_how_to_lists_the_names_that_no_field_may_have(language):
    text = (HOW_TO / f"write-a-mechanism.{language}.md").read_text(encoding="utf-8")

    assert [name for name in RESERVED if f"`{name}`" not in text] == []
