"""The page that tells why a case is due when it is, against the due moments the engine keeps."""

import re
from datetime import UTC, datetime

import time_machine
from walking import CATEGORY, act, hidden, log_in, report, text

from linli.casework.models import Case
from linli.registry.isolation import office_transaction


def china(day, hour, month=4):
    return datetime(2026, month, day, hour - 8, tzinfo=UTC)


def handled(folk):
    """A case handed to a body on Thursday 30 April, before the holidays of May."""
    with time_machine.travel(china(30, 10), tick=False):
        _visitor, number = report()
        act("operator", number, "accept", category=CATEGORY, urgency="normal")
        act("operator", number, "file")
        act("dispatcher", number, "dispatch", unit=folk.bodies["市政服务中心"])
        act("handler", number, "take_on")
    return number


def kept(folk, number):
    with office_transaction(folk.office):
        return Case.objects.get(number=number)


def told(number, day, month=5, who="handler"):
    with time_machine.travel(china(day, 9, month), tick=False):
        page = text(log_in(who).get(f"/staff/cases/{number}/why/"))
    return re.sub(r"<[^>]+>|\s+", " ", page)


def test_the_page_counts_the_days_and_names_the_holiday_that_is_skipped(folk):
    number = handled(folk)

    page = re.sub(r"\s+", "", told(number, 6))

    due = kept(folk, number).due_at.astimezone(UTC)
    assert due == china(11, 17, 5).replace(minute=30)
    assert "起，数5个工作日，到5月11日周一17:30" in page
    assert "2026-04-30收到当日不计" in page
    assert "2026-05-01–05-05劳动节放假，不计" in page
    assert "2026-05-09调休上班日，计入第4天" in page
    assert "2026-05-10周末不计" in page


def test_more_time_names_who_asked_why_and_who_granted_it(folk):
    number = handled(folk)
    with time_machine.travel(china(7, 10, 5), tick=False):
        act("handler", number, "ask_time", reason="等待配件到货")
    with time_machine.travel(china(7, 11, 5), tick=False):
        act("supervisor", number, "extend_time")

    page = re.sub(r"\s+", "", told(number, 8))

    assert "申请：处置人员理由：等待配件到货" in page
    assert "同意延期督办员" in page
    assert "起，数3个工作日，到5月14日周四17:30" in page


def test_the_form_says_beforehand_what_becomes_of_each_clock(folk):
    number = handled(folk)
    address = f"/staff/cases/{number}/do/reassign/"

    with time_machine.travel(china(6, 10, 5), tick=False):
        client = log_in("dispatcher")
        page = re.sub(r"<[^>]+>|\s+", "", text(client.get(address)))
        moved = client.post(f"{address}clocks/", {"unit": folk.bodies["绿化市容所"], "reason": "x"})

    assert "办了以后，时限会怎样" in page
    assert "处置时限不变：5月11日周一17:30" in page
    assert "处置时限不变：5月11日周一17:30" in re.sub(r"<[^>]+>|\s+", "", text(moved))
    assert kept(folk, number).state == "handling"


def test_a_change_of_body_stands_in_the_story_of_the_clock(folk):
    number = handled(folk)
    with time_machine.travel(china(6, 10, 5), tick=False):
        act("dispatcher", number, "reassign", unit=folk.bodies["绿化市容所"], reason="属绿化")

    page = re.sub(r"\s+", "", told(number, 6, who="dispatcher"))

    assert "单位或类别变了，时限照旧5月6日周三10:00改派派遣员" in page


def test_whether_a_clock_was_met_stays_on_the_page(folk):
    number = handled(folk)

    page = re.sub(r"\s+", "", told(number, 6))

    intake = page[page.index("受理时限") : page.index("立案派遣时限")]
    assert "按时完成4月30日周四10:00受理接案员" in page
    assert intake.count("开始计时") == 1
    assert intake.count("按时完成") == 2  # the clock itself, and its last turn


def test_what_an_action_would_do_is_only_for_those_who_may_take_it(folk):
    number = handled(folk)

    answer = log_in("caller").post(f"/staff/cases/{number}/do/reassign/clocks/", {})

    assert answer.status_code == 404


def test_a_question_that_crosses_the_form_on_its_way_is_no_fault(folk):
    number = handled(folk)
    address = f"/staff/cases/{number}/do/suspend/"
    with time_machine.travel(china(6, 10, 5), tick=False):
        client = log_in("supervisor")
        laid = hidden(client.get(address), "revision")
        act("supervisor", number, "suspend", reason="等待配件")

        crossed = client.post(f"{address}clocks/", {"revision": laid, "reason": "等待配件"})
        asked_anew = client.post(f"{address}clocks/", {"reason": "等待配件"})

    assert (crossed.status_code, text(crossed).strip()) == (200, "")
    assert asked_anew.status_code == 404


def test_a_suspended_case_keeps_its_time_and_runs_under_a_limit_of_its_own(folk):
    number = handled(folk)
    with time_machine.travel(china(6, 10, 5), tick=False):
        act("supervisor", number, "suspend", reason="等待配件")

    page = re.sub(r"\s+", "", told(number, 7, who="supervisor"))

    assert "挂账上限还有89天" in page
    assert "起，数90天，到8月4日周二10:00" in page
    assert "暂停5月6日周三10:00挂账督办员理由：等待配件停在还剩" in page
