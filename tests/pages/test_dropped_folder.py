"""A folder that an office elsewhere wrote is dropped in: checked, published, worked through in a browser, counted."""

from contextlib import ExitStack

import pytest
from browsing import barriers, overflow
from playwright.sync_api import expect
from street import Street

from linli.project.commands.authors import book as authors
from linli.project.commands.books import publishing
from linli.project.commands.line import parser

CHECK = """\
# 燃气立管检查：逐小区入户查立管，查出一处开一张整改单，全部销号后自动办结。
mechanism: riser-check
version: 1
title: {zh: 燃气立管检查, en: Gas riser check}
basis:
  - 城镇燃气管理条例（2016年修订）第四十一条：有关部门和单位根据各自职责监督检查，发现隐患的通知及时消除
subject: area
roles:
  checker: {zh: 检查员, en: Checker, duty: operator}
fields:
  quarter: {type: area, public: true, zh: 居民区, en: Neighbourhood}
  risers: {type: int, min: 1, max: 500, public: true, zh: 应查立管数, en: Risers to check}
  fault: {type: text, max: 200, zh: 漏点情况, en: What leaks}
  firm: {type: body, zh: 维修单位, en: Body that repairs}
states:
  going: {zh: 检查中, en: Under way, phase: open, initial: true, waits_for: [find, finish]}
  mending: {zh: 维修中, en: Being repaired, phase: open, waits_for: []}
  over: {zh: 已办结, en: Closed, phase: done, final: true}
actions:
  begin: {zh: 开始检查, en: Begin, start: true, by: [{role: checker, scope: area}], form: [quarter!, risers!]}
  find: {zh: 登记漏点, en: File a leak, from: going, by: [{role: checker, scope: area}], form: [fault!, firm!], open: {mechanism: riser-leak, act: order, form: {fault: fault, firm: firm}}}
  finish: {zh: 查毕, en: Finish, from: going, to: mending, by: [{role: checker, scope: area}]}
  close: {zh: 全部修好办结, en: Close, from: mending, to: over, by: [{auto: "all_called('riser-leak','mended')"}]}
  press: {zh: 催办, en: Press, from: [going, mending], by: [{auto: clock}]}
clocks:
  round: {zh: 检查期限, en: Time to check, budget: 10 wd, runs_in: [going, mending], breach: press, main: true, basis: 外区街道自定}
figures:
  checks: {zh: 检查次数, en: Checks, count: act begin}
  leaks: {zh: 查出漏点数, en: Leaks found, count: act find}
  closed: {zh: 办结数, en: Closed, count: enter over, once: true}
shows: {title: quarter, columns: [quarter, risers], resident: [quarter, risers]}
"""
CHECK_STORY = """\
# 一处漏点修好自动办结；没有漏点，查毕即办结；逾期。
story: riser-check
at: 2026-03-02 09:00
area: /310000/310112/310112006/
actors:
  checker: {duty: operator, body: 7}
  fitter: {duty: handler, body: 7}
scenes:
  - title: {zh: 一处漏点修好后自动办结, en: "One leak, repaired, closed by itself"}
    lines:
      - {expect: {open: {begin: [checker/area]}}}
      - {by: checker, act: begin, form: {quarter: "/310000/310112/310112006/", risers: 40}, needs: [quarter, risers]}
      - {expect: {state: going, due: {round: 2026-03-16 17:30}, phase: open, waiting: [find, finish], open: {find: [checker/area], finish: [checker/area]}}}
      - {by: checker, act: find, form: {fault: 三层阀门渗漏, firm: 7}, needs: [fault, firm], then: {children: {riser-leak/1: leaking}}}
      - {by: checker, act: finish, then: {state: mending}}
      - {expect: {due: {round: 2026-03-16 17:30}, phase: open, waiting: [], open: {}}}
      - {child: riser-leak/1, expect: {holder: 7, waiting: [mend]}}
      - {child: riser-leak/1, by: fitter, act: mend, photos: [after], then: {state: mended}}
      - {expect: {state: over, last: close, clocks: {round: met}}}
  - title: {zh: 没有漏点，查毕即办结, en: "Without a leak it closes at once"}
    lines:
      - {by: checker, act: begin, form: {quarter: "/310000/310112/310112006/", risers: 12}}
      - {by: checker, act: finish, then: {state: over, last: close, clocks: {round: met}}}
  - title: {zh: 十个工作日没有查毕即逾期, en: "Not finished in ten working days is late"}
    lines:
      - {by: checker, act: begin, form: {quarter: "/310000/310112/310112006/", risers: 9}}
      - {at: +10 wd}
      - {expect: {state: going, last: press, clocks: {round: late}}}
figures:
  checks: 3
  leaks: 1
  closed: 2
"""
LEAK = """\
# 燃气漏点：维修单位三日内修好，附修后照片。
mechanism: riser-leak
version: 1
title: {zh: 燃气漏点, en: Gas leak}
basis:
  - 城镇燃气管理条例（2016年修订）第四十一条：有关部门和单位根据各自职责监督检查，发现隐患的通知及时消除
subject: area
roles:
  fitter: {zh: 维修人, en: Fitter, duty: handler}
fields:
  fault: {type: text, max: 200, public: true, zh: 漏点情况, en: What leaks}
  firm: {type: body, zh: 维修单位, en: Body that repairs}
states:
  leaking: {zh: 待维修, en: To be repaired, phase: open, initial: true, waits_for: [mend]}
  mended: {zh: 已修好, en: Repaired, phase: done, final: true}
actions:
  order: {zh: 开维修单, en: Order, start: true, by: [{auto: parent}], form: [fault!, firm!], assign: firm}
  mend: {zh: 修好, en: Repaired, from: leaking, to: mended, by: [{role: fitter, scope: body}], evidence: [{photo: after, label: {zh: 修后照片, en: Photo after}}]}
  remind: {zh: 催修, en: Remind, from: leaking, by: [{auto: clock}]}
clocks:
  mend: {zh: 维修期限, en: Time to repair, budget: 3 cd, runs_in: [leaking], breach: remind, main: true, basis: 外区街道自定}
figures:
  mended: {zh: 修好数, en: Repaired, count: enter mended, once: true}
shows: {title: fault, columns: [fault, firm], resident: [fault]}
"""
LEAK_STORY = """\
# 维修单位修好；三天没有修好即催修。
story: riser-leak
at: 2026-03-02 09:00
area: /310000/310112/310112006/
actors:
  fitter: {duty: handler, body: 7}
scenes:
  - title: {zh: 当日修好, en: Repaired on the day}
    lines:
      - {by: parent, act: order, form: {fault: 阀门渗漏, firm: 7}, needs: [fault, firm]}
      - {expect: {state: leaking, holder: 7, due: {mend: 2026-03-05 09:00}, phase: open, waiting: [mend], open: {mend: [fitter/body]}}}
      - {by: fitter, refuse: mend, code: evidence}
      - {by: fitter, act: mend, photos: [after], needs: [after]}
      - {expect: {state: mended, clocks: {mend: met}, phase: done, waiting: [], open: {}}}
  - title: {zh: 三天没有修好，催修, en: Reminded after three days}
    lines:
      - {by: parent, act: order, form: {fault: 接头松动, firm: 7}}
      - {at: +3 wd}
      - {expect: {state: leaking, last: remind, clocks: {mend: late}}}
figures:
  mended: 1
"""
FILES = {
    "riser-check.yaml": CHECK, "riser-check.story.yaml": CHECK_STORY, "riser-leak.yaml": LEAK,
    "riser-leak.story.yaml": LEAK_STORY,
}  # fmt: skip


