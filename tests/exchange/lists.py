"""Lists of a made-up platform for tests."""

from datetime import UTC, datetime
from hashlib import sha256

from linli.exchange.actions import Sent, take_in
from linli.exchange.profiles import shipped_profiles
from linli.ledgers.printing import as_csv
from linli.ledgers.sheets import read_sheet

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
COLUMNS = ("工单编号", "工单状态", "派发时间", "办理截止时间", "诉求类型", "诉求内容", "联系电话")
CITY = shipped_profiles()["city-12345"]


def order(
    number, status="待签收", sent="2026-03-02 08:30", due="2026-03-09 17:30", kind="求助", **more
):
    told = {"诉求内容": f"{number} 楼道灯不亮", "联系电话": "13800000001", **more}
    return (number, status, sent, due, kind, told["诉求内容"], told["联系电话"])


def sent(*rows, columns=COLUMNS):
    content = as_csv(columns, rows)
    return Sent("orders.csv", sha256(content).hexdigest(), read_sheet("orders.csv", content))


def taken(folk, *rows, by="operator", at=AT, opens=True, whole=False, profile=CITY):
    return take_in(
        profile=profile, sent=sent(*rows), opens=opens, is_whole=whole, by=folk.actor(by, at), at=at
    )
