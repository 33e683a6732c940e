"""Keys for the machines of tests."""

from townsfolk import AT

from linli.registry.isolation import office_transaction
from linli.registry.machines.actions import make_key


def new_key(folk, scopes=("report",), per_minute=600, expires_on=None):
    with office_transaction(folk.office):
        _number, text = make_key(
            name="市民随手拍", scopes=scopes, per_minute=per_minute, expires_on=expires_on,
            by=folk.actor("director", AT), at=AT,
        )  # fmt: skip
    return text
