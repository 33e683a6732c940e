from datetime import UTC, datetime, timedelta

import pypdfium2
import pytest
from django.contrib.auth.hashers import make_password
from townsfolk import AT, PASSWORD, settle

from linli.casework.history import Command, HistoricCase, append_history
from linli.registry.actions import NewAccount, add_account, add_post, hold_post
from linli.registry.isolation import office_transaction
from linli.registry.queries import this_office
from linli.reports.rounds.actions import confirm_section, freeze, issue, open_round, sign
from linli.rulebook.casefile import Actor, Duty
from linli.rulebook.loading import shipped
from linli.rulebook.mechanism import Label

NOON = datetime(2025, 6, 2, 4, 0, tzinfo=UTC)
THEN = datetime(2025, 7, 1, 2, 0, tzinfo=UTC)
TEMPLATE = """
report: small
title: {zh: 小月报, en: Small monthly}
basis: [测试]
span: month
heading: '{office}{period}小月报'
sections:
  orders:
    title: {zh: 工单, en: Orders}
    text: |
      本月录入{historic-order.entered}件，按时率{historic-order.on_time_rate}，其中市容{historic-order.entered|category=市容}件。

      {chart:historic-order.entered|by=category|column|title=各类工单}
  ahead:
    title: {zh: 下月打算, en: Next month}
    ahead: true
    text: |
      第{=14}次例会要办的事。
tallies:
  - parts: ['historic-order.entered|category=市容']
    whole: historic-order.entered
    most: true
    says: {zh: 市容不多于全部, en: No more than all}
"""


def entered(office, count, *, category="市容", on_time=True, first=0, at=NOON):
    """Orders entered as history, in the office's own area."""
    importer = Actor(office, "import:console", (Duty("importer", None, ("/",)),))
    with office_transaction(office):
        cases = [
            HistoricCase(
                mechanism="historic-order",
                steps=[
                    Command(
                        "enter", importer, at + timedelta(hours=n),
                        {"ref": f"R{first + n}", "category": category, "on_time": on_time},
                    )
                ],
                area=this_office().path,
                number=f"R-{first + n}",
            )
            for n in range(count)
        ]  # fmt: skip
        append_history(office=office, cases=cases, book=shipped(), until=at + timedelta(days=20))


def staffed(folk):
    """An editor, a signer and a writer of the works' sections; gives their actors by duty."""
    with office_transaction(folk.office):
        by = folk.actor("director", AT)
        for duty, body in (
            ("report_editor", "城运中心"),
            ("report_signer", "城运中心"),
            ("report_writer", "市政服务中心"),
        ):
            post = add_post(
                body=folk.bodies[body], title=Label(zh=duty, en=duty), duties=[duty], by=by, at=AT
            )
            account = NewAccount(
                username=duty, display_name=f"{duty}一号", password_hash=make_password(PASSWORD)
            )
            folk.accounts[duty] = add_account(account=account, by=by, at=AT)
            hold_post(account=folk.accounts[duty], post=post, by=by, at=AT)
    return {duty: folk.actor(f"report_{duty}", THEN) for duty in ("editor", "signer", "writer")}


@pytest.fixture
def folk(db):
    return settle()


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "small.yaml").write_text(TEMPLATE, encoding="utf-8")
    monkeypatch.setenv("LINLI_BOOK", str(tmp_path))
    return tmp_path


def issued(people, number):
    """Issue the small report of June 2025 by three people's hands; gives its key. In an office transaction."""
    editor = people["editor"]
    report = open_round(template="small", period="2025-06", by=editor, at=THEN)
    for section in ("orders", "ahead"):
        confirm_section(report=report, section=section, revision=0, by=editor, at=THEN)
    freeze(report=report, by=editor, at=THEN, book=shipped())
    sign(report=report, by=people["signer"], at=THEN)
    issue(report=report, number=number, by=editor, at=THEN)
    return report


@pytest.fixture
def pages():
    """Opens PDF files and gives the lines of each page."""
    opened = []

    def lines(made):
        document = pypdfium2.PdfDocument(made)
        opened.append(document)
        found = []
        for page in document:
            text = page.get_textpage()
            found.append(text.get_text_range().splitlines())
            text.close()
            page.close()
        return found

    yield lines
    for document in opened:
        document.close()
