"""Questions about what was told: to me, about a case, and whether it arrived. Answers are frozen rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet

from linli.casework.definitions import of_ids
from linli.casework.queries import words_at
from linli.notices.channels import open_channels
from linli.notices.codes.queries import CODE, code_message
from linli.notices.links.queries import MARK, message_of, names_of_links
from linli.notices.models import (
    FAILED,
    IN_APP,
    OUTWARD,
    REFUSED,
    UNSURE,
    Contact,
    Delivery,
    Notice,
    ReadMark,
)
from linli.registry.asking.statements import Statement, array
from linli.registry.queries import actor_names, bodies, posts_of
from linli.registry.staffing.queries import names_of, posts
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Label, Mechanism, Tell
from linli.rulebook.telling import filled_in, places_in

UNREAD_FOR = timedelta(days=30)
UNREAD_MOST = 100
CHANNELS = {
    IN_APP: Label(zh="站内", en="in Linli"),
    "mail": Label(zh="电子邮件", en="e-mail"),
    "sms": Label(zh="短信", en="text message"),
    "wecom": Label(zh="企业微信", en="WeCom"),
    "dingtalk": Label(zh="钉钉", en="DingTalk"),
}
STATUSES = {
    "shown": Label(zh="已送达", en="delivered"),
    "waiting": Label(zh="待发送", en="waiting to be sent"),
    "sending": Label(zh="发送中", en="being sent"),
    "sent": Label(zh="已发出", en="sent"),
    "failed": Label(zh="未发出，稍后重试", en="not sent, to be tried again"),
    "refused": Label(zh="发送失败", en="could not be sent"),
    "unsure": Label(zh="不明是否发出", en="perhaps sent"),
}
UNREAD = Statement(f"""
    SELECT count(*) FROM (
        SELECT FROM notices_notice n
        WHERE n.channel = '{IN_APP}' AND n.whom = ANY($1::text[]) AND n.told_at >= $2::timestamptz
          AND NOT EXISTS (SELECT FROM notices_readmark r WHERE r.notice_id = n.id AND r.account = $3::bigint)
        LIMIT {UNREAD_MOST}
    ) unread
