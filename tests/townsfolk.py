"""A small office for page tests: one street with its committees, a body of each kind, one person for each duty."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.contrib.auth.hashers import make_password

from linli.casework.definitions import publish
from linli.registry.actions import (
    NewAccount,
    NewOffice,
    add_account,
    add_body,
    add_post,
    found_office,
    hold_post,
    outline_area,
)
from linli.registry.actors import account_actor_id, actor_of
from linli.registry.gazetteer.drawing import draw_cell
from linli.registry.importing import import_place
from linli.registry.isolation import office_transaction
from linli.registry.models import Account
from linli.registry.queries import areas_of_office
from linli.rulebook.casefile import Actor
from linli.rulebook.loading import shipped
from linli.rulebook.mechanism import Label

AT = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)
PASSWORD = "a-long-enough-word"
STREET = "310112006"
CENTRE = {
    "collector": "采集员",
    "operator": "接案员",
    "dispatcher": "派遣员",
    "verifier": "核查员",
    "caller": "回访员",
    "supervisor": "督办员",
}
DEPARTMENT = {"handler": "处置人员", "lead": "负责人"}
SPOT = (121.3950, 31.1420)
SIDE = 0.02


@dataclass
class Folk:
    """Who is there: accounts by user name, bodies by Chinese name."""

    office: int
    accounts: dict[str, int] = field(default_factory=dict)
    bodies: dict[str, int] = field(default_factory=dict)
    committee: str = ""

    def actor(self, username, at):
        """Give the actor that an account is."""
        with office_transaction(self.office):
            return actor_of(Account.objects.get(pk=self.accounts[username]), at)


def settle(street=STREET, name="古美路街道", hosts=()):
    """Found an office and give who is there. User names are duty codes; `nobody` holds no post."""
    founded = found_office(
        office=NewOffice(
            code=street,
            official_name=name,
            short=Label(zh=name, en=f"Subdistrict {street}"),
            hosts=tuple(hosts),
        ),
        founder=NewAccount(
            username="director", display_name="主任", password_hash=make_password(PASSWORD)
        ),
        duties=["director"],
        at=AT,
    )
    folk = Folk(founded.office, {"director": founded.account}, {"城运中心": founded.body})
    by = Actor(founded.office, account_actor_id(founded.account))
    with office_transaction(founded.office):
        import_place(street, by=by, at=AT) if street == STREET else None
        publish(shipped(), office=founded.office)
        rows = areas_of_office()
        ground = rows[-1] if len(rows) == 1 else rows[1]
        folk.committee = ground.path
        _draw(ground, by)
        _staff(folk, founded.body, CENTRE, by)
        for zh, en in (("市政服务中心", "Municipal works"), ("绿化市容所", "Parks and sanitation")):
            body = add_body(
                kind="department", name=Label(zh=zh, en=en), area=rows[0].path, by=by, at=AT
            )
            folk.bodies[zh] = body
            suffix = "" if zh == "市政服务中心" else "2"
            _staff(folk, body, DEPARTMENT, by, suffix)
        folk.accounts["nobody"] = _account("nobody", "无岗位", by)
    return folk


def _draw(ground, by):
    (lon, lat), half = SPOT, SIDE / 2
    ring = [
        (lon - half, lat - half),
        (lon + half, lat - half),
        (lon + half, lat + half),
        (lon - half, lat + half),
        (lon - half, lat - half),
    ]
    if len(ground.code) == 12:
        outline_area(code=ground.code, outline=ring, by=by, at=AT)
    draw_cell(
        code=f"{ground.code}01", area=ground.path, outline=ring, name="第1网格",
        on=AT.date(), by=by, at=AT,
    )  # fmt: skip


def _staff(folk, body, duties, by, suffix=""):
    for duty, title in duties.items():
        post = add_post(
            body=body, title=Label(zh=title, en=duty.title()), duties=[duty], by=by, at=AT
        )
        username = f"{duty}{suffix}"
        folk.accounts[username] = _account(username, f"{title}{suffix}", by)
        hold_post(account=folk.accounts[username], post=post, by=by, at=AT)


def _account(username, name, by):
    account = NewAccount(
        username=username, display_name=name, password_hash=make_password(PASSWORD)
    )
    return add_account(account=account, by=by, at=AT)
