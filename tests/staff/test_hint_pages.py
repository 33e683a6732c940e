"""Hints on the desk: shown in the form with reasons, taken by one press, never deciding; a page says how good they are."""

import re
from datetime import UTC, datetime

import pytest
from townsfolk import DEPARTMENT
from walking import hidden, log_in, report, text

from linli.casework.models import Case
from linli.hints.keeping import model_of, packed
from linli.hints.learning import Past, learn
from linli.hints.models import Caution, Lesson
from linli.hints.signs import Shown
from linli.registry.isolation import office_transaction
from linli.registry.models import Post

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
WORDS = {"0102": "路缘石破损", "0201": "垃圾满溢"}


@pytest.fixture
def taught(folk):
    past = [Past(Shown(f"{n}号{words}"), code) for code, words in WORDS.items() for n in range(30)]
    model, score = learn(past)
    model_of.cache_clear()
    with office_transaction(folk.office):
        Lesson.objects.create(
            office_id=folk.office, mechanism="grid-case", field="category", at=AT, cases=score.cases,
            first=score.first, three=score.three, macro_f1=score.macro_f1, model=packed(model),
        )  # fmt: skip
    return folk


def plain(page):
    return re.sub(r"<[^>]+>|\s+", "", text(page))


def test_a_form_shows_what_is_likely_with_reasons_and_one_press_takes_it_without_deciding(taught):
    _visitor, number = report("门口路缘石破损")
    client = log_in("operator")
    address = f"/staff/cases/{number}/do/accept/"

    page = client.get(address)
    sent = {
        "revision": hidden(page, "revision"),
        "key": hidden(page, "key"),
        "take": "category:0102",
    }
    taken = client.post(address, sent)

    assert 'name="take"' in text(page)
    assert "以前60件里" in plain(page)
    assert "“路缘石”" in plain(page) or "“路缘”" in plain(page)
    assert taken.status_code == 200
    assert re.search(r'value="0102"[^>]*(checked|selected)', text(taken))
    with office_transaction(taught.office):
        assert Case.objects.get(number=number).state == "reported"


def test_what_is_no_choice_of_the_form_is_not_taken(taught):
    _visitor, number = report("门口路缘石破损")
    client = log_in("operator")
    address = f"/staff/cases/{number}/do/accept/"

    answer = client.post(address, {"take": "phone:1"})

    assert answer.status_code == 200
    assert not re.search(r'value="0102"[^>]*(checked|selected)', text(answer))


def test_intake_says_what_is_likely_while_typing(taught):
    page = log_in("operator").post(
        "/staff/intake/grid-case/register/alike/", {"what": "门口垃圾满溢"}
    )

    assert 'value="category:0201"' in text(page)


def test_the_page_of_lessons_tells_their_scores_and_the_keeper_of_the_book_sets_the_threshold(
    taught,
):
    with office_transaction(taught.office):
        post = Post.objects.get(holding__account__username="director")
        post.duties = [*post.duties, "book", *DEPARTMENT]
        post.save()
    keeper = log_in("director")

    seen = plain(keeper.get("/staff/hints/"))
    refused = keeper.post("/staff/hints/", {"least": "5"})
    forbidden = log_in("operator").post("/staff/hints/", {"least": "80"})
    done = keeper.post("/staff/hints/", {"least": "80"}, follow=True)

    assert "网格案件·案件类别在用" in seen
    assert "6060601.000" in seen
    assert (refused.status_code, forbidden.status_code) == (422, 403)
    assert "把握不到80%的，不再提示" in plain(done)
    with office_transaction(taught.office):
        assert [one.least for one in Caution.objects.all()] == [0.8]
