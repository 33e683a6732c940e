"""The pages of batches: a ranking made on them, a public list that is masked and comes to an end."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from treasury import Treasury
from walking import log_in, text

from linli.casework.queries.standing import standing
from linli.registry.isolation import office_transaction
from linli.registry.limits import forget_calls
from linli.rulebook.casefile import StepRefused

CLOSED = datetime(2025, 3, 17, 2, 0, tzinfo=UTC)
AFTER = datetime(2025, 3, 30, 2, 0, tzinfo=UTC)


def checked(office, *, name, kind, space, incomes):
    """Open a batch with an application for each income, checked, and scored where it fits: its number, and the cases."""
    number = standing(office.open(
        "operator", "application-batch", "enrol", name=name, kind=kind,
        opens_on="2025-03-03", closes_on="2025-03-14", places=1,
    )).number  # fmt: skip
    cases = []
    for person, income in incomes.items():
        case = office.open(
            "operator", "batch-application", "take_in", batch=number, kind=kind, name=person,
            phone="13900000000", people=3,
        )  # fmt: skip
        found = {"people": 3, "income": income, "space": space, "special": False}
        office.act("verifier", case, "check", [("result", "file")], **found)
        if standing(case).values["fits"] == "fits":
            office.act("verifier", case, "score")
        cases.append(case)
    return number, cases


@pytest.fixture
def batch(folk):
    """A batch with two checked applications: its number, and theirs."""
    incomes = {"王小明": "1500.00", "李四": "3000.00"}
    with office_transaction(folk.office):
        office = Treasury(folk)
        number, cases = checked(office, name="第九批", kind="housing", space="9", incomes=incomes)
        return number, [standing(case).number for case in cases]


def test_a_batch_is_drawn_ranked_and_published_on_its_page(batch):
    number, cases = batch
    with time_machine.travel(CLOSED):
        client, address = log_in("operator"), f"/staff/batches/{number}/"
        early = client.post(address, {"verb": "rank"})
        client.post(address, {"verb": "draw", "words": "春暖花开"})
        done = client.post(address, {"verb": "rank"})
        page, public = text(client.get(address)), text(Client().get(f"/batches/{number}/"))
    with time_machine.travel(AFTER):
        over = text(Client().get(f"/batches/{number}/"))

    assert early.status_code == 422
    assert "请先公开抽签，再排序" in text(early)
    assert done.status_code == 302
    assert page.index(cases[0]) < page.index(cases[1])
    assert "王*明" in public
    assert "王小明" not in public + page
    assert cases[0] not in public
    assert "入围公示" in public
    assert "公示期已满" in over
    assert "王*明" not in over


@pytest.fixture
def relief(folk):
    """A batch of relief with three applications checked, one of them beyond the line."""
    forget_calls()
    incomes = {"王小明": "900.00", "李四": "2800.00", "赵六": "3000.01"}
    with office_transaction(folk.office):
        office = Treasury(folk)
        number, cases = checked(
            office, name="春季综合帮扶", kind="relief", space="90", incomes=incomes
        )
        office.act("supervisor", cases[2], "turn_down", reason="人均月收入超过 3000 元")
        return office, number, cases


def published(number):
    client, address = log_in("operator"), f"/staff/batches/{number}/"
    client.post(address, {"verb": "draw", "words": "春暖花开"})
    assert client.post(address, {"verb": "rank"}).status_code == 302


def test_anybody_objects_online_to_a_place_on_a_list_of_relief_and_it_waits_for_a_person(relief):
    office, number, cases = relief
    address, resident = f"/batches/{number}/", Client()
    with time_machine.travel(CLOSED):
        published(number)
        page = text(resident.get(address))
        sent = resident.post(address, {"place": "1", "text": "他家还有一套房", "key": "a1"})
        again = resident.post(address, {"place": "1", "text": "他家还有一套房", "key": "a2"})
        empty = resident.post(address, {"place": "2", "text": " "})
        often = resident.post(address, {"place": "2", "text": "不对"})
        forget_calls()
        nobody = resident.post(address, {"place": "3", "text": "不对"})
    with office_transaction(office.folk.office):
        tracks, steps = (
            [standing(case).tracks["objected"] for case in cases[:2]],
            standing(cases[0]).seq,
        )
        office.at = AFTER
        with pytest.raises(StepRefused):
            office.act("supervisor", cases[0], "grant")
        office.act("supervisor", cases[0], "dismiss", reason="查无此房")
        office.act("supervisor", cases[0], "grant")
        ended = [standing(case).state for case in cases]

    receipt = re.search(
        r'<span class="code">(\S+)</span> · (\d+) ·\s+<span class="code">(\S+)</span>', sent.text
    )
    checked = Client().get(
        "/check/", dict(zip(("number", "step", "code"), receipt.groups(), strict=True))
    )
    assert ("王*明" in page, "王小明" in page, "提出异议" in page) == (True, False, True)
    assert (sent.status_code, sent["Cache-Control"]) == (200, "private, no-store")
    assert "王小明" not in text(sent)
    assert [again.status_code, empty.status_code, often.status_code, nobody.status_code] == [
        422,
        422,
        429,
        422,
    ]
    assert "已有一条异议等待答复" in text(again)
    assert "提交过于频繁" in text(often)
    assert (tracks, receipt[2]) == (["open", "none"], str(steps))
    assert checked.status_code == 200
    assert ended == ["granted", "waiting", "refused"]


def test_who_may_not_rank_sees_no_way_and_is_refused(batch):
    number, _ = batch
    with time_machine.travel(CLOSED):
        client = log_in("collector")
        page = client.get(f"/staff/batches/{number}/")
        refused = client.post(f"/staff/batches/{number}/", {"verb": "draw", "words": "甲"})

    assert page.status_code == 200
    assert 'name="verb"' not in text(page)
    assert refused.status_code == 422
    assert "您的岗位现在不能为这一批排序" in text(refused)


def test_batches_are_listed_and_other_cases_are_none(batch):
    number, cases = batch
    client = log_in("operator")

    assert f"/staff/batches/{number}/" in text(client.get("/staff/batches/"))
    assert f"/batches/{number}/" in text(Client().get("/batches/"))
    assert client.get(f"/staff/batches/{cases[0]}/").status_code == 404
    assert Client().get(f"/batches/{cases[0]}/").status_code == 404


def test_a_late_application_is_refused_on_the_page_in_words(batch):
    number, _ = batch
    with time_machine.travel(CLOSED):
        client, address = log_in("operator"), "/staff/intake/batch-application/take_in/"
        sent = {
            "batch": number,
            "kind": "housing",
            "name": "赵六",
            "phone": "13900000001",
            "people": 2,
        }
        answer = client.post(address, {"key": "late-1", **sent})

    assert answer.status_code == 422
    assert "已于 2025-03-14 截止，不再受理" in text(answer)
