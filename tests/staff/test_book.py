"""The pages of whoever keeps the book: what is in force, a draft checked, replayed, published."""

import re
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from townsfolk import AT, settle
from walking import act, hidden, log_in, text

from linli.casework.definitions import editions
from linli.registry.actions import add_post, hold_post
from linli.registry.isolation import office_transaction
from linli.registry.models import Change
from linli.rulebook.mechanism import Label

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "write-a-mechanism.zh.md"
FILES = dict(
    re.findall(r"```yaml\n# ([\w./-]+)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
)
MECHANISM = FILES["mechanisms/tool-loan.yaml"]
STORY = FILES["mechanisms/tool-loan.story.yaml"]
KEY = "tool-loan"
QUERIES = 11


@pytest.fixture
def folk(db):
    made = settle()
    by = made.actor("director", AT)
    with office_transaction(made.office):
        post = add_post(
            body=made.bodies["城运中心"], title=Label(zh="规则管理员", en="Keeper of the book"),
            duties=["book"], by=by, at=AT,
        )  # fmt: skip
        hold_post(account=made.accounts["nobody"], post=post, by=by, at=AT)
    return made


def look(client, mechanism=MECHANISM, story=STORY):
    sent = {}
    for name, content in (("mechanism", mechanism), ("story", story)):
        sent[name] = BytesIO(content.encode())
        sent[name].name = f"{KEY}.yaml"
    return client.post("/staff/book/", sent)


def confirm(client, page, **more):
    names = ("name", "text", "story", "digest")
    kept = {
        n: unescape(re.search(rf'name="{n}" value="([^"]*)"', page.content.decode())[1])
        for n in names
    }
    return client.post("/staff/book/publish/", {**kept, **more})


def booked():
    visitor = Client()
    page = visitor.get(f"/report/{KEY}/book/")
    answer = visitor.post(f"/report/{KEY}/book/", {"key": hidden(page, "key"), "what": "轮椅"})
    return answer["Location"].split("/")[2]


def test_only_the_keeper_of_the_book_sees_it(folk):
    assert log_in("operator").get("/staff/book/").status_code == 403
    assert log_in("operator").post("/staff/book/publish/").status_code == 403
    assert "/staff/book/" not in text(log_in("operator").get("/staff/"))
    assert "/staff/book/" in text(log_in("nobody").get("/staff/"))


def test_a_draft_with_errors_is_listed_by_line_and_cannot_be_published(folk):
    keeper = log_in("nobody")

    page = look(keeper, MECHANISM.replace("to: lent", "to: lend"))

    assert page.status_code == 422
    assert "没有名为“lend”的状态。" in text(page)
    assert "是否想写“lent”？" in text(page)
    assert "book/publish" not in text(page)


def test_files_that_are_missing_or_no_text_are_refused(folk):
    keeper = log_in("nobody")

    assert "请选择机制文件和它的故事文件" in text(keeper.post("/staff/book/"))
    wrong = BytesIO("题目".encode("gb18030"))
    wrong.name = "x.yaml"
    sent = {"mechanism": wrong, "story": BytesIO(b"x")}
    assert "文件应为 UTF-8 编码" in text(keeper.post("/staff/book/", sent))


def test_a_draft_is_published_after_a_second_look_and_noted(folk):
    keeper = log_in("nobody")
    page = look(keeper)
    assert page.status_code == 200
    assert "没有发现问题" in text(page)

    unsure = confirm(keeper, page)
    with office_transaction(folk.office):
        assert unsure.status_code == 422
        assert [e for e in editions() if e.key == KEY] == []
    done = confirm(keeper, page, sure="1")

    assert done.status_code == 302
    assert "“器具借用”第 1 版已发布" in text(keeper.get("/staff/book/"))
    with office_transaction(folk.office):
        assert [(e.version, e.is_own) for e in editions() if e.key == KEY] == [(1, True)]
        assert Change.objects.filter(verb="publish", subject=KEY).count() == 1
    assert booked()


def test_what_is_published_is_what_was_looked_at(folk):
    keeper = log_in("nobody")
    page = look(keeper)

    answer = confirm(keeper, page, sure="1", text=MECHANISM.replace("器具借用", "工具借用"))

    assert answer.status_code == 422
    assert "文件已变，请重新上传" in text(answer)
    with office_transaction(folk.office):
        assert [e for e in editions() if e.key == KEY] == []


def test_a_new_version_is_replayed_on_what_happened(folk):
    keeper = log_in("nobody")
    confirm(keeper, look(keeper), sure="1")
    number = booked()
    act("operator", number, "note_deposit", deposit="true")
    act("operator", number, "hand_out")
    booked()

    same = look(keeper, MECHANISM.replace("version: 1", "version: 2"))
    shorter = MECHANISM.replace("version: 1", "version: 2").replace("default: 5", "default: 3")
    other = look(keeper, shorter, STORY.replace("2026-03-09 17:30", "2026-03-05 17:30"))

    assert "用新版重演的事项没有不同" in text(same)
    assert "没有发现问题" in text(other)
    assert f"/staff/cases/{number}/" in text(other)
    assert "“归还时限”到期" in text(other)


def test_the_list_says_version_effect_and_live_cases(folk):
    keeper = log_in("nobody")
    confirm(keeper, look(keeper), sure="1", effective_on=timezone.localdate().isoformat())
    booked()
    booked()

    page = text(keeper.get("/staff/book/"))

    row = re.search(r'<th scope="row">(?:\s|<[^>]+>)*器具借用\s*<.*?</tr>', page, re.DOTALL)[0]
    assert "本单位" in row
    assert timezone.localdate().isoformat() in row
    assert re.search(r'data-label="在办">\s*2\s*<', row)


def test_the_list_asks_as_often_for_many_as_for_one(folk, django_assert_num_queries):
    keeper = log_in("nobody")
    confirm(keeper, look(keeper), sure="1")
    keeper.get("/staff/book/")
    with office_transaction(folk.office):
        before = len(editions())
    with django_assert_num_queries(QUERIES):
        keeper.get("/staff/book/")
    for version in (2, 3):
        draft = MECHANISM.replace("version: 1", f"version: {version}")
        confirm(keeper, look(keeper, draft), sure="1")
    keeper.get("/staff/book/")

    with django_assert_num_queries(QUERIES):
        keeper.get("/staff/book/")
    with office_transaction(folk.office):
        assert len(editions()) == before + 2