@pytest.fixture
def dropped(tmp_path, monkeypatch):
    """The folder of the other office, named in LINLI_BOOK."""
    (tmp_path / "mechanisms").mkdir()
    for name, content in FILES.items():
        (tmp_path / "mechanisms" / name).write_text(content, encoding="utf-8")
    monkeypatch.setenv("LINLI_BOOK", str(tmp_path))
    monkeypatch.setenv("LINLI_LANGUAGE", "zh")
    return tmp_path


@pytest.fixture
def street(browser, live_server, folk):
    with ExitStack() as day:
        yield Street(browser, live_server.url, day)


def run(verb, *words):
    options = parser().parse_args(["book", verb, *words])
    return publishing.publish(options) if verb == "publish" else authors.book(options)


def child_of(person, number):
    """Give the number of the one case that a case has opened, from its page."""
    person.page.goto(f"{person.address}/staff/cases/{number}/")
    beside = person.page.locator(".card", has=person.page.get_by_role("heading", name="相关案件"))
    expect(beside.get_by_role("link")).to_have_count(1)
    return beside.locator("li .hint").inner_text()


def state_of(person, number):
    person.page.goto(f"{person.address}/staff/cases/{number}/")
    return person.page.locator("main").inner_text()


def test_a_dropped_folder_is_checked_published_worked_through_and_counted(
    dropped, street, folk, pictures, capsys
):
    assert run("check", str(dropped)) == 0
    assert "2 项机制，0 处错误" in capsys.readouterr().out
    assert run("publish") == 0
    assert "已发布“燃气立管检查”第 1 版" in capsys.readouterr().out
    checker, fitter = street.person("operator"), street.person("handler")
    works = folk.bodies["市政服务中心"]

    parent = checker.open("riser-check", "begin", quarter=folk.committee, risers=40)
    checker.do(parent, "find", fault="三层阀门渗漏", firm=works)
    checker.do(parent, "finish")
    child = child_of(checker, parent)
    assert "维修中" in state_of(checker, parent)
    fitter.page.goto(f"{fitter.address}/staff/")
    expect(fitter.page.locator("#content tbody th a")).to_have_text(["三层阀门渗漏"])
    fitter.do(child, "mend", files=[pictures["after"]])

    assert "已修好" in state_of(fitter, child)
    assert "已办结" in state_of(checker, parent)
    figure_opens_its_records(checker, "riser-check", "查出漏点数", parent)
    figure_opens_its_records(checker, "riser-leak", "修好数", child)


def figure_opens_its_records(person, key, name, number):
    """Hold the figure at one, and its one record at the case that made it."""
    page = person.page
    page.goto(f"{person.address}/staff/figures/?mechanism={key}")
    page.locator("main").get_by_role("link", name=name, exact=True).click()
    value = page.locator("main .figure__value a")
    expect(value).to_have_text("1")
    assert barriers(page) == []
    assert overflow(page) <= 0
    value.click()
    expect(page.locator("main tbody tr")).to_have_count(1)
    assert f"/staff/cases/{number}/" in page.locator("main tbody th a").get_attribute("href")
    expect(page.locator("main")).to_contain_text("数值 1，明细 1 条，相符")
    assert page.complaints == []
