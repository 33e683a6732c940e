"""Verbs that write the registry. Each leaves a `Change` saying who did it and when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Max

from linli.registry.actors import account_actor_id, held_at
from linli.registry.isolation import current_office, forget, office_transaction
from linli.registry.models import (
    Account,
    Area,
    Body,
    Building,
    Change,
    Estate,
    Holding,
    Landmark,
    Office,
    Post,
)
from linli.registry.outlines import Ring, good_ring
from linli.registry.queries import forget_offices
from linli.registry.scope import level_of, path_of, widest
from linli.rulebook.casefile import Actor
from linli.rulebook.mechanism import Label

REGISTRAR = "registrar"
STREET_DIGITS = 9
SHARED = ("province", "city", "district")


class RegistryRefused(Exception):
    """The registry was not changed; `message` says why."""

    def __init__(self, message: Label) -> None:
        super().__init__(message.en)
        self.message = message


@dataclass(frozen=True)
class NewOffice:
    """What an office is called: its 9-digit code, its own name, the statistical one, a short one."""

    code: str
    official_name: str
    short: Label
    stat_name: str = ""
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True)
class NewAccount:
    """Who shall log in. Give a password, or the hash of one that was made before."""

    username: str
    display_name: str
    password: str = field(default="", repr=False)
    password_hash: str = field(default="", repr=False)
    language: str = "zh-hans"


@dataclass(frozen=True)
class Founded:
    """What a new office begins with."""

    office: int
    body: int
    post: int
    account: int


def found_office(
    *, office: NewOffice, founder: NewAccount, duties: Sequence[str], at: datetime
) -> Founded:
    """Found an office with its centre 城运中心 and a first operator who carries `duties` and registers.

    Opens the new office's own transaction. Raises RegistryRefused for a code that is taken or wrong.
    """
    if len(office.code) != STREET_DIGITS or not office.code.isdigit():
        raise _refused("办事处代码须为 9 位数字", "an office's code has 9 digits")
    if Office.objects.filter(code=office.code).exists():
        raise _refused(f"办事处 {office.code} 已经设立", f"office {office.code} exists already")
    number = (Office.objects.aggregate(last=Max("id"))["last"] or 0) + 1
    forget_offices()
    with office_transaction(number):
        _add_office(number, office)
        path = path_of(office.code)
        account = _add_account(founder)
        by = Actor(number, account_actor_id(account))
        note_change(by, at, "found_office", f"office:{number}", code=office.code)
        body = add_body(
            kind="centre",
            name=Label(zh="城运中心", en="Operations centre"),
            area=path,
            by=by,
            at=at,
        )
        post = add_post(
            body=body,
            title=Label(zh="受理员", en="Operator"),
            duties=[*dict.fromkeys([*duties, REGISTRAR])],
            by=by,
            at=at,
        )
        hold_post(account=account, post=post, by=by, at=at)
        return Founded(number, body, post, account)


def add_area(
    *, code: str, stat_name: str = "", official_name: str = "", by: Actor, at: datetime
) -> str:
    """Add a division by its code and give its path. A district or above is shared by all offices."""
    level = level_of(code)
    office = None if level in SHARED else current_office()
    if Area.objects.filter(code=code).exists():
        raise _refused(f"区划 {code} 已经存在", f"division {code} exists already")
    path = path_of(code)
    Area.objects.create(
        office_id=office,
        code=code,
        path=path,
        level=level,
        stat_name=stat_name,
        official_name=official_name,
    )
    note_change(
        by, at, "add_area", f"area:{code}", stat_name=stat_name, official_name=official_name
    )
    return path


def name_area(*, code: str, official_name: str, by: Actor, at: datetime) -> None:
    """Record the name a street or committee uses itself; the name it had so far stays as an alias."""
    area = Area.objects.select_for_update().get(office_id=current_office(), code=code)
    if area.official_name:
        area.aliases = [*dict.fromkeys([*area.aliases, area.official_name])]
    area.official_name = official_name
    area.save(update_fields=["official_name", "aliases"])
    note_change(by, at, "name_area", f"area:{code}", official_name=official_name)


def outline_area(*, code: str, outline: Sequence[Sequence[float]], by: Actor, at: datetime) -> None:
    """Draw the border of a street or committee (closed ring, WGS-84). Raises OutlineRefused."""
    ring = good_ring(outline)
    if not Area.objects.filter(office_id=current_office(), code=code).update(outline=ring):
        raise _unknown_area(code)
    note_change(by, at, "outline_area", f"area:{code}", corners=len(ring) - 1)


def end_area(*, code: str, on: date, by: Actor, at: datetime) -> None:
    """End a street or committee: from `on` it is no longer a place to send a case to."""
    if not Area.objects.filter(office_id=current_office(), code=code).update(valid_to=on):
        raise _unknown_area(code)
    note_change(by, at, "end_area", f"area:{code}", on=on.isoformat())


def add_estate(
    *, code: str, name: str, area: str, kind: str = "housing", outline: Sequence[Sequence[float]] | None = None,
    aliases: Sequence[str] = (), by: Actor, at: datetime,
) -> int:  # fmt: skip
    """Add an estate, campus or park in an area and give its id."""
    _known_paths([area])
    estate = Estate.objects.create(
        office_id=current_office(), code=code, name=name, area=area, kind=kind, aliases=list(aliases),
        outline=None if outline is None else good_ring(outline),
    )  # fmt: skip
    note_change(by, at, "add_estate", f"estate:{code}", name=name, area=area)
    return estate.pk


def add_buildings(
    *, estate: int, buildings: Iterable[tuple[str, Ring | None]], by: Actor, at: datetime
) -> int:
    """Add the buildings of an estate, each a number and an outline or none; give how many."""
    rows = Building.objects.bulk_create(
        Building(office_id=current_office(), estate_id=estate, number=number, outline=ring)
        for number, ring in buildings
    )
    note_change(by, at, "add_buildings", f"estate-id:{estate}", count=len(rows))
    return len(rows)


def add_landmarks(
    *, landmarks: Iterable[tuple[str, str, dict[str, Any]]], by: Actor, at: datetime
) -> int:
    """Add roads and waters, each a kind, a name and a GeoJSON geometry in WGS-84; give how many."""
    rows = Landmark.objects.bulk_create(
        Landmark(office_id=current_office(), kind=kind, name=name, geometry=geometry)
        for kind, name, geometry in landmarks
    )
    note_change(by, at, "add_landmarks", "landmarks", count=len(rows))
    return len(rows)


def add_body(*, kind: str, name: Label, area: str, by: Actor, at: datetime) -> int:
    """Add a body that works in an area (a path) and give its id."""
    if Body.objects.filter(name_zh=name.zh).exists():
        raise _refused(f"单位“{name.zh}”已经存在", f"body “{name.en}” exists already")
    if kind not in Body.Kind.values:
        raise _refused(f"不认识单位类别“{kind}”", f"unknown kind of body “{kind}”")
    _known_paths([area])
    body = Body.objects.create(
        office_id=current_office(), kind=kind, name_zh=name.zh, name_en=name.en, area=area
    )
    note_change(by, at, "add_body", f"body:{body.pk}", name=name.zh, kind=kind, area=area)
    return body.pk


def add_post(
    *,
    body: int,
    title: Label,
    duties: Sequence[str],
    areas: Sequence[str] = (),
    by: Actor,
    at: datetime,
) -> int:
    """Add a post of a body and give its id. Without areas it covers the body's own."""
    prefixes = widest(areas or [Body.objects.get(pk=body).area])
    _known_paths(prefixes)
    if not duties:
        raise _refused("岗位至少要有一项职责", "a post carries at least one duty")
    if Post.objects.filter(body_id=body, title_zh=title.zh).exists():
        raise _refused("岗位要有本单位没有用过的名称", "a post has a title new to its body")
    post = Post.objects.create(
        office_id=current_office(), body_id=body, title_zh=title.zh, title_en=title.en,
        duties=list(duties), areas=list(prefixes),
    )  # fmt: skip
    note_change(
        by, at, "add_post", f"post:{post.pk}", body=body, duties=list(duties), areas=list(prefixes)
    )
    return post.pk


