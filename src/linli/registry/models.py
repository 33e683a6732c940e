"""Tables of what exists: the office, its places, its bodies, its people and the posts they hold."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from linli.registry.outlines import PolygonField


def valid_dates(name: str) -> models.CheckConstraint:
    """Give the rule that a thing ends after it began: dates are half-open, [valid_from, valid_to)."""
    return models.CheckConstraint(
        condition=Q(valid_to__gt=F("valid_from")), name=f"{name}_valid_dates"
    )


class Office(models.Model):
    """A subdistrict office 街道办事处: what it calls itself, and what the statistics bureau calls it."""

    id = models.PositiveIntegerField(primary_key=True)
    code = models.TextField(unique=True)
    official_name = models.TextField()
    stat_name = models.TextField(blank=True)
    short_zh = models.TextField()
    short_en = models.TextField()
    hosts = ArrayField(models.TextField(), default=list, blank=True)
    settings = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^\d{9}$"), name="office_code_nine_digits"
            ),
        ]


class Area(models.Model):
    """A division of the state, from the province down to the residents' committee.

    Districts and what lies above them belong to no office and are readable by all. `stat_name` is the
    statistics bureau's name, `official_name` the one the unit itself uses (empty while unknown).
    """

    class Level(models.TextChoices):
        PROVINCE = "province", "省"
        CITY = "city", "市"
        DISTRICT = "district", "区"
        STREET = "street", "街道"
        COMMITTEE = "committee", "居委会"

    office = models.ForeignKey(Office, models.CASCADE, null=True)
    code = models.TextField()
    path = models.TextField(db_collation="C")
    level = models.TextField(choices=Level.choices)
    stat_name = models.TextField(blank=True)
    official_name = models.TextField(blank=True)
    aliases = ArrayField(models.TextField(), default=list, blank=True)
    outline = PolygonField(null=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "code"], name="area_code", nulls_distinct=False
            ),
            models.UniqueConstraint(
                fields=["office", "path"], name="area_path", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=~Q(stat_name="", official_name=""), name="area_has_a_name"
            ),
            models.CheckConstraint(
                condition=Q(office__isnull=True, level__in=["province", "city", "district"])
                | Q(office__isnull=False, level__in=["street", "committee"]),
                name="area_shared_above_the_street",
            ),
            valid_dates("area"),
        ]

    @property
    def name(self) -> str:
        """Give the name that the unit itself uses, or else the statistical one."""
        return self.official_name or self.stat_name


class GridCell(models.Model):
    """A grid cell 责任网格: a part of one committee's ground, the smallest unit of responsibility.

    Cells of one kind lie side by side; those of different kinds may lie over each other. `keeper` is the post that
    answers for the cell.
    """

    class Kind(models.TextChoices):
        RESIDENTIAL = "residential", "居民区网格"
        STREET_FRONT = "street_front", "街面网格"
        SELF_GOVERNED = "self_governed", "自治网格"

    office = models.ForeignKey(Office, models.CASCADE)
    code = models.TextField()
    kind = models.TextField(
        choices=Kind.choices, default=Kind.RESIDENTIAL, db_default="residential"
    )
    name = models.TextField(blank=True)
    keeper = models.ForeignKey("Post", models.PROTECT, null=True)
    area = models.TextField(db_collation="C")
    outline = PolygonField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "code", "valid_from"], name="cell_code_from"),
            models.UniqueConstraint(
                fields=["office", "code"], condition=Q(valid_to__isnull=True), name="cell_code_now"
            ),
            valid_dates("cell"),
            models.CheckConstraint(
                condition=Q(kind__in=["residential", "street_front", "self_governed"]),
                name="cell_kind_known",
            ),
        ]


class Estate(models.Model):
    """A housing estate 小区, campus or park with one name."""

    class Kind(models.TextChoices):
        HOUSING = "housing", "住宅小区"
        GREEN = "green", "绿地"
        CAMPUS = "campus", "单位"

    office = models.ForeignKey(Office, models.CASCADE)
    code = models.TextField()
    kind = models.TextField(choices=Kind.choices, default=Kind.HOUSING)
    name = models.TextField()
    aliases = ArrayField(models.TextField(), default=list, blank=True)
    area = models.TextField(db_collation="C")
    outline = PolygonField(null=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "code"], name="estate_code"),
            valid_dates("estate"),
        ]


class Building(models.Model):
    """A building of an estate, by its number (幢 or 号), with its dwellings by room number (室), if they are known."""

    office = models.ForeignKey(Office, models.CASCADE)
    estate = models.ForeignKey(Estate, models.CASCADE)
    number = models.TextField()
    outline = PolygonField(null=True)
    dwellings = ArrayField(models.TextField(), default=list, db_default=[], blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["estate", "number"], name="building_number")]


class Landmark(models.Model):
    """A road, a water or another thing that people find their way by; drawn on the office's own map."""

    class Kind(models.TextChoices):
        MAIN_ROAD = "main_road", "主干道"
        ROAD = "road", "道路"
        WATER = "water", "河道"

    office = models.ForeignKey(Office, models.CASCADE)
    kind = models.TextField(choices=Kind.choices)
    name = models.TextField()
    geometry = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "kind", "name"], name="landmark_name")
        ]


class Address(models.Model):
    """An address that is known 地名册: a road, a lane or number of it, an estate or village, perhaps a house in it.

    `words` is the address as it is written; `area` the committee's path; the position is in WGS-84, `datum` says in
    which it came.
    """

    office = models.ForeignKey(Office, models.CASCADE)
    words = models.TextField()
    road = models.TextField(blank=True)
    lane = models.TextField(blank=True)
    number = models.TextField(blank=True)
    estate = models.TextField(blank=True)
    village = models.TextField(blank=True)
    area = models.TextField(db_collation="C")
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    datum = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "words"], name="address_words"),
            models.CheckConstraint(condition=~Q(words=""), name="address_has_words"),
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True, datum="")
                | (Q(lon__isnull=False, lat__isnull=False) & ~Q(datum="")),
                name="address_place_whole",
            ),
        ]


