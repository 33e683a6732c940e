"""Two offices of Shanghai as tests found them, and the moment they do."""

from datetime import UTC, datetime

from linli.registry.actions import NewAccount, NewOffice
from linli.rulebook.mechanism import Label

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
GUMEI = NewOffice(
    code="310112006",
    official_name="古美路街道办事处",
    stat_name="古美街道",
    short=Label(zh="古美", en="Gumei"),
    hosts=("gumei.example",),
)
TANGQIAO = NewOffice(
    code="310115008",
    official_name="塘桥街道办事处",
    stat_name="塘桥街道",
    short=Label(zh="塘桥", en="Tangqiao"),
)
FOUNDER = NewAccount(username="zhang", display_name="张受理", password_hash="!unusable")