def add_account(*, account: NewAccount, by: Actor, at: datetime) -> int:
    """Add an account and give its id. Raises RegistryRefused for a taken name or a weak password."""
    number = _add_account(account)
    note_change(by, at, "add_account", account_actor_id(number), username=account.username)
    return number


def change_password(*, account: int, password: str, by: Actor, at: datetime) -> None:
    """Set a new password; sessions opened with the old one end. Raises RegistryRefused for a weak one."""
    row = Account.objects.select_for_update().get(pk=account)
    _strong(password, row)
    row.set_password(password)
    row.password_is_once = False
    row.save(update_fields=["password", "password_is_once"])
    note_change(by, at, "change_password", account_actor_id(account))


def retire_account(*, account: int, by: Actor, at: datetime) -> None:
    """Take an account out of use: its posts are released and nobody can log in with it."""
    Account.objects.filter(pk=account).update(is_active=False)
    Holding.objects.filter(held_at(at), account_id=account).update(held_until=at)
    _end_substitutes(at, instead_of=account)
    note_change(by, at, "retire_account", account_actor_id(account))


def hold_post(*, account: int, post: int, by: Actor, at: datetime) -> None:
    """Let an account hold a post from now on. Raises RegistryRefused if it holds it already."""
    if Holding.objects.filter(held_at(at), account_id=account, post_id=post).exists():
        raise _refused("该人员已任此岗位", "the account holds this post already")
    Holding.objects.create(
        office_id=current_office(), account_id=account, post_id=post, held_from=at
    )
    note_change(by, at, "hold_post", account_actor_id(account), post=post)


