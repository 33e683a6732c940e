"""A second factor for tests: set up without a phone, and the digits that one would show."""

import re

from django.test import Client
from django.utils import timezone
from townsfolk import PASSWORD
from walking import log_in, text

from linli.registry.factors.codes import code_of, counter_at, secret_of
from linli.registry.isolation import office_transaction
from linli.registry.models import SecondFactor

OWN = "/staff/second-factor/"
CODE = "/staff/login/code/"


def digits(folk, username):
    """Give the six digits that somebody's phone shows now."""
    with office_transaction(folk.office):
        nonce = SecondFactor.objects.get(account__username=username).nonce
    return code_of(secret_of(bytes(nonce)), counter_at(timezone.now()))  # noqa: TID251 - a phone shows what is now


def set_up(client, folk, username):
    """Set a second factor up; give the page that shows the recovery codes."""
    client.post(f"{OWN}begin/")
    return client.post(f"{OWN}confirm/", {"code": digits(folk, username)})


def at_the_door(username):
    """Give a visitor whose password was right and who is asked for a code."""
    visitor = Client()
    sent = {"username": username, "password": PASSWORD}
    answer = visitor.post("/staff/login/?next=/staff/cases/", sent)
    assert answer["Location"] == CODE
    return visitor


def look(looker, folk):
    """Look at a second factor being set up, in force, and asked for at the door."""
    caller = log_in("caller")
    caller.post(f"{OWN}begin/")
    looker.log_in(caller)
    key = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", text(caller.get(OWN)))[0]
    looker.data = [key, *looker.data]
    looker.go("second factor begun", OWN)
    set_up(caller, folk, "caller")
    looker.go("second factor in force", OWN)
    looker.log_in(at_the_door("caller"))
    looker.go("second factor asked for", CODE)
