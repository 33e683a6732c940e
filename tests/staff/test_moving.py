"""The page of whoever keeps the book for running cases: a document looked at case by case, then done."""

import re
from html import unescape
from io import BytesIO

import pytest
from test_book import KEY, MECHANISM, STORY, booked, confirm, folk, look
from walking import log_in, text

from linli.casework.models import Case, Step
from linli.project.commands.books import migrating
from linli.project.commands.line import parser
from linli.project.progress import Refused
from linli.registry.isolation import office_transaction
from linli.registry.models import Change

__all__ = ["folk"]
DOCUMENT = f"""\
migrate: {KEY}
from: 1
to: 2
reason: {{zh: 换新办法, en: New rules}}
"""


@pytest.fixture
def lent(folk):
    """Give the number of a running case of version 1, with version 2 published."""
    keeper = log_in("nobody")
    confirm(keeper, look(keeper), sure="1")
    number = booked()
    second = look(keeper, MECHANISM.replace("version: 1", "version: 2"), STORY)
    assert confirm(keeper, second, sure="1").status_code == 302
    return number


def send(client, content=DOCUMENT):
    file = BytesIO(content.encode())
    file.name = f"{KEY}-1-2.yaml"
    return client.post("/staff/book/migrate/", {"document": file})


def carry(page, **more):
    kept = {
        name: unescape(re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())[1])
        for name in ("name", "text", "digest")
    }
    return {**kept, **more}


def versions(folk):
    with office_transaction(folk.office):
        return list(
            Case.objects.filter(mechanism=KEY).values_list("definition__version", flat=True)
        )


def test_only_the_keeper_of_the_book_may_look_and_move(folk, lent):
    assert log_in("operator").get("/staff/book/migrate/").status_code == 403
    assert send(log_in("operator")).status_code == 403
    assert versions(folk) == [1]


def test_cases_are_looked_at_first_and_moved_after_a_second_look(folk, lent):
    keeper = log_in("nobody")
    page = send(keeper)
    assert page.status_code == 200
    assert lent in text(page)
    assert "不变" in text(page)
    assert versions(folk) == [1]

    unsure = keeper.post("/staff/book/migrate/", carry(page))
    assert unsure.status_code == 422
    assert versions(folk) == [1]
    done = keeper.post("/staff/book/migrate/", carry(page, sure="1"))

    assert done.status_code == 302
    assert "1 件已转入新版" in text(keeper.get("/staff/book/"))
    assert versions(folk) == [2]
    with office_transaction(folk.office):
        assert Step.objects.filter(action="@migrate").count() == 1
        assert Change.objects.filter(verb="migrate", subject=KEY).count() == 1


def test_what_is_done_is_what_was_looked_at(folk, lent):
    keeper = log_in("nobody")
    page = send(keeper)

    answer = keeper.post("/staff/book/migrate/", carry(page, sure="1", text=DOCUMENT + "# "))

    assert answer.status_code == 422
    assert versions(folk) == [1]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (DOCUMENT.replace("to: 2", "to: 7"), "第 7 版没有发布"),
        (DOCUMENT + "states: {nowhere: lent}\n", "第 5 行"),
        ("", "第 1 行"),
    ],
)
def test_a_document_that_cannot_hold_is_refused_in_place(folk, lent, content, said):
    page = send(log_in("nobody"), content)

    assert page.status_code == 422
    assert said in text(page)


def test_the_case_says_that_it_was_moved_and_why(folk, lent):
    keeper = log_in("nobody")
    keeper.post("/staff/book/migrate/", carry(send(keeper), sure="1"))

    page = log_in("director").get(f"/staff/cases/{lent}/")

    assert "转入第 2 版规则" in text(page)
    assert "换新办法" in text(page)


def test_command_looks_first_and_moves_with_do(folk, lent, tmp_path, capsys):
    file = tmp_path / f"{KEY}-1-2.yaml"
    file.write_text(DOCUMENT, encoding="utf-8")

    def run(*words):
        return migrating.show(parser().parse_args(["book", "migrate", *words]))

    assert run(str(file)) == 0
    assert versions(folk) == [1]
    assert run(str(file), "--do") == 0
    assert versions(folk) == [2]
    assert lent in capsys.readouterr().out
    with pytest.raises(Refused):
        run("nowhere.yaml")


def test_documents_of_the_offices_own_book_are_offered_by_name(folk, lent, tmp_path, monkeypatch):
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / f"{KEY}-1-2.yaml").write_text(DOCUMENT, encoding="utf-8")
    monkeypatch.setenv("LINLI_BOOK", str(tmp_path))
    keeper = log_in("nobody")

    assert f"{KEY}-1-2.yaml" in text(keeper.get("/staff/book/migrate/"))
    page = keeper.post("/staff/book/migrate/", {"name": f"{KEY}-1-2.yaml"})

    assert page.status_code == 200
    assert lent in text(page)