class Body(models.Model):
    """A body that can hold a case: a department, a committee, a station, a contractor."""

    class Kind(models.TextChoices):
        CENTRE = "centre", "城运中心"
        DEPARTMENT = "department", "科室"
        STATION = "station", "派驻单位"
        COMMITTEE = "committee", "居委会"
        CONTRACTOR = "contractor", "作业单位"

    office = models.ForeignKey(Office, models.CASCADE)
    kind = models.TextField(choices=Kind.choices)
    name_zh = models.TextField()
    name_en = models.TextField()
    area = models.TextField(db_collation="C")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "name_zh"], name="body_name"),
            valid_dates("body"),
        ]


class Post(models.Model):
    """A post of a body: which duties it carries, and over which areas (path prefixes)."""

    office = models.ForeignKey(Office, models.CASCADE)
    body = models.ForeignKey(Body, models.CASCADE)
    title_zh = models.TextField()
    title_en = models.TextField()
    duties = ArrayField(models.TextField())
    areas = ArrayField(models.TextField())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["body", "title_zh"], name="post_title"),
            models.CheckConstraint(condition=Q(duties__len__gt=0), name="post_has_duties"),
            models.CheckConstraint(condition=Q(areas__len__gt=0), name="post_has_areas"),
        ]


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts; Django's authentication asks for it."""

    def get_by_natural_key(self, username: str | None) -> Account:
        """Give the account of that name in the open office."""
        return self.get(username=username)


class Account(AbstractBaseUser):
    """A person who logs in. What they may do comes from the posts they hold, never from here."""

    office = models.ForeignKey(Office, models.CASCADE)
    username = models.TextField()
    display_name = models.TextField()
    language = models.TextField(choices=[("zh-hans", "中文"), ("en", "English")], default="zh-hans")
    is_active: Any = models.BooleanField(default=True)
    password_is_once = models.BooleanField(default=False)

    objects = AccountManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "username"], name="account_username")
        ]


class Holding(models.Model):
    """Somebody holds a post, in the half-open time [held_from, held_until).

    `instead_of` is the holder who is away: a substitute (替班) has the post's duties for a time that ends.
    """

    office = models.ForeignKey(Office, models.CASCADE)
    account = models.ForeignKey(Account, models.CASCADE)
    post = models.ForeignKey(Post, models.CASCADE)
    held_from = models.DateTimeField()
    held_until = models.DateTimeField(null=True)
    instead_of = models.ForeignKey(Account, models.CASCADE, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(instead_of__isnull=True)
                | (Q(held_until__isnull=False) & ~Q(instead_of=F("account"))),
                name="substitute_for_a_time",
            ),
            models.UniqueConstraint(
                fields=["account", "post"],
                condition=Q(held_until__isnull=True),
                name="holding_once",
            ),
            models.CheckConstraint(
                condition=Q(held_until__gte=F("held_from")), name="holding_ends_after_it_began"
            ),
        ]


class MachineKey(models.Model):
    """A machine's key to the interfaces of the office: what it may do, until when, how often a minute.

    Only the keyed hash is kept; `hint` are its first letters, by which people tell keys apart.
    """

    office = models.ForeignKey(Office, models.CASCADE)
    name = models.TextField()
    digest = models.BinaryField()
    hint = models.TextField()
    scopes = ArrayField(models.TextField())
    per_minute = models.PositiveIntegerField()
    expires_on = models.DateField(null=True)
    made_by = models.TextField()
    made_at = models.DateTimeField()
    used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "digest"], name="machine_key_digest"),
            models.CheckConstraint(condition=Q(scopes__len__gt=0), name="machine_key_has_scopes"),
            models.CheckConstraint(condition=Q(per_minute__gt=0), name="machine_key_may_ask"),
            models.CheckConstraint(
                condition=Q(revoked_at__gte=F("made_at")), name="machine_key_revoked_after_made"
            ),
        ]


class SecondFactor(models.Model):
    """The second factor of an account: a phone that shows a new code every thirty seconds.

    The secret is made from `nonce` by the program's key and stands nowhere; `recovery` are keyed hashes. It holds
    once it is confirmed; codes up to `last_counter` were used.
    """

    office = models.ForeignKey(Office, models.CASCADE)
    account = models.OneToOneField(Account, models.CASCADE)
    nonce = models.BinaryField()
    begun_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    last_counter = models.BigIntegerField(default=0)
    recovery = ArrayField(models.BinaryField(), default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at__gte=F("begun_at")), name="factor_confirmed_after_begun"
            ),
        ]


class LoginAttempt(models.Model):
    """One attempt to log in. Name and address are keyed hashes; rows go after a day."""

    office = models.ForeignKey(Office, models.CASCADE)
    name_hash = models.BinaryField()
    address_hash = models.BinaryField()
    at = models.DateTimeField()
    has_failed = models.BooleanField()

    class Meta:
        indexes = [
            models.Index(fields=["office", "name_hash", "at"], name="attempt_by_name"),
            models.Index(fields=["office", "address_hash", "at"], name="attempt_by_address"),
        ]


class Change(models.Model):
    """One change to the registry: who changed what, when. Added to, never edited."""

    office = models.ForeignKey(Office, models.CASCADE)
    at = models.DateTimeField()
    by = models.TextField()
    verb = models.TextField()
    subject = models.TextField()
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes = [models.Index(fields=["office", "subject", "at"], name="change_by_subject")]