def release_post(*, account: int, post: int, by: Actor, at: datetime) -> None:
    """End the holding of a post now. Raises RegistryRefused if the account does not hold it."""
    if not Holding.objects.filter(held_at(at), account_id=account, post_id=post).update(
        held_until=at
    ):
        raise _refused("该人员未任此岗位", "the account does not hold this post")
    _end_substitutes(at, instead_of=account, post=post)
    note_change(by, at, "release_post", account_actor_id(account), post=post)


def note_change(by: Actor, at: datetime, verb: str, subject: str, /, **detail: object) -> None:
    """Write down a change of the registry: who, when, what, and its detail (no personal data)."""
    Change.objects.create(
        office_id=current_office(), at=at, by=by.id, verb=verb, subject=subject, detail=detail
    )
    forget()


def _end_substitutes(at: datetime, **of: int) -> None:
    """End what substitutes do for somebody who gives a post up; those who have not begun never do."""
    still = Holding.objects.filter(held_until__gt=at, **of)
    still.filter(held_from__gt=at).delete()
    still.update(held_until=at)


def _add_office(number: int, office: NewOffice) -> None:
    Office.objects.create(
        id=number,
        code=office.code,
        official_name=office.official_name,
        stat_name=office.stat_name,
        short_zh=office.short.zh,
        short_en=office.short.en,
        hosts=list(office.hosts),
    )
    Area.objects.create(
        office_id=number,
        code=office.code,
        path=path_of(office.code),
        level="street",
        stat_name=office.stat_name,
        official_name=office.official_name.removesuffix("办事处").removesuffix("人民政府"),
    )


def _add_account(account: NewAccount) -> int:
    if Account.objects.filter(username=account.username).exists():
        raise _refused(
            f"用户名“{account.username}”已被使用", f"the name “{account.username}” is taken"
        )
    row = Account(
        office_id=current_office(),
        username=account.username,
        display_name=account.display_name,
        language=account.language,
        password=account.password_hash,
    )
    if not account.password_hash:
        _strong(account.password, row)
        row.set_password(account.password)
    row.save(force_insert=True)
    return row.pk


def _strong(password: str, account: Account) -> None:
    try:
        validate_password(password, account)
    except ValidationError as error:
        text = " ".join(error.messages)
        raise RegistryRefused(Label(zh=text, en=text)) from error


def _known_paths(paths: Iterable[str]) -> None:
    wanted = set(paths)
    known = set(Area.objects.filter(path__in=wanted).values_list("path", flat=True))
    for path in sorted(wanted - known):
        raise _unknown_area(path)


def _unknown_area(path: str) -> RegistryRefused:
    return _refused(f"没有区划“{path}”", f"there is no area “{path}”")


def _refused(zh: str, en: str) -> RegistryRefused:
    return RegistryRefused(Label(zh=zh, en=en))