""")  # noqa: S608 - numbers and words of our own
REPORTER = Label(zh="上报人", en="Whoever reported it")


@dataclass(frozen=True)
class ToldLine:
    """One notice in words: about which case, to whom, what, by which channel, and what became of it."""

    id: int
    number: str
    seq: int
    at: datetime
    whom: Label
    text: Label
    channel: Label
    status: str
    status_label: Label
    tries: int
    readers: int
    is_read: bool

    @property
    def may_go_again(self) -> bool:
        """Say whether somebody may send it again."""
        return self.status in (FAILED, REFUSED, UNSURE)


@dataclass(frozen=True)
class Try:
    """One line of the delivery log."""

    at: datetime
    by: Label | None
    outcome: str
    detail: str


@dataclass(frozen=True)
class ContactLine:
    """A body or a post, and by which channel it is reached where."""

    whom: str
    name: Label
    reached: tuple[tuple[Label, str], ...]


def contact_page(*, at: datetime) -> dict[str, object]:
    """Give the contacts of bodies and posts, those with one first, and the channels that lead somewhere."""
    found: dict[str, list[tuple[Label, str]]] = {}
    for row in Contact.objects.order_by("channel"):
        found.setdefault(row.whom, []).append((CHANNELS[row.channel], row.hint))
    named = [(f"body:{row.id}", row.name) for row in bodies(on=at.date())]
    named += [
        (f"post:{row.id}", Label(zh=f"{row.body_name.zh}{row.title.zh}", en=f"{row.body_name.en}, {row.title.en}"))
        for row in posts(at)
    ]  # fmt: skip
    lines = [ContactLine(whom, name, tuple(found.get(whom, ()))) for whom, name in named]
    lines.sort(key=lambda line: not line.reached)
    return {
        "lines": lines,
        "is_reached": bool(found),
        "channels": [(name, CHANNELS[name], name in open_channels()) for name in OUTWARD],
    }


def whom_of(actor: str) -> Iterator[str]:
    """Give the recipient that an actor of the journal is: residents and accounts; nobody else is told."""
    if actor.startswith(("resident:", "account:")):
        yield actor


def mine(actor: Actor, account: int, at: datetime) -> QuerySet[Notice]:
    """Give what was told in the house to an account, to its posts and to the bodies of these."""
    return Notice.objects.filter(channel=IN_APP, whom__in=_recipients(actor, account, at))


def _recipients(actor: Actor, account: int, at: datetime) -> set[str]:
    whom = {actor.id}
    for post in posts_of(account, at):
        whom |= {f"post:{post.id}", f"body:{post.body}"}
    return whom


def unread_count(*, actor: Actor, account: int, at: datetime) -> int:
    """Give how many notices of the last thirty days somebody has not read; 100 stands for more. Two statements."""
    whom = array(sorted(_recipients(actor, account, at)))
    ((count,),) = UNREAD.rows(whom, at - UNREAD_FOR, account)
    return int(count)


def told_to_me(
    *, actor: Actor, account: int, at: datetime, page: int, size: int
) -> tuple[list[ToldLine], bool]:
    """Give a page of what one was told, the newest first, and whether there is more."""
    rows = list(
        mine(actor, account, at).order_by("-told_at", "-pk")[(page - 1) * size : page * size + 1]
    )
    return _lines(rows[:size], account), len(rows) > size


def told_about(*, case: int, account: int | None = None, whom: str | None = None) -> list[ToldLine]:
    """Give what was told about a case, oldest first; to one recipient in the house when `whom` is given."""
    rows = Notice.objects.filter(case_id=case).order_by("told_at", "pk")
    return _lines(list(rows.filter(whom=whom, channel=IN_APP) if whom else rows), account)


def case_of(notice: int) -> int | None:
    """Give the case a notice is about; None when there is no such notice."""
    return Notice.objects.filter(pk=notice).values_list("case_id", flat=True).first()


def tries_of(notice: int) -> list[Try]:
    """Give the delivery log of a notice, oldest first."""
    rows = list(Delivery.objects.filter(notice_id=notice).order_by("at", "pk"))
    names = actor_names({row.by for row in rows})
    return [Try(row.at, names.get(row.by), row.outcome, row.detail) for row in rows]


def texts_of(
    rows: Sequence[Notice], *, openly: bool = False
) -> dict[int, tuple[Mechanism, str, Label]]:
    """Give of each notice its mechanism, the number of its case, and what it says; `openly` as it is sent."""
    rules = of_ids({row.definition_id for row in rows})
    spots = {(row.case_id, row.seq): rules[row.definition_id] for row in rows}
    names = {
        name
        for row in rows
        if not _is_apart(row)
        for name in places_in(rules[row.definition_id].tells[row.tell].zh)
    }
    words = words_at(spots, names)
    found = {}
    for row in rows:
        said, mechanism = words[row.case_id, row.seq], rules[row.definition_id]
        number = said["number"].zh
        if _kind(row.tell) == CODE:
            text = code_message(int(row.tell.partition(":")[2]), number, openly=openly)
        elif _is_apart(row):
            text = message_of(int(row.tell.removeprefix(MARK)), number, openly=openly)
        else:
            text = _said(mechanism.tells[row.tell], said)
        found[row.pk] = (mechanism, number, text)
    return found


def _is_apart(row: Notice) -> bool:
    """Say whether a notice tells of something else than a rule of its mechanism: a link, or a code."""
    return _kind(row.tell) in (CODE, _kind(MARK))


def _kind(tell: str) -> str:
    kind, colon, _key = tell.partition(":")
    return kind if colon else ""


def _said(rule: Tell, said: Mapping[str, Label]) -> Label:
    return Label(
        zh=filled_in(rule.zh, {name: label.zh for name, label in said.items()}),
        en=filled_in(rule.en, {name: label.en for name, label in said.items()}),
    )


def _lines(rows: Sequence[Notice], account: int | None) -> list[ToldLine]:
    if not rows:
        return []
    texts, ids = texts_of(rows), [row.pk for row in rows]
    marks = ReadMark.objects.filter(notice_id__in=ids)
    readers = dict(marks.values_list("notice_id").annotate(Count("pk")).order_by())
    read = (
        set(marks.filter(account=account).values_list("notice_id", flat=True)) if account else set()
    )
    names = _names(row.whom for row in rows)
    lines = []
    for row in rows:
        mechanism, number, text = texts[row.pk]
        lines.append(
            ToldLine(
                row.pk, number, row.seq, row.told_at, _whom(mechanism, row.whom, names), text,
                CHANNELS[row.channel], row.status, STATUSES[row.status], row.tries,
                readers.get(row.pk, 0), row.pk in read,
            )
        )  # fmt: skip
    return lines


def _names(whom: Iterable[str]) -> dict[str, Label]:
    keys = set(whom)
    people = actor_names({key for key in keys if key.startswith("account:")})
    return {**people, **names_of(keys), **names_of_links(keys)}


def _whom(mechanism: Mechanism, whom: str, names: dict[str, Label]) -> Label:
    kind, _, key = whom.partition(":")
    if kind == "field" and key in mechanism.fields:
        field = mechanism.fields[key]
        return Label(zh=field.zh, en=field.en)
    return REPORTER if kind in ("resident", CODE) else names.get(whom, Label(zh=whom, en=whom))
