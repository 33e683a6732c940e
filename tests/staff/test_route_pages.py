"""Routing rules on a page: kept by the keeper of the book, tried over last month, filled into the dispatch form."""

import re

import pytest
from townsfolk import CENTRE
from walking import CATEGORY, act, log_in, report, text

from linli.casework.models import Case
from linli.hints.models import RuleSet
from linli.registry.isolation import office_transaction
from linli.registry.models import Post

PAGE = "/staff/routes/grid-case/unit/"


@pytest.fixture
def keeper(folk):
    with office_transaction(folk.office):
        post = Post.objects.get(holding__account__username="director")
        post.duties = [*post.duties, "book", *CENTRE]
        post.save()
    return log_in("director")


def plain(page):
    return re.sub(r"<[^>]+>|\s+", "", text(page))


def filed(**more):
    _visitor, number = report(**more)
    act("operator", number, "accept", category=CATEGORY, urgency="normal")
    act("operator", number, "file")
    return number


def sent(first, second=None):
    rows = {
        "r1.order": "10",
        "r1.category": CATEGORY,
        "r1.body": first,
        "r2.body": second or "",
        "r2.order": "20",
    }
    return {**rows, "t1.category": CATEGORY, "t1.body": first, "t1.order": "10"}


def test_a_rule_kept_fills_the_dispatch_form_and_says_its_row_but_sends_nothing(folk, keeper):
    number, body = filed(), folk.bodies["城运中心"]

    kept = keeper.post(PAGE, {**sent(body), "keep": "1", "note": "路面归中心"}, follow=True)
    form = log_in("dispatcher").get(f"/staff/cases/{number}/do/dispatch/")

    assert "分派规则已启用：1行" in plain(kept)
    assert "第1次：1行，1个测试例" in plain(kept)
    assert "路面归中心" in plain(kept)
    assert "按分派规则第1行，城运中心" in plain(form)
    assert re.search(rf'value="{body}"\s+selected', text(form))
    with office_transaction(folk.office):
        assert Case.objects.get(number=number).state == "filed"


def test_a_rule_whose_test_case_fails_is_refused_in_words(folk, keeper):
    body, other = list(folk.bodies.values())[:2]

    answer = keeper.post(PAGE, {**sent(body), "t1.body": other, "keep": "1"})

    assert answer.status_code == 422
    assert "测试例1：应为" in plain(answer)
    with office_transaction(folk.office):
        assert RuleSet.objects.count() == 0


def test_a_dry_run_shows_where_last_month_s_cases_went_otherwise(folk, keeper):
    number = filed()
    went, other = (
        folk.bodies["城运中心"],
        next(b for n, b in folk.bodies.items() if n != "城运中心"),
    )
    act("dispatcher", number, "dispatch", unit=went)
    filed(what="另一处")

    looked = plain(keeper.post(PAGE, {**sent(other), "look": "1"}))

    assert "共2件：与实际派遣相同0件，不同1件，没有一行符合0件，还没有派遣1件。" in looked
    assert f"{number}第1行派给" in looked
    with office_transaction(folk.office):
        assert RuleSet.objects.count() == 0


def test_rows_are_taken_in_the_order_given(folk, keeper):
    body, other = list(folk.bodies.values())[:2]

    keeper.post(
        PAGE,
        {
            "r1.order": "30",
            "r1.body": body,
            "r2.order": "10",
            "r2.category": CATEGORY,
            "r2.body": other,
            "keep": "1",
        },
    )

    with office_transaction(folk.office):
        assert [row["body"] for row in RuleSet.objects.get().table["rows"]] == [other, body]


def test_only_the_keeper_of_the_book_sees_and_sets_rules(folk):
    operator = log_in("operator")

    assert operator.get("/staff/routes/").status_code == 403
    assert operator.get(PAGE).status_code == 403
    assert operator.post(PAGE, {"keep": "1"}).status_code == 403


def test_the_list_names_what_may_be_ruled(keeper):
    assert "案件类别" in plain(keeper.get(PAGE))
    assert "网格案件·处置单位" in plain(keeper.get("/staff/routes/"))
    assert keeper.get("/staff/routes/grid-case/category/").status_code == 404
